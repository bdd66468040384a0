/**
 * Does a statement need a barrier between its own expressions and the rows that a policy keeps back? An engine may evaluate
 * the user's expression on a hidden row first; what cannot fail and cannot be seen on any value needs none. Only what is
 * listed here is known to be so.
 */
import type { DialectName } from '../../core/plugin/contract.js';
import type { Operand, OwnWork, Uses } from '../../core/sql/parse-sql.js';
import type { ValueType } from '../../core/sql/expression.js';
import type { Select } from '../../core/sql/statement.js';

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter((word) => word !== ''));

/** Comparisons and the joining of conditions; `?` and `:` choose in ClickHouse. */
const totalOperators = set('= == < <= > >= <> != <=> ? :');
/** Not even by overflow or size: upper and lower, but no `repeat`; aggregates, for they are computed after the filter. */
const totalFunctions = set(`
  count min max any all coalesce ifnull nullif lower upper length char_length character_length octet_length trim ltrim rtrim
  rank dense_rank row_number ntile lag lead first_value last_value rollup cube grouping if iif multiif isnull isnotnull
  array_agg list string_agg group_concat groupuniqarray grouparray year month quarter`);
/** Aggregates that can overflow do so on permitted rows only, where no other rows decide whether they are computed. */
const totalAggregates = set(
  'sum avg total count_if countif bool_and bool_or every stddev variance any_value uniq uniqexact',
);

/** Of those above, what can fail on the rows of its own query. */
const notTotalLate = set('ntile array_agg list string_agg group_concat groupuniqarray grouparray');

/** What only there converts its arguments, row by row; or fails, where a plan may do without it (`CONTEXT.md`, "What engines know"). */
const notTotal: Partial<Record<DialectName, ReadonlySet<string>>> = {
  duckdb: set('if iif nullif ntile stddev variance'),
  clickhouse: set('if iif nullif ifnull coalesce multiif'),
};

/** Columns that need no conversion where they meet such an operand. */
const meets: Readonly<Record<'number' | 'truth' | 'moment', readonly ValueType[]>> = {
  number: ['number', 'boolean'],
  truth: ['boolean', 'number'],
  moment: ['date', 'timestamp', 'instant'],
};

/** DuckDB compares after it has converted every value of one side, constants too, where there is a row, and a value can fail to convert. */
const convertsRows = (operand: Operand, other: Operand, typeOf: (column: Operand) => ValueType | null): boolean => {
  const isText = (one: Operand): boolean =>
    one === 'string' ||
    one === 'moment string' ||
    one === 'text' ||
    (typeof one === 'object' && typeOf(one) === 'string');
  if (operand === 'null' || other === 'null' || (isText(operand) && isText(other))) return false;
  if (operand === 'moment string')
    return other !== 'moment' && !(typeof other === 'object' && meets.moment.includes(typeOf(other) ?? 'string'));
  if (operand === 'string' || operand === 'text') return true;
  // It was asked the other way round.
  if (other === 'string' || other === 'moment string' || other === 'text') return false;
  if (operand === 'other' || operand === 'row') return true;
  if (typeof operand !== 'object') return false;
  const type = typeOf(operand);
  if (type === null || other === 'other' || other === 'row') return true;
  return typeof other === 'object' ? type !== typeOf(other) : !meets[other].includes(type);
};

/** Whether a text that stands among values of another type is converted. */
const convertsConstant = (operands: readonly Operand[], typeOf: (column: Operand) => ValueType | null): boolean =>
  [...new Set(operands)].some(
    (constant) =>
      (constant === 'string' || constant === 'moment string') &&
      operands.some((other) => convertsRows(constant, other, typeOf)),
  );

/**
 * ClickHouse scales a decimal to the digits of what it is compared with, which overflows for some values and not for others
 * (`Can't compare decimal number due to overflow`, seen on 26.7). What is of two tables is compared after their policies.
 */
const scalesRows = (
  operand: Operand,
  other: Operand,
  typeOf: (column: Operand) => ValueType | null,
  tableOf: (column: Operand) => object | null,
): boolean => {
  if (typeof operand !== 'object') return operand === 'row';
  const type = typeOf(operand);
  if (type !== null && type !== 'number') return false;
  const [table, beside] = [tableOf(operand), tableOf(other)];
  return table === null || beside === null || table === beside;
};

/**
 * What about the statement could fail on a hidden row, for people to read; `null` when nothing could.
 *
 * @param typeOf the type of a column, `null` when it is not known
 * @param tableOf the table of a column, `null` when it is of none or not known
 * @param lateWork of queries outside of which tables stand
 */
export const whyBarrier = (
  uses: Uses,
  dialect: DialectName,
  typeOf: (column: Operand) => ValueType | null,
  tableOf: (column: Operand) => object | null,
  lateWork: readonly OwnWork[],
): string | null => {
  for (const operator of uses.operators) if (!totalOperators.has(operator)) return `the operator ${operator}`;
  for (const name of uses.functions)
    if (notTotal[dialect]?.has(name) || (!totalFunctions.has(name) && !totalAggregates.has(name)))
      return `the function ${name}`;
  for (const type of uses.types) return `the cast to ${type}`;
  // PostgreSQL and SQLite compute a subquery in a condition, and the other side of a join, before a policy that is a join.
  for (const { kind, what } of lateWork)
    if (kind === 'clause') return `${what} in a query of its own`;
    else if (totalAggregates.has(what) || notTotalLate.has(what)) return `the function ${what} in a query of its own`;
  if (uses.longNumbers) return 'a number of more than 15 digits, whose sum may overflow';
  if (uses.tableFunctions.size > 0) return 'a function in FROM';
  if (uses.patterns) return 'a pattern that is no plain constant';
  if (uses.subscripts) return 'a subscript';
  if (uses.scalarQueries) return 'a subquery in the place of a value';
  if (dialect === 'duckdb')
    for (const { left, right } of uses.comparisons)
      if (convertsRows(left, right, typeOf) || convertsRows(right, left, typeOf))
        return 'a comparison of different types';
  if (dialect === 'duckdb' && uses.choices.some((operands) => convertsConstant(operands, typeOf)))
    return 'values of different types in one place';
  if (dialect === 'clickhouse')
    for (const { left, right } of uses.comparisons)
      if (scalesRows(left, right, typeOf, tableOf) || scalesRows(right, left, typeOf, tableOf))
        return 'a comparison of numbers';
  return null;
};

/**
 * Why the relation needs a barrier even when no row is kept back: the engine itself answers wrongly without one. MariaDB
 * loses rows, or finds some that are none, when it merges a subquery in FROM into a statement with windows and a semi-join, and
 * goes down when a column that it compares in a list is a subquery of a policy's (seen on 10.11).
 */
export const whyNeverMerged = (uses: Uses, dialect: DialectName): string | null => {
  if (dialect !== 'mysql') return null;
  if (uses.windows) return 'a window, which MariaDB computes wrongly over a merged subquery';
  return uses.rowQueries ? 'a list of values that is compared with a subquery' : null;
};

const barriers: Readonly<Record<DialectName, string>> = {
  postgres: 'OFFSET 0',
  duckdb: 'OFFSET 0',
  mysql: 'LIMIT 18446744073709551615',
  clickhouse: 'LIMIT 18446744073709551615',
  sqlite: 'LIMIT -1',
  redshift: 'OFFSET 0',
  sqlserver: 'ORDER BY (SELECT NULL) OFFSET 0 ROWS',
  snowflake: 'LIMIT 9223372036854775807',
  bigquery: 'LIMIT 9223372036854775807',
};

/**
 * Ends a relation so that nothing is evaluated below it first. PostgreSQL looks through OFFSET for what `ANALYZE` knows of the
 * whole table's values, and plans conditions by it: by how many rows it expects it chooses which side of a join it computes, and
 * whether an expression that fails is reached. It knows nothing of the columns of a set operation (`examine_simple_variable`, 15 to 18).
 */
export const barrierOf = (dialect: DialectName, { columns }: Pick<Select, 'columns'>): string =>
  dialect === 'postgres'
    ? `UNION ALL\nSELECT ${columns.map(() => 'NULL').join(', ')} WHERE FALSE\n${barriers.postgres}`
    : barriers[dialect];
