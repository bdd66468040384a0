/**
 * Refusals tell no name that is hidden: two models that differ in what their hidden things are called answer every query alike,
 * whatever name of either it tries, and wherever.
 */
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { partOf } from '../property/part-of.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

const options = {
  dialect: 'duckdb',
  now: new Date('2024-03-10T12:00:00Z'),
  lineages: onlyTables,
  salt: 'salt',
  features: { timeZones: true },
} as const;
const subject = createSubject({ user: 'ana', roles: ['analyst'] });

const one = {
  join: 'payslip',
  entity: 'bonuses',
  column: 'payroll_id',
  dimension: 'ssn',
  derived: 'ssn_upper',
  reach: 'pay_class',
  class: 'salary_class',
  time: 'born',
  measure: 'persons',
  timed: 'births',
  filter: 'known',
  hierarchy: 'identity',
  inverse: 'wages',
  paid: 'paid',
  rows: 'salaries',
  top: 'top_paid',
  metric: 'person_share',
  formula: 'salaries_each',
  where: 'known_customers',
  conversion: 'to_salary',
  running: 'persons_so_far',
};
type Names = Readonly<Record<keyof typeof one, string>>;
const other: Names = {
  join: 'diagnosis',
  entity: 'ailments',
  column: 'patient_ref',
  dimension: 'disease',
  derived: 'disease_big',
  reach: 'ill_class',
  class: 'illness_kind',
  time: 'fell_ill',
  measure: 'diseases',
  timed: 'cases',
  filter: 'sick',
  hierarchy: 'sickness',
  inverse: 'therapies',
  paid: 'admitted',
  rows: 'beds',
  top: 'severe',
  metric: 'disease_share',
  formula: 'beds_each',
  where: 'sick_customers',
  conversion: 'to_beds',
  running: 'diseases_so_far',
};

/** The closed entity comes first, by its name too: a planner finds it first. */
const yaml = (h: Names): string => `project: {name: Shop, connection: shop, timezone: UTC, default_access: closed}
---
entity: ${h.entity}
table: ${h.entity}
key: id
joins: {customer: {to: customers, on: customer_id, inverse: ${h.inverse}}}
dimensions: {id: {type: number}, customer_id: {type: number}, ${h.class}: {type: string}, ${h.paid}: {type: time, stores: date, default: true}}
measures: {${h.rows}: {count: "*"}}
filters: {${h.top}: "${h.class} = 'x'"}
---
entity: customers
table: customers
key: id
joins: {region: {to: regions, on: region_id}, ${h.join}: {to: ${h.entity}, on: ${h.column}}}
dimensions:
  id: {type: number}
  region_id: {type: number}
  name: {type: string}
  ${h.dimension}: {type: string}
  ${h.derived}: {type: string, expr: upper(${h.dimension})}
  ${h.reach}: {type: string, expr: ${h.join}.${h.class}}
  ${h.time}: {type: time, stores: date, default: true}
  seen: {type: time, stores: date}
measures:
  customers: {count: "*", time: seen}
  ${h.measure}: {count_distinct: ${h.dimension}, time: seen}
  ${h.timed}: {count: "*", time: ${h.time}}
filters: {${h.filter}: "${h.dimension} = 'x'", plain: "name = 'x'"}
hierarchies: {${h.hierarchy}: [${h.dimension}, name], place: [region_id, name]}
---
entity: regions
table: regions
key: id
dimensions: {id: {type: number}, name: {type: string}}
measures: {regions: {count: "*"}}
---
metrics:
  ${h.metric}: {ratio: [${h.measure}, customers]}
  ${h.formula}: {formula: ${h.rows} / customers}
  ${h.where}: {measure: customers, where: "${h.dimension} = 'x'"}
  named: {measure: customers, where: "name = 'x'"}
  ${h.conversion}: {conversion: {from: customers, to: ${h.rows}, by: {id: customer_id}, within: 30 days, as: rate}}
  ${h.running}: {running: ${h.measure}}
---
policies:
  - {name: c, for: everyone, on: customers, rows: "region_id in (1, 2)", columns: {${h.dimension}: deny, ${h.time}: deny, ${h.column}: deny}}
  - {name: r, for: everyone, on: regions, rows: "id < 3"}
`;

const modelOf = (names: Names): Model => {
  const { model, diagnostics } = compile(new Map([['model.yaml', yaml(names)]]));
  if (model === null) throw new Error(JSON.stringify(diagnostics.filter(({ severity }) => severity === 'error')));
  return model;
};

const hidden = [one, other].flatMap((names) => Object.values(names));
const shown = ['name', 'region', 'customers', 'regions', 'seen', 'place', 'plain', 'nonsense'];
/** As they are, misspelt, of one another and below one another. */
const tried = (): readonly string[] => {
  const words = [...hidden, ...shown].flatMap((name) => [name, name.slice(0, -1)]);
  const ways = [one, other].flatMap((h) =>
    [h.join, h.entity, h.inverse].flatMap((way) =>
      [h.class, h.paid, h.rows, h.top, h.join].flatMap((item) => [`${way}.${item}`, `customers.${way}.${item}`]),
    ),
  );
  const qualified = words.flatMap((name) => [`customers.${name}`, `regions.${name}`, `${name}.name`, `${name}.no`]);
  return [...new Set([...words, ...qualified, ...ways])];
};

const count = 'customers.customers';
const positions: Readonly<Record<string, (name: string) => unknown>> = {
  'a metric': (name) => ({ metrics: [count, name] }),
  'a metric by time': (name) => ({ metrics: [name], dimensions: [{ name: 'metric_time', grain: 'month' }] }),
  'a metric beside everyone': (name) => ({ metrics: [name], beside: 'everyone' }),
  'a dimension': (name) => ({ metrics: [count], dimensions: [name] }),
  'a dimension alone': (name) => ({ dimensions: [name] }),
  'a dimension alone beside another': (name) => ({ dimensions: ['customers.name', name] }),
  'a grain': (name) => ({ metrics: [count], dimensions: [{ name, grain: 'month' }] }),
  'a condition': (name) => ({ metrics: [count], filters: { member: name, op: 'is_null' } }),
  'a condition on finished rows': (name) => ({
    metrics: [count],
    filters: {
      or: [
        { member: name, op: 'is_null' },
        { member: count, op: 'gt', values: [1] },
      ],
    },
  }),
  'a hierarchy': (name) => ({ metrics: [count], filters: { member: name, op: 'under', values: [1] } }),
  'whom a metric is per': (name) => ({
    metrics: [count],
    filters: { metric: count, per: name, op: 'gt', values: [1] },
  }),
  'a metric per entity': (name) => ({
    metrics: [count],
    filters: { metric: name, per: 'customers', op: 'gt', values: [1] },
  }),
  'a condition within one per entity': (name) => ({
    metrics: [count],
    filters: { metric: count, per: 'customers', op: 'gt', values: [1], filters: { member: name, op: 'is_null' } },
  }),
  'a time within one per entity': (name) => ({
    metrics: [count],
    filters: {
      metric: count,
      per: 'customers',
      op: 'gt',
      values: [1],
      time: { dimension: name, range: 'last month' },
    },
  }),
  'a segment': (name) => ({ metrics: [count], segments: [name] }),
  'an order': (name) => ({ metrics: [count], dimensions: ['name'], order: [{ by: name }] }),
  'a time': (name) => ({ metrics: [count], time: { dimension: name, range: 'last month' } }),
  'a share': (name) => ({ metrics: [count], dimensions: ['name'], shares: [{ metric: name }] }),
  'what a share is within': (name) => ({
    metrics: [count],
    dimensions: ['name', 'region_id'],
    shares: [{ metric: count, within: [name] }],
  }),
  'a group of first rows': (name) => ({
    metrics: [count],
    dimensions: ['name'],
    limit_per: { dimensions: [name], limit: 1 },
  }),
};

describe('names of hidden things in planned queries', function () {
  this.timeout(120_000);
  const [here, there] = [one, other].map(modelOf) as [Model, Model];
  const told = (model: Model, query: unknown): string => {
    try {
      const { columns, notes, entities } = planForSubject(model, query as SemanticQuery, subject, options);
      return JSON.stringify({ columns, notes, entities });
    } catch (error) {
      if (!(error instanceof DataMindError)) throw error;
      const { code, message, details } = error;
      return JSON.stringify({ code, message, details });
    }
  };

  for (const [place, query] of Object.entries(positions))
    it(`are not told apart as ${place}`, () => {
      for (const name of partOf(tried(), 4)) expect(told(here, query(name)), name).to.equal(told(there, query(name)));
    });

  it('nor is an entity told that is closed, where its rows are asked for', () => {
    for (const name of ['bonuses.no', 'ailments.no', 'bonuses.salary_class', 'ailments.illness_kind'])
      expect(told(here, { dimensions: [name] }), name).to.equal(told(there, { dimensions: [name] }));
  });

  it('nor is the entity told that comes first', () => {
    for (const model of [here, there])
      expect(told(model, { dimensions: ['anything.at_all'] }))
        .to.contain('customers')
        .and.not.match(/bonuses|ailments/);
  });

  it('and are answered where nothing is hidden', () => {
    expect(told(here, { dimensions: ['customers.name'] })).to.contain('columns');
    const open = compile(
      new Map([
        [
          'model.yaml',
          yaml(one)
            .replace('default_access: closed', 'default_access: open')
            .replace(/---\npolicies:[\s\S]*$/, ''),
        ],
      ]),
    ).model!;
    for (const query of [
      { dimensions: ['bonuses.salary_class'] },
      { metrics: ['persons'] },
      { metrics: ['salaries_each'] },
    ])
      expect(told(open, query)).to.contain('columns');
  });
});
