import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import type { SemanticQuery } from '../../../core/query/semantic-query.js';
import { planForSubject } from '../../../semantic/policy/plan-for-subject.js';
import { type Database, openDuckdb, openSqlite, shopWith, someone } from './guarded-shop.js';
import { onlyTables } from './only-tables.js';

const now = new Date('2026-06-15T12:00:00Z');
const groups = (minimum: number, more = '', filters = ''): string =>
  `policies:\n  - {name: a, for: everyone, on: staff, aggregate_only: {minimum_group: ${minimum}, of: staff_id${
    filters === '' ? '' : `, filters: [${filters}]`
  }}${more}}\n`;

interface Case {
  readonly title: string;
  readonly minimum: number;
  readonly more?: string;
  readonly filters?: string;
  readonly query: SemanticQuery;
  readonly expect: string | readonly (readonly unknown[])[];
}

const cases: readonly Case[] = [
  {
    title: 'all groups large enough',
    minimum: 3,
    query: { metrics: ['payroll'], dimensions: ['team'] },
    expect: [
      ['a', 330],
      ['b', 420],
    ],
  },
  {
    title: 'one group too small withholds all: the total would reveal it',
    minimum: 3,
    query: { metrics: ['payroll'], dimensions: ['site'] },
    expect: [],
  },
  { title: 'the total of all', minimum: 5, query: { metrics: ['payroll', 'average_pay'] }, expect: [[750, 125]] },
  { title: 'a total of too few', minimum: 7, query: { metrics: ['payroll'] }, expect: [] },
  {
    title: 'a measure with a condition that leaves out too few',
    minimum: 3,
    query: { metrics: ['full_timers'] },
    expect: [],
  },
  {
    title: 'order and limit',
    minimum: 3,
    query: { metrics: ['payroll'], dimensions: ['team'], order: [{ by: 'payroll', desc: true }], limit: 1 },
    expect: [['b', 420]],
  },
  {
    title: 'a limit does not hide a small group from the judgement',
    minimum: 3,
    query: { metrics: ['payroll'], dimensions: ['site'], order: [{ by: 'payroll', desc: true }], limit: 1 },
    expect: [],
  },
  { title: 'two dimensions', minimum: 2, query: { metrics: ['headcount'], dimensions: ['team', 'site'] }, expect: [] },
  {
    title: 'the unit may be masked and denied',
    minimum: 3,
    more: ', columns: {staff_id: deny, salary: {mask: {range: 100}}}',
    query: { metrics: ['payroll'], dimensions: ['team'] },
    expect: [
      ['a', 300],
      ['b', 300],
    ],
  },
  {
    title: 'the unit itself',
    minimum: 2,
    query: { metrics: ['payroll'], dimensions: ['staff_id'] },
    expect: 'FORBIDDEN',
  },
  {
    title: 'a dimension that is personal',
    minimum: 2,
    query: { metrics: ['headcount'], dimensions: ['salary'] },
    expect: 'FORBIDDEN',
  },
  { title: 'a list of rows', minimum: 2, query: { dimensions: ['staff.team'] }, expect: 'FORBIDDEN' },
  { title: 'the largest value', minimum: 2, query: { metrics: ['top_salary'] }, expect: 'FORBIDDEN' },
  {
    title: 'filters',
    minimum: 2,
    query: { metrics: ['payroll'], filters: { member: 'staff.team', op: 'eq', values: ['a'] } },
    expect: 'FORBIDDEN',
  },
  {
    title: 'a filter on a declared dimension',
    minimum: 3,
    filters: 'team',
    query: { metrics: ['payroll'], filters: { member: 'staff.team', op: 'eq', values: ['a'] } },
    expect: [[330]],
  },
  {
    title: 'a filter on another one',
    minimum: 3,
    filters: 'team',
    query: { metrics: ['payroll'], filters: { member: 'site', op: 'eq', values: ['y'] } },
    expect: 'FORBIDDEN',
  },
  {
    title: 'a filter that leaves out too few, though it keeps enough',
    minimum: 3,
    filters: 'site',
    query: { metrics: ['payroll'], filters: { member: 'site', op: 'eq', values: ['y'] } },
    expect: [],
  },
  {
    title: 'a filter on one dimension and a split by another: their combinations count',
    minimum: 2,
    filters: 'team',
    query: { metrics: ['payroll'], dimensions: ['site'], filters: { member: 'team', op: 'ne', values: ['none'] } },
    expect: [],
  },
  {
    title: 'a filter that keeps nothing',
    minimum: 3,
    filters: 'team',
    query: { metrics: ['headcount'], filters: { member: 'team', op: 'eq', values: ['z'] } },
    expect: [[0]],
  },
  {
    title: 'a pattern could see within a group',
    minimum: 2,
    filters: 'team',
    query: { metrics: ['payroll'], filters: { member: 'team', op: 'contains', values: ['a'] } },
    expect: 'FORBIDDEN',
  },
  {
    title: 'two measures whose conditions differ by too few',
    minimum: 2,
    query: { metrics: ['payroll', 'full_timers'] },
    expect: [],
  },
  {
    title: 'comparison with earlier times',
    minimum: 2,
    query: { metrics: ['payroll'], time: { range: 'last month', compare: 'previous month' } },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: "the rows of everyone, without rows of one's own",
    minimum: 2,
    query: { metrics: ['payroll'], beside: 'everyone' },
    expect: 'FORBIDDEN',
  },
  {
    title: 'conditions on metrics',
    minimum: 2,
    query: { metrics: ['payroll'], dimensions: ['team'], filters: { member: 'payroll', op: 'gt', values: [1] } },
    expect: 'FORBIDDEN',
  },
  {
    title: 'a condition on a metric per entity: the difference of two would be one of them',
    minimum: 2,
    filters: 'team',
    query: {
      metrics: ['payroll'],
      filters: {
        metric: 'headcount',
        per: 'staff',
        op: 'gte',
        values: [1],
        filters: { member: 'salary', op: 'gt', values: [120] },
      },
    },
    expect: 'FORBIDDEN',
  },
  {
    title: 'the same under "not"',
    minimum: 2,
    query: { metrics: ['payroll'], filters: { not: { metric: 'headcount', per: 'manager', op: 'gt', values: [1] } } },
    expect: 'FORBIDDEN',
  },
  {
    title: 'totals',
    minimum: 2,
    query: { metrics: ['payroll'], dimensions: ['team'], totals: true },
    expect: 'FORBIDDEN',
  },
  {
    title: 'shares of a total',
    minimum: 2,
    query: { metrics: ['payroll'], dimensions: ['team'], shares: [{ metric: 'payroll' }] },
    expect: 'FORBIDDEN',
  },
  {
    title: 'the first of each',
    minimum: 2,
    query: { metrics: ['payroll'], dimensions: ['team', 'site'], limit_per: { dimensions: ['team'], limit: 1 } },
    expect: 'FORBIDDEN',
  },
  {
    title: 'dimensions of others by it',
    minimum: 2,
    query: { metrics: ['payroll'], dimensions: ['manager.team'] },
    expect: 'FORBIDDEN',
  },
  { title: 'beside metrics of others', minimum: 2, query: { metrics: ['payroll', 'revenue'] }, expect: 'FORBIDDEN' },
  { title: 'others alone', minimum: 2, query: { metrics: ['revenue'] }, expect: [[72]] },
];

describe('groups only', () => {
  const open: Database[] = [];
  before(async () => {
    open.push(await openDuckdb(), await openSqlite());
  });
  after(() => {
    for (const database of open) database.close();
  });

  for (const { title, minimum, more, filters, query, expect: expected } of cases) {
    it(title, async () => {
      const model = shopWith(groups(minimum, more, filters));
      for (const { dialect, ask } of open) {
        let outcome: unknown;
        let text = '';
        try {
          const plan = planForSubject(model, query, someone(), {
            dialect,
            now,
            lineages: onlyTables,
            features: { timeZones: true },
          });
          text = plan.text;
          outcome = (await ask(plan.text, plan.parameters)).map((row) => Object.values(row));
        } catch (error) {
          if (!(error instanceof DataMindError)) throw error;
          outcome = error.code;
        }
        expect(outcome, `${dialect}: ${text}`).to.deep.equal(expected);
      }
    });
  }

  it('another policy that admits rows takes its place', async () => {
    const model = shopWith(`${groups(6)}  - {name: b, for: everyone, on: staff, rows: team = 'a'}\n`);
    const [duckdb] = open;
    const plan = planForSubject(model, { metrics: ['payroll'] }, someone(), {
      dialect: 'duckdb',
      now,
      lineages: onlyTables,
      features: { timeZones: true },
    });
    expect((await duckdb!.ask(plan.text, plan.parameters)).map((row) => Object.values(row))).to.deep.equal([[330]]);
  });
});
