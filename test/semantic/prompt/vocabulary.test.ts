import { expect } from 'chai';
import type { Vocabulary } from '../../../core/plugin/llm.js';
import type { Subject } from '../../../core/subject/subject.js';
import type { Model } from '../../../semantic/model/model.js';
import { planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { vocabularyOf } from '../../../semantic/prompt/vocabulary.js';
import { shopWith, someone } from '../policy/guarded-shop.js';
import { onlyTables } from '../policy/only-tables.js';

const yaml = `policies:
  - {name: all_regions, for: {roles: [boss]}, on: regions, rows: "true"}
  - {name: boss, for: {roles: [boss]}, on: customers, rows: "true"}
  - {name: own, for: {roles: [clerk]}, on: customers, rows: region_id in subject.regions, columns: {name: {mask: first 1}}}
  - {name: boss_pay, for: {roles: [boss]}, on: staff, rows: "true"}
glossary:
  pay: {description: What staff cost., refers_to: [payroll]}
  shop: {description: All of it.}
verified_queries:
  sold: {question: What did we sell?, query: {metrics: [revenue]}}
  paid: {question: What do we pay?, query: {metrics: [payroll]}}
  ada: {question: What did Ada buy?, query: {metrics: [revenue], filters: {not: {member: customer.name, op: eq, values: [Ada]}}}}
  text: {question: How many rows?, sql: select count(*) as n from orders}
`;

const changed = (text: string): string =>
  text
    .replace('name: {type: string}', 'name: {type: string, pii: none, sample_values: [Ada]}')
    .replace(
      /email: \{type: string[^}]*\}/,
      'email: {type: string, pii: email, sample_values: ["ada@x.org"]}\n      mail_start: {type: string, expr: "substring(email, 1, 1)", values: [a, b]}',
    )
    .replace('status: {type: string}', 'status: {type: string, sample_values: [paid], values: [paid, open]}');

describe('the vocabulary of a subject', () => {
  let model: Model;
  before(() => {
    model = shopWith(yaml, changed);
  });
  const words = (subject: Subject, of: Model = model): Vocabulary => {
    const options = { dialect: 'duckdb', lineages: onlyTables, now: new Date('2026-06-15T12:00:00Z') } as const;
    return vocabularyOf(of, planOptionsFor(of, subject, options), 'duckdb');
  };
  const boss = someone({ roles: ['boss'] });
  const clerk = someone({ roles: ['clerk'], attributes: { regions: [1] } });
  const namesIn = (list: readonly { readonly name: string }[]): readonly string[] => list.map(({ name }) => name);

  it('is one object for the same rights, and equal for equal models', () => {
    expect(words(boss)).to.equal(words(someone({ user: 'other', roles: ['boss'] })));
    expect(words(boss).hash).to.equal(words(boss, shopWith(yaml, changed)).hash);
    expect(words(boss).hash).not.to.equal(words(clerk).hash);
  });

  it('names nothing that is closed', () => {
    expect(namesIn(words(boss).entities)).to.include('staff');
    const text = JSON.stringify(words(clerk));
    for (const closed of ['staff', 'payroll', 'regions', 'What do we pay']) expect(text, closed).not.to.include(closed);
    expect(namesIn(words(clerk).glossary)).to.deep.equal(['shop']);
  });

  it('holds no value of a personal or masked dimension, nor of what is computed from one', () => {
    expect(JSON.stringify(words(boss))).to.include('Ada');
    expect(JSON.stringify(words(boss))).not.to.include('ada@x.org');
    const start = words(boss).dimensions.find(({ name }) => name === 'customers.mail_start');
    expect(start).to.include({ entity: 'customers', type: 'string' });
    expect(start!.values).to.deep.equal([]);
    expect(JSON.stringify(words(clerk))).not.to.include('Ada');
    expect(words(boss).dimensions.find(({ name }) => name === 'orders.status')).to.deep.include({ samples: ['paid'] });
  });

  it('has the verified queries that the subject could ask', () => {
    const questions = (subject: Subject): readonly string[] => words(subject).verified.map(({ question }) => question);
    expect(questions(boss)).to.have.members(['What did we sell?', 'What do we pay?', 'What did Ada buy?']);
    expect(questions(clerk)).to.deep.equal(['What did we sell?']);
  });

  it('says what an entity is known by, and each metric of what', () => {
    const orders = words(boss).entities.find(({ name }) => name === 'orders')!;
    expect(orders.joins.map(({ name, to, cardinality }) => [name, to, cardinality])).to.deep.include([
      'customer',
      'customers',
      'many_to_one',
    ]);
    const customers = words(boss).entities.find(({ name }) => name === 'customers')!;
    expect(customers.display).to.equal('customers.name');
    expect(words(clerk).entities.find(({ name }) => name === 'customers')!.display).to.equal(null);
    for (const metric of words(boss).metrics) expect(metric.entities, metric.name).not.to.deep.equal([]);
  });

  it('says of which time a metric is, where it has one of its own, and whether it is of some rows only', () => {
    const ratio = 'average_pay: {ratio: [payroll, headcount]}';
    const model = shopWith(yaml, (text) =>
      changed(text)
        .replace(
          'reachable: {count: email}',
          `born_count: {count: born, time: born}
      unborn: {count: "*", where: born is null}
      poor: {count_if: budget < 9}`,
        )
        .replace(
          ratio,
          `${ratio}
  poor_share: {ratio: [poor, customer_count]}
  started: {measure: order_count, where: status = 'paid'}`,
        ),
    );
    const of = new Map(words(boss, model).metrics.map((metric) => [metric.name, metric]));
    expect(of.get('born_count')).to.include({ time: 'customers.born', isPart: false });
    for (const part of ['unborn', 'poor', 'poor_share', 'started']) expect(of.get(part)!.isPart, part).to.equal(true);
    expect(of.get('order_count')).to.include({ isPart: false }).and.not.have.property('time');
  });

  describe('of a metric, which rows it takes', () => {
    const measures = `{revenue: {sum: amount}, order_count: {count: "*"},
      paid: {sum: amount, where: status = 'paid'},
      kept: {count: "*", where: "status not in ('void', 'open') and amount > 0"},
      foreign: {count_if: not is_home},
      home: {count: "*", where: is_home and 'paid' <> status},
      unknown: {count: "*", where: status = 'paid' or amount > 0},
      of_ada: {count: "*", where: "mail = 'ada@x.org'"}}`;
    const more = `dimensions:
      is_home: {type: boolean, expr: "amount is not null"}
      mail: {type: string, pii: email}`;
    const metrics = `metrics:
  paid_share: {ratio: [paid, revenue]}
  home_paid: {measure: home, where: status = 'paid'}`;
    const taking = (text: string): string =>
      changed(text)
        .replace(/measures: \{revenue[^\n]*/, `measures: ${measures}`)
        .replace('dimensions:\n      order_id: {type: number}', `${more}\n      order_id: {type: number}`)
        .replace('metrics:', metrics);
    const is = (dimension: string, op: string, ...values: readonly unknown[]): unknown => ({
      dimension: `orders.${dimension}`,
      op,
      values,
    });
    const expected: Readonly<Record<string, unknown>> = {
      revenue: undefined,
      paid: [[is('status', 'in', 'paid')]],
      kept: [[is('status', 'not_in', 'void', 'open')]],
      foreign: [[is('is_home', 'in', false)]],
      home: [[is('is_home', 'in', true)]],
      unknown: undefined,
      of_ada: undefined,
      paid_share: [[is('status', 'in', 'paid')], []],
      home_paid: [[is('is_home', 'in', true), is('status', 'in', 'paid')]],
    };
    for (const [name, takes] of Object.entries(expected)) {
      it(name, () => {
        const metric = words(boss, shopWith(yaml, taking)).metrics.find((one) => one.name === name);
        expect(metric, name).not.to.equal(undefined);
        expect(metric!.takes).to.deep.equal(takes);
      });
    }
  });
});
