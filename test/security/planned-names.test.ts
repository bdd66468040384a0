/** Names that the planner gives are never read in the place of a table, on any engine. */
import { expect } from 'chai';
import { judge } from '../../core/firewall/judge.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { dialects } from '../engines/start-engine.js';
import { onlyTables } from '../semantic/policy/only-tables.js';
import { SecurityDatabase } from './security-database.js';

const now = new Date('2024-02-15T12:00:00Z');

/** Each entity's table has the name of another entity, or of what the planner makes of a window and of gaps. */
const model = compile(
  new Map([
    [
      'model.yaml',
      `entity: nm_visits
table: datamind_bounds
key: id
joins: {place: {to: nm_places, on: place_id}}
dimensions: {id: {type: number}, at: {type: time, stores: local, default: true}, place_id: {type: number}}
measures: {visits: {count: "*"}}
---
entity: nm_orders
table: nm_towns
key: id
joins: {town: {to: nm_towns, on: town_id}}
dimensions: {name: {type: string}}
measures: {orders: {count: "*"}}
---
entity: nm_towns
table: nm_orders
key: id
dimensions: {name: {type: string}}
---
entity: nm_places
table: datamind_rows
key: id
dimensions: {name: {type: string}}
---
metrics:
  so_far: {running: visits}`,
    ],
  ]),
).model!;

for (const dialect of dialects) {
  describe(`names in planned statements on ${dialect}`, function () {
    this.timeout(120_000);
    let database: SecurityDatabase;
    before(async function () {
      await loadQueryParser();
      const opened = await SecurityDatabase.open(dialect);
      if ('missing' in opened) {
        console.log(`    skipped on ${dialect}: ${opened.missing}`);
        return this.skip();
      }
      database = opened;
      await database.write({
        datamind_bounds: {
          columns: { id: 'integer', at: 'timestamp', place_id: 'integer' },
          rows: [
            [1, '2024-01-01T10:00:00', 1],
            [2, '2024-02-01T10:00:00', 2],
          ],
        },
        datamind_rows: {
          columns: { id: 'integer', name: 'string' },
          rows: [
            [1, 'hall'],
            [2, 'yard'],
          ],
        },
        nm_towns: { columns: { id: 'integer', name: 'string', town_id: 'integer' }, rows: [[1, 'an order', 7]] },
        nm_orders: { columns: { id: 'integer', name: 'string' }, rows: [[7, 'a town']] },
      });
    });
    after(() => database?.close());

    const cases: readonly (readonly [string, SemanticQuery, unknown])[] = [
      [
        'a table and an entity beside it',
        { metrics: ['orders'], dimensions: ['nm_orders.name', 'nm_towns.name'] },
        [['an order', 'a town', 1]],
      ],
      [
        'the bounds of a window',
        { metrics: ['so_far'], dimensions: [{ name: 'metric_time', grain: 'month' }] },
        [1, 2],
      ],
      [
        'the rows between gaps',
        {
          metrics: ['visits'],
          dimensions: [{ name: 'metric_time', grain: 'month' }, 'nm_places.name'],
          time: { range: ['2024-01-01', '2024-03-01'] },
          fill: true,
        },
        null,
      ],
    ];
    for (const [title, query, expected] of cases) {
      it(title, async () => {
        const options = { dialect, now, lineages: onlyTables, features: { timeZones: true } };
        const { text, parameters } = planForSubject(model, query, createSubject({ user: 'ada' }), options);
        const outcome = await database.run({ sql: text, parameters });
        expect(outcome, text).to.deep.include({ kind: 'rows' });
        const rows = outcome.kind === 'rows' ? outcome.rows.map((row) => JSON.parse(row) as unknown[]) : [];
        if (expected === null) expect(rows, text).not.to.deep.equal([]);
        else if (title === 'the bounds of a window')
          expect(
            rows.map((row) => Number(row.at(-1))),
            text,
          ).to.deep.equal(expected);
        else
          expect(
            rows.map((row) => [row[0], row[1], Number(row[2])]),
            text,
          ).to.deep.equal(expected);
      });
    }
  });
}

describe('the firewall about names', () => {
  before(() => loadQueryParser());
  const bare = (table: string) => ({ catalog: null, schema: null, table });

  it('no common table has the name of a table that may stand bare', () => {
    const text = 'WITH aa AS (SELECT 1 AS id) SELECT id FROM aa';
    const verdict = judge({ dialect: 'duckdb', text, parameters: [], expected: [], bare: [bare('aa')] });
    expect(verdict).to.deep.include({ verdict: 'refuse', rule: 'relation' });
  });

  it('on ClickHouse no table has the name of an alias beside it', () => {
    const expected = [] as const;
    const ask = (text: string) =>
      judge({ dialect: 'clickhouse', text, parameters: [], expected, bare: [bare('aa'), bare('bb')] }).verdict;
    expect(ask('SELECT bb.v FROM aa AS bb INNER JOIN bb AS aa ON bb.id = aa.id')).to.equal('refuse');
    expect(ask('SELECT bb.v FROM aa AS aa INNER JOIN bb AS bb ON bb.id = aa.id')).to.equal('allow');
    expect(ask('SELECT x.v FROM aa AS x INNER JOIN (SELECT b.id FROM bb AS b) AS aa ON x.id = aa.id')).to.equal(
      'refuse',
    );
  });
});
