import { expect } from 'chai';
import type { ReferenceQuery } from './authored-model.js';
import { evaluate } from './evaluate.js';
import { shop, shopData } from './shop.js';
import { spell } from './value.js';

/** Noon of 15 March 2024 in Berlin. */
const now = Date.parse('2024-03-15T11:00:00Z');

const ask = (query: ReferenceQuery): unknown => {
  const outcome = evaluate(shop, shopData, query, now);
  if ('refused' in outcome) return outcome.refused;
  const rows = outcome.rows.map((row) => row.map(spell));
  return outcome.totals ? [...rows, outcome.totals.map(spell)] : rows;
};

const month = { name: 'metric_time', grain: 'month' } as const;
const quarter1 = ['2024-01-01', '2024-04-01'] as const;

const cases: Record<string, Record<string, readonly [ReferenceQuery, unknown]>> = {
  'rows and groups': {
    'without dimensions there is one row': [{ metrics: ['revenue', 'order_count'] }, [['38.75', '6']]],
    'null is a group, orphans stay': [
      { metrics: ['order_count'], dimensions: ['customers.country'] },
      [
        ['DE', '3'],
        ['FR', '1'],
        [null, '2'],
      ],
    ],
    'a calculated dimension of an absent row comes from nulls': [
      { metrics: ['order_count'], dimensions: ['customer.tier'] },
      [
        ['basic', '4'],
        ['gold', '2'],
      ],
    ],
    'a condition of a measure takes no group away': [
      { metrics: ['voided', 'paid_revenue'], dimensions: ['status'] },
      [
        ['open', null, '0'],
        ['paid', null, '31.5'],
        ['void', '5.25', '0'],
        [null, null, '0'],
      ],
    ],
    'two facts are stitched and nothing is dropped': [
      { metrics: ['order_count', 'customer_count'], dimensions: ['customers.country'] },
      [
        ['DE', '3', '2'],
        ['FR', '1', '1'],
        [null, '2', '1'],
      ],
    ],
    'a fact counts once in a group of a to-many path': [
      { metrics: ['revenue', 'order_count'], dimensions: ['lines.sku'] },
      [
        ['a', '30.5', '2'],
        ['b', '10', '1'],
        [null, '8.25', '4'],
      ],
    ],
    'a bridge by its name': [
      { metrics: ['revenue'], dimensions: ['tags.tag'] },
      [
        ['gift', '30.5'],
        ['rush', '10'],
        [null, '8.25'],
      ],
    ],
    'a fact without a key is refused by a to-many path': [{ metrics: ['stock'], dimensions: ['lines.sku'] }, 'NO_PATH'],
    'a condition by a to-many path': [
      { metrics: ['revenue'], filters: { member: 'lines.sku', op: 'eq', values: ['b'] } },
      [['10']],
    ],
    'lines of an order that is not there': [
      { metrics: ['quantity'], dimensions: ['order.status'] },
      [
        ['paid', '10'],
        [null, '5'],
      ],
    ],
    'dimensions alone': [
      { dimensions: ['customers.country', 'customers.city'] },
      [
        ['DE', 'Bonn'],
        ['DE', 'Kiel'],
        ['FR', 'Lyon'],
        [null, null],
      ],
    ],
    'dimensions of two entities': [
      { dimensions: ['orders.status', 'customers.country'], limit: 3, offset: 1 },
      [
        ['paid', 'DE'],
        ['paid', null],
        ['void', 'DE'],
      ],
    ],
    'a self join walked by name': [
      { metrics: ['customer_count'], dimensions: ['referrer.country'] },
      [
        ['DE', '2'],
        [null, '2'],
      ],
    ],
  },
  aggregates: {
    'median, percentile and distinct': [{ metrics: ['typical', 'p90', 'buyers'] }, [[5.25, 16.3, '4']]],
    'semi-additive: the last day of each store': [
      { metrics: ['stock'], dimensions: [{ name: 'day', grain: 'month' }] },
      [
        ['2024-01-01', '107'],
        ['2024-02-01', '1'],
        [null, null],
      ],
    ],
    'semi-additive over all': [{ metrics: ['stock'] }, [['8']]],
    'semi-additive is not run': [{ metrics: ['stock_running'], dimensions: [month] }, 'WOULD_BE_WRONG'],
  },
  metrics: {
    'ratio and formula': [
      { metrics: ['average_order_value', 'unpaid'], filters: { member: 'status', op: 'not_null' } },
      [[7.75, '7.25']],
    ],
    'running, with an open range': [
      { metrics: ['running_revenue'], dimensions: [month] },
      [
        ['2024-01-01', '10'],
        ['2024-02-01', '35.75'],
        ['2024-03-01', '36.75'],
        ['2024-04-01', '36.75'],
      ],
    ],
    'running begins before the range': [
      { metrics: ['running_revenue'], dimensions: [month], time: { range: ['2024-02-01', '2024-02-29'] } },
      [['2024-02-01', '30.5']],
    ],
    'rolling by day': [
      {
        metrics: ['revenue_2d'],
        dimensions: [{ name: 'ordered_at', grain: 'day' }],
        time: { range: '2024-02' },
        limit: 3,
      },
      [
        ['2024-02-01', '30.5'],
        ['2024-02-02', '20.5'],
        ['2024-02-29', '5.25'],
      ],
    ],
    'fiscal year to date without its time': [
      { metrics: ['revenue_ytd'], time: { range: ['2024-03-01', '2024-04-02'] } },
      [[null]],
    ],
    'a change beside its counterpart, and after the last period': [
      { metrics: ['revenue', 'growth'], dimensions: [month], filters: { member: 'ordered_at', op: 'not_null' } },
      [
        ['2024-01-01', '10', null],
        ['2024-02-01', '25.75', 1.575],
        ['2024-03-01', '1', (1 - 25.75) / 25.75],
        ['2024-04-01', null, null],
        ['2024-05-01', null, null],
      ],
    ],
    'a change needs a time': [{ metrics: ['growth'] }, 'WOULD_BE_WRONG'],
    'conversion counts the base row itself': [{ metrics: ['repeat'] }, [['5']]],
  },
  time: {
    'a month in the zone of the project': [
      { metrics: ['revenue'], dimensions: [month], time: { range: quarter1 } },
      [
        ['2024-01-01', '10'],
        ['2024-02-01', '25.75'],
        ['2024-03-01', '1'],
      ],
    ],
    'a month in another zone': [
      { metrics: ['revenue'], dimensions: [month], time: { range: '2024-01' }, timezone: 'UTC' },
      [['2024-01-01', '30.5']],
    ],
    'the value without a grain': [
      { dimensions: ['orders.ordered_at'], filters: { member: 'ordered_at', op: 'eq', values: ['2024-02-01'] } },
      [['2024-02-01T00:30:00']],
    ],
    'words against the clock': [{ metrics: ['order_count'], time: { range: 'last 2 full months' } }, [['3']]],
    'comparison without a time dimension': [
      { metrics: ['revenue'], time: { range: 'february 2024', compare: 'previous period', compare_as: 'change' } },
      [['25.75', '10', '15.75']],
    ],
    'comparison by month': [
      {
        metrics: ['revenue'],
        dimensions: [month],
        time: { range: ['2024-02-01', '2024-04-01'], compare: '1 month ago', compare_as: 'percent' },
      },
      [
        ['2024-02-01', '25.75', '10', 1.575],
        ['2024-03-01', '1', '25.75', (1 - 25.75) / 25.75],
      ],
    ],
    'a year is not compared by months': [
      {
        metrics: ['revenue'],
        dimensions: [{ name: 'metric_time', grain: 'year' }],
        time: { compare: 'previous month' },
      },
      'WOULD_BE_WRONG',
    ],
    'filling of gaps': [
      {
        metrics: ['order_count', 'revenue'],
        dimensions: [{ name: 'metric_time', grain: 'week' }],
        time: { range: ['2024-02-20', '2024-03-10'] },
        fill: true,
      },
      [
        ['2024-02-19', '0', null],
        ['2024-02-26', '1', '5.25'],
        ['2024-03-04', '0', null],
      ],
    ],
    'not understood': [{ metrics: ['revenue'], time: { range: 'once upon a time' } }, 'TIME_RANGE_INVALID'],
  },
  'conditions, order, totals': {
    'unknown is not true': [
      { metrics: ['order_count'], filters: { not: { member: 'status', op: 'eq', values: ['paid'] } } },
      [['2']],
    ],
    'on a metric': [
      {
        metrics: ['revenue'],
        dimensions: ['customers.country'],
        filters: { member: 'order_count', op: 'gte', values: [2] },
      },
      [
        ['DE', '35.75'],
        [null, '3'],
      ],
    ],
    'dimension or metric': [
      {
        metrics: ['revenue'],
        dimensions: ['status'],
        filters: {
          or: [
            { member: 'status', op: 'eq', values: ['open'] },
            { member: 'revenue', op: 'gt', values: [6] },
          ],
        },
      },
      [
        ['open', '2'],
        ['paid', '31.5'],
      ],
    ],
    'a filter by name': [{ metrics: ['revenue'], segments: ['germans'] }, [['35.75']]],
    'under a path of levels': [
      { metrics: ['customer_count'], filters: { member: 'customers.geography', op: 'under', values: ['DE', 'Kiel'] } },
      [['1']],
    ],
    'under a member': [
      { metrics: ['customer_count'], filters: { member: 'referrals', op: 'under', values: [2] } },
      [['2']],
    ],
    'nulls last both ways, then dimensions': [
      { metrics: ['revenue'], dimensions: ['customers.country'], order: [{ by: 'revenue', desc: true }] },
      [
        ['DE', '35.75'],
        [null, '3'],
        ['FR', null],
      ],
    ],
    'totals are computed anew': [
      { metrics: ['buyers'], dimensions: ['status'], totals: true },
      [
        ['open', '0'],
        ['paid', '2'],
        ['void', '1'],
        [null, '1'],
        [null, '4'],
      ],
    ],
    'totals beside a condition on a metric': [
      { metrics: ['buyers'], totals: true, filters: { member: 'buyers', op: 'gt', values: [1] } },
      'WOULD_BE_WRONG',
    ],
    'an unknown name': [{ metrics: ['revenues'] }, 'UNKNOWN_MEMBER'],
    'a text beside a number': [
      { metrics: ['revenue'], filters: { member: 'revenue', op: 'gt', values: ['much'] } },
      'TYPE_MISMATCH',
    ],
  },
};

describe('the reference evaluator, against examples checked by hand', () => {
  for (const [section, rows] of Object.entries(cases))
    describe(section, () => {
      for (const [title, [query, expected]] of Object.entries(rows))
        it(title, () => expect(ask(query)).to.deep.equal(expected));
    });
});
