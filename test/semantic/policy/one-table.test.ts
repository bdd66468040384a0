import { expect } from 'chai';
import { compile } from '../../../semantic/check/compiler.js';
import type { Lineages } from '../../../semantic/policy/lineage.js';
import { entitiesOn } from '../../../semantic/policy/table-columns.js';

/** Of a database that tells nothing of its tables: what is left is how they are spelled. */
const silent: Lineages = {
  hash: 'silent',
  nameOf: (connection) => connection,
  of: () => ({
    hash: 'silent',
    ownFunctions: new Map(),
    namedBy: () => new Set(),
    storesOf: () => new Set(),
    viewsOf: () => undefined,
  }),
};

const entity = (name: string, table: string): string =>
  `entity: ${name}\ntable: ${table}\nkey: id\ndimensions: {id: {type: number}}\n`;

describe('entities that stand on one table', () => {
  const { model } = compile(
    new Map([
      ['bare.yaml', entity('bare', 'customers')],
      ['within.yaml', entity('within', 'public.customers')],
      ['whole.yaml', entity('whole', 'shop.public.customers')],
      ['elsewhere.yaml', entity('elsewhere', 'archive.customers')],
      ['other.yaml', entity('other', 'orders')],
    ]),
  );
  const rows: readonly (readonly [catalog: string | null, schema: string | null, found: readonly string[]])[] = [
    [null, null, ['bare', 'elsewhere', 'whole', 'within']],
    [null, 'public', ['bare', 'whole', 'within']],
    [null, 'PUBLIC', ['bare', 'whole', 'within']],
    ['shop', 'public', ['bare', 'whole', 'within']],
    ['stock', 'public', ['bare', 'within']],
    [null, 'archive', ['bare', 'elsewhere']],
  ];
  for (const [catalog, schema, found] of rows)
    it(`are ${found.join(', ')} for ${[catalog, schema, 'Customers'].filter((part) => part !== null).join('.')}`, () => {
      const entities = entitiesOn(model!, { catalog, schema, table: 'Customers' }, silent);
      expect(entities.map(({ name }) => name).sort()).to.deep.equal(found);
    });
});
