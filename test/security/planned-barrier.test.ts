/** Planned statements on every engine: computed conditions do not fail on rows that are kept back, and groups are withheld. */
import { expect } from 'chai';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { dialects } from '../engines/start-engine.js';
import { placeOf } from './place-of.js';
import { SecurityDatabase } from './security-database.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

const now = new Date('2026-01-01T12:00:00Z');
const subject = createSubject({ user: 'ada' });

for (const dialect of dialects) {
  describe(`barriers in planned statements on ${dialect}`, function () {
    this.timeout(120_000);
    let database: SecurityDatabase;
    before(async function () {
      const opened = await SecurityDatabase.open(dialect);
      if ('missing' in opened) {
        console.log(`    skipped on ${dialect}: ${opened.missing}`);
        return this.skip();
      }
      database = opened;
      await database.write({
        codes: {
          columns: { id: 'integer', owner: 'integer', code: 'string', size: 'bigint' },
          rows: [
            [1, 1, '17', '5'],
            [2, 1, '18', '6'],
            [3, 2, 'no number', '9223372036854775807'],
          ],
        },
        owners: {
          columns: { id: 'integer', name: 'string' },
          rows: [
            [1, 'Ada'],
            [2, 'Bob'],
          ],
        },
      });
    });
    after(() => database?.close());

    const { catalog, schema } = placeOf[dialect];
    const place = catalog === null ? schema : `${catalog}.${schema}`;
    const modelWith = (rows: string) =>
      compile(
        new Map([
          [
            'codes.yaml',
            `entity: codes
table: ${place}.codes
key: id
joins: {keeper: {to: owners, on: owner}}
dimensions:
  id: {type: number}
  owner: {type: number}
  code: {type: string}
  size: {type: number}
  number: {type: number, expr: cast(code as integer)}
  larger: {type: number, expr: size + 1}
measures: {codes: {count: "*"}}
filters: {high: cast(code as integer) > 17}
---
entity: owners
table: ${place}.owners
key: id
dimensions: {id: {type: number}, name: {type: string}}
---
policies:
  - {name: own, for: everyone, on: codes, rows: ${rows}}`,
          ],
        ]),
      ).model!;

    const questions: readonly (readonly [SemanticQuery, number])[] = [
      [{ metrics: ['codes'], filters: { member: 'codes.number', op: 'gt', values: [0] } }, 2],
      [{ metrics: ['codes'], filters: { member: 'codes.larger', op: 'gt', values: [6] } }, 1],
      [{ metrics: ['codes'], segments: ['high'] }, 1],
      [
        {
          metrics: ['codes'],
          filters: {
            ...{ metric: 'codes', per: 'codes', op: 'gte', values: [1] },
            filters: { member: 'codes.number', op: 'gt', values: [0] },
          },
        },
        2,
      ],
    ];
    it("groups only, and one's own beside everyone's", async () => {
      const options = { dialect, now, lineages: onlyTables, features: { timeZones: true } };
      const ask = async (policies: string, query: SemanticQuery) => {
        const { text, parameters } = planForSubject(modelWith(policies), query, subject, options);
        const outcome = await database.run({ sql: text, parameters });
        expect(outcome, text).to.deep.include({ kind: 'rows' });
        return outcome.kind === 'rows' ? outcome.rows.map((row) => (JSON.parse(row) as unknown[]).map(Number)) : [];
      };
      const groups = (minimum: number) =>
        `"true", aggregate_only: {minimum_group: ${minimum}, of: id, filters: [owner]}`;
      const isAda: SemanticQuery['filters'] = { member: 'codes.owner', op: 'eq', values: [1] };
      expect(await ask(groups(3), { metrics: ['codes'] })).to.deep.equal([[3]]);
      expect(await ask(groups(4), { metrics: ['codes'] })).to.deep.equal([]);
      expect(await ask(groups(2), { metrics: ['codes'], filters: isAda })).to.deep.equal([]);
      const own =
        '\n  - {name: mine, for: everyone, on: codes, rows: owner = 2}\n  - {name: more, for: {users: [x]}, on: codes, rows: id = 0';
      const beside: SemanticQuery = { metrics: ['codes'], dimensions: ['codes.owner'], beside: 'everyone' };
      expect(await ask(`${groups(2)}}${own}`, beside)).to.deep.equal([
        [1, 0, 2],
        [2, 1, 1],
      ]);
    });

    for (const rows of ['owner = 1', "keeper.name = 'Ada'"]) {
      it(`a policy by ${rows}`, async () => {
        for (const [query, count] of questions) {
          const options = { dialect, now, lineages: onlyTables, features: { timeZones: true } };
          const { text, parameters } = planForSubject(modelWith(rows), query, subject, options);
          const outcome = await database.run({ sql: text, parameters });
          expect(outcome, text).to.deep.include({ kind: 'rows' });
          if (outcome.kind === 'rows')
            expect(outcome.rows.map((row) => Number(JSON.parse(row)[0]))).to.deep.equal([count]);
        }
      });
    }
  });
}
