import { expect } from 'chai';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { onlyTables } from '../semantic/policy/only-tables.js';
import type { ColumnProfile, TableProfile } from '../../src/intelligence/profile.js';
import { type VisibleTable, visibleTables } from '../../src/intelligence/visible-profile.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';

const yaml = `project: {name: shop, connection: main}
---
entity: customers
table: customers
key: id
dimensions: {city: {type: string}, email: {type: string, pii: email}, tier: {type: string}}
measures: {customer_count: {count: "*"}}
---
entity: orders
table: orders
key: id
joins: {customer: {to: customers, on: customer_id}}
dimensions: {status: {type: string}}
---
entity: salaries
table: salaries
key: id
dimensions: {amount: {type: number}}
---
policies:
  - {name: boss_customers, for: {roles: [admin]}, on: customers, rows: "true"}
  - {name: boss_orders, for: {roles: [admin]}, on: orders, rows: "true"}
  - {name: boss_salaries, for: {roles: [admin]}, on: salaries, rows: "true"}
  - {name: bonn, for: {users: [clara]}, on: customers, rows: city = 'Bonn'}
  - {name: clara_orders, for: {users: [clara]}, on: orders, rows: "true"}
  - {name: tiers, for: {users: [mia]}, on: customers, rows: "true", columns: {tier: {mask: null}}}
  - {name: mia_orders, for: {users: [mia]}, on: orders, rows: "true"}
`;

const column = (name: string, over: Partial<ColumnProfile> = {}): ColumnProfile => ({
  ...{ name, type: 'string', native_type: 'text', nullable: true, comment: null, personal: null },
  ...{ strategy: 'categorical', nulls: 1, distinct: 2, values: [`a ${name}`, `another ${name}`] },
  ...over,
});

const table = (name: string, columns: readonly ColumnProfile[], over: Partial<TableProfile> = {}): TableProfile => ({
  ...{ schema: null, name, kind: 'table', comment: null, rows: 7, counted: true, sampled: 7, unread: null },
  ...{ key: ['id'], key_by: 'inferred', key_evidence: 'Each of 7 rows.', references: [], columns },
  ...over,
});

const profile = [
  table('customers', [column('id'), column('city'), column('email'), column('tier'), column('secret')]),
  table('orders', [column('id'), column('customer_id'), column('status')], {
    references: [
      {
        ...{ columns: ['customer_id'], to_schema: null, to_table: 'customers', to_columns: ['id'] },
        ...{ by: 'inferred', evidence: 'Each of 7 values.' },
      },
    ],
  }),
  table('salaries', [column('id'), column('amount')]),
  table('nobody_knows_it', [column('id')]),
];

describe('what of a profile somebody may know', () => {
  let model: Model;
  before(async () => {
    const compiled = await createModelCompiler().compile({ files: new Map([['shop.yaml', yaml]]), findings: [] });
    expect(compiled.diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
    model = compiled.model!;
  });
  const seenBy = (subject: Subject, connection = 'main'): readonly VisibleTable[] =>
    visibleTables(
      {
        ...{ model, subject, lineages: onlyTables, dialect: 'postgres', now: 0, connection },
        defaultConnection: null,
      },
      profile,
    );
  const person = (user: string, role = 'analyst'): Subject => createSubject({ user, roles: [role] });
  const valuesOf = (seen: readonly VisibleTable[]): Record<string, number> =>
    Object.fromEntries(
      seen.flatMap((one) => one.columns.map(({ name, values }) => [`${one.name}.${name}`, values.length] as const)),
    );

  it('is all of what the model knows for who sees all of it', () => {
    const seen = seenBy(person('root', 'admin'));
    expect(seen.map(({ name }) => name)).to.deep.equal(['customers', 'orders', 'salaries']);
    expect(seen.map(({ rows }) => rows)).to.deep.equal([7, 7, 7]);
    expect(valuesOf(seen))
      .to.include({ 'customers.city': 2, 'orders.status': 2 })
      .and.not.have.property('customers.secret');
    expect(seen[1]!.references).to.have.length(1);
  });

  it('has no figure, no value and no evidence of a table with hidden rows, and nothing of a closed one', () => {
    const seen = seenBy(person('clara'));
    expect(seen.map(({ name, whole, rows }) => [name, whole, rows])).to.deep.equal([
      ['customers', false, null],
      ['orders', true, 7],
    ]);
    const [customers, orders] = seen;
    expect(customers).to.include({ sampled: 0, counted: false, key_evidence: null });
    expect(
      customers!.columns.every(
        ({ nulls, distinct, values }) => nulls === null && distinct === null && values.length === 0,
      ),
    ).to.equal(true);
    expect(JSON.stringify(customers)).not.to.match(/a city|another|Each of/);
    // That all values of one table are in the other speaks of rows that are hidden.
    expect(orders!.references).to.deep.equal([]);
    expect(valuesOf(seen)).to.include({ 'orders.status': 2 });
  });

  it('has no value of a column that is masked', () => {
    const seen = seenBy(person('mia'));
    expect(valuesOf(seen)).to.include({ 'customers.city': 2, 'customers.tier': 0 });
    expect(seen[0]!.columns.find(({ name }) => name === 'tier')).to.include({ distinct: null, nulls: null });
  });

  it('is nothing for who may see nothing, and of another connection', () => {
    expect(seenBy(person('nobody'))).to.deep.equal([]);
    expect(seenBy(person('root', 'admin'), 'elsewhere')).to.deep.equal([]);
  });
});
