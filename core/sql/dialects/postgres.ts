import type { Parameter } from '../../plugin/contract.js';
import type { Grain } from '../../query/semantic-query.js';
import type { Calendar, Step, TimeStores } from '../statement.js';
import type { Dialect } from './dialect.js';
import { doubleQuoted, namesQuotedBy, singleQuoted, spaced } from './names.js';
import { call, nullSafeExtreme, standardFunctions, standardShape, substringBy, units } from './standard.js';

const double = (x: string): string => `CAST(${x} AS double precision)`;
const numeric = (x: string): string => `CAST(${x} AS numeric)`;

/** Casts of placeholders: a bare one takes the type of what it stands beside, and fails on `1.5` beside an integer. */
const casts: Partial<Record<Parameter['type'], string>> = {
  integer: 'bigint',
  bigint: 'bigint',
  decimal: 'numeric',
  float: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
};

const interval = ({ count, unit }: Step): string => `interval '${count} ${unit}'`;

const truncate = (x: string, grain: Grain, { week_start, fiscal_month }: Calendar): string => {
  switch (grain) {
    case 'minute':
    case 'hour':
      return `date_trunc('${grain}', ${x})`;
    case 'day':
      return `CAST(${x} AS date)`;
    case 'week':
      return week_start === 0
        ? `CAST(date_trunc('week', ${x}) AS date)`
        : `CAST(date_trunc('week', ${x} - interval '${week_start} day') AS date) + ${week_start}`;
    case 'fiscal_quarter':
    case 'fiscal_year': {
      const plain = grain === 'fiscal_year' ? 'year' : 'quarter';
      const months = (fiscal_month - 1) % (plain === 'year' ? 12 : 3);
      return months === 0
        ? `CAST(date_trunc('${plain}', ${x}) AS date)`
        : `CAST(date_trunc('${plain}', ${x} - interval '${months} month') + interval '${months} month' AS date)`;
    }
    default:
      return `CAST(date_trunc('${grain}', ${x}) AS date)`;
  }
};

const localTime = (x: string, stores: TimeStores, zone: string): string => {
  if (stores === 'date' || stores === 'local') return x;
  if (stores === 'instant') return `(${x} AT TIME ZONE ${singleQuoted(zone)})`;
  return zone === 'UTC' ? x : `(${x} AT TIME ZONE 'UTC' AT TIME ZONE ${singleQuoted(zone)})`;
};

const plainCalendar: Calendar = { week_start: 0, fiscal_month: 1 };

/** There is none of double precision. */
const modulo = (left: string, right: string): string =>
  `mod(CAST(${left} AS numeric), CAST(nullif(${right}, 0) AS numeric))`;

export const postgres: Dialect = Object.freeze({
  name: 'postgres',
  identifier: namesQuotedBy(doubleQuoted),
  bind: (parameter: Parameter) => parameter,
  placeholder: (position: number, { type }: Parameter) => {
    const cast = casts[type];
    return cast === undefined ? `$${position}` : `$${position}::${cast}`;
  },
  text: singleQuoted,
  date: (iso) => `DATE '${iso}'`,
  timestamp: (iso) => `TIMESTAMP '${spaced(iso)}'`,
  moment: (iso) => `TIMESTAMP '${spaced(iso)}'`,
  boolean: (value) => (value ? 'TRUE' : 'FALSE'),
  nullOf: {
    string: 'CAST(NULL AS text)',
    // The narrowest: a union takes the widest of its parts.
    number: 'CAST(NULL AS smallint)',
    boolean: 'CAST(NULL AS boolean)',
    date: 'CAST(NULL AS date)',
    timestamp: 'CAST(NULL AS timestamp)',
  },
  cast: {
    string: (x) => `CAST(${x} AS text)`,
    integer: (x) => `CAST(${numeric(x)} AS bigint)`,
    decimal: numeric,
    float: double,
    boolean: (x) => `CAST(${x} AS boolean)`,
    date: (x) => `CAST(${x} AS date)`,
    timestamp: (x) => `CAST(${x} AS timestamp)`,
  },
  functions: {
    ...standardFunctions(double),
    round: ([x, digits]) => `round(${numeric(x!)}${digits === undefined ? '' : `, ${digits}`})`,
    mod: ([x, y]) => modulo(x!, y!),
    log10: ([x]) => `CASE WHEN ${x} > 0 THEN log(${double(x!)}) END`,
    log2: ([x]) => `CASE WHEN ${x} > 0 THEN ln(${double(x!)}) / ln(${double('2')}) END`,
    substring: substringBy((text, start, count) => {
      const whole = (n: string): string => (/^\d+$/.test(n) ? n : `CAST(${n} AS integer)`);
      return `substr(${text}, ${whole(start)}${count === null ? '' : `, ${whole(count)}`})`;
    }),
    split_part: call('split_part'),
    date_trunc: ([grain, at]) => truncate(at!, grain as Grain, plainCalendar),
    date_part: ([part, at]) =>
      part === 'second'
        ? `CAST(floor(extract(second FROM ${at})) AS integer)`
        : `CAST(extract(${part === 'dow' ? 'isodow' : part} FROM ${at}) AS integer)`,
    date_add: ([at, count, unit], [type]) => {
      const name = unit === 'quarter' || unit === 'year' ? 'month' : unit === 'week' ? 'day' : unit;
      const moved = `${at} + (${count}) * interval '${units[unit as keyof typeof units]} ${name}'`;
      return type === 'date' ? `CAST(${moved} AS date)` : `(${moved})`;
    },
    date_diff: ([unit, from, to]) => {
      const part = (name: string, at: string): string => `CAST(extract(${name} FROM ${at}) AS integer)`;
      const step = (name: string, per: number): string =>
        `((${part('year', to!)} - ${part('year', from!)}) * ${per} + ${part(name, to!)} - ${part(name, from!)})`;
      const days = (grain: Grain): string =>
        `(${truncate(to!, grain, plainCalendar)} - ${truncate(from!, grain, plainCalendar)})`;
      switch (unit) {
        case 'year':
          return `(${part('year', to!)} - ${part('year', from!)})`;
        case 'quarter':
          return step('quarter', 4);
        case 'month':
          return step('month', 12);
        case 'week':
          return `${days('week')} / 7`;
        case 'day':
          return days('day');
        default: {
          const seconds = { hour: 3600, minute: 60, second: 1 }[unit!]!;
          return `CAST(extract(epoch FROM date_trunc('${unit}', ${to}) - date_trunc('${unit}', ${from})) / ${seconds} AS bigint)`;
        }
      }
    },
    last_day: ([at]) => `CAST(date_trunc('month', ${at}) + interval '1 month' - interval '1 day' AS date)`,
    make_date: (args) => `make_date(${args.map((arg) => `CAST(${arg} AS integer)`).join(', ')})`,
    from_unixtime: ([seconds]) => `(TIMESTAMP '1970-01-01 00:00:00' + ${seconds} * interval '1 second')`,
  },
  comparable: (x) => x,
  exactNumber: (digits) => digits,
  widen: (x) => x,
  alike: null,
  arithmetic: null,
  modulo,
  concat: (left, right) => `${left} || ${right}`,
  divide: (left, right) => `${double(left)} / nullif(${double(right)}, 0)`,
  like: (x, pattern) => `${x} LIKE ${pattern}`,
  likeValue: (pattern) => pattern,
  round: (x, digits) => `round(${numeric(x)}, ${digits})`,
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
    percentile: (x, at) => `percentile_cont(${at}) WITHIN GROUP (ORDER BY ${double(x)})`,
  },
  localTime,
  localValue: localTime,
  storedTime: (x) => x,
  truncate,
  shift: (x, by, of) => {
    if (of === 'timestamp') return `${x} + ${interval(by)}`;
    return by.unit === 'day' ? `${x} + ${by.count}` : `CAST(${x} + ${interval(by)} AS date)`;
  },
  hash: (outer, inner, x) =>
    `encode(sha256(decode(${outer}, 'hex') || sha256(decode(${inner}, 'hex') || convert_to(CAST(${x} AS text), 'UTF8'))), 'hex')`,
  periods: (first, last, from, _count, step, type) =>
    `SELECT CAST(period.period AS ${type}) AS period_start\nFROM ${from === '' ? '' : `${from} CROSS JOIN LATERAL `}generate_series(CAST(${first} AS timestamp), CAST(${last} AS timestamp), ${interval(step)}) AS period`,
  order: (position, desc) => (desc ? `${position} DESC NULLS LAST` : `${position}`),
  limit: (limit, offset) =>
    [limit === null ? '' : `\nLIMIT ${limit}`, offset === 0 ? '' : `\nOFFSET ${offset}`].join(''),
  shape: standardShape,
} satisfies Dialect);
