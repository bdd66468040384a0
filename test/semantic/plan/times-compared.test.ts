/** Times of different kinds and spellings beside each other, on every engine: SQLite keeps them as text. */
import { expect } from 'chai';
import { createRowSpeller } from '../../../src/pipeline/spell-cells.js';
import { dialects } from '../../engines/start-engine.js';
import { plannerOf, planQuery, yamlOf } from '../../property/ask-planner.js';
import { Database } from '../../property/database.js';
import type { AuthoredMetric, AuthoredModel } from '../../reference/authored-model.js';
import type { Cell, Data } from '../../reference/data.js';
import { evaluate } from '../../reference/evaluate.js';
import { toDouble } from '../../reference/value.js';

/** `l` and `m` are local timestamps, `d` a date, `tl` a column that nothing is said about. */
const conditions: readonly string[] = [
  'l = d',
  'l <> d',
  'l < d',
  'd <= l',
  'l between d and m',
  'm in (d, l)',
  "l in (date '2024-03-02', timestamp '2024-03-02T10:00:00')",
  "d < timestamp '2024-03-02T10:00:00'",
  "l <= date '2024-03-02'",
  "tl <= date '2024-03-02'",
  "tl = date '2024-03-02'",
  "td = date '2024-03-02'",
  'date_trunc(hour, l) = l',
  'date_trunc(minute, l) = m',
  'date_trunc(day, l) = d',
  'date_add(d, 1, day) > l',
  'date_add(d, 1, day) >= date_add(m, 1, minute)',
  'date_add(l, 12, hour) >= m',
  'date_add(l, 1, month) = m',
  'cast(d as timestamp) = l',
  'coalesce(l, m) = d',
  'coalesce(l, date_trunc(hour, m)) = m',
  'greatest(cast(d as timestamp), l) = l',
  'least(l, date_trunc(hour, l)) = m',
  'greatest(l, date_add(m, 1, hour)) > m',
  'nullif(l, cast(d as timestamp)) is null',
  'nullif(l, date_trunc(hour, l)) is null',
  'case when b then cast(d as timestamp) else l end = m',
];

const names = { n: 'a.of_l', i: 'a.of_i', d: 'a.of_d' } as const;
const targets = { l: 'b.of_l', i: 'b.of_i', d: 'b.of_d' } as const;
const conversions: Readonly<Record<string, AuthoredMetric>> = Object.fromEntries(
  Object.entries(names).flatMap(([one, from]) =>
    Object.entries(targets).flatMap(([other, to]) =>
      ['1 day', '24 hours', '1 month'].map((within, at): [string, AuthoredMetric] => [
        `from_${one}_to_${other}_${at}`,
        { conversion: { from, to, by: 'k', within, as: 'count' } },
      ]),
    ),
  ),
);

const entity = (table: string): AuthoredModel['entities'][string] => ({
  table,
  key: 'k',
  dimensions: {
    l: { type: 'time', stores: 'local', expr: 'tl', default: true },
    m: { type: 'time', stores: 'local', expr: 'tm' },
    i: { type: 'time', stores: 'instant', expr: 'ti' },
    d: { type: 'time', stores: 'date', expr: 'td' },
  },
  measures: {
    of_l: { count: '*' },
    of_i: { count: '*', time: 'i' },
    of_d: { count: '*', time: 'd' },
    ...Object.fromEntries(conditions.map((condition, at) => [`${table}_${at}`, { count_if: condition }])),
  },
});

const model: AuthoredModel = {
  project: { name: 'Times', timezone: 'Europe/Berlin' },
  entities: { a: entity('times_a'), b: entity('times_b') },
  metrics: conversions,
};

/** Midnights, in Berlin and in UTC, and moments around them. */
const moments = [
  '2024-03-02T00:00:00',
  '2024-03-02T10:00:00',
  '2024-03-03T00:00:00',
  '2024-03-01T23:00:00',
  '2024-03-02T23:00:00',
  '2024-04-02T00:00:00',
  '2024-03-02T12:30:00.5',
  null,
] as const;

const columns = {
  k: 'integer',
  tl: 'timestamp',
  tm: 'timestamp',
  ti: 'instant',
  td: 'date',
  b: 'boolean',
} as const;
const row = (k: number, one: string | null, other: string | null): readonly Cell[] => [
  k,
  one,
  other,
  one === null ? null : `${one}Z`,
  (other ?? one)?.slice(0, 10) ?? null,
  k % 3 === 0,
];
const pairs = moments.flatMap((one) => moments.map((other) => [one, other] as const));
const data: Data = {
  times_a: { columns, rows: pairs.map(([one, other], k) => row(k, one, other)) },
  times_b: { columns, rows: pairs.map(([one, other], k) => row(k, other, one)) },
};

/** All in one question: what they are called, and what they are about. */
const asked = new Map([
  ...conditions.map((condition, at): [string, string] => [`times_a_${at}`, condition]),
  ...Object.keys(conversions).map((name): [string, string] => [name, name]),
]);
const query = { metrics: [...asked.keys()] };

const expected = (): readonly string[] => {
  const outcome = evaluate(model, data, query, 0);
  if ('refused' in outcome) throw new Error(outcome.why);
  return outcome.rows[0]!.map((value, at) => `${[...asked.values()][at]}: ${toDouble(value as number)}`);
};

describe('times beside each other', () => {
  for (const dialect of dialects) {
    it(`on ${dialect}`, async function () {
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
        const { timeZones } = await database.capabilities();
        const plan = planQuery(planner, query, dialect, { now: 0, features: { timeZones } });
        if ('refused' in plan) throw new Error(plan.why);
        const { rows } = await database.ask(plan);
        const cells = createRowSpeller(plan.columns)(rows[0]!);
        expect(cells.map((cell, at) => `${[...asked.values()][at]}: ${String(cell)}`)).to.deep.equal(expected());
      } finally {
        await database.close();
      }
    });
  }
});
