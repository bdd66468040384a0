import type { Parameter } from '../../plugin/contract.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { Dialect } from './dialect.js';
import { doubleQuoted, namesQuotedBy, singleQuoted, spaced } from './names.js';
import {
  call,
  countedPeriods,
  mayBeDay,
  nullSafeExtreme,
  standardFunctions,
  standardShape,
  substringBy,
  units,
} from './standard.js';

/** Nothing here depends on a parameter of the session: not weeks on WEEK_START, not times on TIMESTAMP_TYPE_MAPPING. */
const double = (x: string): string => `CAST(${x} AS DOUBLE)`;
const date = (x: string): string => `CAST(${x} AS DATE)`;

const casts: Readonly<Record<Parameter['type'], (value: string) => string>> = {
  string: () => 'VARCHAR',
  integer: () => 'NUMBER(38, 0)',
  bigint: () => 'NUMBER(38, 0)',
  decimal: (value) => `NUMBER(38, ${value.split('.')[1]?.length ?? 0})`,
  float: () => 'DOUBLE',
  boolean: () => 'BOOLEAN',
  date: () => 'DATE',
  timestamp: () => 'TIMESTAMP_NTZ',
  timestamptz: () => 'TIMESTAMP_TZ',
};

/** Backslashes escape in texts. */
const text = (value: string): string => singleQuoted(value.replaceAll('\\', '\\\\'));

const plain = /^[a-z_][a-z0-9_]*$/;

const add = (unit: string, count: number | string, x: string): string => `DATEADD(${unit}, ${count}, ${x})`;

const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
    case 'hour':
      return `DATE_TRUNC('${grain}', ${x})`;
    case 'day':
      return date(x);
    case 'week': {
      const iso = `DAYOFWEEKISO(${x})`;
      return add('day', week_start === 0 ? `1 - ${iso}` : `-MOD(${iso} + ${6 - week_start}, 7)`, date(x));
    }
    case 'fiscal_quarter':
    case 'fiscal_year': {
      const name = grain === 'fiscal_year' ? 'year' : 'quarter';
      const months = (fiscal_month - 1) % (name === 'year' ? 12 : 3);
      return months === 0
        ? `DATE_TRUNC('${name}', ${date(x)})`
        : add('month', months, `DATE_TRUNC('${name}', ${add('month', -months, date(x))})`);
    }
    default:
      return `DATE_TRUNC('${grain}', ${date(x)})`;
  }
};

/** A time with or without a zone of its own; one without is of the session's, which is UTC. */
const localTime = (x: string, stores: TimeStores, zone: string): string => {
  if (stores === 'date' || stores === 'local') return x;
  if (stores === 'instant') return `CAST(CONVERT_TIMEZONE(${singleQuoted(zone)}, ${x}) AS TIMESTAMP_NTZ)`;
  return zone === 'UTC' ? x : `CONVERT_TIMEZONE('UTC', ${singleQuoted(zone)}, ${x})`;
};

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

const parts: Readonly<Record<string, string>> = {
  week: 'WEEKISO',
  dow: 'DAYOFWEEKISO',
  doy: 'DAYOFYEAR',
};

const shift = (x: string, count: number | string, unit: Step['unit'], of: 'date' | 'timestamp'): string =>
  add(unit, count, of === 'timestamp' && unit !== 'minute' ? `CAST(${x} AS TIMESTAMP_NTZ)` : x);

export const snowflake: Dialect = Object.freeze({
  name: 'snowflake',
  // Bare names are names in upper case: a plain name of a model means that, and a reserved one is quoted as that.
  identifier: namesQuotedBy((name) => doubleQuoted(plain.test(name) ? name.toUpperCase() : name)),
  bind: ({ type, value }: Parameter): Parameter =>
    type === 'timestamptz' && typeof value === 'string'
      ? { type, value: value.replace('Z', '+00:00') }
      : { type, value },
  placeholder: (_: number, { type, value }: Parameter) => `CAST(? AS ${casts[type](String(value))})`,
  text,
  date: (iso) => `DATE '${iso}'`,
  timestamp: (iso) => `CAST('${spaced(iso)}' AS TIMESTAMP_NTZ)`,
  moment: (iso) => `CAST('${spaced(iso)}' AS TIMESTAMP_NTZ)`,
  boolean: (value) => (value ? 'TRUE' : 'FALSE'),
  nullOf: {
    string: 'CAST(NULL AS VARCHAR)',
    number: 'CAST(NULL AS NUMBER(1, 0))',
    boolean: 'CAST(NULL AS BOOLEAN)',
    date: 'CAST(NULL AS DATE)',
    timestamp: 'CAST(NULL AS TIMESTAMP_NTZ)',
  },
  cast: {
    string: (x) => `CAST(${x} AS VARCHAR)`,
    integer: (x) => `CAST(${x} AS NUMBER(38, 0))`,
    decimal: (x) => `CAST(${x} AS NUMBER(38, 10))`,
    float: double,
    boolean: (x) => `CAST(${x} AS BOOLEAN)`,
    date,
    timestamp: (x) => `CAST(${x} AS TIMESTAMP_NTZ)`,
  },
  functions: {
    ...standardFunctions(double),
    mod: ([x, y]) => `MOD(${x}, nullif(${y}, 0))`,
    log10: ([x]) => `CASE WHEN ${x} > 0 THEN LOG(10, ${double(x!)}) END`,
    log2: ([x]) => `CASE WHEN ${x} > 0 THEN LOG(2, ${double(x!)}) END`,
    substring: substringBy((value, start, count) => `SUBSTR(${value}, ${start}${count === null ? '' : `, ${count}`})`),
    strpos: ([value, part]) => `CHARINDEX(${part}, ${value})`,
    contains: call('CONTAINS'),
    starts_with: call('STARTSWITH'),
    ends_with: call('ENDSWITH'),
    split_part: call('SPLIT_PART'),
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) => `${parts[part!] ?? part!.toUpperCase()}(${at})`,
    date_add: ([at, count, unit]) => {
      const factor = units[unit as keyof typeof units];
      const name = unit === 'quarter' || unit === 'year' ? 'month' : unit === 'week' ? 'day' : unit!;
      return add(name, `CAST(${factor === 1 ? count : `(${count}) * ${factor}`} AS NUMBER(38, 0))`, at!);
    },
    date_diff: ([unit, from, to]) =>
      unit === 'week'
        ? `CAST(DATEDIFF(day, ${truncate(from!, 'week', plainCalendar)}, ${truncate(to!, 'week', plainCalendar)}) / 7 AS NUMBER(38, 0))`
        : `DATEDIFF(${unit}, ${from}, ${to})`,
    last_day: ([at]) => `LAST_DAY(${date(at!)})`,
    make_date: ([year, month, day]) => {
      const padded = (x: string, width: number): string => `LPAD(CAST(${x} AS VARCHAR), ${width}, '0')`;
      const written = `${padded(year!, 4)} || '-' || ${padded(month!, 2)} || '-' || ${padded(day!, 2)}`;
      return `CASE WHEN ${mayBeDay(year!, month!, day!)} THEN TRY_TO_DATE(${written}, 'YYYY-MM-DD') END`;
    },
    from_unixtime: ([seconds]) => `TO_TIMESTAMP_NTZ(CAST(${seconds} * 1000000 AS NUMBER(38, 0)), 6)`,
  },
  comparable: (x) => x,
  exactNumber: (digits) => digits,
  widen: (x) => x,
  alike: null,
  arithmetic: null,
  modulo: (left, right) => `MOD(${left}, nullif(${right}, 0))`,
  concat: (left, right) => `${left} || ${right}`,
  divide: (left, right) => `${double(left)} / nullif(${double(right)}, 0)`,
  like: (x, pattern) => `${x} LIKE ${pattern} ESCAPE '\\\\'`,
  likeValue: (pattern) => pattern,
  round: (x, digits) => `round(${x}, ${digits})`,
  extreme: nullSafeExtreme,
  windowSum: (x, over) => `sum(${x}) OVER (${over})`,
  aggregates: {
    sum: (x) => `sum(${x})`,
    count: (x) => `count(${x})`,
    count_distinct: (x) => `count(DISTINCT ${x})`,
    // The engine's estimate is off by more than 5 % now and then: 1.6 % is its deviation, not its bound.
    approx_distinct: (x) => `count(DISTINCT ${x})`,
    average: (x) => `avg(${double(x)})`,
    min: (x) => `min(${x})`,
    max: (x) => `max(${x})`,
    percentile: (x, at) => `PERCENTILE_CONT(${at}) WITHIN GROUP (ORDER BY ${double(x)})`,
  },
  localTime,
  localValue: localTime,
  storedTime: (x) => x,
  truncate,
  shift: (x, { count, unit }: Step, of) => shift(x, count, unit, of),
  hash: (outer, inner, x) => {
    const bytes = (hex: string): string => `TO_BINARY(${hex}, 'HEX')`;
    const inside = `SHA2_BINARY(${bytes(inner)} || TO_BINARY(CAST(${x} AS VARCHAR), 'UTF-8'), 256)`;
    return `LOWER(HEX_ENCODE(SHA2_BINARY(${bytes(outer)} || ${inside}, 256)))`;
  },
  periods: (first, last, from, count, step, type) =>
    countedPeriods({ first, last, from, count }, step, (at, steps) => shift(at, steps, step.unit, type)),
  order: (position, desc) => `${position}${desc ? ' DESC' : ''} NULLS LAST`,
  limit: (limit, offset) =>
    limit === null && offset === 0 ? '' : `\nLIMIT ${limit ?? 'NULL'}${offset === 0 ? '' : `\nOFFSET ${offset}`}`,
  // EXISTS is not correlated by more than equality there.
  shape: { ...standardShape, cycles: 'error', conversions: 'pairs' },
} satisfies Dialect);
