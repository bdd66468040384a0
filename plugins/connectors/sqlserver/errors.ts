import { createTranslation, type KnownFailure as Failure } from 'datamind/connector-kit';

const credentials: Failure = {
  code: 'AUTHENTICATION_FAILED',
  message: 'SQL Server refused the user or the password: check `user` and `password`.',
};
const unreachable: Failure = {
  code: 'CONNECTION_FAILED',
  message: 'SQL Server cannot be reached: check `host`, `port` and the network.',
  retryable: true,
};
const lost: Failure = { code: 'CONNECTION_LOST', message: 'The connection to SQL Server broke.', retryable: true };
const tls: Failure = {
  code: 'TLS_FAILED',
  message: 'A secure connection to SQL Server could not be made: check `tls` and the certificate of the server.',
};
const invalid: Failure = { code: 'STATEMENT_INVALID', message: 'SQL Server does not accept the statement.' };
const denied: Failure = {
  code: 'PERMISSION_DENIED',
  message:
    'The database user may not do this: grant it SELECT on the tables of the model, or take them out of the model.',
};
const value: Failure = {
  code: 'VALUE_INVALID',
  message: 'A value in the data does not fit the type it is turned into.',
};
const overflow: Failure = { code: 'NUMERIC_OVERFLOW', message: 'A number is too large for its type in SQL Server.' };
const exhausted: Failure = {
  code: 'RESOURCES_EXHAUSTED',
  message: 'SQL Server ran out of a resource for the statement.',
  retryable: true,
};
const busy: Failure = { code: 'UNAVAILABLE', message: 'SQL Server is not available now.', retryable: true };
const readOnly: Failure = {
  code: 'READ_ONLY_VIOLATION',
  message: 'The statement would change data, and only reading is allowed.',
};

/** Numbers of SQL Server's messages. Source: sys.messages. */
const byNumber: Readonly<Record<number, Failure>> = {
  102: invalid,
  105: invalid,
  137: invalid,
  156: invalid,
  195: invalid,
  207: { code: 'COLUMN_NOT_FOUND', message: 'The statement reads a column that is not in the database.' },
  208: { code: 'RELATION_NOT_FOUND', message: 'The statement reads a table that is not in the database.' },
  220: overflow,
  229: denied,
  230: denied,
  232: overflow,
  241: value,
  242: value,
  245: value,
  248: overflow,
  262: denied,
  300: denied,
  517: overflow,
  530: {
    code: 'RESOURCES_EXHAUSTED',
    message: 'A hierarchy is deeper than 100 steps, or goes in a circle, so SQL Server stopped.',
  },
  701: exhausted,
  802: exhausted,
  916: denied,
  1105: exhausted,
  1205: { ...exhausted, message: 'SQL Server ended the statement because it conflicted with another one.' },
  1222: { ...exhausted, message: 'A table stayed locked by another session for too long.' },
  3609: invalid,
  3906: readOnly,
  3908: readOnly,
  4060: {
    code: 'DATABASE_NOT_FOUND',
    message: 'SQL Server has no such database, or the user may not open it: check `database`.',
  },
  4121: invalid,
  8114: value,
  8115: overflow,
  8120: invalid,
  8134: { code: 'DIVISION_BY_ZERO', message: 'The statement divides by zero.' },
  8169: value,
  8645: exhausted,
  9806: value,
  10928: {
    code: 'TOO_MANY_CONNECTIONS',
    message: 'The database has no free session: lower `pool.max`.',
    retryable: true,
  },
  10929: busy,
  18452: credentials,
  18456: credentials,
  18470: credentials,
  18488: credentials,
  40197: busy,
  40501: busy,
  40613: busy,
  49918: busy,
};

/** Codes of the driver and of Node's sockets. */
const byCode: Readonly<Record<string, Failure>> = {
  ELOGIN: credentials,
  ESOCKET: unreachable,
  EINSTLOOKUP: unreachable,
  ETIMEOUT: { ...unreachable, message: 'SQL Server did not answer within `connectTimeoutMs`.' },
  ECONNCLOSED: lost,
  ECONNRESET: lost,
  EINVALIDSTATE: lost,
  EENCRYPT: tls,
  ECANCEL: { code: 'QUERY_CANCELLED', message: 'The statement was cancelled in SQL Server.' },
  EPARAM: { code: 'VALUE_INVALID', message: 'A value to compare with does not fit SQL Server.' },
};

const tlsWords = /certificate|self.signed|SSL|TLS|ERR_TLS|altname/i;

const find = (error: unknown): Failure | undefined => {
  const { code, number, message, errors } = (error ?? {}) as {
    readonly code?: unknown;
    readonly number?: unknown;
    readonly message?: unknown;
    readonly errors?: readonly unknown[];
  };
  // Several messages of one statement: the first says what was wrong.
  const inner = errors?.map(find).find((found) => found !== undefined);
  if (inner !== undefined) return inner;
  if (typeof number === 'number') return byNumber[number] ?? { ...invalid, code: 'STATEMENT_INVALID' };
  if (code === 'ESOCKET' && tlsWords.test(String(message ?? ''))) return tls;
  if (code === 'ESOCKET' && /Connection lost|closed/i.test(String(message ?? ''))) return lost;
  return byCode[String(code ?? '')];
};

/** A failure of the driver or the server in the house's words; the original is the `cause`, for the log only. */
export const translateSqlServerError = createTranslation('SQL Server', find);
