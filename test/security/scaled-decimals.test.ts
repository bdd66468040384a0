/**
 * ClickHouse scales decimals before it compares them, and evaluates a condition of the subject before the policy's where that
 * reads less: the overflow of a hidden row would tell of it.
 */
import { expect } from 'chai';
import { createSubject } from '../../core/subject/subject.js';
import type { Filter } from '../../core/query/semantic-query.js';
import { compile } from '../../semantic/check/compiler.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { onlyTables } from '../semantic/policy/only-tables.js';
import { SecurityDatabase } from './security-database.js';

const options = {
  dialect: 'clickhouse',
  now: new Date('2026-01-01T12:00:00Z'),
  lineages: onlyTables,
  features: { timeZones: true },
} as const;

describe('decimals that overflow when they are scaled', function () {
  this.timeout(60_000);
  let database: SecurityDatabase;
  before(async function () {
    const engine = await startEngine('clickhouse');
    if (isMissing(engine)) {
      console.log(`    skipped: ${engine.missing}`);
      return this.skip();
    }
    database = (await SecurityDatabase.open('clickhouse')) as SecurityDatabase;
    // Wide owners, so that conditions on the other columns are read first.
    await database.set(
      'CREATE OR REPLACE TABLE pay (id Int64, owner String, amount Decimal(18, 2), rate Decimal(18, 16)) ENGINE = MergeTree ORDER BY id',
      "INSERT INTO pay SELECT number, repeat('x', 300), 1234567890123456, 2 FROM numbers(100000)",
      "INSERT INTO pay VALUES (1, 'ada', 5, 1)",
      'OPTIMIZE TABLE pay FINAL',
    );
  });
  after(async () => {
    await database?.set('DROP TABLE pay');
    await database?.close();
  });

  it('fail where nothing keeps them behind the policy', async () => {
    const sql = "SELECT count(*) FROM (SELECT * FROM pay WHERE owner LIKE 'ada%') AS p WHERE rate = amount";
    expect((await database.run({ sql, parameters: [] })).kind).to.equal('error');
  });

  const model = compile(
    new Map([
      [
        'pay.yaml',
        `entity: pay
table: default.pay
key: id
dimensions:
  id: {type: number}
  owner: {type: string}
  amount: {type: number}
  rate: {type: number}
  is_odd: {type: boolean, expr: rate = amount}
measures: {payments: {count: "*"}}
---
policies:
  - {name: own, for: everyone, on: pay, rows: "owner like 'ada%'"}`,
      ],
    ]),
  ).model!;

  const conditions: readonly (readonly [what: string, filters: Filter, count: number])[] = [
    ['a whole number', { member: 'pay.amount', op: 'lt', values: ['9223372036854775807'] }, 1],
    ['many digits after the point', { member: 'pay.amount', op: 'gt', values: [`0.${'0'.repeat(30)}1`] }, 1],
    ['a number of the scale', { member: 'pay.rate', op: 'lt', values: [100_000] }, 1],
    ['another column', { member: 'pay.is_odd', op: 'eq', values: [true] }, 0],
    ['a list', { member: 'pay.rate', op: 'in', values: [1, 100_000] }, 1],
  ];
  for (const [what, filters, count] of conditions)
    it(`tell nothing of hidden rows by ${what}`, async () => {
      const query = { metrics: ['payments'], filters };
      const { text, parameters } = planForSubject(model, query, createSubject({ user: 'ada' }), options);
      const outcome = await database.run({ sql: text, parameters });
      // What fails on the permitted row fails whatever is hidden.
      if (outcome.kind === 'error') {
        await database.set("ALTER TABLE pay DELETE WHERE owner <> 'ada' SETTINGS mutations_sync = 2");
        expect(await database.run({ sql: text, parameters })).to.have.property('kind', 'error');
      } else expect(outcome.rows).to.deep.equal([JSON.stringify([count])]);
    });
});
