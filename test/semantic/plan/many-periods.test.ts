/** Windows over more periods than a query would list by itself: none may be missing at the end. */
import { expect } from 'chai';
import { createRowSpeller } from '../../../src/pipeline/spell-cells.js';
import { dialects } from '../../engines/start-engine.js';
import { plannerOf, planQuery } from '../../property/ask-planner.js';
import { Database } from '../../property/database.js';

const yaml = `
project: { name: periods }
entities:
  ticks:
    table: ticks
    key: id
    dimensions:
      at: { type: time, stores: local, expr: ticked_at, default: true }
    measures:
      size: { sum: x }
metrics:
  so_far: { running: size }
`;

describe('a running sum by minute over 70 days', () => {
  for (const dialect of dialects) {
    it(`has its last minute on ${dialect}`, async function () {
      this.timeout(60_000);
      const database = await Database.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      try {
        await database.write({
          ticks: {
            columns: { id: 'integer', x: 'integer', ticked_at: 'timestamp' },
            rows: [
              [1, 3, '2024-01-01T00:00:00'],
              [2, 4, '2024-03-11T00:00:00'],
            ],
          },
        });
        const planner = plannerOf(yaml);
        if ('problems' in planner) throw new Error(planner.problems);
        const query = { metrics: ['so_far'], dimensions: [{ name: 'metric_time', grain: 'minute' as const }] };
        const page = { order: [{ by: 'metric_time', desc: false }], offset: 70 * 24 * 60 - 1, limit: 10 };
        const plan = planQuery(planner, { ...query, ...page }, dialect, { now: 0, features: { timeZones: true } });
        if ('refused' in plan) throw new Error(plan.why);
        const { rows } = await database.ask(plan);
        expect(rows.map(createRowSpeller(plan.columns))).to.deep.equal([
          ['2024-03-10T23:59:00', 3],
          ['2024-03-11T00:00:00', 7],
        ]);
      } finally {
        await database.close();
      }
    });
  }
});
