/** What several dialects write alike. Each dialect's file says where it differs. */
import type { FunctionName } from '../functions.js';
import type { Step } from '../statement.js';
import { DataMindError } from '../../errors/datamind-error.js';
import type { DialectName } from '../../plugin/contract.js';
import type { FunctionWriter, StatementShape } from './dialect.js';

export const standardShape: StatementShape = Object.freeze({
  bits: false,
  groupBy: 'positions',
  ordersDistinct: true,
  recursive: Object.freeze({ words: 'WITH RECURSIVE', columns: false }),
  cycles: 'dropped',
  conversions: 'exists',
  rows: 'tuple',
});

/** @throws DataMindError always */
export const refuse = (dialect: DialectName, what: string, why: string): never => {
  throw new DataMindError('UNSUPPORTED_ON_DIALECT', `${what} cannot be computed rightly on ${dialect}: ${why}.`, {
    hint: `Give the expression a variant for ${dialect}, or prepare the column in a view.`,
  });
};

/** The conditions under which three numbers can be a day at all, before they are written as digits. */
export const mayBeDay = (year: string, month: string, day: string): string =>
  `${year} BETWEEN 1 AND 9999 AND ${month} BETWEEN 1 AND 12 AND ${day} BETWEEN 1 AND 31`;

const digit =
  '(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';

/** The most rows that {@link numbers} gives when nobody knows how many are needed. */
const mostNumbers = 100_000;

/** Rows of the numbers from 0 on, by multiplying digits out: as many as are needed, or {@link mostNumbers}. */
export const numbers = (count: number | null): { readonly from: string; readonly n: string } => {
  const digits = count === null ? 5 : Math.max(1, String(count - 1).length);
  const names = Array.from({ length: digits }, (_, place) => `digit_${place}`);
  return {
    from: names.map((name) => `${digit} AS ${name}`).join('\nCROSS JOIN '),
    n: names.map((name, place) => (place === 0 ? `${name}.n` : `${name}.n * ${10 ** place}`)).join(' + '),
  };
};

/**
 * The periods from `first` to `last` for engines that have no series but DATEADD and DATEDIFF. No step is added that is not
 * wanted, for it could leave the calendar; when there are more periods than can be numbered the statement ends with a
 * division by zero, and not with fewer of them.
 *
 * @param add writes a step of so many units
 */
export const countedPeriods = (
  { first, last, from, count }: { first: string; last: string; from: string; count: number | null },
  { count: length, unit }: Step,
  add: (at: string, count: string) => string,
): string => {
  const { from: digits, n } = numbers(count);
  const steps = `DATEDIFF(${unit}, ${first}, ${last})`;
  const wanted = count === null ? `numbers.n * ${length} <= ${steps}` : `numbers.n < ${count}`;
  const moved = `CASE WHEN ${wanted} THEN numbers.n${length === 1 ? '' : ` * ${length}`} ELSE 0 END`;
  const guard = count === null ? `\n  AND 1 / CASE WHEN ${steps} >= ${mostNumbers * length} THEN 0 ELSE 1 END = 1` : '';
  const table = `(SELECT ${n} AS n FROM ${digits}) AS numbers`;
  return `SELECT ${add(first, moved)} AS period_start\nFROM ${from === '' ? '' : `${from}\nCROSS JOIN `}${table}\nWHERE ${wanted}${guard}`;
};

export const call =
  (name: string): FunctionWriter =>
  (args) =>
    `${name}(${args.join(', ')})`;

const integer = /^\d+$/;

/** A count that is not below 0. */
const atLeastZero = (value: string): string =>
  integer.test(value) ? value : `CASE WHEN ${value} < 0 THEN 0 ELSE ${value} END`;

/** `substring` by the law of {@link functions}: positions before the text count. */
export const substringBy =
  (write: (text: string, start: string, count: string | null) => string): FunctionWriter =>
  ([text, start, count]) => {
    if (integer.test(start!) && start !== '0') {
      return write(text!, start!, count === undefined ? null : atLeastZero(count));
    }
    const from = `CASE WHEN ${start} < 1 THEN 1 ELSE ${start} END`;
    if (count === undefined) return write(text!, from, null);
    const left = `(${count} + CASE WHEN ${start} < 1 THEN ${start} - 1 ELSE 0 END)`;
    return write(text!, from, `CASE WHEN ${left} < 0 THEN 0 ELSE ${left} END`);
  };

export const countedBy =
  (write: (text: string, count: string) => string): FunctionWriter =>
  ([text, count]) =>
    write(text!, atLeastZero(count!));

const guarded = (name: 'least' | 'greatest', args: readonly string[]): string =>
  args.length === 1
    ? args[0]!
    : `CASE WHEN ${args.map((arg) => `${arg} IS NOT NULL`).join(' AND ')} THEN ${name}(${args.join(', ')}) END`;

/** `least` and `greatest` where the engine's own pass over nulls. */
export const nullSafeExtreme = (which: 'least' | 'greatest', args: readonly string[]): string => guarded(which, args);

export const units = { second: 1, minute: 1, hour: 1, day: 1, week: 7, month: 1, quarter: 3, year: 12 } as const;

type Standard = Exclude<
  FunctionName,
  'date_trunc' | 'date_part' | 'date_add' | 'date_diff' | 'last_day' | 'make_date' | 'from_unixtime' | 'split_part'
>;

/** @param double writes a cast to double precision */
export const standardFunctions = (double: (x: string) => string): Readonly<Record<Standard, FunctionWriter>> => {
  const real =
    (name: string): FunctionWriter =>
    (args) =>
      `${name}(${args.map(double).join(', ')})`;
  const realWhen =
    (condition: (x: string) => string, name: string): FunctionWriter =>
    ([x]) =>
      `CASE WHEN ${condition(x!)} THEN ${name}(${double(x!)}) END`;
  const positive = (x: string): string => `${x} > 0`;
  const unit = (x: string): string => `${x} BETWEEN -1 AND 1`;
  return {
    coalesce: call('coalesce'),
    nullif: call('nullif'),
    if: ([condition, then, otherwise]) =>
      `CASE WHEN ${condition} THEN ${then}${otherwise === undefined ? '' : ` ELSE ${otherwise}`} END`,
    greatest: (args) => guarded('greatest', args),
    least: (args) => guarded('least', args),
    abs: call('abs'),
    sign: call('sign'),
    round: call('round'),
    floor: call('floor'),
    ceil: call('ceil'),
    trunc: call('trunc'),
    mod: ([x, y]) => `${x} % nullif(${y}, 0)`,
    power: ([x, y]) =>
      `CASE WHEN NOT (${x} < 0 AND ${y} <> floor(${y}) OR ${x} = 0 AND ${y} < 0) THEN power(${double(x!)}, ${double(y!)}) END`,
    sqrt: realWhen((x) => `${x} >= 0`, 'sqrt'),
    exp: real('exp'),
    ln: realWhen(positive, 'ln'),
    log10: realWhen(positive, 'log10'),
    log2: realWhen(positive, 'log2'),
    sin: real('sin'),
    cos: real('cos'),
    asin: realWhen(unit, 'asin'),
    acos: realWhen(unit, 'acos'),
    atan2: real('atan2'),
    radians: real('radians'),
    lower: call('lower'),
    upper: call('upper'),
    trim: call('trim'),
    ltrim: call('ltrim'),
    rtrim: call('rtrim'),
    length: call('length'),
    substring: substringBy((text, start, count) => `substring(${text}, ${start}${count === null ? '' : `, ${count}`})`),
    left: countedBy((text, count) => `left(${text}, ${count})`),
    right: countedBy((text, count) => `right(${text}, ${count})`),
    concat: (args) => `(${args.join(' || ')})`,
    replace: call('replace'),
    strpos: call('strpos'),
    contains: ([text, part]) => `strpos(${text}, ${part}) > 0`,
    starts_with: call('starts_with'),
    ends_with: ([text, part]) => `right(${text}, length(${part})) = ${part}`,
    lpad: call('lpad'),
    rpad: call('rpad'),
  };
};
