import { type ErrorCode, PluginError } from 'datamind/contract';

interface Rule {
  /** What the engine's message looks like. */
  readonly when: RegExp;
  readonly code: ErrorCode;
  readonly says: string;
  readonly retryable?: boolean;
}

/** DuckDB has kinds of errors and no codes: the first rule that fits decides. */
const rules: readonly Rule[] = [
  { when: /^INTERRUPT/i, code: 'QUERY_CANCELLED', says: 'The statement was cancelled before it ended.' },
  {
    when: /read-only mode|cannot write to database/i,
    code: 'READ_ONLY_VIOLATION',
    says: 'The statement would change data, and the database is open for reading only.',
  },
  {
    when: /^Permission Error|configuration has been locked|disabled (by|through) configuration|extension .* (not|could not)/i,
    code: 'PERMISSION_DENIED',
    says: 'The statement reaches for files, extensions or settings, which are closed to it.',
  },
  {
    when: /^Catalog Error: (Table|View) with name/i,
    code: 'RELATION_NOT_FOUND',
    says: 'A table of the statement is not in the database.',
  },
  {
    when: /^Binder Error: (Referenced column|Table ".*" does not have a column|Values list .* does not have a column)/i,
    code: 'COLUMN_NOT_FOUND',
    says: 'A column of the statement is not in its tables.',
  },
  {
    when: /^Binder Error: (Catalog|Schema)|^Catalog Error: .*(schema|catalog).* does not exist/i,
    code: 'RELATION_NOT_FOUND',
    says: 'A schema of the statement is not in the database.',
  },
  { when: /division by zero/i, code: 'DIVISION_BY_ZERO', says: 'The statement divides by zero.' },
  {
    when: /^Out of Range Error|overflow|out of range/i,
    code: 'NUMERIC_OVERFLOW',
    says: 'A number in the statement or the data is too large for its type.',
  },
  {
    when: /^Invalid Input Error: More than one row returned by a subquery/i,
    code: 'VALUE_INVALID',
    says: 'A subquery gave more than one row where one is needed.',
  },
  {
    when: /^(Conversion|Mismatch Type|Invalid Type) Error|could not (convert|parse)/i,
    code: 'VALUE_INVALID',
    says: 'A value in the statement or the data cannot be converted to the type that is asked for.',
  },
  {
    when: /^Out of Memory|memory_limit|max_temp_directory_size|failed to allocate|No space left/i,
    code: 'RESOURCES_EXHAUSTED',
    says: 'The statement needs more memory or temporary space than the connection permits.',
    retryable: true,
  },
  {
    when: /^(Parser|Syntax|Binder|Catalog|Not implemented|Parameter Not Resolved|Parameter Not Allowed|Expression|Invalid Input) Error/i,
    code: 'STATEMENT_INVALID',
    says: 'DuckDB does not accept the statement.',
  },
  {
    when: /connection disconnected|^Connection Error/i,
    code: 'CONNECTION_LOST',
    says: 'The connection to DuckDB was closed.',
    retryable: true,
  },
  { when: /^IO Error/i, code: 'CONNECTION_LOST', says: 'DuckDB cannot read its database file any more.' },
];

/** The driver puts its own words before those of the engine. */
const textOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^Failed to [a-z ]+: /i, '');

export const translateError = (error: unknown): PluginError => {
  const text = textOf(error);
  const rule = rules.find(({ when }) => when.test(text));
  return rule
    ? new PluginError(rule.code, rule.says, { cause: error, retryable: rule.retryable })
    : new PluginError('STATEMENT_INVALID', 'DuckDB could not run the statement.', { cause: error });
};

const openRules: readonly {
  readonly when: RegExp;
  readonly code: ErrorCode;
  readonly says: (path: string) => string;
}[] = [
  {
    when: /does not exist|No such file/i,
    code: 'DATABASE_NOT_FOUND',
    says: (path) => `There is no DuckDB file ${path}; check \`path\`.`,
  },
  {
    when: /Could not set lock|Conflicting lock/i,
    code: 'CONNECTION_FAILED',
    says: (path) => `The DuckDB file ${path} is open for writing in another process; end that process, or open a copy.`,
  },
  {
    when: /not a valid DuckDB database|Is a directory|Could not read|Serialization Error|version number|Corrupt/i,
    code: 'CONNECTION_FAILED',
    says: (path) => `${path} is no DuckDB file that this version can read.`,
  },
  {
    when: /Permission denied|Cannot open file/i,
    code: 'PERMISSION_DENIED',
    says: (path) => `The operating system does not let DataMind read ${path}.`,
  },
];

export const translateOpenError = (error: unknown, path: string): PluginError => {
  const text = textOf(error);
  const rule = openRules.find(({ when }) => when.test(text));
  return rule
    ? new PluginError(rule.code, rule.says(path), { cause: error })
    : new PluginError('CONNECTION_FAILED', `DuckDB could not open ${path} with these settings.`, { cause: error });
};
