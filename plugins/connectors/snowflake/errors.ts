import { createTranslation, type KnownFailure as Failure } from 'datamind/connector-kit';

const credentials: Failure = {
  code: 'AUTHENTICATION_FAILED',
  message: 'Snowflake refused the user: check `account`, `user` and the key, token or password.',
};
const unreachable: Failure = {
  code: 'CONNECTION_FAILED',
  message: 'Snowflake cannot be reached: check `account`, `endpoint` and the network.',
  retryable: true,
};
const lost: Failure = { code: 'CONNECTION_LOST', message: 'The session at Snowflake ended.', retryable: true };
const invalid: Failure = { code: 'STATEMENT_INVALID', message: 'Snowflake does not accept the statement.' };
const value: Failure = {
  code: 'VALUE_INVALID',
  message: 'A value in the data does not fit the type it is turned into.',
};
const overflow: Failure = { code: 'NUMERIC_OVERFLOW', message: 'A number is too large for its type in Snowflake.' };

/** Numbers of Snowflake's errors, and of its driver. */
const byNumber: Readonly<Record<number, Failure>> = {
  604: { code: 'QUERY_CANCELLED', message: 'The statement was cancelled in Snowflake.' },
  606: { code: 'UNAVAILABLE', message: 'The role may use no warehouse: grant it USAGE on the one in `warehouse`.' },
  630: { code: 'QUERY_TIMEOUT', message: 'The statement took longer than the account or the warehouse permits.' },
  904: { code: 'COLUMN_NOT_FOUND', message: 'The statement reads a column that is not in the database.' },
  1003: invalid,
  2003: {
    code: 'RELATION_NOT_FOUND',
    message: 'The statement reads a table that is not in the database, or that the role may not see.',
  },
  2043: {
    code: 'DATABASE_NOT_FOUND',
    message: 'Snowflake has no such database or schema, or the role may not use it.',
  },
  3001: {
    code: 'PERMISSION_DENIED',
    message: 'The role may not do this: grant it SELECT on the tables of the model, or take them out of the model.',
  },
  100035: value,
  100037: value,
  100038: value,
  100039: overflow,
  100040: value,
  100046: overflow,
  100051: { code: 'DIVISION_BY_ZERO', message: 'The statement divides by zero.' },
  100058: overflow,
  100132: overflow,
  100298: { code: 'RESOURCES_EXHAUSTED', message: 'The statement ran out of memory in the warehouse.' },
  390100: credentials,
  390101: credentials,
  390102: credentials,
  390103: lost,
  390104: lost,
  390111: lost,
  390112: lost,
  390114: lost,
  390144: credentials,
  390186: credentials,
  390189: { code: 'PERMISSION_DENIED', message: 'Snowflake does not let the user have this role: check `role`.' },
  390201: { code: 'DATABASE_NOT_FOUND', message: 'Snowflake has no such database, or the role may not use it.' },
  401001: unreachable,
  401002: unreachable,
  405502: lost,
  405503: lost,
  407002: lost,
};

/** SQLSTATE, where the number is not known. */
const byState: Readonly<Record<string, Failure>> = {
  '02000': byNumber[2003]!,
  '22': value,
  '22003': overflow,
  '22012': byNumber[100051]!,
  '28000': credentials,
  '42': invalid,
  '42501': byNumber[3001]!,
  '57014': byNumber[604]!,
};

const find = (error: unknown): Failure | undefined => {
  const { code, sqlState, cause } = (error ?? {}) as {
    readonly code?: unknown;
    readonly sqlState?: unknown;
    readonly cause?: unknown;
  };
  const state = String(sqlState ?? '');
  const known = byNumber[Number(code)] ?? byState[state] ?? byState[state.slice(0, 2)];
  if (known !== undefined) return known;
  if (/^E[A-Z]+$|^CERT_|^ERR_TLS/.test(String(code ?? ''))) return unreachable;
  return cause === undefined || cause === error ? undefined : find(cause);
};

/** A failure of the driver or the service in the house's words; the original is the `cause`, for the log only. */
export const translateSnowflakeError = createTranslation('Snowflake', find);
