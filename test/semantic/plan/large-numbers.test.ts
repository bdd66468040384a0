/** Sums and products at the edge of what engines hold: the very digits, or refused, on every engine that is here. */
import { expect } from 'chai';
import { answeredColumns } from '../../../src/pipeline/answer-query.js';
import { createRowSpeller } from '../../../src/pipeline/spell-cells.js';
import { dialects } from '../../engines/start-engine.js';
import { type PlannedAnswer, plannerOf, planQuery } from '../../property/ask-planner.js';
import { Database } from '../../property/database.js';
import type { TextDialect } from '../../../core/sql/text-dialects.js';

const nines = (count: number): string => '9'.repeat(count);

const refused = 'NUMERIC_OVERFLOW';

/** The value is in each of three rows. */
interface Row {
  readonly title: string;
  readonly types: Readonly<Record<TextDialect, string>>;
  readonly value: string;
  readonly metric: string;
  readonly answer: string | number;
  /** Where an engine has no room for the answer, or only a double. */
  readonly otherwise: Partial<Record<TextDialect, string | number>>;
}

const bigint = { duckdb: 'BIGINT', sqlite: 'INTEGER', postgres: 'BIGINT', mysql: 'BIGINT', clickhouse: 'Int64' };
const unsigned = {
  duckdb: 'UBIGINT',
  sqlite: 'DECIMAL(20, 0)',
  postgres: 'NUMERIC(20)',
  mysql: 'BIGINT UNSIGNED',
  clickhouse: 'UInt64',
};
const decimal = (scale: number): Readonly<Record<TextDialect, string>> => ({
  duckdb: `DECIMAL(38, ${scale})`,
  sqlite: `DECIMAL(38, ${scale})`,
  postgres: `NUMERIC(38, ${scale})`,
  mysql: `DECIMAL(38, ${scale})`,
  clickhouse: `Decimal(38, ${scale})`,
});

const rows: readonly Row[] = [
  {
    title: 'the largest 64-bit integers',
    types: bigint,
    value: '9223372036854775807',
    metric: 'total',
    answer: '27670116110564327421',
    otherwise: { sqlite: refused },
  },
  {
    title: 'the smallest 64-bit integers',
    types: bigint,
    value: '-9223372036854775807',
    metric: 'total',
    answer: '-27670116110564327421',
    otherwise: { sqlite: refused },
  },
  {
    title: 'the largest unsigned 64-bit integers',
    types: unsigned,
    value: '18446744073709551615',
    metric: 'total',
    answer: '55340232221128654845',
    otherwise: { sqlite: 55340232221128655000 },
  },
  {
    title: 'squares of the largest 64-bit integers',
    types: bigint,
    value: '9223372036854775807',
    metric: 'squares',
    answer: '255211775190703847542190723352697503747',
    otherwise: { duckdb: refused, postgres: refused, mysql: refused, sqlite: 2.5521177519070385e38 },
  },
  {
    title: 'a sum of sums of the largest 64-bit integers',
    types: bigint,
    value: '9223372036854775807',
    metric: 'twice',
    answer: '55340232221128654842',
    otherwise: { sqlite: refused },
  },
  {
    title: 'a product of sums of the largest 64-bit integers',
    types: bigint,
    value: '9223372036854775807',
    metric: 'grown',
    answer: '765635325572111542626572170058092511241',
    otherwise: { sqlite: refused, duckdb: refused },
  },
  {
    title: 'decimals of 38 digits',
    types: decimal(2),
    value: `${nines(36)}.99`,
    metric: 'total',
    answer: `2${nines(36)}.97`,
    otherwise: { duckdb: refused, sqlite: 3e36 },
  },
  {
    title: 'decimals of 38 digits, 30 of them behind the point',
    types: decimal(30),
    value: `${nines(8)}.${nines(30)}`,
    metric: 'total',
    answer: `2${nines(8)}.${nines(29)}7`,
    otherwise: { duckdb: refused, sqlite: 300000000 },
  },
];

/** Where binary floats show: sums that cancel, and differences of sums. */
const cents: readonly string[] = ['10.10', '20.20', '-30.30'];

const yaml = `
project: { name: edges }
entities:
  edge_numbers:
    table: edge_numbers
    key: id
    measures:
      total: { sum: x }
      above: { sum: x, where: x > 0 }
      below: { sum: -x, where: x < 0 }
      squares: { sum: x * x }
      either: { max: "coalesce(x, x / 2)" }
metrics:
  twice: { formula: total + total }
  grown: { formula: total * total }
  gap: { formula: above * 1.1 - below }
  less: { formula: 5 - either }
`;

const tableOf = (dialect: TextDialect, type: string, values: readonly string[]): readonly string[] => {
  const written = values.map((value) => (dialect === 'clickhouse' ? `'${value}'` : value));
  return [
    'DROP TABLE IF EXISTS edge_numbers',
    `CREATE TABLE edge_numbers (id INT, x ${type})${dialect === 'clickhouse' ? ' ENGINE = MergeTree ORDER BY tuple()' : ''}`,
    `INSERT INTO edge_numbers VALUES ${written.map((value, id) => `(${id}, ${value})`).join(', ')}`,
  ];
};

for (const dialect of dialects) {
  describe(`numbers at the edge on ${dialect}`, () => {
    let database: Database;

    before(async function () {
      this.timeout(60_000);
      const opened = await Database.open(dialect);
      if ('missing' in opened) {
        console.log(`    skipped on ${dialect}: ${opened.missing}`);
        return this.skip();
      }
      database = opened;
    });

    after(() => database?.close());

    const planned = (metric: string): PlannedAnswer => {
      const planner = plannerOf(yaml);
      if ('problems' in planner) throw new Error(planner.problems);
      const plan = planQuery(planner, { metrics: [metric] }, dialect, { now: 0, features: { timeZones: true } });
      if ('refused' in plan) throw new Error(plan.why);
      return plan;
    };
    const ask = async (metric: string): Promise<unknown> => {
      const plan = planned(metric);
      return database.ask(plan).then(
        ({ rows: [only] }) => createRowSpeller(plan.columns)(only!)[0],
        (error: { readonly code?: string }) => error.code ?? error,
      );
    };

    for (const { title, metric, types, value, answer, otherwise } of rows) {
      it(`${title}: ${metric}`, async () => {
        await database.run(tableOf(dialect, types[dialect], [value, value, value]));
        expect(await ask(metric)).to.equal(otherwise[dialect] ?? answer);
      });
    }

    it('a whole number in the place of a float is a double, and its column says so', async () => {
      await database.run(tableOf(dialect, bigint[dialect], ['9007199254740993']));
      expect(await ask('either')).to.equal(dialect === 'sqlite' ? '9007199254740993' : 9007199254740992);
      expect(await ask('less')).to.equal(dialect === 'sqlite' ? -9007199254740988 : -9007199254740987);
      const precisions = await Promise.all(
        ['either', 'less', 'total'].map(async (metric) => {
          const { columns } = planned(metric);
          return answeredColumns(await database.ask(planned(metric)), columns)[0]!.precision;
        }),
      );
      expect(precisions).to.deep.equal(['double', 'double', dialect === 'sqlite' ? 'double' : undefined]);
    });

    it('cents', async () => {
      await database.run(tableOf(dialect, decimal(2)[dialect], cents));
      expect([await ask('total'), await ask('gap'), await ask('below')]).to.deep.equal([0, 3.03, 30.3]);
    });
  });
}
