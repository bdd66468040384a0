import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import { packageRoot } from '../../../core/package-root.js';
import type { DialectName } from '../../../core/plugin/contract.js';
import { createPlanner } from '../../../semantic/plan/create-planner.js';
import type { PlanOptions } from '../../../semantic/plan/plan.js';
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
  below: { metrics: ['headcount'], filters: { member: 'org', op: 'under', values: [1] } },
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
