/** What has no share of a total, and which rows have no first ones; the answers are in `answers.test.ts`. */
import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import { plannerOf } from '../../property/ask-planner.js';

const compiled = plannerOf(`
project: { name: sales }
entities:
  sales:
    table: sales
    key: sale_id
    joins:
      shop: { to: shops, on: shop_id }
      tags: { to: tags, cardinality: one_to_many, on: { sale_id: sale_id } }
    dimensions:
      sale_id: { type: number }
      channel: { type: string }
      sold_at: { type: time, stores: local, default: true }
    measures:
      amount: { sum: amount }
      cost: { sum: cost }
      paid: { count_if: amount > 0 }
      sales: { count: "*" }
      buyers: { count_distinct: customer_id }
      best: { max: amount }
      last_sale: { max: sold_at }
      typical: { average: amount }
      at_least: { sum: amount, default: 5 }
      or_nothing: { sum: amount, default: 0 }
      stock: { sum: amount, semi_additive: { over: sold_at, take: last } }
  shops: { table: shops, key: shop_id, dimensions: { shop_id: { type: number }, city: { type: string } } }
  tags: { table: tags, key: [sale_id, tag], dimensions: { tag: { type: string } } }
metrics:
  margin: { formula: amount - cost * 1.5 }
  safe_margin: { formula: "coalesce(amount, 0) - coalesce(cost, 0) / 2" }
  lifted: { formula: amount + 1 }
  squared: { formula: amount * cost }
  one_each: { formula: amount / cost }
  fee: { formula: "round(amount, 0)" }
  rate: { ratio: [amount, sales] }
  of_rate: { formula: amount - rate }
  so_far: { running: amount }
  growth: { change: amount, against: previous year, as: difference }
  online: { measure: amount, where: channel = 'web' }
`);
if ('problems' in compiled) throw new Error(compiled.problems);

const plan = (query: unknown) =>
  compiled.plan(query, { dialect: 'duckdb', features: { timeZones: true }, now: Date.parse('2024-06-15T10:00:00Z') });

const refusal = (query: unknown): DataMindError => {
  try {
    plan(query);
  } catch (error) {
    if (error instanceof DataMindError) return error;
    throw error;
  }
  throw new Error('it was answered');
};

const month = { name: 'metric_time', grain: 'month' } as const;

describe('the share of a metric in its total', () => {
  const shareOf = (metric: string): SemanticQuery => ({
    metrics: [metric],
    dimensions: [month, 'city'],
    shares: [{ metric, within: ['metric_time'] }],
  });
  for (const metric of ['amount', 'paid', 'sales', 'or_nothing', 'margin', 'safe_margin', 'online']) {
    it(`is there of ${metric}`, () => {
      const { columns } = plan(shareOf(metric));
      expect(columns.at(-1)).to.deep.include({
        ...{ name: `${metric}__share`, kind: 'metric', type: 'number', format: 'percent', unit: null },
        ...{ precision: 'double', member: columns.at(-2)!.member },
      });
    });
  }

  const refused: readonly (readonly [metric: string, why: RegExp])[] = [
    ['buyers', /counts what may be in several groups once/],
    ['best', /neither a sum nor a count/],
    ['typical', /neither a sum nor a count/],
    ['at_least', /has 5 where there is nothing/],
    ['stock', /must not be added up over time/],
    ['lifted', /does not add up/],
    ['squared', /does not add up/],
    ['one_each', /does not add up/],
    ['fee', /does not add up/],
    ['rate', /is a ratio/],
    ['of_rate', /is made of "rate", which is a ratio/],
    ['so_far', /accumulates over time/],
    ['growth', /looks back/],
  ];
  for (const [metric, why] of refused) {
    it(`is refused of ${metric}, with the reason`, () => {
      const error = refusal(shareOf(metric));
      expect(error.code).to.equal('WOULD_BE_WRONG');
      expect(error.message).to.match(why);
      expect(error.details.at).to.equal('/shares/0');
    });
  }

  it('is refused of what is no number', () => {
    expect(refusal(shareOf('last_sale')).code).to.equal('TYPE_MISMATCH');
  });

  it('is refused where a sale may be in several groups, and not within these groups', () => {
    const query = { metrics: ['amount'], dimensions: ['tags.tag', 'city'] };
    const error = refusal({ ...query, shares: [{ metric: 'amount' }] });
    expect([error.code, error.details.at]).to.deep.equal(['WOULD_BE_WRONG', '/shares/0']);
    expect(error.message).to.contain('"tags.tag"');
    expect(refusal({ ...query, shares: [{ metric: 'amount', within: ['city'] }] }).code).to.equal('WOULD_BE_WRONG');
    expect(plan({ ...query, shares: [{ metric: 'amount', within: ['tags.tag'] }] }).columns).to.have.length(4);
  });

  it('stands beside what the metric is compared with, and is that of now', () => {
    const { columns } = plan({
      ...{ metrics: ['amount', 'sales'], dimensions: ['city'], shares: [{ metric: 'sales' }] },
      time: { range: '2024', compare: 'previous year', compare_as: 'percent' },
    });
    expect(columns.map(({ name }) => name).slice(4)).to.deep.equal([
      ...['sales', 'sales__share', 'sales__previous', 'sales__percent'],
    ]);
  });
});

describe('groups that a query names of its own', () => {
  const base = { metrics: ['amount'], dimensions: ['city', month] };
  const rows: readonly (readonly [what: string, query: unknown, at: string])[] = [
    ['a share of no metric of the query', { ...base, shares: [{ metric: 'sales' }] }, '/shares/0/metric'],
    ['a share twice', { ...base, shares: [{ metric: 'amount' }, { metric: 'amount' }] }, '/shares/1/metric'],
    [
      'within no dimension of the query',
      { ...base, shares: [{ metric: 'amount', within: ['channel'] }] },
      '/shares/0/within/0',
    ],
    [
      'within all of them',
      { ...base, shares: [{ metric: 'amount', within: ['metric_time', 'city'] }] },
      '/shares/0/within',
    ],
    ['a share of one number', { metrics: ['amount'], shares: [{ metric: 'amount' }] }, '/shares/0/within'],
    ['no dimensions', { ...base, limit_per: { dimensions: [], limit: 3 } }, '/limit_per/dimensions'],
    ['none of the query', { ...base, limit_per: { dimensions: ['shop'], limit: 3 } }, '/limit_per/dimensions/0'],
    ['one twice', { ...base, limit_per: { dimensions: ['city', 'city'], limit: 3 } }, '/limit_per/dimensions/1'],
    [
      'all of the query',
      { ...base, limit_per: { dimensions: ['city', 'metric_time'], limit: 3 } },
      '/limit_per/dimensions',
    ],
    ['no rows', { ...base, limit_per: { dimensions: ['city'], limit: 0 } }, '/limit_per/limit'],
  ];
  for (const [what, query, at] of rows) {
    it(`are refused: ${what}`, () => {
      const error = refusal(query);
      expect([error.code, error.details.at]).to.deep.equal(['QUERY_INVALID', at]);
    });
  }

  it('are told apart by their grains', () => {
    const dimensions = [month, { name: 'metric_time', grain: 'year' }, 'city'];
    const { columns } = plan({
      ...{ metrics: ['amount'], dimensions, shares: [{ metric: 'amount', within: ['metric_time__year'] }] },
      limit_per: { dimensions: ['metric_time__month'], limit: 2 },
    });
    expect(columns.at(-1)!.name).to.equal('amount__share');
  });
});
