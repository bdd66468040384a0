import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import { packageRoot } from '../../../core/package-root.js';
import type { DialectName } from '../../../core/plugin/contract.js';
import { createPlanner } from '../../../semantic/plan/create-planner.js';
import type { PlanOptions } from '../../../semantic/plan/plan.js';
import { plannerOf } from '../../property/ask-planner.js';
import { shop } from './shop-model.js';

const planner = createPlanner(shop({ timezone: 'Europe/Berlin' }));
const dialects: readonly DialectName[] = ['duckdb', 'sqlite', 'postgres', 'mysql', 'clickhouse'];
const optionsFor = (dialect: DialectName): PlanOptions => ({
  dialect,
  features: { timeZones: true },
  now: Date.parse('2024-06-15T10:00:00Z'),
});
const month = { name: 'metric_time', grain: 'month' };

/** Each query is beside its SQL in `fixtures/<name>.<dialect>.sql`. */
const queries: Readonly<Record<string, unknown>> = {
  'one-fact': {
    metrics: ['revenue', 'average_order_value'],
    dimensions: ['customers.country', month],
    filters: {
      and: [
        { member: 'status', op: 'in', values: ['paid', 'open'] },
        { member: 'revenue', op: 'gt', values: [10.5] },
      ],
    },
    time: { range: 'last 3 months' },
    order: [{ by: 'revenue', desc: true }],
    limit: 10,
  },
  'two-facts': { metrics: ['revenue', 'lines.quantity'], dimensions: ['country'] },
  'through-many': { metrics: ['revenue'], dimensions: ['tags.tag'] },
  'semi-additive': { metrics: ['on_hand'], dimensions: [{ name: 'metric_time', grain: 'quarter' }] },
  running: { metrics: ['running_revenue'], dimensions: [month], time: { range: ['2024-01-01', '2024-04-01'] } },
  'previous-month': {
    metrics: ['revenue'],
    dimensions: [{ name: 'metric_time', grain: 'day' }],
    time: { range: '2024-03', compare: 'previous month', compare_as: 'percent' },
  },
  filled: { metrics: ['order_count'], dimensions: [month, 'status'], time: { range: '2024' }, fill: true },
  percentile: { metrics: ['typical', 'p90'], dimensions: ['status'] },
  'per-entity': {
    metrics: ['revenue'],
    filters: {
      and: [
        { metric: 'order_count', per: 'customers', op: 'gt', values: [5], time: { range: '2024' } },
        { metric: 'lines.line_count', per: 'orders', op: 'eq', values: [0] },
      ],
    },
  },
  below: { metrics: ['headcount'], filters: { member: 'org', op: 'under', values: [1] } },
  shares: {
    metrics: ['revenue', 'order_count'],
    dimensions: [month, 'customers.country'],
    filters: { member: 'revenue', op: 'gt', values: [10.5] },
    shares: [{ metric: 'revenue', within: ['metric_time'] }, { metric: 'order_count' }],
  },
  'first-of-each': {
    metrics: ['quantity'],
    dimensions: ['customers.country', 'lines.product'],
    order: [{ by: 'quantity', desc: true }],
    limit_per: { dimensions: ['customers.country'], limit: 3 },
    limit: 50,
  },
  conversion: { metrics: ['order_to_order'], dimensions: ['status'] },
};

describe('the SQL of semantic queries', () => {
  for (const [name, query] of Object.entries(queries)) {
    for (const dialect of dialects) {
      it(`${name} on ${dialect}`, () => {
        const file = join(packageRoot(), 'test/semantic/plan/fixtures', `${name}.${dialect}.sql`);
        expect(`${planner.plan(query, optionsFor(dialect)).text}\n`).to.equal(readFileSync(file, 'utf8'));
      });
    }
  }

  it('binds every value, and writes none into the text', () => {
    const value = "x'; DROP TABLE orders; --";
    for (const dialect of dialects) {
      for (const op of ['eq', 'contains', 'starts_with', 'like', 'in']) {
        const { text, parameters } = planner.plan(
          { metrics: ['revenue'], filters: { member: 'status', op, values: [value] } },
          optionsFor(dialect),
        );
        expect(text).not.to.contain('DROP');
        expect(String(parameters[0]!.value)).to.contain('DROP TABLE orders');
      }
    }
  });

  it('lets a permitted relation take the place of every table', () => {
    const seen: string[] = [];
    const { text, entities } = planner.plan(queries['through-many'], {
      ...optionsFor('postgres'),
      relation: (entity, source) => {
        seen.push(entity.name);
        return {
          kind: 'query',
          entity: entity.name,
          text: `select * from permitted_${entity.name}`,
          alias: source.alias,
        };
      },
    });
    expect(seen.sort()).to.deep.equal([...entities]);
    expect(text).not.to.match(/(FROM|JOIN) (orders|order_tags|tags)\b/);
  });

  it('says what it could not know better', () => {
    const { notes } = planner.plan(queries['through-many'], optionsFor('duckdb'));
    expect(notes.map(({ code }) => code)).to.deep.equal(['GROUPS_OVERLAP', 'JOIN_PATH']);
  });
});

describe('work that a statement need not do', () => {
  const compiled = plannerOf(`
project: { name: sales, timezone: Europe/Berlin }
entities:
  sales:
    table: sales
    key: [sale_id, line]
    joins: { shop: { to: shops, on: shop_id } }
    dimensions:
      sale_id: { type: number }
      line: { type: number }
      sold_at: { type: time, stores: instant, default: true }
    measures:
      amount: { sum: amount }
      sales: { count: "*" }
      best: { max: amount }
      buyers: { count_distinct: customer_id }
      typical: { average: amount }
  shops:
    table: shops
    key: shop_id
    dimensions: { shop_id: { type: number }, city: { type: string } }
    joins: { sales: { to: sales, cardinality: one_to_many, on: { shop_id: shop_id } } }
metrics:
  amount_so_far: { running: amount }
  sales_ytd: { to_date: sales, over: year }
  best_28d: { rolling: best, over: 28 days }
  best_36h: { rolling: best, over: 36 hours }
  buyers_28d: { rolling: buyers, over: 28 days }
  typical_so_far: { running: typical }
`);
  if ('problems' in compiled) throw new Error(compiled.problems);
  const textOf = (query: unknown, dialect: (typeof dialects)[number]): string =>
    compiled.plan(query, optionsFor(dialect)).text;
  const by = (grain: string): unknown => ({ name: 'metric_time', grain });
  const year = { range: '2024' };

  const windows: readonly (readonly [title: string, query: unknown, byDay: boolean])[] = [
    ['a running sum', { metrics: ['amount_so_far'], dimensions: [by('day')] }, true],
    ['a count since new year', { metrics: ['sales_ytd'], dimensions: [by('week'), 'shop.city'], time: year }, true],
    ['the largest of 28 days', { metrics: ['best_28d'], dimensions: [by('month')], time: year }, true],
    ['by hour', { metrics: ['amount_so_far'], dimensions: [by('hour')] }, false],
    ['over hours', { metrics: ['best_36h'], dimensions: [by('day')] }, false],
    [
      'up to a time of day',
      { metrics: ['amount_so_far'], dimensions: [by('day')], time: { range: ['2024-01-01', '2024-02-01T12:00:00'] } },
      false,
    ],
    ['different customers', { metrics: ['buyers_28d'], dimensions: [by('day')] }, false],
    ['an average', { metrics: ['typical_so_far'], dimensions: [by('day')] }, false],
  ];
  const lists: readonly (readonly [title: string, query: unknown, distinct: boolean])[] = [
    ['the whole key', { dimensions: ['sale_id', 'line', 'shop.city'] }, false],
    ['a part of the key', { dimensions: ['sale_id', 'shop.city'] }, true],
    ['no key', { dimensions: ['shops.city'] }, true],
    [
      'the key, but rows are joined to many',
      { dimensions: ['shops.shop_id', 'city'], filters: { member: 'shops.sales.line', op: 'gt', values: [1] } },
      true,
    ],
  ];
  for (const dialect of dialects) {
    for (const [title, query, byDay] of windows) {
      it(`adds rows up by day ${byDay ? 'for' : 'not for'} ${title} on ${dialect}`, () => {
        expect(/\bby_day\b/.test(textOf(query, dialect))).to.equal(byDay);
      });
    }
    for (const [title, query, distinct] of lists) {
      it(`${distinct ? 'looks' : 'does not look'} for doubles in a list of ${title} on ${dialect}`, () => {
        expect(/DISTINCT|GROUP BY/.test(textOf(query, dialect))).to.equal(distinct);
      });
    }
  }

  it('looks for doubles where something stands in the place of the table', () => {
    const masked = compiled.plan(lists[0]![1], {
      ...optionsFor('postgres'),
      relation: (entity, { alias }) => ({ kind: 'query', entity: entity.name, text: 'select 1', alias }),
    });
    expect(masked.text).to.contain('DISTINCT');
  });
});

describe('what columns say of their digits', () => {
  const rows: readonly (readonly [metric: string, sqlite: string | undefined, elsewhere: string | undefined])[] = [
    ['order_count', undefined, undefined],
    ['revenue', 'double', undefined],
    ['running_revenue', 'double', undefined],
    ['average_order_value', 'double', 'double'],
    ['revenue_growth', 'double', 'double'],
    ['typical', 'double', 'double'],
  ];
  for (const [metric, sqlite, elsewhere] of rows) {
    for (const dialect of dialects) {
      it(`${metric} on ${dialect}`, () => {
        const query = { metrics: [metric], dimensions: [month] };
        const column = planner.plan(query, optionsFor(dialect)).columns[1]!;
        expect(column.precision).to.equal(dialect === 'sqlite' ? sqlite : elsewhere);
      });
    }
  }

  it('and of their change', () => {
    const time = { range: '2024-03', compare: 'previous month', compare_as: 'percent' };
    const { columns } = planner.plan({ metrics: ['revenue'], time }, optionsFor('duckdb'));
    expect(columns.map(({ precision }) => precision)).to.deep.equal([undefined, undefined, 'double']);
  });
});

describe('queries that are refused', () => {
  const rows: readonly (readonly [string, unknown, string, string?])[] = [
    ['nothing', {}, 'QUERY_INVALID'],
    ['no object', 'revenue', 'QUERY_INVALID'],
    ['an unknown key', { metrics: ['revenue'], dimension: ['status'] }, 'QUERY_INVALID'],
    ['an unknown metric', { metrics: ['revenu'] }, 'UNKNOWN_MEMBER', 'revenue'],
    ['an unknown dimension', { metrics: ['revenue'], dimensions: ['statuss'] }, 'UNKNOWN_MEMBER', 'status'],
    [
      'a bare name of two entities',
      { metrics: ['revenue'], dimensions: ['product'] },
      'AMBIGUOUS_MEMBER',
      'lines.product',
    ],
    ['no way', { metrics: ['on_hand'], dimensions: ['country'] }, 'NO_PATH', 'stock.product'],
    ['one name, two dimensions', { metrics: ['revenue', 'quantity'], dimensions: ['ordered_at'] }, 'NO_PATH'],
    ['a grain of a text', { metrics: ['revenue'], dimensions: [{ name: 'status', grain: 'day' }] }, 'QUERY_INVALID'],
    [
      'a text for a number',
      { metrics: ['revenue'], filters: { member: 'revenue', op: 'gt', values: ['much'] } },
      'TYPE_MISMATCH',
    ],
    ['null', { metrics: ['revenue'], filters: { member: 'status', op: 'eq', values: [null] } }, 'QUERY_INVALID'],
    ['an open end', { metrics: ['running_revenue'] }, 'WOULD_BE_WRONG'],
    [
      'an open end beside another fact',
      { metrics: ['running_revenue', 'quantity'], dimensions: [month], time: { range: ['2024-01-01', null] } },
      'WOULD_BE_WRONG',
    ],
    [
      'an open end beside an earlier time',
      { metrics: ['running_revenue'], dimensions: [month], time: { compare: 'previous year' } },
      'WOULD_BE_WRONG',
    ],
    [
      'weeks beside months',
      {
        metrics: ['revenue'],
        dimensions: [{ name: 'metric_time', grain: 'week' }],
        time: { range: '2024', compare: 'previous month' },
      },
      'WOULD_BE_WRONG',
    ],
    [
      'a change of a change',
      { metrics: ['revenue_growth'], time: { range: '2024', compare: 'previous year' } },
      'WOULD_BE_WRONG',
    ],
    ['filling without a range', { metrics: ['revenue'], dimensions: [month], fill: true }, 'QUERY_INVALID'],
    [
      'totals beside a condition on a metric',
      { metrics: ['revenue'], totals: true, filters: { member: 'revenue', op: 'gt', values: [1] } },
      'QUERY_INVALID',
    ],
    ['order by what is not there', { metrics: ['revenue'], order: [{ by: 'status' }] }, 'QUERY_INVALID'],
    ['a zone that is none', { metrics: ['revenue'], timezone: "Europe/Berlin'" }, 'QUERY_INVALID'],
  ];
  for (const [title, query, code, suggestion] of rows) {
    it(`${title}: ${code}`, () => {
      try {
        planner.plan(query, optionsFor('postgres'));
        expect.fail('it was answered');
      } catch (error) {
        expect(error).to.be.instanceOf(DataMindError);
        expect((error as DataMindError).code).to.equal(code);
        if (suggestion !== undefined) expect((error as DataMindError).details.suggestions).to.include(suggestion);
      }
    });
  }

  const hints: readonly (readonly [title: string, query: unknown, hint: string])[] = [
    [
      'a dimension of another entity',
      { metrics: ['revenue'], dimensions: ['orders.country'] },
      'Did you mean "customers.country"?',
    ],
    [
      'a dimension behind a join that is not there',
      { metrics: ['quantity'], dimensions: ['customer.country'] },
      'Did you mean "customers.country"?',
    ],
    [
      'a dimension under another name of the fact',
      { metrics: ['revenue'], dimensions: ['o.status'] },
      'Did you mean "status"?',
    ],
    ['a measure of another entity', { metrics: ['lines.revenue'] }, 'Did you mean "orders.revenue"?'],
    ['a metric behind an entity', { metrics: ['orders.revenue_ytd'] }, 'Did you mean "revenue_ytd"?'],
    [
      'a metric as a dimension',
      { metrics: ['order_count'], dimensions: ['revenue_ytd'] },
      '"revenue_ytd" is a metric: ask for it under "metrics".',
    ],
    [
      'a measure as a dimension',
      { metrics: ['order_count'], dimensions: ['orders.revenue'] },
      '"orders.revenue" is a metric: ask for it under "metrics".',
    ],
    ['a dimension as a metric', { metrics: ['status'] }, '"status" is a dimension: ask for it under "dimensions".'],
    ['a name like one', { metrics: ['revenu'] }, 'Did you mean "revenue"?'],
  ];
  for (const [title, query, hint] of hints) {
    it(`${title}: ${hint}`, () => {
      expect(() => planner.plan(query, optionsFor('duckdb')))
        .to.throw(DataMindError)
        .that.deep.include({ code: 'UNKNOWN_MEMBER' })
        .with.nested.property('details.hint', hint);
    });
  }

  it('names every problem of the shape at once', () => {
    try {
      planner.plan(
        { metrics: 'revenue', limit: -1, time: { range: 3 }, filters: { member: 'x', op: 'is' } },
        optionsFor('duckdb'),
      );
      expect.fail('it was answered');
    } catch (error) {
      const places = (error as DataMindError).details.errors?.map(({ at }) => at);
      expect(places).to.have.members(['/metrics', '/limit', '/time/range', '/filters/op']);
    }
  });

  it('needs time zones only where SQL has to turn times', () => {
    const options = { ...optionsFor('mysql'), features: { timeZones: false } };
    expect(planner.plan({ metrics: ['revenue'], time: { range: '2024' } }, options).text).to.contain('sum(');
    expect(() => planner.plan({ metrics: ['revenue'], dimensions: [month] }, options))
      .to.throw(DataMindError)
      .with.property('code', 'UNSUPPORTED_ON_DIALECT');
  });
});
