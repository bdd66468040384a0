import type { Parameter } from '../../plugin/contract.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { Dialect } from './dialect.js';
import { atom, namesQuotedBy, spaced } from './names.js';
import { call, countedBy, nullSafeExtreme, standardFunctions, standardShape, substringBy, units } from './standard.js';

const double = (x: string): string => `toFloat64(${x})`;

/**
 * Here sums wrap around without a word, and so do products: of integers, and of decimals of 38 digits too, whatever
 * `decimal_check_overflow` says (it looks at sums of two only). Times a decimal one of 76 digits they have room for any sum
 * of 38 digits and any product of two; floats stay floats.
 */
const widen = (x: string): string => `${atom(x)} * toDecimal256('1', 0)`;

/**
 * The engine looks for a common type among whole numbers, decimals and floats in vain. Adding a zero of the other's type finds
 * one: a decimal of 76 digits where all are exact, else a float.
 */
const alike = (operands: readonly string[]): readonly string[] => {
  const zeros = operands.map((x) => `CASE WHEN 1 = 0 THEN ${x} ELSE 0 END`);
  return operands.map((x, own) => [widen(x), ...zeros.filter((_, index) => index !== own)].join(' + '));
};

/** Of decimals of two scales the engine divides the digits, wherever their points are: 7.25 % 2 is 0.01 there. */
const modulo = (left: string, right: string): string => {
  const [dividend, divisor] = alike([atom(left), atom(right)]);
  return `(${dividend}) % nullIf(${divisor}, 0)`;
};

/** What the engine takes as a whole number only; {@link widen} may have made it a decimal. */
const whole = (x: string): string => (/^-?\d+$/.test(x) ? x : `toInt64(${x})`);

const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const types: Readonly<Record<Parameter['type'], (value: string) => string>> = {
  string: () => 'String',
  integer: () => 'Int64',
  bigint: () => 'Int128',
  decimal: (value) => `Decimal(38, ${value.split('.')[1]?.length ?? 0})`,
  float: () => 'Float64',
  boolean: () => 'Bool',
  date: () => 'Date32',
  timestamp: () => "DateTime64(6, 'UTC')",
  timestamptz: () => "DateTime64(6, 'UTC')",
};

const day = (x: string): string => `toDate32(${x})`;
const monthStart = (x: string): string => `addDays(${day(x)}, 1 - toDayOfMonth(${x}))`;

/** By arithmetic on `Date32`: `toStartOfMonth` and its like give a `Date`, which begins in 1970. */
const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
      return `addMinutes(toDateTime64(${day(x)}, 0), toHour(${x}) * 60 + toMinute(${x}))`;
    case 'hour':
      return `addHours(toDateTime64(${day(x)}, 0), toHour(${x}))`;
    case 'day':
      return day(x);
    case 'week':
      return week_start === 0
        ? `addDays(${day(x)}, 1 - toDayOfWeek(${x}))`
        : `addDays(${day(x)}, 0 - (toDayOfWeek(${x}) + ${6 - week_start}) % 7)`;
    case 'month':
      return monthStart(x);
    case 'year':
      return `addDays(${day(x)}, 1 - toDayOfYear(${x}))`;
    case 'quarter':
      return `addMonths(${monthStart(x)}, 0 - (toMonth(${x}) - 1) % 3)`;
    case 'fiscal_quarter':
      return `addMonths(${monthStart(x)}, 0 - (toMonth(${x}) + ${12 - fiscal_month}) % 3)`;
    case 'fiscal_year':
      return `addMonths(${monthStart(x)}, 0 - (toMonth(${x}) + ${12 - fiscal_month}) % 12)`;
  }
};

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

const parts: Readonly<Record<string, string>> = {
  year: 'toYear',
  quarter: 'toQuarter',
  month: 'toMonth',
  week: 'toISOWeek',
  day: 'toDayOfMonth',
  dow: 'toDayOfWeek',
  doy: 'toDayOfYear',
  hour: 'toHour',
  minute: 'toMinute',
  second: 'toSecond',
};

const add = {
  month: 'addMonths',
  day: 'addDays',
  hour: 'addHours',
  minute: 'addMinutes',
  second: 'addSeconds',
} as const;

const localTime = (x: string, stores: TimeStores, zone: string): string =>
  stores === 'date' || stores === 'local' || zone === 'UTC' ? x : `toTimeZone(${x}, ${text(zone)})`;

/** Stands where a null would make the whole column one that may be null; such a row is never shown. */
const epoch: Readonly<Record<'date' | 'timestamp', string>> = {
  date: "toDate32('1970-01-01')",
  timestamp: "toDateTime64('1970-01-01 00:00:00', 6)",
};

export const clickhouse: Dialect = Object.freeze({
  name: 'clickhouse',
  identifier: namesQuotedBy((name) => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``),
  bind: (parameter: Parameter) => parameter,
  placeholder: (position: number, { type, value }: Parameter) => `{p${position}:${types[type](String(value))}}`,
  text,
  date: (iso) => `toDate32('${iso}')`,
  timestamp: (iso) => `toDateTime64('${spaced(iso)}', 6, 'UTC')`,
  moment: (iso) => `toDateTime64('${spaced(iso)}', 6, 'UTC')`,
  boolean: (value) => (value ? 'true' : 'false'),
  nullOf: { string: 'NULL', number: 'NULL', boolean: 'NULL', date: 'NULL', timestamp: 'NULL' },
  cast: {
    string: (x) => `toString(${x})`,
    integer: (x, type) => (type === 'string' ? `toInt64(${x})` : `toInt64(round(${x}))`),
    decimal: (x) => `toDecimal256(${x}, 10)`,
    float: double,
    boolean: (x) => `toBool(${x})`,
    date: day,
    timestamp: (x) => `toDateTime64(${x}, 6, 'UTC')`,
  },
  functions: {
    ...standardFunctions(double),
    mod: ([x, y]) => modulo(x!, y!),
    lower: call('lowerUTF8'),
    upper: call('upperUTF8'),
    trim: call('trimBoth'),
    ltrim: call('trimLeft'),
    rtrim: call('trimRight'),
    length: call('lengthUTF8'),
    substring: substringBy(
      (value, start, count) => `substringUTF8(${value}, ${whole(start)}${count === null ? '' : `, ${whole(count)}`})`,
    ),
    left: countedBy((value, count) => `leftUTF8(${value}, ${whole(count)})`),
    right: countedBy((value, count) => `rightUTF8(${value}, ${whole(count)})`),
    replace: call('replaceAll'),
    strpos: call('positionUTF8'),
    contains: ([value, part]) => `positionUTF8(${value}, ${part}) > 0`,
    starts_with: call('startsWith'),
    ends_with: call('endsWith'),
    split_part: ([value, separator, number]) =>
      `if(isNull(${value}), NULL, splitByString(${separator}, ifNull(${value}, ''))[${whole(number!)}])`,
    lpad: ([value, width, fill]) => `leftPadUTF8(${value}, ${whole(width!)}, ${fill})`,
    rpad: ([value, width, fill]) => `rightPadUTF8(${value}, ${whole(width!)}, ${fill})`,
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) => `${parts[part!]}(${at})`,
    date_add: ([at, count, unit]) => {
      const factor = units[unit as keyof typeof units];
      const name = unit === 'quarter' || unit === 'year' ? 'month' : unit === 'week' ? 'day' : unit!;
      return `${add[name as keyof typeof add]}(${at}, ${factor === 1 ? whole(count!) : `${whole(count!)} * ${factor}`})`;
    },
    // Its own weeks begin in 1970.
    date_diff: ([unit, from, to]) => {
      const monday = (x: string): string => truncate(x, 'week', plainCalendar);
      return unit === 'week'
        ? `intDiv(dateDiff('day', ${monday(from!)}, ${monday(to!)}), 7)`
        : `dateDiff('${unit}', ${from}, ${to})`;
    },
    last_day: ([at]) => `addDays(addMonths(${monthStart(at!)}, 1), -1)`,
    make_date: (args) => {
      const [, month, dayOfMonth] = args;
      const made = `makeDate32(${args.map(whole).join(', ')})`;
      return `CASE WHEN toDayOfMonth(${made}) = ${dayOfMonth} AND toMonth(${made}) = ${month} THEN ${made} END`;
    },
    from_unixtime: ([seconds]) => `fromUnixTimestamp64Micro(toInt64(${seconds} * 1000000), 'UTC')`,
  },
  comparable: (x) => x,
  exactNumber: (digits) => {
    const scale = digits.split('.')[1]?.length ?? 0;
    return scale === 0 || /e/i.test(digits) ? digits : `toDecimal64('${digits}', ${scale})`;
  },
  widen,
  alike,
  arithmetic: null,
  modulo,
  concat: (left, right) => `${left} || ${right}`,
  divide: (left, right) => `${double(left)} / nullIf(${double(right)}, 0)`,
  like: (x, pattern) => `${x} LIKE ${pattern}`,
  likeValue: (pattern) => pattern,
  round: (x, digits) => `round(${x}, ${digits})`,
  extreme: nullSafeExtreme,
  windowSum: (x, over) => `sum(${widen(x)}) OVER (${over})`,
  aggregates: {
    sum: (x) => `sum(${widen(x)})`,
    count: (x) => `count(${x})`,
    count_distinct: (x) => `count(DISTINCT ${x})`,
    approx_distinct: (x) => `ifNull(uniqCombined64(${x}), 0)`,
    average: (x) => `avg(${double(x)})`,
    min: (x) => `min(${x})`,
    max: (x) => `max(${x})`,
    percentile: (x, at) => `quantileExactInclusive(${at})(${double(x)})`,
  },
  localTime,
  // A DateTime64 that names no zone is a wall clock; the session's time zone is UTC.
  localValue: (x, stores, zone) => {
    if (stores === 'date' || stores === 'local') return x;
    const utc = stores === 'instant' || zone !== 'UTC' ? `CAST(${x} AS DateTime64(6))` : x;
    return zone === 'UTC' ? utc : `addSeconds(${utc}, timezoneOffset(toTimeZone(${x}, ${text(zone)})))`;
  },
  storedTime: (x) => x,
  truncate,
  shift: (x, { count, unit }: Step, of) =>
    of === 'timestamp' && unit === 'minute'
      ? `addMinutes(CAST(${x} AS DateTime64(6)), ${count})`
      : `${add[unit]}(${x}, ${count})`,
  hash: (outer, inner, x) =>
    `lower(hex(SHA256(concat(unhex(${outer}), SHA256(concat(unhex(${inner}), toString(${x})))))))`,
  periods: (first, last, from, count, { count: length, unit }, type) => {
    const times = length === 1 ? '' : ` * ${length}`;
    if (count !== null) return `SELECT ${add[unit]}(${first}, number${times}) AS period_start\nFROM numbers(${count})`;
    const steps = `ifNull(dateDiff('${unit}', ${first}, ${last}), 0)`;
    return `SELECT ${add[unit]}(ifNull(${first}, ${epoch[type]}), arrayJoin(range(toUInt32(greatest(${steps}, 0) / ${length}) + 1))${times}) AS period_start\nFROM ${from}\nWHERE ${first} <= ${last}`;
  },
  order: (position, desc) => `${position}${desc ? ' DESC' : ''} NULLS LAST`,
  limit: (limit, offset) =>
    [limit === null ? '' : `\nLIMIT ${limit}`, offset === 0 ? '' : `\nOFFSET ${offset}`].join(''),
  // Recursion keeps duplicates, and subqueries are not correlated everywhere.
  shape: { ...standardShape, cycles: 'way', conversions: 'pairs' },
} satisfies Dialect);
