import { ClickHouseError } from '@clickhouse/client';
import { type ErrorCode, PluginError } from 'datamind/contract';
import { NoRows, ServerException } from './row-stream.js';

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable?: boolean;
}

const failure = (code: ErrorCode, message: string, retryable = false): Failure => ({ code, message, retryable });

const credentials = failure(
  'AUTHENTICATION_FAILED',
  'ClickHouse refused the sign-in: check `user` and `password`, and whether the server admits this user from this address.',
);
const denied = failure(
  'PERMISSION_DENIED',
  'The ClickHouse user may not read what the statement needs: grant it SELECT.',
);
const readOnly = failure(
  'READ_ONLY_VIOLATION',
  'Only queries are run here, and this statement would change something.',
);
const noRows = failure('READ_ONLY_VIOLATION', 'Only queries are run here, and this statement gives no rows.');
const badValue = failure('VALUE_INVALID', 'ClickHouse cannot convert a value that the statement computes with.');
const overflow = failure('NUMERIC_OVERFLOW', 'A number or a date is too large for its type.');
const statement = failure('STATEMENT_INVALID', 'ClickHouse does not accept the statement.');
const column = failure('COLUMN_NOT_FOUND', 'A column of the statement is not in ClickHouse.');
const relation = failure('RELATION_NOT_FOUND', 'A table of the statement is not in ClickHouse.');
const exhausted = failure(
  'RESOURCES_EXHAUSTED',
  'ClickHouse stopped the statement because it used more than a limit allows (memory, rows, quota): narrow the query or raise the limit.',
);
const timeout = failure('QUERY_TIMEOUT', 'The statement took too long and ClickHouse cancelled it.');
const cancelled = failure('QUERY_CANCELLED', 'The statement was cancelled in ClickHouse.');
const shard = failure('UNAVAILABLE', 'A part of the ClickHouse cluster does not answer.', true);
const busy = failure('TOO_MANY_CONNECTIONS', 'ClickHouse runs as many statements as it permits; try again.', true);
const division = failure('DIVISION_BY_ZERO', 'A division by zero happened in ClickHouse.');

const table = (entry: Failure, ...codes: readonly number[]): readonly (readonly [number, Failure])[] =>
  codes.map((code) => [code, entry]);

/** ClickHouse's exception codes; source: `ErrorCodes.cpp`, or `SELECT name, code FROM system.errors`. */
const byCode: ReadonlyMap<number, Failure> = new Map([
  ...table(credentials, 192, 193, 194, 195, 516),
  ...table(denied, 446, 497),
  ...table(readOnly, 164, 392, 452),
  ...table(badValue, 6, 25, 26, 27, 38, 41, 70, 72, 125, 131, 190, 349, 376, 395, 427, 441, 457, 467, 675, 676, 691),
  ...table(overflow, 69, 321, 407),
  ...table(column, 8, 16, 47),
  ...table(relation, 60, 81),
  ...table(exhausted, 158, 161, 167, 168, 191, 201, 241, 243, 290, 306, 307, 396),
  ...table(timeout, 159, 160),
  ...table(cancelled, 394, 734, 735),
  ...table(shard, 209, 210, 236, 279, 286, 369, 519, 999),
  ...table(busy, 202, 745),
  ...table(division, 153),
]);

const unreachable = failure(
  'CONNECTION_FAILED',
  'The ClickHouse server cannot be reached: check `host` and `port` (the HTTP port, 8123, or 8443 with TLS).',
  true,
);
const lost = failure('CONNECTION_LOST', 'The connection to ClickHouse broke before the answer was whole.', true);
const notHttp = failure(
  'CONNECTION_FAILED',
  'What answers at `host` and `port` is not the HTTP interface of ClickHouse: the port is usually 8123, or 8443 with TLS.',
);
const tls = (message: string): Failure => failure('TLS_FAILED', message);
const untrusted = tls(
  "The ClickHouse server's certificate is not signed by an authority that is trusted: set `tls.ca` to the authority's certificate.",
);
const brokenTls = tls(
  'A secure connection to ClickHouse could not be made: check `tls` and that `port` is the one for HTTPS, usually 8443.',
);

const byDriverCode: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOTFOUND: failure(
    'CONNECTION_FAILED',
    'The host name of the ClickHouse server does not resolve: check `host`.',
    true,
  ),
  EAI_AGAIN: failure('CONNECTION_FAILED', 'The host name of the ClickHouse server could not be resolved now.', true),
  ETIMEDOUT: unreachable,
  ECONNRESET: lost,
  EPIPE: lost,
  EPROTO: brokenTls,
  CERT_HAS_EXPIRED: tls("The ClickHouse server's certificate has expired."),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: tls(
    "The ClickHouse server's certificate is for another host name: connect by the name in the certificate, or use `tls.mode` verify-ca.",
  ),
};

/** An answer that no ClickHouse gives. */
export class NotClickHouse extends Error {
  override readonly name = 'NotClickHouse';
}

const find = (error: unknown): Failure => {
  if (error instanceof NotClickHouse) return notHttp;
  if (error instanceof NoRows) return noRows;
  const code =
    error instanceof ServerException ? error.code : error instanceof ClickHouseError ? Number(error.code) : null;
  if (code !== null) return byCode.get(code) ?? statement;
  const driverCode = String((error as { code?: unknown } | null)?.code ?? '');
  if (driverCode.startsWith('HPE_')) return notHttp;
  if (driverCode.startsWith('ERR_SSL_') || driverCode.startsWith('ERR_OSSL_')) return brokenTls;
  return byDriverCode[driverCode] ?? lost;
};

const toPluginError = ({ code, message, retryable }: Failure, cause: unknown): PluginError =>
  new PluginError(code, message, { cause, retryable });

/** A failure of a statement, or of the driver, in our words. */
export const translateClickHouseError = (error: unknown): PluginError =>
  PluginError.is(error) ? error : toPluginError(find(error), error);

/** A failure of the first contact, where some things have another meaning. */
export const translateConnectError = (error: unknown): PluginError => {
  if (PluginError.is(error)) return error;
  if (error instanceof ClickHouseError && Number(error.code) === 81) {
    return toPluginError(failure('DATABASE_NOT_FOUND', 'The database is not in ClickHouse: check `database`.'), error);
  }
  if (error instanceof ClickHouseError && Number(error.code) === 452) {
    const message = 'The settings profile of the ClickHouse user forbids settings that DataMind needs: see its README.';
    return toPluginError(failure('CONFIG_INVALID', message), error);
  }
  const found = find(error);
  return toPluginError(found === lost ? notHttp : found, error);
};
