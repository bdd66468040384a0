/** What `core/sql/functions.ts` says that the portable functions give, on every engine: edges, nulls, signs, leap days. */
import { expect } from 'chai';
import { createRowSpeller } from '../../../src/pipeline/spell-cells.js';
import { functions } from '../../../core/sql/functions.js';
import { dialects } from '../../engines/start-engine.js';
import { plannerOf, planQuery, yamlOf } from '../../property/ask-planner.js';
import { Database } from '../../property/database.js';
import type { AuthoredDimension, AuthoredModel } from '../../reference/authored-model.js';
import type { Data } from '../../reference/data.js';

/** Nothing but a null of the type. */
const no = { number: { null: 'number' }, text: { null: 'string' } } as const;
type Expected = number | string | boolean | (typeof no)[keyof typeof no];

/** The only row: `s` 'Größe 😀', `n` 7, `m` -7, `z` 0, `x` 2.5, `y` -2.5, `f` 0.1 in binary, `d` and `t` the times below. */
const values: Readonly<Record<string, Expected>> = {
  'length(s)': 7,
  'substring(s, 1, 2)': 'Gr',
  'substring(s, 3)': 'öße 😀',
  'substring(s, 7, 5)': '😀',
  'substring(s, 0, 3)': 'Gr',
  'substring(s, -1, 3)': 'G',
  'substring(s, z - 1, n - 4)': 'G',
  'substring(s, 20)': '',
  'substring(s, 2, 0)': '',
  'substring(s, 2, -1)': '',
  'left(s, 3)': 'Grö',
  'left(s, 0)': '',
  'left(s, m)': '',
  'left(s, 99)': 'Größe 😀',
  'right(s, 2)': ' 😀',
  'right(s, 0)': '',
  'right(s, m)': '',
  "trim(concat('  ', s, ' '))": 'Größe 😀',
  "ltrim(concat('  ', s))": 'Größe 😀',
  "rtrim(concat(s, '   '))": 'Größe 😀',
  "concat(s, '!', 'a')": 'Größe 😀!a',
  'concat(s, nothing)': no.text,
  's || nothing': no.text,
  "lower('AbC')": 'abc',
  "upper('AbC')": 'ABC',
  "replace(s, 'ö', 'oe')": 'Groeße 😀',
  "replace(s, '', 'x')": 'Größe 😀',
  "replace(concat('aa', 'a'), 'aa', 'b')": 'ba',
  "strpos(s, 'ß')": 4,
  "strpos(s, 'q')": 0,
  "strpos(s, '')": 1,
  "strpos(s, 'GR')": 0,
  "contains(s, 'öß')": true,
  "contains(s, 'ÖSS')": false,
  "contains(s, '')": true,
  "contains(w, '%b')": true,
  "contains(s, 'G%')": false,
  "starts_with(s, 'gr')": false,
  "starts_with(w, 'a%')": true,
  "starts_with(w, 'a_')": false,
  "ends_with(s, '😀')": true,
  "ends_with(s, '_')": false,
  "split_part('a,b,,c', ',', 2)": 'b',
  "split_part('a,b,,c', ',', 3)": '',
  "split_part('a,b,,c', ',', 4)": 'c',
  "split_part('a,b,,c', ',', 5)": '',
  "split_part('a--b--c', '--', 3)": 'c',
  "split_part(nothing, ',', 1)": no.text,
  "lpad('7', 3, '0')": '007',
  "lpad('1234', 3, '0')": '123',
  "lpad('a', 4, 'xy')": 'xyxa',
  "lpad(s, 3, 'x')": 'Grö',
  "rpad('a', 4, 'xy')": 'axyx',
  "rpad('1234', 2, '0')": '12',
  "s like 'Gr%'": true,
  "s like 'gr%'": false,
  "s like 'Gr__e _'": true,
  "w like 'a\\%b'": true,
  "s like 'G\\%'": false,

  'abs(m)': 7,
  'sign(m)': -1,
  'sign(z)': 0,
  'round(x)': 3,
  'round(y)': -3,
  'round(2.345, 2)': 2.35,
  'round(-2.345, 2)': -2.35,
  'round(1250, -2)': 1300,
  'round(-1250, -2)': -1300,
  'round(n * 10, -1)': 70,
  'round(x * 100, -2)': 300,
  'floor(y)': -3,
  'ceil(y)': -2,
  'trunc(y)': -2,
  'trunc(x)': 2,
  'floor(m)': -7,
  'mod(m, 3)': -1,
  'mod(n, -3)': 1,
  'm % 3': -1,
  'mod(n, z)': no.number,
  'mod(y, 2)': -0.5,
  'mod(x, 2)': 0.5,
  'x % 2': 0.5,
  'x % 0.4': 0.1,
  'mod(0.3, 0.1)': 0,
  'y % x': 0,
  'y % x = 0': true,
  'x * 3 - 0.3 * x = 2.7 * x': true,
  '0.1 * n = 0.7': true,
  'n % x': 2,
  'mod(x, z)': no.number,
  'mod(none, 2)': no.number,
  'mod(n / 2, 2)': 1.5,
  'n / z': no.number,
  'n / 2': 3.5,
  'm / 2': -3.5,
  'x + f': 2.6,
  'power(2, 10)': 1024,
  'power(m, 2)': 49,
  'power(m, 0.5)': no.number,
  'power(z, -1)': no.number,
  'sqrt(n * n)': 7,
  'sqrt(m)': no.number,
  'exp(z)': 1,
  'ln(exp(n))': 7,
  'ln(z)': no.number,
  'ln(m)': no.number,
  'log10(1000)': 3,
  'log10(z)': no.number,
  'log2(8)': 3,
  'log2(m)': no.number,
  'sin(z)': 0,
  'cos(z)': 1,
  'asin(1)': Math.PI / 2,
  'asin(n)': no.number,
  'acos(1)': 0,
  'acos(n)': no.number,
  'atan2(1, -1)': (3 * Math.PI) / 4,
  'radians(180)': Math.PI,
  'coalesce(none, n)': 7,
  'nullif(n, 7)': no.number,
  'nullif(n, none)': 7,
  'nullif(none, n)': no.number,
  'if(n > 5, 1, 2)': 1,
  'if(none > 5, 1, 2)': 2,
  'if(none > 5, 1)': no.number,
  'greatest(n, m, none)': no.number,
  'greatest(m, x, n)': 7,
  'least(n, y, z)': -2.5,

  'date_trunc(minute, t)': '2024-03-31T23:59:00',
  'date_trunc(hour, t)': '2024-03-31T23:00:00',
  'date_trunc(day, t)': '2024-03-31',
  'date_trunc(week, t)': '2024-03-25',
  'date_trunc(week, d)': '2024-02-26',
  'date_trunc(month, t)': '2024-03-01',
  'date_trunc(quarter, t)': '2024-01-01',
  'date_trunc(year, t)': '2024-01-01',
  'date_part(year, t)': 2024,
  'date_part(quarter, t)': 1,
  'date_part(week, t)': 13,
  "date_part(week, date '2024-12-30')": 1,
  "date_part(week, date '2023-01-01')": 52,
  'date_part(dow, t)': 7,
  "date_part(dow, date '2024-04-01')": 1,
  "date_part(doy, date '2024-12-31')": 366,
  'date_part(hour, t)': 23,
  'date_part(minute, t)': 59,
  'date_part(second, t)': 59,
  'date_add(d, 1, year)': '2025-02-28',
  'date_add(d, -1, month)': '2024-01-29',
  "date_add(date '2024-01-31', 1, month)": '2024-02-29',
  "date_add(date '2024-03-31', -1, month)": '2024-02-29',
  'date_add(d, 1, quarter)': '2024-05-29',
  'date_add(d, 2, week)': '2024-03-14',
  'date_add(d, n, day)': '2024-03-07',
  'date_add(d, m, month)': '2023-07-29',
  'date_add(t, 1, second)': '2024-04-01T00:00:00',
  'date_add(t, 1, month)': '2024-04-30T23:59:59',
  'date_add(t, -25, hour)': '2024-03-30T22:59:59',
  'date_add(t, 2, minute)': '2024-04-01T00:01:59',
  "date_diff(year, date '2023-12-31', date '2024-01-01')": 1,
  'date_diff(month, d, t)': 1,
  'date_diff(month, t, d)': -1,
  "date_diff(quarter, t, date '2024-04-01')": 1,
  "date_diff(week, t, date '2024-04-01')": 1,
  "date_diff(week, date '2024-04-01', date '2024-04-07')": 0,
  "date_diff(week, date '2024-04-01', t)": -1,
  "date_diff(week, date '2024-03-30', timestamp '2024-04-02T10:00:00')": 1,
  "date_diff(week, date '1969-12-28', date '1970-01-12')": 3,
  "date_diff(day, t, date '2024-04-01')": 1,
  'date_diff(day, t, d)': -31,
  "date_diff(hour, t, timestamp '2024-04-01T00:00:00')": 1,
  "date_diff(hour, timestamp '2024-04-01T00:00:00', t)": -1,
  "date_diff(minute, t, timestamp '2024-04-01T00:00:00')": 1,
  "date_diff(second, t, timestamp '2024-04-01T00:00:00')": 1,
  "date_diff(hour, timestamp '1969-12-31T22:59:59', timestamp '1970-01-01T01:00:00')": 3,
  "date_diff(quarter, date '1969-12-31', date '1970-01-01')": 1,
  "date_diff(month, date '1969-10-31', timestamp '1970-01-01T00:00:00')": 3,
  "date_diff(year, date '1965-12-31', date '1970-01-01')": 5,
  "date_diff(day, date '1965-12-31', date '1966-01-02')": 2,
  "date_trunc(week, date '1969-12-28')": '1969-12-22',
  "date_trunc(quarter, date '1969-12-28')": '1969-10-01',
  "date_part(dow, date '1969-12-28')": 7,
  "date_part(week, date '1969-12-28')": 52,
  'last_day(d)': '2024-02-29',
  "last_day(date '2023-02-10')": '2023-02-28',
  'last_day(t)': '2024-03-31',
  'make_date(2024, 2, 29)': '2024-02-29',
  'make_date(2000 + n, n, n)': '2007-07-07',
  'from_unixtime(0)': '1970-01-01T00:00:00',
  'from_unixtime(1709210096)': '2024-02-29T12:34:56',
  'from_unixtime(-1)': '1969-12-31T23:59:59',

  'cast(x as integer)': 3,
  'cast(y as integer)': -3,
  "cast('12' as integer)": 12,
  "cast('1.5' as decimal)": 1.5,
  'cast(n as string)': '7',
  'cast(z as boolean)': false,
  'cast(t as date)': '2024-03-31',
  'cast(d as timestamp)': '2024-02-29T00:00:00',
  "cast('2024-02-29' as date)": '2024-02-29',
};

const dimensionOf = (expr: string, expected: Expected): AuthoredDimension => {
  if (typeof expected === 'object') return { type: expected.null, expr };
  if (typeof expected !== 'string') return { type: typeof expected as 'number' | 'boolean', expr };
  if (/^\d{4}-\d\d-\d\d$/.test(expected)) return { type: 'time', stores: 'date', expr };
  return /^\d{4}-\d\d-\d\dT/.test(expected) ? { type: 'time', stores: 'local', expr } : { type: 'string', expr };
};

const names = Object.fromEntries(Object.keys(values).map((expr, at) => [`v${at}`, expr]));

const model: AuthoredModel = {
  project: { name: 'Functions' },
  entities: {
    one: {
      table: 'function_values',
      key: 'k',
      dimensions: {
        s: { type: 'string' },
        w: { type: 'string' },
        nothing: { type: 'string' },
        n: { type: 'number' },
        m: { type: 'number' },
        z: { type: 'number' },
        none: { type: 'number' },
        x: { type: 'number' },
        y: { type: 'number' },
        f: { type: 'number' },
        d: { type: 'time', stores: 'date' },
        t: { type: 'time', stores: 'local' },
        ...Object.fromEntries(Object.entries(names).map(([name, expr]) => [name, dimensionOf(expr, values[expr]!)])),
      },
    },
  },
};

const data: Data = {
  function_values: {
    columns: {
      k: 'integer',
      s: 'string',
      w: 'string',
      nothing: 'string',
      n: 'integer',
      m: 'integer',
      z: 'integer',
      none: 'integer',
      x: 'decimal',
      y: 'decimal',
      f: 'float',
      d: 'date',
      t: 'timestamp',
    },
    rows: [[1, 'Größe 😀', 'a%b', null, 7, -7, 0, null, '2.50', '-2.50', 0.1, '2024-02-29', '2024-03-31T23:59:59']],
  },
};

/** What a dialect refuses to write. */
const unwritten: Partial<Record<string, RegExp>> = { sqlite: /^split_part/ };

const shown = (value: unknown): unknown =>
  typeof value === 'number' || (typeof value === 'string' && /^-?\d+\.\d+$/.test(value))
    ? Number(Number(value).toPrecision(12)) + 0
    : value;

describe('the portable functions', () => {
  it('are all here', () => {
    const text = Object.keys(values).join('\n');
    expect(Object.keys(functions).filter((name) => !text.includes(`${name}(`))).to.deep.equal([]);
  });

  for (const dialect of dialects) {
    it(`give on ${dialect} what they say`, async function () {
      this.timeout(60_000);
      const database = await Database.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      try {
        await database.write(data);
        const planner = plannerOf(yamlOf(model));
        if ('problems' in planner) throw new Error(planner.problems);
        const found: [string, unknown][] = [];
        const isWritten = (expr: string): boolean => unwritten[dialect]?.test(expr) !== true;
        const all = Object.keys(names).filter((name) => isWritten(names[name]!));
        for (let from = 0; from < all.length; from += 30) {
          const dimensions = all.slice(from, from + 30);
          const plan = planQuery(planner, { dimensions }, dialect, { now: 0, features: { timeZones: true } });
          if ('refused' in plan) throw new Error(plan.why);
          const { rows } = await database.ask(plan);
          const cells = createRowSpeller(plan.columns)(rows[0]!);
          for (const [at, name] of dimensions.entries()) found.push([names[name]!, shown(cells[at])]);
        }
        const expected = Object.entries(values)
          .filter(([expr]) => isWritten(expr))
          .map(([expr, value]) => [expr, typeof value === 'object' ? null : shown(value)]);
        expect(Object.fromEntries(found)).to.deep.equal(Object.fromEntries(expected));
      } finally {
        await database.close();
      }
    });
  }
});
