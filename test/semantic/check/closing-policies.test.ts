import { expect } from 'chai';
import { createSubject } from '../../../core/subject/subject.js';
import { Compiler } from '../../../semantic/check/compiler.js';
import type { Model } from '../../../semantic/model/model.js';
import { lineagesOf, unknownLineage } from '../../../semantic/policy/lineage.js';
import { tableAccess } from '../../../semantic/policy/permitted-relation.js';

const shop = `
entity: customers
table: customers
key: id
dimensions: {region: {type: string}}
---
entity: orders
table: orders
key: id
joins: {customer: {to: customers, on: customer_id}}
---
entity: regions
table: regions
key: id
---
policies:
  - {name: all_orders, for: everyone, on: orders, rows: id > 0}
`;

const file = '.api/policies/own.yaml';
const closing = new Map([[file, { policy: 'own', entities: ['customers', 'orders'] }]]);
const own = (more: object): string =>
  JSON.stringify({
    policies: [
      { name: 'own', for: 'everyone', on: 'customers', rows: "region = 'EU'", follows: ['orders.customer'], ...more },
    ],
  });

const now = new Date('2026-06-01');
const isClosed = (model: Model, entity: string, roles: readonly string[] = ['admin']): boolean => {
  const subject = createSubject({ user: 'ada', roles });
  const lineages = lineagesOf(unknownLineage);
  try {
    return tableAccess(model, [model.entities[entity]!], subject, { dialect: 'duckdb', now, lineages }) === null;
  } catch {
    return true;
  }
};

describe('a policy that is kept elsewhere', () => {
  let compiler: Compiler;
  before(async () => {
    compiler = await Compiler.create();
  });
  const compile = (text: string, files: Readonly<Record<string, string>> = { 'shop.yaml': shop }) =>
    compiler.compile(new Map([...Object.entries(files), [file, text]]), { closing });

  it('is one like all others while it compiles', () => {
    const { model, diagnostics } = compile(own({}));
    expect(diagnostics).to.deep.equal([]);
    expect(Object.keys(model!.policies)).to.deep.equal(['all_orders', 'own']);
    expect(isClosed(model!, 'customers')).to.equal(false);
  });

  const broken: Readonly<Record<string, readonly [object, string]>> = {
    'reads a dimension that is gone': [{ rows: "gone.country = 'EU'" }, 'NAME_UNKNOWN'],
    'denies a column that is gone': [{ columns: { secret: 'deny' } }, 'POLICY_COLUMN_UNKNOWN'],
    'has a key that this version does not know': [{ masks: {} }, 'KEY_UNKNOWN'],
    'has the name of a policy in a file': [{ name: 'all_orders' }, 'NAME_TAKEN'],
    'only restricted': [{ effect: 'restrictive', rows: 'region' }, 'a restrictive one'],
  };
  for (const [what, [more, code]] of Object.entries(broken)) {
    it(`closes all that it is about when it ${what}, and nothing else`, () => {
      const { model, diagnostics } = compile(own(more));
      if (code !== 'a restrictive one') {
        const strict = compiler.compile(
          new Map([
            ['shop.yaml', shop],
            [file, own(more)],
          ]),
        );
        expect([strict.model, strict.diagnostics.some((one) => one.code === code)]).to.deep.equal([null, true]);
      }
      expect(diagnostics.map((one) => [one.code, one.severity, one.file])).to.deep.equal([
        ['POLICY_BROKEN', 'warning', file],
      ]);
      expect(diagnostics[0]!.message).to.contain('the policy `own`').and.to.contain('`customers`, `orders` are closed');
      expect(isClosed(model!, 'customers')).to.equal(true);
      expect(isClosed(model!, 'orders')).to.equal(true);
      expect(isClosed(model!, 'orders', [])).to.equal(true);
      expect(model!.policies.all_orders!.on).to.equal('orders');
      expect(model!.hash).not.to.equal(compile(own({})).model!.hash);
    });
  }

  it('leaves no model where an entity that it is about is gone: what it protected may be anywhere', () => {
    const files = {
      'shop.yaml': shop.replace('entity: customers', 'entity: clients').replace('to: customers', 'to: clients'),
    };
    const { model, diagnostics } = compile(own({}), files);
    expect([model, diagnostics.map(({ code }) => code)]).to.deep.equal([null, ['ENTITY_UNKNOWN']]);
  });

  it('hides no error of the files', () => {
    const { model, diagnostics } = compile(own({ rows: 'region' }), {
      'shop.yaml': `${shop}metrics: {x: {ratio: [a]}}\n`,
    });
    expect(model).to.equal(null);
    expect(diagnostics.some(({ severity, file: place }) => severity === 'error' && place === 'shop.yaml')).to.equal(
      true,
    );
  });
});
