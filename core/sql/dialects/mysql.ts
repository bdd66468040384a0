import type { Parameter } from '../../plugin/contract.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { Dialect } from './dialect.js';
import { namesQuotedBy, singleQuoted, spaced } from './names.js';
import { call, standardFunctions, standardShape, substringBy, units } from './standard.js';

/** Adding a float makes a float of integers and decimals alike, in every version. */
const double = (x: string): string => `(${x} + 0e0)`;

/** Backslashes mean different things in different SQL modes; without them there is nothing to mistake. */
const text = (value: string): string =>
  value.includes('\\')
    ? `CONVERT(X'${Buffer.from(value, 'utf8').toString('hex')}' USING utf8mb4)`
    : singleQuoted(value);

/** Upper and lower case differ, whatever the column's collation. */
const exact = (x: string): string => `CONVERT(${x} USING utf8mb4) COLLATE utf8mb4_bin`;

const monthStart = (x: string): string => `date(${x}) - INTERVAL dayofmonth(${x}) - 1 DAY`;

const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
      return `CAST(date_format(${x}, '%Y-%m-%d %H:%i:00') AS DATETIME)`;
    case 'hour':
      return `CAST(date_format(${x}, '%Y-%m-%d %H:00:00') AS DATETIME)`;
    case 'day':
      return `date(${x})`;
    case 'week':
      return week_start === 0
        ? `date(${x}) - INTERVAL weekday(${x}) DAY`
        : `date(${x}) - INTERVAL (weekday(${x}) + ${7 - week_start}) % 7 DAY`;
    case 'month':
      return monthStart(x);
    case 'year':
      return `makedate(year(${x}), 1)`;
    case 'quarter':
      return `makedate(year(${x}), 1) + INTERVAL quarter(${x}) - 1 QUARTER`;
    case 'fiscal_quarter':
      return `${monthStart(x)} - INTERVAL (month(${x}) + ${12 - fiscal_month}) % 3 MONTH`;
    case 'fiscal_year':
      return `${monthStart(x)} - INTERVAL (month(${x}) + ${12 - fiscal_month}) % 12 MONTH`;
  }
};

const parts: Readonly<Record<string, string>> = {
  week: 'weekofyear',
  day: 'dayofmonth',
  doy: 'dayofyear',
};

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

const dateDiff = (unit: string, from: string, to: string): string => {
  const year = `year(${to}) - year(${from})`;
  switch (unit) {
    case 'year':
      return `(${year})`;
    case 'quarter':
      return `((${year}) * 4 + quarter(${to}) - quarter(${from}))`;
    case 'month':
      return `((${year}) * 12 + month(${to}) - month(${from}))`;
    case 'week':
      return `(datediff(${truncate(to, 'week', plainCalendar)}, ${truncate(from, 'week', plainCalendar)}) DIV 7)`;
    case 'day':
      return `datediff(${to}, ${from})`;
    default: {
      const cut = (x: string): string =>
        unit === 'second'
          ? `CAST(date_format(${x}, '%Y-%m-%d %H:%i:%s') AS DATETIME)`
          : truncate(x, unit as Grain, plainCalendar);
      return `timestampdiff(${unit.toUpperCase()}, ${cut(from)}, ${cut(to)})`;
    }
  }
};

const localTime = (x: string, stores: TimeStores, zone: string): string =>
  stores === 'date' || stores === 'local' || zone === 'UTC' ? x : `convert_tz(${x}, '+00:00', ${singleQuoted(zone)})`;

const digit =
  '(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';

/** The largest there is: MySQL has no word for none. */
const noLimit = '18446744073709551615';

/** Minutes of 190 years. */
const mostDigits = 8;

/**
 * Recursion ends after a thousand rounds here, in MariaDB without an error; so digits are multiplied out.
 * @param count `null` where only the database knows
 */
const numbers = (count: number | null): { readonly from: string; readonly digits: readonly string[] } => {
  const length = count === null ? mostDigits : Math.max(1, String(count - 1).length);
  const names = Array.from({ length }, (_, place) => `digit_${place}`);
  return {
    from: names.map((name) => `${digit} AS ${name}`).join('\nCROSS JOIN '),
    digits: names.map((name, place) => (place === 0 ? `${name}.n` : `${name}.n * ${10 ** place}`)),
  };
};

/** MariaDB knows a decimal −0, which it takes for another number than 0; with 0 added it is 0. */
const modulo = (left: string, right: string): string => `(${left} % nullif(${right}, 0) + 0)`;

export const mysql: Dialect = Object.freeze({
  name: 'mysql',
  identifier: namesQuotedBy((name) => `\`${name.replaceAll('`', '``')}\``),
  // The session's time zone is UTC.
  bind: ({ type, value }: Parameter): Parameter =>
    type === 'timestamptz' && typeof value === 'string'
      ? { type: 'timestamp', value: value.replace('Z', '') }
      : { type, value },
  placeholder: () => '?',
  text,
  date: (iso) => `DATE '${iso}'`,
  timestamp: (iso) => `TIMESTAMP '${spaced(iso)}'`,
  moment: (iso) => `TIMESTAMP '${spaced(iso)}'`,
  boolean: (value) => (value ? 'TRUE' : 'FALSE'),
  nullOf: { string: 'NULL', number: 'NULL', boolean: 'NULL', date: 'NULL', timestamp: 'NULL' },
  cast: {
    string: (x) => `CAST(${x} AS CHAR)`,
    integer: (x) => `CAST(${x} AS SIGNED)`,
    decimal: (x) => `CAST(${x} AS DECIMAL(38, 10))`,
    float: double,
    boolean: (x) => `(${x} <> 0)`,
    date: (x) => `CAST(${x} AS DATE)`,
    timestamp: (x) => `CAST(${x} AS DATETIME(6))`,
  },
  functions: {
    ...standardFunctions(double),
    mod: ([x, y]) => modulo(x!, y!),
    least: call('least'),
    greatest: call('greatest'),
    trunc: ([x]) => `truncate(${x}, 0)`,
    length: call('char_length'),
    concat: call('concat'),
    substring: substringBy(
      (value, start, count) => `substring(${value}, ${start}${count === null ? '' : `, ${count}`})`,
    ),
    left: call('left'),
    right: call('right'),
    strpos: ([value, part]) => `locate(${part}, ${exact(value!)})`,
    contains: ([value, part]) => `locate(${part}, ${exact(value!)}) > 0`,
    starts_with: ([value, part]) => `left(${exact(value!)}, char_length(${part})) = ${part}`,
    ends_with: ([value, part]) => `right(${exact(value!)}, char_length(${part})) = ${part}`,
    split_part: ([value, separator, number]) =>
      `CASE WHEN (char_length(${value}) - char_length(replace(${value}, ${separator}, ''))) / char_length(${separator}) >= ${Number(number) - 1} THEN substring_index(substring_index(${value}, ${separator}, ${number}), ${separator}, -1) WHEN ${value} IS NOT NULL THEN '' END`,
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) => (part === 'dow' ? `(weekday(${at}) + 1)` : `${parts[part!] ?? part}(${at})`),
    date_add: ([at, count, unit]) => {
      const factor = units[unit as keyof typeof units];
      const name = unit === 'quarter' || unit === 'year' ? 'month' : unit === 'week' ? 'day' : unit!;
      return `(${at} + INTERVAL (${count})${factor === 1 ? '' : ` * ${factor}`} ${name.toUpperCase()})`;
    },
    date_diff: ([unit, from, to]) => dateDiff(unit!, from!, to!),
    last_day: call('last_day'),
    make_date: ([year, month, day]) => `str_to_date(concat_ws('-', ${year}, ${month}, ${day}), '%Y-%c-%e')`,
    from_unixtime: ([seconds]) => `(TIMESTAMP '1970-01-01 00:00:00' + INTERVAL ${seconds} SECOND)`,
  },
  comparable: (x) => x,
  exactNumber: (digits) => digits,
  widen: (x) => x,
  alike: null,
  arithmetic: null,
  modulo,
  concat: (left, right) => `concat(${left}, ${right})`,
  divide: (left, right) => `${double(left)} / nullif(${right}, 0)`,
  // `|` escapes: what a backslash does depends on the SQL mode.
  like: (x, pattern) => `${exact(x)} LIKE ${pattern} ESCAPE '|'`,
  likeValue: (pattern) =>
    pattern.replace(/\\(.)|\|/gsu, (_, escaped: string | undefined) =>
      escaped === undefined ? '||' : '%_|'.includes(escaped) ? `|${escaped}` : escaped,
    ),
  round: (x, digits) => `round(${x}, ${digits})`,
  extreme: (which, args) => (args.length === 1 ? args[0]! : `${which}(${args.join(', ')})`),
  windowSum: (x, over) => `sum(${x}) OVER (${over})`,
  aggregates: {
    sum: (x) => `sum(${x})`,
    count: (x) => `count(${x})`,
    count_distinct: (x) => `count(DISTINCT ${x})`,
    approx_distinct: (x) => `count(DISTINCT ${x})`,
    average: (x) => `avg(${double(x)})`,
    min: (x) => `min(${x})`,
    max: (x) => `max(${x})`,
    percentile: null,
  },
  localTime,
  // A TIMESTAMP is an instant; the session's time zone is UTC.
  localValue: (x, stores, zone) =>
    stores === 'instant' && zone === 'UTC' ? `CAST(${x} AS DATETIME(6))` : localTime(x, stores, zone),
  storedTime: (x) => x,
  truncate,
  shift: (x, { count, unit }: Step) =>
    count < 0 ? `${x} - INTERVAL ${-count} ${unit.toUpperCase()}` : `${x} + INTERVAL ${count} ${unit.toUpperCase()}`,
  hash: (outer, inner, x) =>
    `sha2(concat(unhex(${outer}), unhex(sha2(concat(unhex(${inner}), convert(${x} USING utf8mb4)), 256))), 256)`,
  periods: (first, last, from, count, { count: length, unit }) => {
    const { from: tables, digits } = numbers(count);
    // As scalars they are computed once and first; joined, the optimizer takes them last.
    const [low, high] = from === '' ? [first, last] : [first, last].map((edge) => `(SELECT ${edge} FROM ${from})`);
    const at = (n: string): string =>
      `${low} + INTERVAL (${n})${length === 1 ? '' : ` * ${length}`} ${unit.toUpperCase()}`;
    const all = at(digits.join(' + '));
    // Each digit by itself too, so that those which lead too far are dropped before they are multiplied out.
    const steps = count === null ? [...digits.map(at), all] : [all];
    const where = steps.map((step) => `${step} <= ${high}`).join('\n  AND ');
    const periods = `SELECT ${all} AS period_start\nFROM ${tables}\nWHERE ${where}`;
    // With a limit it is not merged into the query around it, where the digits would be multiplied out for each row.
    return count === null ? `${periods}\nLIMIT ${noLimit}` : periods;
  },
  order: (position, desc, notNull, value) => {
    if (desc) return `${position} DESC`;
    return notNull ? `${position}` : `${value()} IS NULL, ${position}`;
  },
  limit: (limit, offset) =>
    limit === null && offset === 0 ? '' : `\nLIMIT ${limit ?? noLimit}${offset === 0 ? '' : `\nOFFSET ${offset}`}`,
  // A DISTINCT is ordered by its columns only, not by whether they are null.
  shape: { ...standardShape, ordersDistinct: false },
} satisfies Dialect);
