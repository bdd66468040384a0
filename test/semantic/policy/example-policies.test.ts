import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../../core/package-root.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import { createSubject } from '../../../core/subject/subject.js';
import { compile } from '../../../semantic/check/compiler.js';
import { readFolder } from '../../../semantic/load/read-folder.js';
import type { Model } from '../../../semantic/model/model.js';
import { planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { permittedRelation } from '../../../semantic/policy/permitted-relation.js';
import { onlyTables } from './only-tables.js';

const options = { dialect: 'duckdb', lineages: onlyTables, now: new Date('2026-06-15T12:00:00Z') } as const;

describe('the policies of the example', () => {
  let model: Model;
  before(async () => {
    await loadQueryParser();
    const { files } = await readFolder(join(packageRoot(), 'ontology'));
    model = compile(files).model!;
  });
  const stateOf = (table: string, subject: ReturnType<typeof createSubject>): string => {
    const permission = permittedRelation(model, { catalog: null, schema: null, table }, subject, options);
    return permission.kind === 'closed' ? permission.code : permission.whole ? 'whole' : 'some rows';
  };

  it('an admin sees all that there is, from bare tables', () => {
    const admin = createSubject({ user: 'local', roles: ['admin'] });
    const governed = planOptionsFor(model, admin, options);
    expect(Object.keys(governed.model.metrics)).to.deep.equal(Object.keys(model.metrics));
    for (const [name, entity] of Object.entries(model.entities)) {
      expect(governed.model.entities[name], name).to.deep.equal(entity);
      if (entity.from.kind !== 'table') continue;
      const { catalog, schema, table } = entity.from;
      const source = { kind: 'table', entity: name, catalog, schema, table, alias: 'x' } as const;
      expect(governed.relation(entity, source), name).to.equal(source);
      expect(stateOf(table, admin), name).to.equal('whole');
    }
  });

  it('an analyst sees the customers of some countries, and employees in groups only', () => {
    const analyst = createSubject({ user: 'ana', roles: ['analyst'], attributes: { countries: ['Norway'] } });
    expect(
      ['customers', 'orders', 'tickets', 'employees', 'products'].map((table) => stateOf(table, analyst)),
    ).to.deep.equal(['some rows', 'some rows', 'some rows', 'TABLE_CLOSED', 'whole']);
    const permission = permittedRelation(model, { catalog: null, schema: null, table: 'customers' }, analyst, options);
    expect(permission.kind === 'permitted' && permission.masks).to.deep.equal({
      name: 'partial',
      email: 'email',
      phone: 'partial',
      birth_date: 'date_trunc',
    });
    expect(permission.kind === 'permitted' && permission.predicates).to.deep.equal([
      'region.country IN (subject.countries)',
    ]);
  });

  it('an analyst without countries is refused', () =>
    expect(stateOf('orders', createSubject({ user: 'ana', roles: ['analyst'] }))).to.equal('ATTRIBUTE_MISSING'));

  it('who has no role sees neither customers nor what follows them', () =>
    expect(
      ['customers', 'orders', 'employees', 'products'].map((table) => stateOf(table, createSubject({ user: 'x' }))),
    ).to.deep.equal(['TABLE_CLOSED', 'TABLE_CLOSED', 'TABLE_CLOSED', 'whole']));
});
