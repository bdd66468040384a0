import type { Parameter } from '../../plugin/contract.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { Dialect } from './dialect.js';
import { atom } from './names.js';
import { countedBy, countedPeriods, refuse, standardFunctions, standardShape, substringBy } from './standard.js';

/**
 * SQL Server 2017 and later, Azure SQL. Names always stand in brackets, which mean a name whatever the session says of quotes.
 * Nothing depends on DATEFIRST, DATEFORMAT or LANGUAGE.
 */
/** What is sent as text, because drivers lose digits of it otherwise. */
const casts: Readonly<Record<Parameter['type'], (value: string) => string | null>> = {
  string: () => null,
  integer: () => null,
  bigint: () => 'bigint',
  decimal: (value) => `decimal(38, ${value.split('.')[1]?.length ?? 0})`,
  float: () => null,
  boolean: () => null,
  date: () => 'date',
  timestamp: () => 'datetime2(7)',
  timestamptz: () => 'datetimeoffset(7)',
};

const double = (x: string): string => `CAST(${x} AS float(53))`;
const date = (x: string): string => `CAST(${x} AS date)`;

const text = (value: string): string => `N'${value.replaceAll("'", "''")}'`;

/** Upper and lower case differ, and nothing else is equal than the same characters. */
const exact = (x: string): string => `CAST(${x} AS nvarchar(max)) COLLATE Latin1_General_100_BIN2`;
/** Characters are counted whole, also those beyond 16 bits. */
const counted = (x: string): string => `CAST(${x} AS nvarchar(max)) COLLATE Latin1_General_100_CS_AS_SC`;
/** Back to a collation that meets the columns'. */
const plain = (x: string): string => `${x} COLLATE DATABASE_DEFAULT`;
const wide = (x: string): string => `CAST(${x} AS nvarchar(max))`;

/** LEN does not count blanks at the end. */
const length = (x: string): string => `(LEN(${counted(x)} + N'.') - 1)`;
const starts = (x: string, part: string): string => `CHARINDEX(N'.' + ${exact(part)}, N'.' + ${exact(x)}) = 1`;

/** A whole decimal beside which whole numbers become decimals of 38 digits, so that a sum fits; floats stay floats. */
const widened = (x: string): string => `${atom(x)} + CAST(0 AS decimal(1, 0))`;

const add = (unit: string, count: number | string, x: string): string => `DATEADD(${unit}, ${count}, ${x})`;
const monday = "CAST('1900-01-01' AS date)";
const since = (unit: string, x: string): string => `DATEDIFF(${unit}, ${monday}, ${x})`;
const monthsFrom = (count: string): string => add('month', count, monday);

const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
    case 'hour': {
      const minute = grain === 'hour' ? '0' : `DATEPART(minute, ${x})`;
      return `DATETIME2FROMPARTS(YEAR(${x}), MONTH(${x}), DAY(${x}), DATEPART(hour, ${x}), ${minute}, 0, 0, 0)`;
    }
    case 'day':
      return date(x);
    case 'week':
      return add('day', `-((${since('day', x)} % 7 + ${14 - week_start}) % 7)`, date(x));
    case 'month':
      return monthsFrom(since('month', x));
    case 'quarter':
      return add('quarter', since('quarter', x), monday);
    case 'year':
      return add('year', since('year', x), monday);
    case 'fiscal_quarter':
      return monthsFrom(`${since('month', x)} - (MONTH(${x}) + ${12 - fiscal_month}) % 3`);
    case 'fiscal_year':
      return monthsFrom(`${since('month', x)} - (MONTH(${x}) + ${12 - fiscal_month}) % 12`);
  }
};

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

const parts: Readonly<Record<string, string>> = { week: 'iso_week', doy: 'dayofyear' };

const localTime = (x: string, stores: TimeStores, zone: string): string => {
  if (stores === 'date' || stores === 'local') return x;
  if (zone !== 'UTC')
    return refuse('sqlserver', `A time in ${zone}`, 'its zones are those of Windows, with other names and other rules');
  return stores === 'instant' ? `CAST(SWITCHOFFSET(${x}, '+00:00') AS datetime2(7))` : x;
};

const shift = (x: string, count: number | string, unit: Step['unit'], of: 'date' | 'timestamp'): string =>
  add(unit, count, of === 'timestamp' ? `CAST(${x} AS datetime2(7))` : x);

/** LEAST and GREATEST came with 2022, and pass over nulls. */
const extreme = (which: 'least' | 'greatest', args: readonly string[]): string => {
  if (args.length > 4) refuse('sqlserver', `${which} of more than four values`, 'it is written as cases within cases');
  const sign = which === 'least' ? '<=' : '>=';
  return args.reduce((one, other) => {
    const known = [one, other].map((x) => `${x} IS NOT NULL`).join(' AND ');
    return `(CASE WHEN ${known} THEN CASE WHEN ${one} ${sign} ${other} THEN ${one} ELSE ${other} END END)`;
  });
};

export const sqlserver: Dialect = Object.freeze({
  name: 'sqlserver',
  identifier: (name) => `[${name.replaceAll(']', ']]')}]`,
  bind: (parameter: Parameter) => parameter,
  placeholder: (position: number, { type, value }: Parameter) => {
    const cast = casts[type](String(value));
    return cast === null ? `@p${position}` : `CAST(@p${position} AS ${cast})`;
  },
  text,
  date: (iso) => `CAST('${iso}' AS date)`,
  timestamp: (iso) => `CAST('${iso.replace('Z', '')}' AS datetime2(7))`,
  moment: (iso) => `CAST('${iso.replace('Z', '')}' AS datetime2(7))`,
  boolean: (value) => `CAST(${value ? 1 : 0} AS bit)`,
  nullOf: {
    string: 'CAST(NULL AS nvarchar(1))',
    number: 'CAST(NULL AS tinyint)',
    boolean: 'CAST(NULL AS bit)',
    date: 'CAST(NULL AS date)',
    timestamp: 'CAST(NULL AS datetime2(0))',
  },
  cast: {
    // A float's text has six digits unless it is told to have all.
    string: (x, type) => {
      if (type === 'boolean') return `CASE ${x} WHEN 1 THEN N'true' WHEN 0 THEN N'false' END`;
      if (type === 'number') return `CONVERT(nvarchar(64), ${x}, 3)`;
      if (type === 'date') return `CONVERT(nvarchar(10), ${x}, 23)`;
      return type === 'timestamp' ? `CONVERT(nvarchar(27), ${x}, 126)` : wide(x);
    },
    integer: (x) => `CAST(ROUND(CAST(${x} AS decimal(38, 10)), 0) AS bigint)`,
    decimal: (x) => `CAST(${x} AS decimal(38, 10))`,
    float: double,
    boolean: (x) => `CAST(${x} AS bit)`,
    date,
    timestamp: (x) => `CAST(${x} AS datetime2(7))`,
  },
  functions: {
    ...standardFunctions(double),
    greatest: (args) => extreme('greatest', args),
    least: (args) => extreme('least', args),
    round: ([x, digits]) => `ROUND(${x}, ${digits ?? '0'})`,
    ceil: ([x]) => `CEILING(${x})`,
    trunc: ([x]) => `ROUND(${x}, 0, 1)`,
    ln: ([x]) => `CASE WHEN ${x} > 0 THEN LOG(${double(x!)}) END`,
    log2: ([x]) => `CASE WHEN ${x} > 0 THEN LOG(${double(x!)}, 2) END`,
    atan2: ([y, x]) => `CASE WHEN ${y} = 0 AND ${x} = 0 THEN 0e0 ELSE ATN2(${double(y!)}, ${double(x!)}) END`,
    trim: ([x]) => `LTRIM(RTRIM(${x}))`,
    length: ([x]) => length(x!),
    substring: substringBy((x, start, count) => plain(`SUBSTRING(${counted(x)}, ${start}, ${count ?? 2_147_483_647})`)),
    left: countedBy((x, count) => plain(`LEFT(${counted(x)}, ${count})`)),
    right: countedBy((x, count) => plain(`RIGHT(${counted(x)}, ${count})`)),
    concat: (args) => `(${args.map(wide).join(' + ')})`,
    replace: ([x, part, by]) => plain(`REPLACE(${exact(x!)}, ${exact(part!)}, ${exact(by!)})`),
    strpos: ([x, part]) => {
      const at = `CHARINDEX(${exact(part!)}, ${exact(x!)})`;
      const before = length(`SUBSTRING(${exact(x!)}, 1, ${at} - 1)`);
      return `CASE WHEN ${at} > 0 THEN ${before} + 1 WHEN ${starts(x!, part!)} THEN 1 ELSE ${at} END`;
    },
    contains: ([x, part]) => `(CHARINDEX(${exact(part!)}, ${exact(x!)}) > 0 OR ${starts(x!, part!)})`,
    starts_with: ([x, part]) => starts(x!, part!),
    ends_with: ([x, part]) => starts(`REVERSE(${exact(x!)})`, `REVERSE(${exact(part!)})`),
    split_part: () => refuse('sqlserver', 'split_part', 'its STRING_SPLIT keeps no order'),
    lpad: ([x, width, fill]) =>
      plain(
        `CASE WHEN ${length(x!)} >= ${width} THEN LEFT(${counted(x!)}, ${width}) ELSE LEFT(REPLICATE(${counted(fill!)}, ${width}), ${width} - ${length(x!)}) + ${counted(x!)} END`,
      ),
    rpad: ([x, width, fill]) => plain(`LEFT(${counted(x!)} + REPLICATE(${counted(fill!)}, ${width}), ${width})`),
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) =>
      part === 'dow' ? `((${since('day', at!)} % 7 + 7) % 7 + 1)` : `DATEPART(${parts[part!] ?? part}, ${at})`,
    date_add: ([at, count, unit]) => add(unit!, count!, at!),
    date_diff: ([unit, from, to]) =>
      unit === 'week'
        ? `(DATEDIFF(day, ${truncate(from!, 'week', plainCalendar)}, ${truncate(to!, 'week', plainCalendar)}) / 7)`
        : `DATEDIFF_BIG(${unit}, ${from}, ${to})`,
    last_day: ([at]) => `EOMONTH(${at})`,
    make_date: (args) => `DATEFROMPARTS(${args.join(', ')})`,
    from_unixtime: ([seconds]) => {
      const exactly = `CAST(${seconds} AS decimal(38, 6))`;
      const days = `FLOOR(${exactly} / 86400)`;
      const rest = `CAST(FLOOR(${exactly}) - ${days} * 86400 AS int)`;
      const micro = `CAST((${exactly} - FLOOR(${exactly})) * 1000000 AS int)`;
      const day = add('day', `CAST(${days} AS int)`, "CAST('1970-01-01T00:00:00' AS datetime2(6))");
      return add('microsecond', micro, add('second', rest, day));
    },
  },
  comparable: (x) => x,
  exactNumber: (digits) => digits,
  // Integers and decimals that do not fit are an error of the engine's.
  widen: (x) => x,
  alike: null,
  arithmetic: null,
  modulo: (left, right) => `${left} % nullif(${right}, 0)`,
  concat: (left, right) => `${wide(left)} + ${wide(right)}`,
  divide: (left, right) => `${double(left)} / nullif(${double(right)}, 0)`,
  like: (x, pattern) => `${exact(x)} LIKE ${pattern} ESCAPE N'\\'`,
  likeValue: (pattern) => pattern.replaceAll('[', '\\['),
  round: (x, digits) => `ROUND(${x}, ${digits})`,
  extreme,
  windowSum: (x, over) => `sum(${widened(x)}) OVER (${over})`,
  aggregates: {
    sum: (x) => `sum(${widened(x)})`,
    count: (x) => `count(${x})`,
    count_distinct: (x) => `count(DISTINCT ${x})`,
    approx_distinct: (x) => `count(DISTINCT ${x})`,
    average: (x) => `avg(${double(x)})`,
    min: (x) => `min(${x})`,
    max: (x) => `max(${x})`,
    // PERCENTILE_CONT is no aggregate there.
    percentile: null,
  },
  localTime,
  localValue: localTime,
  storedTime: (x) => x,
  truncate,
  shift: (x, { count, unit }: Step, of) => shift(x, count, unit, of),
  // UTF-8 came with 2019.
  hash: (outer, inner, x) => {
    const bytes = (hex: string): string => `CONVERT(varbinary(max), ${hex}, 2)`;
    const utf8 = `CAST(CAST(${wide(x)} COLLATE Latin1_General_100_BIN2_UTF8 AS varchar(max)) AS varbinary(max))`;
    const inside = `HASHBYTES('SHA2_256', ${bytes(inner)} + ${utf8})`;
    return `LOWER(CONVERT(varchar(64), HASHBYTES('SHA2_256', ${bytes(outer)} + ${inside}), 2))`;
  },
  periods: (first, last, from, count, step, type) =>
    countedPeriods({ first, last, from, count }, step, (at, steps) => shift(at, steps, step.unit, type)),
  // Nulls are the lowest there.
  order: (position, desc, notNull, value) =>
    desc ? `${position} DESC` : notNull ? `${position}` : `CASE WHEN ${value()} IS NULL THEN 1 ELSE 0 END, ${position}`,
  limit: (limit, offset, ordered) => {
    if (limit === null && offset === 0) return '';
    // FETCH takes no 0.
    if (limit === 0) return `${ordered ? '' : '\nORDER BY (SELECT NULL)'}\nOFFSET 9223372036854775807 ROWS`;
    const rows = limit === null ? '' : ` FETCH NEXT ${limit} ROWS ONLY`;
    return `${ordered ? '' : '\nORDER BY (SELECT NULL)'}\nOFFSET ${offset} ROWS${rows}`;
  },
  shape: {
    ...standardShape,
    bits: true,
    groupBy: 'expressions',
    ordersDistinct: false,
    recursive: { words: 'WITH', columns: false },
    cycles: 'error',
    rows: 'exists',
  },
} satisfies Dialect);
