/** A shop small enough to check by hand. */
import type { AuthoredModel } from './authored-model.js';
import type { Data } from './data.js';

export const shop: AuthoredModel = {
  project: { name: 'Shop', timezone: 'Europe/Berlin', week_start: 'monday', fiscal_year_start: 'april' },
  entities: {
    customers: {
      table: 'customers',
      key: 'id',
      joins: { referrer: { to: 'customers', on: 'referrer_id', inverse: 'referred' } },
      dimensions: {
        country: { type: 'string' },
        city: { type: 'string' },
        // biome-ignore lint/suspicious/noThenProperty: the word of the YAML
        tier: { type: 'string', case: [{ when: 'score >= 10', then: 'gold' }], else: 'basic' },
      },
      measures: { customer_count: { count: '*' } },
      filters: { germans: "country = 'DE'" },
      hierarchies: { geography: ['country', 'city'], referrals: { parent: 'referrer' } },
    },
    orders: {
      table: 'orders',
      key: 'id',
      joins: {
        customer: { to: 'customers', on: 'customer_id' },
        tags: { to: 'tags', cardinality: 'many_to_many', through: 'order_tags' },
      },
      dimensions: {
        status: { type: 'string' },
        ordered_at: { type: 'time', stores: 'instant', default: true },
      },
      measures: {
        revenue: { sum: 'amount' },
        paid_revenue: { sum: 'amount', where: "status = 'paid'", default: 0 },
        order_count: { count: '*' },
        buyers: { count_distinct: 'customer_id' },
        typical: { median: 'amount' },
        p90: { percentile: 'amount', at: 0.9 },
      },
    },
    lines: {
      table: 'lines',
      key: 'id',
      joins: { order: { to: 'orders', on: 'order_id' } },
      dimensions: { sku: { type: 'string' } },
      measures: { quantity: { sum: 'quantity' } },
    },
    tags: { table: 'tags', key: 'id', dimensions: { tag: { type: 'string', expr: 'name' } } },
    order_tags: {
      table: 'order_tags',
      joins: { order: { to: 'orders', on: 'order_id' }, tag: { to: 'tags', on: 'tag_id' } },
    },
    stock: {
      table: 'stock',
      dimensions: { day: { type: 'time', stores: 'date', default: true }, store: { type: 'string' } },
      measures: { stock: { sum: 'quantity', semi_additive: { over: 'day', take: 'last', per: ['store'] } } },
    },
  },
  metrics: {
    average_order_value: { ratio: ['revenue', 'order_count'] },
    unpaid: { formula: 'revenue - paid_revenue' },
    voided: { measure: 'revenue', where: "status = 'void'" },
    running_revenue: { running: 'revenue' },
    revenue_2d: { rolling: 'revenue', over: '2 days' },
    revenue_ytd: { to_date: 'revenue', over: 'fiscal_year' },
    growth: { change: 'revenue', against: 'previous month', as: 'percent' },
    stock_running: { running: 'stock' },
    repeat: {
      conversion: { from: 'order_count', to: 'orders.order_count', by: 'customer_id', within: '40 days', as: 'count' },
    },
  },
};

export const shopData: Data = {
  customers: {
    columns: { id: 'integer', country: 'string', city: 'string', score: 'integer', referrer_id: 'integer' },
    rows: [
      [1, 'DE', 'Bonn', 12, null],
      [2, 'DE', 'Kiel', null, 1],
      [3, 'FR', 'Lyon', 3, 2],
      [4, null, null, 50, 99],
    ],
  },
  orders: {
    columns: { id: 'integer', customer_id: 'integer', status: 'string', ordered_at: 'instant', amount: 'decimal' },
    rows: [
      // The last half hour of January in Berlin, and the first of February, both 31 January in UTC.
      [10, 1, 'paid', '2024-01-31T22:30:00Z', '10.00'],
      [11, 1, 'paid', '2024-01-31T23:30:00Z', '20.50'],
      [12, 2, 'void', '2024-02-29T11:00:00Z', '5.25'],
      [13, 7, 'paid', '2024-03-31T00:30:00Z', '1.00'],
      [14, null, 'open', null, '2.00'],
      [15, 3, null, '2024-04-01T10:00:00Z', null],
    ],
  },
  lines: {
    columns: { id: 'integer', order_id: 'integer', sku: 'string', quantity: 'integer' },
    rows: [
      [1, 10, 'a', 1],
      [2, 10, 'b', 2],
      [3, 10, 'b', 3],
      [4, 11, 'a', 4],
      [5, 77, 'c', 5],
    ],
  },
  tags: {
    columns: { id: 'integer', name: 'string' },
    rows: [
      [1, 'gift'],
      [2, 'rush'],
    ],
  },
  order_tags: {
    columns: { order_id: 'integer', tag_id: 'integer' },
    rows: [
      [10, 1],
      [10, 2],
      [11, 1],
    ],
  },
  stock: {
    columns: { day: 'date', store: 'string', quantity: 'integer' },
    rows: [
      ['2024-01-01', 'n', 5],
      ['2024-01-31', 'n', 7],
      ['2024-01-30', 's', 100],
      [null, 's', 1000],
      ['2024-02-10', 's', 1],
    ],
  },
};
