import type { Parameter } from '../../plugin/contract.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { Dialect } from './dialect.js';
import { singleQuoted } from './names.js';
import { postgres } from './postgres.js';
import { call, countedPeriods, mayBeDay, refuse, standardShape, substringBy, units } from './standard.js';

/**
 * PostgreSQL's dialect, with what Redshift reads otherwise: `numeric` without a scale has none and rounds to whole numbers,
 * `text` and `varchar` without a length hold 256 bytes, there is no series, and intervals go by DATEADD.
 */
const decimal = (x: string): string => `CAST(${x} AS decimal(38, 10))`;

const casts: Readonly<Record<Parameter['type'], (value: string) => string | null>> = {
  string: () => null,
  integer: () => 'bigint',
  bigint: () => 'bigint',
  decimal: (value) => `decimal(38, ${value.split('.')[1]?.length ?? 0})`,
  float: () => 'double precision',
  boolean: () => 'boolean',
  date: () => 'date',
  timestamp: () => 'timestamp',
  timestamptz: () => 'timestamptz',
};

/** A text with backslashes in it, without any: whether they escape is not the same in every cluster. */
const text = (value: string): string =>
  value.includes('\\') ? `(${value.split('\\').map(singleQuoted).join(' || chr(92) || ')})` : singleQuoted(value);

const add = (unit: string, count: number | string, x: string): string => `DATEADD(${unit}, ${count}, ${x})`;
const date = (x: string): string => `CAST(${x} AS date)`;

const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
    case 'hour':
      return `date_trunc('${grain}', ${x})`;
    case 'day':
      return date(x);
    case 'week':
      return week_start === 0
        ? date(`date_trunc('week', ${x})`)
        : date(add('day', week_start, `date_trunc('week', ${add('day', -week_start, x)})`));
    case 'fiscal_quarter':
    case 'fiscal_year': {
      const plain = grain === 'fiscal_year' ? 'year' : 'quarter';
      const months = (fiscal_month - 1) % (plain === 'year' ? 12 : 3);
      return months === 0
        ? date(`date_trunc('${plain}', ${x})`)
        : date(add('month', months, `date_trunc('${plain}', ${add('month', -months, x)})`));
    }
    default:
      return date(`date_trunc('${grain}', ${x})`);
  }
};

const localTime = (x: string, stores: TimeStores, zone: string): string => {
  if (stores === 'date' || stores === 'local') return x;
  if (stores === 'instant') return `(${x} AT TIME ZONE ${singleQuoted(zone)})`;
  return zone === 'UTC' ? x : `CONVERT_TIMEZONE('UTC', ${singleQuoted(zone)}, ${x})`;
};

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

/** Without PostgreSQL's cast, which would cut all digits behind the point here. */
const modulo = (left: string, right: string): string => `mod(${left}, nullif(${right}, 0))`;

const shift = (x: string, count: number | string, unit: Step['unit'], of: 'date' | 'timestamp'): string =>
  of === 'date' ? date(add(unit, count, x)) : add(unit, count, x);

export const redshift: Dialect = Object.freeze({
  ...postgres,
  name: 'redshift',
  placeholder: (position: number, { type, value }: Parameter) => {
    const cast = casts[type](String(value));
    return cast === null ? `$${position}` : `CAST($${position} AS ${cast})`;
  },
  text,
  nullOf: { ...postgres.nullOf, string: 'CAST(NULL AS varchar(65535))' },
  cast: {
    ...postgres.cast,
    string: (x, type) =>
      type === 'boolean'
        ? `CASE WHEN ${x} THEN 'true' WHEN NOT (${x}) THEN 'false' END`
        : `CAST(${x} AS varchar(65535))`,
    integer: (x) => `CAST(round(${decimal(x)}) AS bigint)`,
    decimal,
  },
  functions: {
    ...postgres.functions,
    mod: ([x, y]) => modulo(x!, y!),
    round: call('round'),
    substring: substringBy((value, start, count) => {
      const whole = (n: string): string => (/^\d+$/.test(n) ? n : `CAST(${n} AS integer)`);
      return `substring(${value}, ${whole(start)}, ${count === null ? 65_535 : whole(count)})`;
    }),
    starts_with: ([value, part]) => `left(${value}, length(${part})) = ${part}`,
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) => {
      if (part === 'dow') return `((CAST(date_part('dow', ${at}) AS integer) + 6) % 7 + 1)`;
      return `CAST(floor(date_part('${part}', ${at})) AS integer)`;
    },
    date_add: ([at, count, unit], [type]) => {
      const factor = units[unit as keyof typeof units];
      const name = unit === 'quarter' || unit === 'year' ? 'month' : unit === 'week' ? 'day' : unit!;
      const steps = `CAST(${factor === 1 ? count : `(${count}) * ${factor}`} AS integer)`;
      return type === 'date' ? date(add(name, steps, at!)) : add(name, steps, at!);
    },
    date_diff: ([unit, from, to]) =>
      unit === 'week'
        ? `(DATEDIFF(day, ${truncate(from!, 'week', plainCalendar)}, ${truncate(to!, 'week', plainCalendar)}) / 7)`
        : `DATEDIFF(${unit}, ${from}, ${to})`,
    last_day: call('LAST_DAY'),
    make_date: ([year, month, day]) => {
      const padded = (x: string, width: number): string => `lpad(CAST(${x} AS varchar(10)), ${width}, '0')`;
      const written = `${padded(year!, 4)} || ${padded(month!, 2)} || ${padded(day!, 2)}`;
      return `CASE WHEN ${mayBeDay(year!, month!, day!)} THEN TO_DATE(${written}, 'YYYYMMDD', TRUE) END`;
    },
  },
  modulo,
  round: (x, digits) => `round(${x}, ${digits})`,
  // PERCENTILE_CONT stands beside no DISTINCT and no second one of another order there: the ranks are computed instead.
  aggregates: { ...postgres.aggregates, percentile: null },
  localTime,
  localValue: localTime,
  truncate,
  shift: (x, { count, unit }: Step, of) => shift(x, count, unit, of),
  hash: () => refuse('redshift', 'A mask by hash', 'its functions for hashes take texts, and no bytes'),
  periods: (first, last, from, count, step, type) =>
    countedPeriods({ first, last, from, count }, step, (at, steps) => shift(at, steps, step.unit, type)),
  // Subqueries are correlated in few shapes only, and a recursive table must name its columns.
  shape: {
    ...standardShape,
    recursive: { words: 'WITH RECURSIVE', columns: true },
    cycles: 'error',
    conversions: 'pairs',
  },
} satisfies Dialect);
