import { createTranslation, type KnownFailure as Failure } from 'datamind/connector-kit';
import type { PluginError } from 'datamind/contract';

const lost: Failure = {
  code: 'CONNECTION_LOST',
  message: 'The MySQL server ended the connection while it was in use.',
  retryable: true,
};
const credentials: Failure = {
  code: 'AUTHENTICATION_FAILED',
  message:
    'MySQL refused the sign-in: check `user` and `password`, and whether the account may come from this host and over this TLS mode.',
};
const unreachable: Failure = {
  code: 'CONNECTION_FAILED',
  message: 'The MySQL server cannot be reached: check `host` and `port`, and that it runs and a firewall lets through.',
  retryable: true,
};
const exhausted: Failure = {
  code: 'RESOURCES_EXHAUSTED',
  message: 'MySQL ran out of memory, disk or another resource for this statement.',
  retryable: true,
};
const conflict: Failure = {
  code: 'RESOURCES_EXHAUSTED',
  message: 'A table stayed locked by another session for too long.',
  retryable: true,
};
const full: Failure = {
  code: 'TOO_MANY_CONNECTIONS',
  message: 'The MySQL server has no free connection: lower `pool.max` or raise its max_connections.',
  retryable: true,
};
const cancelled: Failure = { code: 'QUERY_CANCELLED', message: 'The statement was cancelled in MySQL.' };
const timedOut: Failure = { code: 'QUERY_TIMEOUT', message: 'The statement took too long and MySQL cancelled it.' };
const denied: Failure = {
  code: 'PERMISSION_DENIED',
  message:
    'The database user may not do this: grant it SELECT on the tables of the model, or take them out of the model.',
};
const noTable: Failure = {
  code: 'RELATION_NOT_FOUND',
  message: 'The statement reads a table that is not in the database.',
};
const noColumn: Failure = {
  code: 'COLUMN_NOT_FOUND',
  message: 'The statement reads a column that is not in the database.',
};
const statement: Failure = { code: 'STATEMENT_INVALID', message: 'MySQL does not accept the statement.' };
const value: Failure = {
  code: 'VALUE_INVALID',
  message: 'MySQL met a value that it cannot convert or compute with.',
};
const overflow: Failure = { code: 'NUMERIC_OVERFLOW', message: 'A number became too large for its type in MySQL.' };
const readOnly: Failure = {
  code: 'READ_ONLY_VIOLATION',
  message: 'The statement would change data, and the session is read-only.',
};

/** Source: MySQL server error reference; MariaDB error codes above 1900. */
const byNumber: Readonly<Record<number, Failure>> = {
  1021: exhausted,
  1028: cancelled,
  1037: exhausted,
  1038: exhausted,
  1040: full,
  1041: exhausted,
  1044: denied,
  1045: credentials,
  1046: statement,
  1049: {
    code: 'DATABASE_NOT_FOUND',
    message: 'The MySQL server has no such database: check `database`, and the schemas in the model.',
  },
  1053: lost,
  1054: noColumn,
  1109: noTable,
  1111: statement,
  1114: exhausted,
  1129: unreachable,
  1130: credentials,
  1142: denied,
  1143: denied,
  1146: noTable,
  1203: full,
  1205: conflict,
  1213: conflict,
  1226: full,
  1227: denied,
  1251: credentials,
  1264: overflow,
  1290: denied,
  1292: value,
  1300: statement,
  1317: cancelled,
  1345: denied,
  1356: {
    code: 'RELATION_NOT_FOUND',
    message: 'A view refers to tables or columns that are not there or may not be read.',
  },
  1365: { code: 'DIVISION_BY_ZERO', message: 'The statement divides by zero.' },
  1366: value,
  1367: value,
  1370: denied,
  1390: { code: 'STATEMENT_INVALID', message: 'The statement has more values than the 65,535 that MySQL takes.' },
  1411: value,
  1426: overflow,
  1436: exhausted,
  1525: value,
  1690: overflow,
  1698: credentials,
  1790: readOnly,
  1792: readOnly,
  1836: readOnly,
  1927: lost,
  1969: timedOut,
  2049: credentials,
  3024: timedOut,
  3141: value,
  3143: value,
  3730: statement,
  4024: value,
  4031: lost,
};

/** The class of an SQLSTATE, for numbers that are not in the table. */
const byClass: Readonly<Record<string, Failure>> = {
  '08': lost,
  '21': { ...value, message: 'A subquery gave more than one row where one is needed.' },
  '22': value,
  '25': readOnly,
  '28': credentials,
  '40': conflict,
  '42': statement,
  '70': cancelled,
};

const tls = (message: string): Failure => ({ code: 'TLS_FAILED', message });
const untrusted = tls(
  "The MySQL server's certificate is not signed by an authority that is trusted: set `tls.ca` to the authority's certificate.",
);
const brokenTls = tls(
  'A secure connection to the MySQL server could not be made: check `tls` and the certificates on both sides.',
);

/** Codes of Node's sockets, of OpenSSL and of the driver. */
const byDriverCode: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOENT: unreachable,
  EACCES: unreachable,
  ETIMEDOUT: { ...unreachable, message: 'The MySQL server did not answer within `connectTimeoutMs`.' },
  ECONNRESET: lost,
  EPIPE: lost,
  PROTOCOL_CONNECTION_LOST: lost,
  AUTH_SWITCH_PLUGIN_ERROR: credentials,
  CERT_HAS_EXPIRED: tls("The MySQL server's certificate has expired."),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: tls(
    "The MySQL server's certificate is for another host name: connect by the name in the certificate, or use `tls.mode` verify-ca.",
  ),
  HANDSHAKE_NO_SSL_SUPPORT: tls(
    'The MySQL server offers no TLS: turn it on there, or set `tls.mode` to disable for a network that you trust.',
  ),
  HANDSHAKE_SSL_ERROR: brokenTls,
};

interface DriverError {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly fatal?: boolean;
  readonly message?: string;
}

const translate = createTranslation('MySQL', (error) => find((error ?? {}) as DriverError));

function find(error: DriverError): Failure | undefined {
  const fromServer = error.sqlState !== undefined;
  const known =
    (fromServer && error.errno !== undefined ? byNumber[error.errno] : undefined) ??
    byDriverCode[error.code ?? ''] ??
    (error.errno !== undefined && error.errno > 0 ? byNumber[error.errno] : undefined) ??
    byClass[error.sqlState?.slice(0, 2) ?? ''];
  if (known !== undefined) return known;
  if (/^(ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO|CERT_|UNABLE_TO_)/.test(error.code ?? '')) return brokenTls;
  if (/closed state|Connection lost/.test(error.message ?? '') || error.fatal === true) return lost;
  if (fromServer) {
    return { code: 'UNAVAILABLE', message: 'MySQL reported an internal error; its own log says more.' };
  }
  return undefined;
}

/** A failure of the driver or the server in the house's words; the original is the `cause`, for the log only. */
export const translateMysqlError = (error: unknown): PluginError => translate(asCause(error));

/** The driver hangs the whole statement on its errors; a log line needs it no more than a client. */
function asCause(error: unknown): unknown {
  if (typeof error === 'object' && error !== null && 'sql' in error) Reflect.deleteProperty(error, 'sql');
  return error;
}
