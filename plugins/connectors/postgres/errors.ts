import { createTranslation, type KnownFailure as Failure } from 'datamind/connector-kit';

const lost: Failure = {
  code: 'CONNECTION_LOST',
  message: 'The PostgreSQL server ended the connection while it was in use.',
  retryable: true,
};
const credentials: Failure = {
  code: 'AUTHENTICATION_FAILED',
  message:
    'PostgreSQL refused the sign-in: check `user` and `password`, and whether the server admits this user, database, address and TLS mode (pg_hba.conf).',
};
const unreachable: Failure = {
  code: 'CONNECTION_FAILED',
  message:
    'The PostgreSQL server cannot be reached: check `host` and `port`, and that it runs and a firewall lets through.',
  retryable: true,
};
const exhausted: Failure = {
  code: 'RESOURCES_EXHAUSTED',
  message: 'PostgreSQL ran out of memory, disk or another resource for this statement.',
  retryable: true,
};
const tls = (message: string): Failure => ({ code: 'TLS_FAILED', message });
const untrusted = tls(
  "The PostgreSQL server's certificate is not signed by an authority that is trusted: set `tls.ca` to the authority's certificate.",
);

/** SQLSTATE, whole (five characters) or its class (two). Source: PostgreSQL documentation, appendix A. */
const bySqlState: Readonly<Record<string, Failure>> = {
  '08': lost,
  '0A': { code: 'STATEMENT_INVALID', message: 'The statement uses something that PostgreSQL does not support.' },
  '21': { code: 'VALUE_INVALID', message: 'A subquery gave more than one row where one is needed.' },
  '22': { code: 'VALUE_INVALID', message: 'PostgreSQL met a value that it cannot convert or compute with.' },
  '22003': { code: 'NUMERIC_OVERFLOW', message: 'A number became too large for its type in PostgreSQL.' },
  '22012': { code: 'DIVISION_BY_ZERO', message: 'The statement divides by zero.' },
  '25': { code: 'STATEMENT_INVALID', message: 'The statement does not fit into a read-only transaction.' },
  '25006': { code: 'READ_ONLY_VIOLATION', message: 'The statement would change data, and the session is read-only.' },
  '25P03': lost,
  '28': credentials,
  '3D': { code: 'DATABASE_NOT_FOUND', message: 'The PostgreSQL server has no such database: check `database`.' },
  '3F': { code: 'RELATION_NOT_FOUND', message: 'The statement reads from a schema that is not in the database.' },
  '40': {
    code: 'RESOURCES_EXHAUSTED',
    message: 'PostgreSQL ended the statement because it conflicted with another one.',
    retryable: true,
  },
  '42': { code: 'STATEMENT_INVALID', message: 'PostgreSQL does not accept the statement.' },
  '42501': {
    code: 'PERMISSION_DENIED',
    message:
      'The database user may not do this: grant it SELECT on the tables of the model, or take them out of the model.',
  },
  '42703': { code: 'COLUMN_NOT_FOUND', message: 'The statement reads a column that is not in the database.' },
  '42P01': { code: 'RELATION_NOT_FOUND', message: 'The statement reads a table that is not in the database.' },
  '53': exhausted,
  '53300': {
    code: 'TOO_MANY_CONNECTIONS',
    message: 'The PostgreSQL server has no free connection: lower `pool.max` or raise its max_connections.',
    retryable: true,
  },
  '54': { code: 'RESOURCES_EXHAUSTED', message: 'The statement is larger or deeper than PostgreSQL permits.' },
  '55P03': {
    code: 'RESOURCES_EXHAUSTED',
    message: 'A table stayed locked by another session for too long.',
    retryable: true,
  },
  '57': lost,
  '57014': { code: 'QUERY_CANCELLED', message: 'The statement was cancelled in PostgreSQL.' },
  '57P03': { ...unreachable, message: 'The PostgreSQL server is starting or stopping and takes no connections yet.' },
  '58': exhausted,
  P0: { code: 'VALUE_INVALID', message: 'A function of the database refused what it was given.' },
  XX: { code: 'UNAVAILABLE', message: 'PostgreSQL reported an internal error; its own log says more.' },
};

/** Codes of Node's sockets and of OpenSSL. */
const byDriverCode: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: unreachable,
  ENOENT: unreachable,
  EACCES: unreachable,
  ECONNRESET: lost,
  EPIPE: lost,
  CERT_HAS_EXPIRED: tls("The PostgreSQL server's certificate has expired."),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: tls(
    "The PostgreSQL server's certificate is for another host name: connect by the name in the certificate, or use `tls.mode` verify-ca.",
  ),
};

const noTls = tls(
  'The PostgreSQL server offers no TLS: turn it on there, or set `tls.mode` to disable for a network that you trust.',
);
const brokenTls = tls(
  'A secure connection to the PostgreSQL server could not be made: check `tls` and the certificates on both sides.',
);

/** What `pg` says without a code. Source: its lib/client.js and lib/connection.js. */
const byMessage: readonly (readonly [RegExp, Failure])[] = [
  [/does not support SSL/, noTls],
  [/establishing an SSL connection/, brokenTls],
  [/timeout expired/, { ...unreachable, message: 'The PostgreSQL server did not answer within `connectTimeoutMs`.' }],
  [/Connection terminated|not queryable|Client was closed/, lost],
  [/SASL|password must be a string/, credentials],
  [/PEM|key values mismatch|asn1|bad decrypt/i, brokenTls],
];

function find(error: unknown): Failure | undefined {
  const { code: given, message: said } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const [code, message] = [String(given ?? ''), String(said ?? '')];
  const known =
    byDriverCode[code] ?? bySqlState[code] ?? (code.length === 5 ? bySqlState[code.slice(0, 2)] : undefined);
  if (known !== undefined) return known;
  if (/^(ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO|CERT_|UNABLE_TO_)/.test(code)) return brokenTls;
  return byMessage.find(([pattern]) => pattern.test(message))?.[1];
}

/** A failure of the driver or the server in the house's words; the original is the `cause`, for the log only. */
export const translatePostgresError = createTranslation('PostgreSQL', find);
