import type { Parameter } from '../../plugin/contract.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { ValueType } from '../expression.js';
import type { Dialect } from './dialect.js';
import { namesQuotedBy, spaced } from './names.js';
import { call, nullSafeExtreme, standardFunctions, standardShape, substringBy, units } from './standard.js';

/** GoogleSQL. A wall clock is a DATETIME, an instant a TIMESTAMP; numbers with a fraction are floats unless they say otherwise. */
const double = (x: string): string => `CAST(${x} AS FLOAT64)`;
const date = (x: string): string => `CAST(${x} AS DATE)`;
const datetime = (x: string): string => `CAST(${x} AS DATETIME)`;
const whole = (x: string): string => (/^-?\d+$/.test(x) ? x : `CAST(${x} AS INT64)`);

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r' };
const text = (value: string): string => `'${value.replace(/[\\'\n\r]/g, (found) => escapes[found]!)}'`;

const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;

const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
    case 'hour':
      return `DATETIME_TRUNC(${x}, ${grain.toUpperCase()})`;
    case 'day':
      return date(x);
    case 'week':
      return `DATE_TRUNC(${date(x)}, WEEK(${weekdays[week_start]}))`;
    case 'fiscal_quarter':
    case 'fiscal_year': {
      const name = grain === 'fiscal_year' ? 'YEAR' : 'QUARTER';
      const months = (fiscal_month - 1) % (name === 'YEAR' ? 12 : 3);
      return months === 0
        ? `DATE_TRUNC(${date(x)}, ${name})`
        : `DATE_ADD(DATE_TRUNC(DATE_SUB(${date(x)}, INTERVAL ${months} MONTH), ${name}), INTERVAL ${months} MONTH)`;
    }
    default:
      return `DATE_TRUNC(${date(x)}, ${grain.toUpperCase()})`;
  }
};

/** `TIMESTAMP(x)` of a DATETIME is that moment in UTC, and of a TIMESTAMP the same. */
const localTime = (x: string, stores: TimeStores, zone: string): string => {
  if (stores === 'date' || stores === 'local') return x;
  return stores === 'utc' && zone === 'UTC' ? x : `DATETIME(TIMESTAMP(${x}), '${zone}')`;
};

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

const parts: Readonly<Record<string, string>> = { week: 'ISOWEEK', doy: 'DAYOFYEAR' };

const shift = (x: string, count: number | string, unit: string, of: 'date' | 'timestamp'): string =>
  of === 'date'
    ? `DATE_ADD(${x}, INTERVAL ${count} ${unit.toUpperCase()})`
    : `DATETIME_ADD(${datetime(x)}, INTERVAL ${count} ${unit.toUpperCase()})`;

/** A literal with a fraction would be a float. */
const exactNumber = (digits: string): string => {
  const fraction = /^-?\d+\.(\d+)$/.exec(digits)?.[1];
  if (fraction === undefined) return digits;
  return `${fraction.length > 9 || digits.length > 28 ? 'BIGNUMERIC' : 'NUMERIC'} '${digits}'`;
};

const radians = (x: string): string => `${double(x)} * ACOS(-1) / 180`;

export const bigquery: Dialect = Object.freeze({
  name: 'bigquery',
  identifier: namesQuotedBy((name) => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``),
  bind: (parameter: Parameter) => parameter,
  placeholder: (position: number) => `@p${position}`,
  text,
  date: (iso) => `DATE '${iso}'`,
  timestamp: (iso) => `DATETIME '${spaced(iso)}'`,
  moment: (iso) => `DATETIME '${spaced(iso)}'`,
  boolean: (value) => (value ? 'TRUE' : 'FALSE'),
  nullOf: {
    string: 'CAST(NULL AS STRING)',
    number: 'CAST(NULL AS INT64)',
    boolean: 'CAST(NULL AS BOOL)',
    date: 'CAST(NULL AS DATE)',
    timestamp: 'CAST(NULL AS DATETIME)',
  },
  cast: {
    string: (x) => `CAST(${x} AS STRING)`,
    integer: (x) => `CAST(${x} AS INT64)`,
    decimal: (x) => `CAST(${x} AS BIGNUMERIC)`,
    float: double,
    boolean: (x) => `CAST(${x} AS BOOL)`,
    date,
    timestamp: datetime,
  },
  functions: {
    ...standardFunctions(double),
    mod: ([x, y]) => `MOD(${x}, nullif(${y}, 0))`,
    log2: ([x]) => `CASE WHEN ${x} > 0 THEN LOG(${double(x!)}, 2) END`,
    radians: ([x]) => radians(x!),
    trim: ([x]) => `TRIM(${x}, ' ')`,
    ltrim: ([x]) => `LTRIM(${x}, ' ')`,
    rtrim: ([x]) => `RTRIM(${x}, ' ')`,
    length: call('CHAR_LENGTH'),
    substring: substringBy(
      (value, start, count) => `SUBSTR(${value}, ${whole(start)}${count === null ? '' : `, ${whole(count)}`})`,
    ),
    contains: ([value, part]) => `STRPOS(${value}, ${part}) > 0`,
    starts_with: call('STARTS_WITH'),
    ends_with: call('ENDS_WITH'),
    split_part: ([value, separator, number]) =>
      `CASE WHEN ${value} IS NOT NULL THEN coalesce(SPLIT(${value}, ${separator})[SAFE_OFFSET(${Number(number) - 1})], '') END`,
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) =>
      part === 'dow'
        ? `(MOD(EXTRACT(DAYOFWEEK FROM ${at}) + 5, 7) + 1)`
        : `EXTRACT(${parts[part!] ?? part!.toUpperCase()} FROM ${at})`,
    date_add: ([at, count, unit], [type]) => {
      const factor = units[unit as keyof typeof units];
      const name = unit === 'quarter' || unit === 'year' ? 'month' : unit === 'week' ? 'day' : unit!;
      const steps = factor === 1 ? whole(count!) : `${whole(count!)} * ${factor}`;
      return shift(at!, steps, name, type === 'date' ? 'date' : 'timestamp');
    },
    date_diff: ([unit, from, to], types: readonly ValueType[]) => {
      const ofDates = types[1] === 'date' && types[2] === 'date';
      const name = unit === 'week' ? 'WEEK(MONDAY)' : unit!.toUpperCase();
      return ofDates
        ? `DATE_DIFF(${to}, ${from}, ${name})`
        : `DATETIME_DIFF(${datetime(to!)}, ${datetime(from!)}, ${name})`;
    },
    last_day: ([at]) => `LAST_DAY(${date(at!)}, MONTH)`,
    make_date: (args) => `DATE(${args.map(whole).join(', ')})`,
    from_unixtime: ([seconds]) => `DATETIME(TIMESTAMP_MICROS(CAST(${seconds} * 1000000 AS INT64)), 'UTC')`,
  },
  comparable: (x) => x,
  exactNumber,
  widen: (x) => x,
  alike: null,
  arithmetic: null,
  modulo: (left, right) => `MOD(${left}, nullif(${right}, 0))`,
  concat: (left, right) => `${left} || ${right}`,
  divide: (left, right) => `${double(left)} / nullif(${double(right)}, 0)`,
  like: (x, pattern) => `${x} LIKE ${pattern}`,
  likeValue: (pattern) => pattern,
  round: (x, digits) => `ROUND(${x}, ${digits})`,
  extreme: nullSafeExtreme,
  windowSum: (x, over) => `sum(${x}) OVER (${over})`,
  aggregates: {
    sum: (x) => `sum(${x})`,
    count: (x) => `count(${x})`,
    count_distinct: (x) => `count(DISTINCT ${x})`,
    approx_distinct: (x) => `count(DISTINCT ${x})`,
    average: (x) => `avg(${double(x)})`,
    min: (x) => `min(${x})`,
    max: (x) => `max(${x})`,
    // PERCENTILE_CONT is no aggregate there, and APPROX_QUANTILES does not interpolate.
    percentile: null,
  },
  localTime,
  localValue: localTime,
  storedTime: (x) => x,
  truncate,
  shift: (x, { count, unit }: Step, of) => shift(x, count, unit, of),
  hash: (outer, inner, x) => {
    const inside = `SHA256(CONCAT(FROM_HEX(${inner}), CAST(CAST(${x} AS STRING) AS BYTES)))`;
    return `TO_HEX(SHA256(CONCAT(FROM_HEX(${outer}), ${inside})))`;
  },
  periods: (first, last, from, _count, { count, unit }, type) => {
    const interval = `INTERVAL ${count} ${unit.toUpperCase()}`;
    const moment = (x: string): string => `TIMESTAMP(${datetime(x)})`;
    const array =
      type === 'date'
        ? `GENERATE_DATE_ARRAY(${first}, ${last}, ${interval})`
        : `GENERATE_TIMESTAMP_ARRAY(${moment(first)}, ${moment(last)}, ${interval})`;
    const value = type === 'date' ? 'period' : "DATETIME(period, 'UTC')";
    return `SELECT ${value} AS period_start\nFROM ${from === '' ? '' : `${from}\nCROSS JOIN `}UNNEST(${array}) AS period`;
  },
  order: (position, desc) => `${position}${desc ? ' DESC' : ''} NULLS LAST`,
  limit: (limit, offset) =>
    limit === null && offset === 0
      ? ''
      : `\nLIMIT ${limit ?? '9223372036854775807'}${offset === 0 ? '' : `\nOFFSET ${offset}`}`,
  // EXISTS is taken apart only where it compares by equality.
  shape: { ...standardShape, cycles: 'error', conversions: 'pairs', rows: 'struct' },
} satisfies Dialect);
