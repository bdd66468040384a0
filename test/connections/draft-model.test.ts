import { expect } from 'chai';
import type { Catalogue, CatalogueColumn, CatalogueTable } from '../../core/plugin/contract.js';
import { draftModel, type FindBroken } from '../../src/connections/draft-model.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';

const compiler = createModelCompiler();
const findBroken: FindBroken = async (files) => {
  const { diagnostics } = await compiler.compile({ files, findings: [] });
  return new Set(diagnostics.flatMap(({ severity, file }) => (severity === 'error' ? [file] : [])));
};
const column = (name: string, type: CatalogueColumn['type'], nullable = true): CatalogueColumn => ({
  name,
  type,
  nativeType: type,
  nullable,
});
const table = (
  name: string,
  columns: readonly CatalogueColumn[],
  over: Partial<CatalogueTable> = {},
): CatalogueTable => ({
  name,
  schema: 'public',
  kind: 'table',
  rowEstimate: null,
  columns,
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  ...over,
});
const draft = async (...tables: readonly CatalogueTable[]) => {
  const catalogue: Catalogue = { dialect: 'postgres', tables };
  const text = await draftModel('shop', catalogue, findBroken);
  if (text === null) return null;
  const { model, diagnostics } = await compiler.compile({ files: new Map([['draft.yaml', text]]), findings: [] });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
  return model!;
};

describe('a draft of a model', () => {
  const customers = table('customers', [
    column('id', 'integer', false),
    column('country', 'string'),
    column('email', 'string'),
    column('address', 'json'),
  ]);
  const orders = table(
    'orders',
    [
      column('id', 'integer', false),
      column('customer_id', 'integer'),
      column('amount', 'decimal'),
      column('tax_year', 'integer'),
      column('is_paid', 'boolean'),
      column('ordered_at', 'timestamptz'),
    ],
    { foreignKeys: [{ columns: ['customer_id'], toSchema: 'public', toTable: 'customers', toColumns: ['id'] }] },
  );

  it('has entities with keys, joins, dimensions by type, a count and sums of what are amounts', async () => {
    const model = (await draft(customers, orders))!;
    const found = model.entities.shop_orders!;
    expect(found.connection).to.equal('shop');
    expect(found.from).to.deep.include({ schema: 'public', table: 'orders' });
    expect(Object.keys(found.joins)).to.include('customer');
    expect(Object.keys(found.measures)).to.have.members(['shop_orders_count', 'shop_orders_amount_sum']);
    expect(Object.entries(found.dimensions).map(([name, { type }]) => [name, type])).to.have.deep.members([
      ['id', 'number'],
      ['customer_id', 'number'],
      ['amount', 'number'],
      ['tax_year', 'number'],
      ['is_paid', 'boolean'],
      ['ordered_at', 'time'],
    ]);
    expect(model.entities.shop_customers!.dimensions.email!.pii).to.equal('email');
    expect(Object.keys(model.entities.shop_customers!.dimensions)).not.to.include('address');
  });

  it('takes names of databases for names, whatever is in them', async () => {
    const hostile = [
      table('x\nentity: orders\ntable: secrets', [column('id', 'integer', false)]),
      table("Robert'); drop table--", [
        column('id', 'integer', false),
        column('a b', 'string'),
        column('"', 'string'),
        column('a{x}', 'string'),
      ]),
      table('Ünïcode Tàble', [column('id', 'integer', false), column('Ürün Adı', 'string')]),
      table('', [column('id', 'integer', false)]),
      table('123', [column('id', 'integer', false), column('select', 'integer'), column('from', 'string')]),
      table('same', [column('id', 'integer', false), column('A', 'string'), column('a', 'string')]),
      table('Same', [column('id', 'integer', false)]),
      table('keyless', [column('n', 'integer')], { primaryKey: [] }),
      table('nothing', [], { primaryKey: [] }),
    ];
    const model = (await draft(customers, ...hostile))!;
    expect(Object.keys(model.entities)).to.include.members([
      'shop_customers',
      'shop_same',
      'shop_same_2',
      'shop_unicode_table',
    ]);
    expect(Object.keys(model.entities).every((name) => /^shop_[a-z0-9_]+$/.test(name))).to.equal(true);
    const tables = hostile.map(({ name }) => name);
    for (const { from } of Object.values(model.entities)) {
      if (from.kind === 'table') expect([...tables, 'customers']).to.include(from.table);
    }
    expect(model.policies).to.deep.equal({});
  });

  it('is none where there is nothing that a model could hold', async () => {
    expect(await draft()).to.equal(null);
  });
});
