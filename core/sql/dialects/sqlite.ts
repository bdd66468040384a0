import type { Parameter } from '../../plugin/contract.js';
import { DataMindError } from '../../errors/datamind-error.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { Dialect } from './dialect.js';
import { doubleQuoted, namesQuotedBy, singleQuoted } from './names.js';
import { call, countedBy, standardFunctions, standardShape, substringBy, units } from './standard.js';

/**
 * Times are text here, `2024-03-05 10:00:00` or with a `T`, a fraction, a zone: what SQLite's own date functions take.
 * Decimals are binary floats here. What the engine computes of them is brought back to the decimal that it stands for, of 15
 * digits.
 * Functions that begin with `datamind_` are those that the connector adds to the engine.
 */
const double = (x: string): string => `CAST(${x} AS REAL)`;

/** One spelling whatever the stored one is; to be compared with parameters of the same spelling. */
const spelled = (x: string): string => `strftime('%Y-%m-%dT%H:%M:%f', ${x})`;

/** The same without a fraction that is 0; sorts as the time does. */
const shown = (x: string): string => `rtrim(rtrim(${spelled(x)}, '0'), '.')`;

const shift = (x: string, count: string, unit: string, of: 'date' | 'timestamp'): string => {
  const modifier = /^-?\d+$/.test(count) ? `'${count} ${unit}'` : `(${count}) || ' ${unit}'`;
  const floor = unit === 'month' ? ", 'floor'" : '';
  return of === 'date' ? `date(${x}, ${modifier}${floor})` : shown(`${x}, ${modifier}${floor}`);
};

const month = (x: string): string => `strftime('%m', ${x})`;

const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
      return `strftime('%Y-%m-%dT%H:%M:00', ${x})`;
    case 'hour':
      return `strftime('%Y-%m-%dT%H:00:00', ${x})`;
    case 'day':
      return `date(${x})`;
    case 'week':
      return `date(${x}, '-' || ((strftime('%w', ${x}) + ${6 - week_start}) % 7) || ' days')`;
    case 'month':
      return `date(${x}, 'start of month')`;
    case 'year':
      return `date(${x}, 'start of year')`;
    case 'quarter':
      return `date(${x}, 'start of month', '-' || ((${month(x)} - 1) % 3) || ' months')`;
    case 'fiscal_quarter':
      return `date(${x}, 'start of month', '-' || ((${month(x)} + ${12 - fiscal_month}) % 3) || ' months')`;
    case 'fiscal_year':
      return `date(${x}, 'start of month', '-' || ((${month(x)} + ${12 - fiscal_month}) % 12) || ' months')`;
  }
};

const parts: Readonly<Record<string, (x: string) => string>> = {
  year: (x) => `CAST(strftime('%Y', ${x}) AS INTEGER)`,
  quarter: (x) => `(${month(x)} + 2) / 3`,
  month: (x) => `CAST(${month(x)} AS INTEGER)`,
  week: (x) => `CAST(strftime('%V', ${x}) AS INTEGER)`,
  day: (x) => `CAST(strftime('%d', ${x}) AS INTEGER)`,
  dow: (x) => `CAST(strftime('%u', ${x}) AS INTEGER)`,
  doy: (x) => `CAST(strftime('%j', ${x}) AS INTEGER)`,
  hour: (x) => `CAST(strftime('%H', ${x}) AS INTEGER)`,
  minute: (x) => `CAST(strftime('%M', ${x}) AS INTEGER)`,
  second: (x) => `CAST(strftime('%S', ${x}) AS INTEGER)`,
};

const arithmetic = { '+': 'datamind_add', '-': 'datamind_subtract', '*': 'datamind_multiply' } as const;

/** Of decimals, as their sums are. */
const remainder = (x: string, y: string): string => `datamind_remainder(${x}, ${y})`;

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

const dateDiff = (unit: string, from: string, to: string): string => {
  const days = (a: string, b: string): string => `CAST(julianday(${b}) - julianday(${a}) AS INTEGER)`;
  const year = `${parts.year!(to)} - ${parts.year!(from)}`;
  const seconds = (format: string, per: number): string =>
    `((CAST(strftime('%s', strftime('${format}', ${to})) AS INTEGER) - CAST(strftime('%s', strftime('${format}', ${from})) AS INTEGER)) / ${per})`;
  switch (unit) {
    case 'year':
      return `(${year})`;
    case 'quarter':
      return `((${year}) * 4 + ${parts.quarter!(to)} - ${parts.quarter!(from)})`;
    case 'month':
      return `((${year}) * 12 + ${parts.month!(to)} - ${parts.month!(from)})`;
    case 'week':
      return `(${days(truncate(from, 'week', plainCalendar), truncate(to, 'week', plainCalendar))} / 7)`;
    case 'day':
      return days(`date(${from})`, `date(${to})`);
    case 'hour':
      return seconds('%Y-%m-%d %H:00:00', 3600);
    case 'minute':
      return seconds('%Y-%m-%d %H:%M:00', 60);
    default:
      return seconds('%Y-%m-%d %H:%M:%S', 1);
  }
};

const extreme = (which: 'least' | 'greatest', args: readonly string[]): string =>
  args.length === 1 ? args[0]! : `${which === 'least' ? 'min' : 'max'}(${args.join(', ')})`;

const localTime = (x: string, stores: TimeStores, zone: string): string =>
  stores === 'date' || stores === 'local' || zone === 'UTC' ? x : `datamind_local(${x}, ${singleQuoted(zone)})`;

/** `%` and `_` as GLOB writes them: LIKE does not tell upper case from lower case. */
const globOf = (pattern: string): string =>
  pattern.replace(/\\(.)|[%_*?[]/gsu, (found, escaped: string | undefined) => {
    if (escaped === undefined && (found === '%' || found === '_')) return found === '%' ? '*' : '?';
    const character = escaped ?? found;
    return '*?['.includes(character) ? `[${character}]` : character;
  });

const sent: Partial<Record<Parameter['type'], (value: string) => Parameter>> = {
  timestamp: (value) => ({ type: 'string', value }),
  timestamptz: (value) => ({ type: 'string', value: value.replace('Z', '') }),
  date: (value) => ({ type: 'string', value }),
  // Decimals are stored as binary floats or integers here.
  decimal: (value) => ({ type: 'float', value: Number(value) }),
};

export const sqlite: Dialect = Object.freeze({
  name: 'sqlite',
  identifier: namesQuotedBy(doubleQuoted),
  bind: (parameter: Parameter) =>
    parameter.value === null ? parameter : (sent[parameter.type]?.(String(parameter.value)) ?? parameter),
  placeholder: (position: number) => `?${position}`,
  text: singleQuoted,
  date: (iso) => `'${iso}'`,
  timestamp: (iso) => `'${/\.\d+$/.test(iso) ? iso.replace(/(\.\d{3})\d*$/, '$1') : `${iso}.000`}'`,
  moment: (iso) => `'${iso}'`,
  boolean: (value) => (value ? 'TRUE' : 'FALSE'),
  nullOf: { string: 'NULL', number: 'NULL', boolean: 'NULL', date: 'NULL', timestamp: 'NULL' },
  cast: {
    string: (x) => `CAST(${x} AS TEXT)`,
    integer: (x) => `CASE typeof(${x}) WHEN 'integer' THEN ${x} ELSE CAST(round(${x}) AS INTEGER) END`,
    decimal: (x) => `CAST(${x} AS NUMERIC)`,
    float: double,
    boolean: (x) => `(${x} <> 0)`,
    date: (x) => `date(${x})`,
    timestamp: spelled,
  },
  functions: {
    ...standardFunctions(double),
    least: (args) => extreme('least', args),
    greatest: (args) => extreme('greatest', args),
    // Before the point SQLite's own does not round.
    round: ([x, digits]) => {
      const before = /^\(?-(\d+)\)?$/.exec(digits ?? '')?.[1];
      return before === undefined
        ? `round(${[x, digits ?? '0'].join(', ')})`
        : `round(${x} / 1e${before}) * 1e${before}`;
    },
    mod: ([x, y]) => remainder(x!, y!),
    substring: substringBy((text, start, count) => `substr(${text}, ${start}${count === null ? '' : `, ${count}`})`),
    left: countedBy((text, count) => `substr(${text}, 1, ${count})`),
    right: ([text, count]) => `CASE WHEN ${count} > 0 THEN substr(${text}, -(${count})) ELSE substr(${text}, 1, 0) END`,
    strpos: call('instr'),
    contains: ([text, part]) => `instr(${text}, ${part}) > 0`,
    starts_with: ([text, part]) => `substr(${text}, 1, length(${part})) = ${part}`,
    ends_with: ([text, part]) => `(length(${part}) = 0 OR substr(${text}, -length(${part})) = ${part})`,
    split_part: () => {
      throw new DataMindError('UNSUPPORTED_ON_DIALECT', 'SQLite has no way to write split_part.', {
        hint: 'Give the expression a variant for sqlite, or prepare the column in a view.',
      });
    },
    lpad: ([text, width, fill]) =>
      `CASE WHEN length(${text}) >= ${width} THEN substr(${text}, 1, ${width}) ELSE substr(replace(hex(zeroblob(${width})), '00', ${fill}), 1, ${width} - length(${text})) || ${text} END`,
    rpad: ([text, width, fill]) => `substr(${text} || replace(hex(zeroblob(${width})), '00', ${fill}), 1, ${width})`,
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) => parts[part!]!(at!),
    date_add: ([at, count, unit], [type]) => {
      const factor = units[unit as keyof typeof units];
      const name = unit === 'quarter' || unit === 'year' ? 'month' : unit === 'week' ? 'day' : unit!;
      return shift(at!, factor === 1 ? count! : `(${count}) * ${factor}`, name, type === 'date' ? 'date' : 'timestamp');
    },
    date_diff: ([unit, from, to]) => dateDiff(unit!, from!, to!),
    last_day: ([at]) => `date(${at}, 'start of month', '+1 month', '-1 day')`,
    make_date: ([year, month_, day]) => {
      const written = `printf('%04d-%02d-%02d', ${year}, ${month_}, ${day})`;
      return `CASE WHEN date(${written}, '+0 days') = ${written} THEN ${written} END`;
    },
    from_unixtime: ([seconds]) => shown(`${seconds}, 'unixepoch'`),
  },
  comparable: spelled,
  exactNumber: (digits) => digits,
  widen: (x) => x,
  alike: null,
  arithmetic: (operator, left, right) => `${arithmetic[operator]}(${left}, ${right})`,
  modulo: remainder,
  concat: (left, right) => `${left} || ${right}`,
  divide: (left, right) => `${double(left)} / nullif(${right}, 0)`,
  like: (x, pattern) => `${x} GLOB ${pattern}`,
  likeValue: globOf,
  round: (x, digits) => `round(${x}, ${digits})`,
  extreme,
  windowSum: (x, over) => `datamind_decimal(sum(${x}) OVER (${over}), total(abs(${x})) OVER (${over}))`,
  aggregates: {
    sum: (x) => `datamind_decimal(sum(${x}), total(abs(${x})))`,
    count: (x) => `count(${x})`,
    count_distinct: (x) => `count(DISTINCT ${x})`,
    approx_distinct: (x) => `count(DISTINCT ${x})`,
    average: (x) => `avg(${x})`,
    min: (x) => `min(${x})`,
    max: (x) => `max(${x})`,
    percentile: (x, at) => (at === 0.5 ? `datamind_median(${x})` : `datamind_percentile(${x}, ${at})`),
  },
  localTime,
  localValue: (x, stores, zone) => (stores === 'date' ? x : shown(localTime(x, stores, zone))),
  storedTime: (x, stores, midnight) => (stores === 'date' || (midnight && stores !== 'instant') ? x : spelled(x)),
  truncate,
  shift: (x, by: Step, of) => shift(x, String(by.count), by.unit, of),
  hash: (outer, inner, x) => `datamind_hmac(${outer}, ${inner}, ${x})`,
  periods: (first, last, from, _count, step, type) =>
    `WITH RECURSIVE steps (at, until) AS (
  SELECT ${first}, ${last}${from === '' ? '' : ` FROM ${from}`}
  UNION ALL
  SELECT ${shift('at', String(step.count), step.unit, type)}, until FROM steps WHERE ${shift('at', String(step.count), step.unit, type)} <= until
)
SELECT at AS period_start FROM steps WHERE at <= until`,
  order: (position, desc) => `${position}${desc ? ' DESC' : ''} NULLS LAST`,
  // SQLite takes this number instead of the statistics that `ANALYZE` made of an index, which it still uses.
  unmeasured: (condition) => `likelihood(${condition}, 0.0625)`,
  limit: (limit, offset) =>
    limit === null && offset === 0 ? '' : `\nLIMIT ${limit ?? -1}${offset === 0 ? '' : `\nOFFSET ${offset}`}`,
  shape: { ...standardShape, conversions: 'pairs' },
} satisfies Dialect);
