import { expect } from 'chai';
import type { Subject } from '../../../core/subject/subject.js';
import type { Model } from '../../../semantic/model/model.js';
import { planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { itemsOf } from '../../../src/catalogue/service.js';
import { metricItems } from '../../../src/metrics/service.js';
import { shopWith, someone } from './guarded-shop.js';
import { onlyTables } from './only-tables.js';

const yaml = `policies:
  - {name: all_regions, for: {roles: [boss]}, on: regions, rows: "true"}
  - {name: boss, for: {roles: [boss]}, on: customers, rows: "true"}
  - {name: own, for: {roles: [clerk]}, on: customers, rows: region_id in subject.regions, columns: {email: deny, name: {mask: first 1}}}
  - {name: pay, for: {roles: [clerk]}, on: staff, aggregate_only: {minimum_group: 3, of: staff_id}}
  - {name: boss_pay, for: {roles: [boss]}, on: staff, rows: "true"}
glossary:
  pay: {description: What staff cost., refers_to: [payroll]}
  reach: {description: Whom we can write to., refers_to: [reachable, revenue]}
  shop: {description: All of it.}
`;

const withSamples = (text: string): string =>
  text
    .replace('name: {type: string}', 'name: {type: string, sample_values: [Ada]}')
    .replace('status: {type: string}', 'status: {type: string, sample_values: [paid], values: [paid, open]}')
    .replace('budget: {type: number}', 'budget: {type: number, sample_values: [250]}');

const listed = (model: Model, subject: Subject): Model =>
  planOptionsFor(model, subject, {
    dialect: 'duckdb',
    lineages: onlyTables,
    now: new Date('2026-06-15T12:00:00Z'),
  }).listed();

describe('what is listed for a subject', () => {
  let model: Model;
  before(() => {
    model = shopWith(yaml, withSamples);
  });

  const names = (subject: Subject, kind: Parameters<typeof itemsOf>[1]): readonly string[] =>
    itemsOf(listed(model, subject), kind).map(({ name }) => name);
  const metrics = (subject: Subject): readonly string[] => metricItems(listed(model, subject)).map(({ name }) => name);
  const boss = someone({ roles: ['boss'] });
  const clerk = someone({ roles: ['clerk'], attributes: { regions: [1] } });
  const nobody = someone();

  it('all of it to whom all is open', () => {
    for (const kind of ['entities', 'dimensions', 'filters', 'glossary'] as const)
      expect(names(boss, kind)).to.deep.equal(itemsOf(model, kind).map(({ name }) => name));
    expect(metrics(boss)).to.deep.equal(metricItems(model).map(({ name }) => name));
  });

  it('no entity that is closed, and nothing of it', () => {
    expect(names(clerk, 'entities')).to.deep.equal(['customers', 'order_lines', 'orders', 'staff']);
    expect(names(nobody, 'entities')).to.deep.equal(['order_lines', 'orders']);
    expect(names(nobody, 'dimensions').filter((name) => /^(customers|regions|staff)\./.test(name))).to.deep.equal([]);
    expect(metrics(nobody)).not.to.include.members(['payroll']);
    expect(metrics(nobody)).not.to.include('average_pay');
    expect(names(nobody, 'filters')).to.deep.equal([]);
  });

  it('no join to what is closed, also through others', () => {
    const text = JSON.stringify(itemsOf(listed(model, nobody), 'entities'));
    expect(text).not.to.match(/customers|regions|staff|datamind_/);
    expect(names(nobody, 'dimensions')).not.to.include('orders.country');
  });

  it('no denied dimension, and nothing that is made of one', () => {
    expect(names(clerk, 'dimensions')).not.to.include.members(['customers.email']);
    expect(names(clerk, 'dimensions')).not.to.include('customers.mail_domain');
    expect(metrics(clerk)).not.to.include('reachable');
    expect(metrics(clerk)).to.include.members(['payroll', 'average_pay', 'customer_count']);
  });

  it('no examples of values that stand in hidden rows or under a mask', () => {
    const { dimensions } = listed(model, clerk).entities.customers!;
    expect(dimensions.name!.sample_values).to.deep.equal([]);
    expect(dimensions.budget!.sample_values).to.deep.equal([]);
    expect(listed(model, clerk).entities.orders!.dimensions.status!.sample_values).to.deep.equal(['paid']);
    expect(listed(model, boss).entities.customers!.dimensions.name!.sample_values).to.deep.equal(['Ada']);
  });

  it('nothing of an entity whose policy needs an attribute that the subject lacks', () => {
    const without = someone({ roles: ['clerk'] });
    expect(names(without, 'entities')).to.deep.equal(['order_lines', 'orders', 'staff']);
    expect(metrics(without)).not.to.include('customer_count');
  });

  it('no term that is about nothing else', () => {
    expect(names(nobody, 'glossary')).to.deep.equal(['reach', 'shop']);
    expect(listed(model, nobody).glossary.reach!.refers_to).to.deep.equal(['orders.revenue']);
    expect(names(clerk, 'glossary')).to.deep.equal(['pay', 'reach', 'shop']);
  });
});
