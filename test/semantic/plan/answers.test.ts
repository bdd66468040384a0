/** Small tables, answers worked out by hand, on every engine that is here. */
import { expect } from 'chai';
import { createPlanner } from '../../../semantic/plan/create-planner.js';
import { createRowSpeller } from '../../../src/pipeline/spell-cells.js';
import { dialects } from '../../engines/start-engine.js';
import { Database } from '../../property/database.js';
import type { Data } from '../../reference/data.js';
import { shop } from './shop-model.js';

const data: Data = {
  customers: {
    columns: { customer_id: 'integer', name: 'string', country: 'string', region: 'string' },
    rows: [
      [1, 'Ann', 'DE', 'BY'],
      [2, 'Bob', 'FR', null],
      [3, 'Cid', null, null],
    ],
  },
  employees: {
    columns: { employee_id: 'integer', manager_id: 'integer', name: 'string' },
    rows: [
      [1, null, 'Eve'],
      [2, 1, 'Fay'],
      [3, 2, 'Gus'],
      [4, null, 'Hal'],
    ],
  },
  // Order 4 has no lines, order 5 no customer; order 2 was made twice in the hour that happens twice in Berlin.
  orders: {
    columns: {
      order_id: 'integer',
      customer_id: 'integer',
      seller_id: 'integer',
      status: 'string',
      amount: 'decimal',
      ordered_at: 'instant',
      shipped_on: 'date',
    },
    rows: [
      [1, 1, 2, 'paid', '1000.00', '2024-02-29T10:00:00Z', '2024-03-02'],
      [2, 1, 3, 'paid', '500.00', '2024-10-27T00:30:00Z', null],
      [3, 2, 4, 'void', '70.00', '2024-10-27T01:30:00Z', null],
      [4, 2, 2, 'open', '125.00', '2024-12-31T23:30:00Z', '2025-01-01'],
      [5, null, null, 'open', '875.00', '2023-02-28T12:00:00Z', null],
    ],
  },
  lines: {
    columns: { line_id: 'integer', order_id: 'integer', product: 'string', quantity: 'integer' },
    rows: [
      [1, 1, 'tea', 2],
      [2, 1, 'cup', 3],
      [3, 2, 'tea', 1],
      [4, 3, 'tea', 9],
      [5, 5, 'cup', 4],
    ],
  },
  tags: {
    columns: { tag_id: 'integer', name: 'string' },
    rows: [
      [1, 'gift'],
      [2, 'rush'],
    ],
  },
  order_tags: {
    columns: { order_id: 'integer', tag_id: 'integer' },
    rows: [
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 1],
    ],
  },
  stock: {
    columns: { day: 'date', product: 'string', store: 'string', quantity: 'integer' },
    rows: [
      ['2024-01-30', 'tea', 'A', 5],
      ['2024-01-31', 'tea', 'A', 7],
      ['2024-01-30', 'tea', 'B', 2],
      ['2024-02-10', 'tea', 'A', 4],
    ],
  },
};

const by = (grain: string, name = 'metric_time') => ({ name, grain });

const rows: readonly (readonly [string, Record<string, unknown>, readonly (readonly unknown[])[]])[] = [
  ['orders without lines stay', { metrics: ['revenue', 'quantity'] }, [[2500, 19]]],
  [
    'facts side by side, null as a value',
    { metrics: ['revenue', 'quantity'], dimensions: ['country'] },
    [
      ['DE', 1500, 6],
      ['FR', 125, 9],
      [null, 875, 4],
    ],
  ],
  [
    'each order once a tag, though a tag was put on twice',
    { metrics: ['revenue', 'order_count'], dimensions: ['tags.tag'], totals: true },
    [
      ['gift', 1500, 2],
      ['rush', 1000, 1],
      [null, 1000, 3],
    ],
  ],
  [
    'a condition through many',
    { metrics: ['revenue'], filters: { member: 'lines.product', op: 'eq', values: ['tea'] } },
    [[1500]],
  ],
  [
    'the role of a manager',
    { metrics: ['headcount'], dimensions: ['manager.employee'] },
    [
      ['Eve', 1],
      ['Fay', 1],
      [null, 2],
    ],
  ],
  ['everybody below', { metrics: ['headcount'], filters: { member: 'org', op: 'under', values: [2] } }, [[2]]],
  [
    'the levels of a hierarchy',
    { metrics: ['revenue'], filters: { member: 'geography', op: 'under', values: ['DE', 'BY'] } },
    [[1500]],
  ],
  [
    'the last moment of each product and store in each month',
    { metrics: ['on_hand'], dimensions: [by('month')] },
    [
      ['2024-01-01', 9],
      ['2024-02-01', 4],
    ],
  ],
  [
    'the hour that happens twice, and a year that ends earlier',
    { metrics: ['order_count'], dimensions: [by('hour')], time: { range: ['2024-10-01', null] } },
    [
      ['2024-10-27T02:00:00', 2],
      ['2025-01-01T00:00:00', 1],
    ],
  ],
  [
    'periods that have nothing',
    { metrics: ['order_count', 'revenue'], dimensions: [by('quarter')], time: { range: '2024' }, fill: true },
    [
      ['2024-01-01', 1, 1000],
      ['2024-04-01', 0, null],
      ['2024-07-01', 0, null],
      ['2024-10-01', 2, 500],
    ],
  ],
  [
    'from the start on',
    { metrics: ['running_revenue'], dimensions: [by('year')] },
    [
      ['2023-01-01', 875],
      ['2024-01-01', 2375],
      ['2025-01-01', 2500],
    ],
  ],
  [
    'so far since the middle of the last period, in which nothing was sold any more',
    { metrics: ['running_revenue'], dimensions: [by('month')], time: { range: ['2025-01-10', null] } },
    [['2025-01-01', 2500]],
  ],
  [
    'so far since a period after the last one',
    { metrics: ['running_revenue'], dimensions: [by('month')], time: { range: ['2025-02-10', null] } },
    [],
  ],
  [
    'so far until the middle of the first period',
    { metrics: ['running_revenue'], dimensions: [by('month')], time: { range: [null, '2023-03-15'] } },
    [
      ['2023-02-01', 875],
      ['2023-03-01', 875],
    ],
  ],
  [
    '29 February has no counterpart',
    {
      metrics: ['revenue'],
      dimensions: [by('day')],
      time: { range: ['2024-02-01', '2025-03-01'], compare: 'previous year' },
    },
    [
      ['2024-02-28', null, 875],
      ['2024-02-29', 1000, null],
      ['2024-10-27', 500, null],
      ['2025-01-01', 125, null],
    ],
  ],
  ['a mean, a median and a percentile', { metrics: ['mean', 'typical', 'p90'] }, [[514, 500, 950]]],
  ['a ratio and a formula over two facts', { metrics: ['average_order_value', 'per_line'] }, [[500, 500]]],
  [
    'nothing at all',
    { metrics: ['order_count', 'revenue'], filters: { member: 'status', op: 'eq', values: ['lost'] } },
    [[0, null]],
  ],
  [
    'customers with more than one order',
    {
      metrics: ['customer_count', 'revenue'],
      filters: { metric: 'order_count', per: 'customers', op: 'gt', values: [1] },
    },
    [[2, 1625]],
  ],
  [
    'customers who never ordered',
    { dimensions: ['customers.name'], filters: { metric: 'order_count', per: 'customers', op: 'eq', values: [0] } },
    [['Cid']],
  ],
  [
    'what is sold to those with less than two orders this year; an order without a customer is of none of them',
    {
      metrics: ['order_count'],
      filters: { metric: 'order_count', per: 'customer', op: 'lt', values: [2], time: { range: '2025' } },
    },
    [[4]],
  ],
  [
    'not more than one: unknown stays unknown',
    { metrics: ['order_count'], filters: { not: { metric: 'order_count', per: 'customer', op: 'gt', values: [1] } } },
    [[0]],
  ],
  [
    'no sum is not less than any',
    { metrics: ['customer_count'], filters: { metric: 'revenue', per: 'customers', op: 'lt', values: [10000] } },
    [[2]],
  ],
  [
    'orders over an amount that have at least one cup',
    {
      metrics: ['order_count', 'revenue'],
      filters: {
        and: [
          { metric: 'revenue', per: 'orders', op: 'gt', values: [900] },
          {
            metric: 'line_count',
            per: 'orders',
            op: 'gte',
            values: [1],
            filters: { member: 'product', op: 'eq', values: ['cup'] },
          },
        ],
      },
    },
    [[1, 1000]],
  ],
  [
    'customers of whose orders at least two are over an amount, in the time of the question',
    {
      metrics: ['customer_count'],
      time: { range: '2024', dimension: 'orders.ordered_at' },
      filters: {
        metric: 'order_count',
        per: 'customers',
        op: 'gte',
        values: [2],
        time: 'query',
        filters: { metric: 'revenue', per: 'orders', op: 'gte', values: [500] },
      },
    },
    [[1]],
  ],
  [
    'each customer once, though several orders of theirs are large',
    { metrics: ['customer_count'], filters: { metric: 'revenue', per: 'orders', op: 'gt', values: [100] } },
    [[2]],
  ],
  [
    'a tree of dimensions and metrics, over finished rows',
    {
      metrics: ['order_count'],
      dimensions: ['status'],
      filters: {
        or: [
          { member: 'status', op: 'eq', values: ['void'] },
          { member: 'revenue', op: 'gt', values: [1200] },
        ],
      },
    },
    [
      ['paid', 2],
      ['void', 1],
    ],
  ],
  [
    'shares of everything, and what has no customer is a part of it',
    { metrics: ['revenue'], dimensions: ['country'], shares: [{ metric: 'revenue' }] },
    [
      ['DE', 1500, 0.6],
      ['FR', 125, 0.05],
      [null, 875, 0.35],
    ],
  ],
  [
    'a share stays that of everything where a condition on the metric, a limit and an offset take rows away',
    {
      metrics: ['revenue'],
      dimensions: ['country'],
      shares: [{ metric: 'revenue' }],
      filters: { member: 'revenue', op: 'gt', values: [200] },
      order: [{ by: 'revenue__share', desc: true }],
      limit: 1,
      offset: 1,
    },
    [[null, 875, 0.35]],
  ],
  [
    'shares within each year; of nothing there is none',
    {
      metrics: ['revenue', 'order_count'],
      dimensions: [by('year'), 'country'],
      shares: [{ metric: 'revenue', within: ['metric_time'] }, { metric: 'order_count' }],
    },
    [
      ['2023-01-01', null, 875, 1, 1, 0.2],
      ['2024-01-01', 'DE', 1500, 1, 2, 0.4],
      ['2024-01-01', 'FR', null, null, 1, 0.2],
      ['2025-01-01', 'FR', 125, 1, 1, 0.2],
    ],
  ],
  [
    'shares of the filtered, of the periods that were filled, and beside totals',
    {
      metrics: ['order_count'],
      dimensions: [by('quarter')],
      time: { range: '2024' },
      filters: { member: 'status', op: 'eq', values: ['paid'] },
      shares: [{ metric: 'order_count' }],
      fill: true,
      totals: true,
    },
    [
      ['2024-01-01', 1, 0.5],
      ['2024-04-01', 0, 0],
      ['2024-07-01', 0, 0],
      ['2024-10-01', 1, 0.5],
    ],
  ],
  [
    'the first of each; of equals the one whose dimensions come first',
    {
      metrics: ['quantity'],
      dimensions: ['status', 'lines.product'],
      order: [{ by: 'quantity', desc: true }],
      limit_per: { dimensions: ['status'], limit: 1 },
    },
    [
      ['void', 'tea', 9],
      ['open', 'cup', 4],
      ['paid', 'cup', 3],
    ],
  ],
  [
    'the last of each in a list, where nothing comes last',
    {
      dimensions: ['orders.status', 'orders.shipped_on'],
      order: [{ by: 'orders.shipped_on', desc: true }],
      limit_per: { dimensions: ['orders.status'], limit: 1 },
      limit: 2,
    },
    [
      ['open', '2025-01-01'],
      ['paid', '2024-03-02'],
    ],
  ],
];

describe('answers worked out by hand', () => {
  const planner = createPlanner(shop({ timezone: 'Europe/Berlin' }));
  for (const dialect of dialects) {
    describe(`on ${dialect}`, function () {
      this.timeout(120_000);
      let database: Database;
      before(async function () {
        const opened = await Database.open(dialect);
        if ('missing' in opened) {
          console.log(`    skipped on ${dialect}: ${opened.missing}`);
          this.skip();
        }
        database = opened;
        await database.write(data);
      });
      after(() => database?.close());
      for (const [title, query, expected] of rows) {
        it(title, async () => {
          const plan = planner.plan(query, {
            dialect,
            features: { timeZones: true },
            now: Date.parse('2025-01-15T00:00:00Z'),
          });
          const { rows: found } = await database.ask(plan);
          expect(found.map(createRowSpeller(plan.columns))).to.deep.equal(expected);
        });
      }
    });
  }
});
