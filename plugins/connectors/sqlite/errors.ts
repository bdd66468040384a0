import { type ErrorCode, PluginError } from 'datamind/contract';
import { ownFailures } from './messages.js';

interface Rule {
  readonly code?: RegExp;
  readonly message?: RegExp;
  readonly as: ErrorCode;
  readonly says: string;
  readonly retryable?: boolean;
}

const own = (name: keyof typeof ownFailures) => new RegExp(`^${ownFailures[name]}$`);

/** SQLite has one code for most mistakes in a statement: then its message tells them apart. The first rule that fits decides. */
const rules: readonly Rule[] = [
  {
    code: own('several'),
    as: 'STATEMENT_INVALID',
    says: 'The text holds more than one statement, and only one may run.',
  },
  { code: own('empty'), as: 'STATEMENT_INVALID', says: 'The statement is empty.' },
  {
    code: own('notAQuery'),
    as: 'READ_ONLY_VIOLATION',
    says: 'The statement is not a query, and only queries may run.',
  },
  {
    code: own('misfit'),
    as: 'VALUE_INVALID',
    says: 'A column holds values of different kinds, which have no common type; convert it in SQL with CAST.',
  },
  {
    code: own('parameters'),
    as: 'STATEMENT_INVALID',
    says: 'The statement has another number of placeholders than parameters came with it.',
  },
  {
    code: own('value'),
    as: 'VALUE_INVALID',
    says: 'A value in the statement or the data is not what a function of it takes.',
  },
  {
    message: /more than one statement/i,
    as: 'STATEMENT_INVALID',
    says: 'The text holds more than one statement, and only one may run.',
  },
  { message: /contains no statements|Nothing to prepare/i, as: 'STATEMENT_INVALID', says: 'The statement is empty.' },
  {
    code: /^SQLITE_READONLY/,
    as: 'READ_ONLY_VIOLATION',
    says: 'The statement would change data, and the database is open for reading only.',
  },
  {
    message: /readonly database/i,
    as: 'READ_ONLY_VIOLATION',
    says: 'The statement would change data, and the database is open for reading only.',
  },
  {
    code: /^SQLITE_(AUTH|PERM)/,
    as: 'PERMISSION_DENIED',
    says: 'The statement reaches for something that is closed to it.',
  },
  {
    message: /not authorized|unsafe use of/i,
    as: 'PERMISSION_DENIED',
    says: 'The statement reaches for something that is closed to it.',
  },
  { message: /no such table/i, as: 'RELATION_NOT_FOUND', says: 'A table of the statement is not in the database.' },
  { message: /no such column/i, as: 'COLUMN_NOT_FOUND', says: 'A column of the statement is not in its tables.' },
  {
    message: /integer overflow/i,
    as: 'NUMERIC_OVERFLOW',
    says: 'A number in the statement or the data is too large for its type.',
  },
  {
    message: /malformed JSON|datamind_|percentile|a whole number|a decimal was/i,
    as: 'VALUE_INVALID',
    says: 'A value in the statement or the data is not what a function of it takes.',
  },
  {
    code: /^SQLITE_(NOMEM|FULL|TOOBIG)/,
    as: 'RESOURCES_EXHAUSTED',
    says: 'The statement needs more memory than the connection permits.',
    retryable: true,
  },
  {
    message: /out of memory|too big/i,
    as: 'RESOURCES_EXHAUSTED',
    says: 'The statement needs more memory than the connection permits.',
    retryable: true,
  },
  {
    code: /^SQLITE_(BUSY|LOCKED)/,
    as: 'UNAVAILABLE',
    says: 'The SQLite file is being written by another program; try again.',
    retryable: true,
  },
  {
    code: /^SQLITE_(CORRUPT|NOTADB|IOERR|CANTOPEN)/,
    as: 'CONNECTION_LOST',
    says: 'SQLite cannot read its database file any more.',
  },
];

const fits = ({ code, message }: Rule, failure: { readonly code: string; readonly message: string }) =>
  (code?.test(failure.code) ?? true) && (message?.test(failure.message) ?? true);

const failureOf = (error: unknown) => {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { code: String(code ?? ''), message: String(message ?? '') };
};

export const translateError = (error: unknown): PluginError => {
  const failure = failureOf(error);
  const rule = rules.find((candidate) => fits(candidate, failure));
  return new PluginError(rule?.as ?? 'STATEMENT_INVALID', rule?.says ?? 'SQLite does not accept the statement.', {
    cause: error,
    retryable: rule?.retryable,
  });
};

export const translateOpenError = (error: unknown, path: string): PluginError => {
  const { code, message } = failureOf(error);
  const said = `${code} ${message}`;
  if (code === ownFailures.missingFile || /directory does not exist/.test(said)) {
    return new PluginError('DATABASE_NOT_FOUND', `There is no SQLite file ${path}; check \`path\`.`, { cause: error });
  }
  if (code === ownFailures.noDriver) {
    return new PluginError(
      'DRIVER_MISSING',
      'The driver better-sqlite3 is not installed for this system; run `npm install better-sqlite3`, or set `driver` to `auto`.',
      { cause: error },
    );
  }
  if (/NOTADB|not a database|CORRUPT|IOERR|disk I\/O/i.test(said)) {
    return new PluginError('CONNECTION_FAILED', `${path} is no SQLite file that can be read.`, { cause: error });
  }
  if (/BUSY|LOCKED|database is locked/i.test(said)) {
    return new PluginError('CONNECTION_FAILED', `The SQLite file ${path} is locked by another program.`, {
      cause: error,
      retryable: true,
    });
  }
  return new PluginError('CONNECTION_FAILED', `SQLite could not open ${path}; check that the file may be read.`, {
    cause: error,
  });
};
