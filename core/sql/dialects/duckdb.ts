import type { Parameter } from '../../plugin/contract.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { Dialect } from './dialect.js';
import { doubleQuoted, namesQuotedBy, singleQuoted, spaced } from './names.js';
import { call, nullSafeExtreme, standardFunctions, standardShape, units } from './standard.js';

const double = (x: string): string => `CAST(${x} AS DOUBLE)`;

const casts: Partial<Record<Parameter['type'], string>> = {
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMPTZ',
};

const interval = ({ count, unit }: Step): string => `INTERVAL '${count} ${unit}'`;

const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
    case 'hour':
      return `date_trunc('${grain}', ${x})`;
    case 'day':
      return `CAST(${x} AS DATE)`;
    case 'week':
      return week_start === 0
        ? `CAST(date_trunc('week', ${x}) AS DATE)`
        : `CAST(date_trunc('week', ${x} - INTERVAL '${week_start} day') AS DATE) + ${week_start}`;
    case 'fiscal_quarter':
    case 'fiscal_year': {
      const plain = grain === 'fiscal_year' ? 'year' : 'quarter';
      const months = (fiscal_month - 1) % (plain === 'year' ? 12 : 3);
      return months === 0
        ? `CAST(date_trunc('${plain}', ${x}) AS DATE)`
        : `CAST(date_trunc('${plain}', ${x} - INTERVAL '${months} month') + INTERVAL '${months} month' AS DATE)`;
    }
    default:
      return `CAST(date_trunc('${grain}', ${x}) AS DATE)`;
  }
};

const localTime = (x: string, stores: TimeStores, zone: string): string => {
  if (stores === 'date' || stores === 'local') return x;
  if (stores === 'instant') return `(${x} AT TIME ZONE ${singleQuoted(zone)})`;
  return zone === 'UTC' ? x : `(${x} AT TIME ZONE 'UTC' AT TIME ZONE ${singleQuoted(zone)})`;
};

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

export const duckdb: Dialect = Object.freeze({
  name: 'duckdb',
  identifier: namesQuotedBy(doubleQuoted),
  bind: (parameter: Parameter) => parameter,
  placeholder: (position: number, { type }: Parameter) => {
    const cast = casts[type];
    return cast === undefined ? `$${position}` : `CAST($${position} AS ${cast})`;
  },
  text: singleQuoted,
  date: (iso) => `DATE '${iso}'`,
  timestamp: (iso) => `TIMESTAMP '${spaced(iso)}'`,
  moment: (iso) => `TIMESTAMP '${spaced(iso)}'`,
  boolean: (value) => (value ? 'TRUE' : 'FALSE'),
  nullOf: { string: 'NULL', number: 'NULL', boolean: 'NULL', date: 'NULL', timestamp: 'NULL' },
  cast: {
    string: (x) => `CAST(${x} AS VARCHAR)`,
    integer: (x) => `CAST(${x} AS BIGINT)`,
    decimal: (x) => `CAST(${x} AS DECIMAL(38, 10))`,
    float: double,
    boolean: (x) => `CAST(${x} AS BOOLEAN)`,
    date: (x) => `CAST(${x} AS DATE)`,
    timestamp: (x) => `CAST(${x} AS TIMESTAMP)`,
  },
  functions: {
    ...standardFunctions(double),
    contains: call('contains'),
    ends_with: call('ends_with'),
    split_part: call('split_part'),
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) => `date_part('${part === 'dow' ? 'isodow' : part}', ${at})`,
    date_add: ([at, count, unit], [type]) => {
      const name = unit === 'quarter' || unit === 'year' ? 'month' : unit === 'week' ? 'day' : unit;
      const factor = units[unit as keyof typeof units];
      const moved = `${at} + (${count}) * INTERVAL '${factor} ${name}'`;
      return type === 'date' ? `CAST(${moved} AS DATE)` : `(${moved})`;
    },
    // Its own weeks do not begin on Mondays.
    date_diff: ([unit, from, to]) =>
      unit === 'week'
        ? `(date_diff('day', date_trunc('week', ${from}), date_trunc('week', ${to})) // 7)`
        : `date_diff('${unit}', ${from}, ${to})`,
    last_day: call('last_day'),
    make_date: call('make_date'),
    from_unixtime: ([seconds]) => `make_timestamp(CAST(CAST(${seconds} AS DECIMAL(24, 6)) * 1000000 AS BIGINT))`,
  },
  comparable: (x) => x,
  exactNumber: (digits) => digits,
  widen: (x) => x,
  alike: null,
  arithmetic: null,
  modulo: (left, right) => `${left} % nullif(${right}, 0)`,
  concat: (left, right) => `${left} || ${right}`,
  divide: (left, right) => `${double(left)} / nullif(${double(right)}, 0)`,
  like: (x, pattern) => `${x} LIKE ${pattern} ESCAPE '\\'`,
  likeValue: (pattern) => pattern,
  round: (x, digits) => `round(${x}, ${digits})`,
  extreme: nullSafeExtreme,
  windowSum: (x, over) => `sum(${x}) OVER (${over})`,
  aggregates: {
    sum: (x) => `sum(${x})`,
    count: (x) => `count(${x})`,
    count_distinct: (x) => `count(DISTINCT ${x})`,
    // The engine's estimate is off by more than 5 % even on small sets.
    approx_distinct: (x) => `count(DISTINCT ${x})`,
    average: (x) => `avg(${double(x)})`,
    min: (x) => `min(${x})`,
    max: (x) => `max(${x})`,
    percentile: (x, at) => `quantile_cont(${double(x)}, ${at})`,
  },
  localTime,
  localValue: localTime,
  storedTime: (x) => x,
  truncate,
  shift: (x, by, of) => {
    if (of === 'timestamp') return `${x} + ${interval(by)}`;
    return by.unit === 'day' ? `${x} + ${by.count}` : `CAST(${x} + ${interval(by)} AS DATE)`;
  },
  hash: (outer, inner, x) =>
    `sha256(unhex(CAST(${outer} AS VARCHAR)) || unhex(sha256(unhex(CAST(${inner} AS VARCHAR)) || encode(CAST(${x} AS VARCHAR)))))`,
  periods: (first, last, from, _count, step, type) =>
    `SELECT CAST(unnest(generate_series(CAST(${first} AS TIMESTAMP), CAST(${last} AS TIMESTAMP), ${interval(step)})) AS ${type === 'date' ? 'DATE' : 'TIMESTAMP'}) AS period_start${from === '' ? '' : `\nFROM ${from}`}`,
  order: (position, desc) => `${position}${desc ? ' DESC' : ''} NULLS LAST`,
  limit: (limit, offset) =>
    [limit === null ? '' : `\nLIMIT ${limit}`, offset === 0 ? '' : `\nOFFSET ${offset}`].join(''),
  shape: standardShape,
} satisfies Dialect);
