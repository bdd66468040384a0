/** What the project says of personal data opens nothing and closes nothing: it lies over whatever is shown. */
import { expect } from 'chai';
import { compile } from '../../../semantic/check/compiler.js';
import { planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { permittedRelation } from '../../../semantic/policy/permitted-relation.js';
import { shopWith, someone } from './guarded-shop.js';
import { onlyTables } from './only-tables.js';

const options = { dialect: 'duckdb', lineages: onlyTables, now: new Date('2026-01-01T12:00:00Z') } as const;
const classified = (yaml: string): string =>
  yaml
    .replace('name: {type: string}', 'name: {type: string, pii: name}')
    .replace('email: {type: string}', 'email: {type: string, pii: email}')
    .replace(
      'default_access: open}',
      'default_access: open, pii: {clearance: {groups: [privacy]}, masks: {name: deny, email: {mask: hash}}}}',
    );

const stateOf = (more: string, subject = someone(), change = classified) => {
  const model = shopWith(more, change);
  const permission = permittedRelation(model, { catalog: null, schema: null, table: 'customers' }, subject, options);
  return permission.kind === 'closed'
    ? permission.code
    : {
        columns: permission.columns.map(({ name }) => name).filter((name) => !/id$|born|budget/.test(name)),
        masks: permission.masks,
      };
};
const hidden = { columns: ['email'], masks: { email: 'hash' } };

describe('the masks of a project on personal data', () => {
  for (const [title, more, expected] of [
    ['an entity without a policy stays open', '', hidden],
    [
      'an entity whose policies admit nobody stays closed',
      '\npolicies: [{name: few, for: {roles: [boss]}, on: customers, rows: "true"}]',
      'TABLE_CLOSED',
    ],
    [
      'they lie over what a policy shows',
      '\npolicies: [{name: all, for: everyone, on: customers, rows: "true"}]',
      hidden,
    ],
    [
      'what is stricter in a policy stays',
      '\npolicies: [{name: all, for: everyone, on: customers, columns: {email: {mask: "null"}}}]',
      { columns: ['email'], masks: { email: 'null' } },
    ],
    [
      'of two masks the stricter one counts, whosever it is',
      '\npolicies: [{name: all, for: everyone, on: customers, columns: {email: {mask: {fixed: x}}, name: {mask: email}}}]',
      { columns: ['email'], masks: { email: 'fixed' } },
    ],
  ] as const) {
    it(title, () => expect(stateOf(more)).to.deep.equal(expected));
  }

  it('those with clearance see what policies show', () =>
    expect(stateOf('', someone({ groups: ['privacy'] }))).to.deep.equal({ columns: ['name', 'email'], masks: {} }));

  it('a project that is closed stays closed', () =>
    expect(stateOf('', someone(), (yaml) => classified(yaml).replace('access: open', 'access: closed'))).to.equal(
      'TABLE_CLOSED',
    ));

  it('without clearance nobody sees it', () => {
    const nobody = (yaml: string): string => classified(yaml).replace('clearance: {groups: [privacy]}, ', '');
    expect(stateOf('', someone({ groups: ['privacy'], roles: ['admin'] }), nobody)).to.deep.equal(hidden);
  });

  it('two entities on one table: what either says is masked', () => {
    const twice =
      '\n---\nentity: prospects\ntable: customers\nkey: customer_id\ndimensions: {mail: {type: string, expr: \'"email"\', pii: none}}\n';
    expect(stateOf(twice)).to.deep.include({ masks: { email: 'hash' } });
  });

  it('a query over the table is closed to whom it would show what is masked', () => {
    const query =
      '\n---\nentity: mails\nsql: select customer_id, email from customers\nkey: customer_id\ndimensions: {mail: {type: string, expr: \'"email"\'}}\n';
    const entities = (subject: ReturnType<typeof someone>) =>
      Object.keys(planOptionsFor(shopWith(query, classified), subject, options).listed().entities);
    expect(entities(someone())).not.to.include('mails');
    expect(entities(someone({ groups: ['privacy'] }))).to.include('mails');
  });

  it('what a mask is computed from is no class', () => {
    const yaml =
      'project: {name: x, pii: {masks: {email: {mask: {expr: lower(email)}}}}}\n---\nentity: a\ntable: a\nkey: id\n';
    const { diagnostics } = compile(new Map([['x.yaml', yaml]]));
    expect(diagnostics.map(({ code, line, column }) => [code, line, column])).to.deep.equal([
      ['POLICY_MASK_TYPE', 1, yaml.indexOf('lower') + 1],
    ]);
  });

  it('a change of a mask, or of a class, is another model', () => {
    const of = (change: (yaml: string) => string) => shopWith('', (yaml) => change(classified(yaml))).hash;
    const hashes = [
      of((yaml) => yaml),
      of((yaml) => yaml.replace('name: deny', 'name: {mask: "null"}')),
      of((yaml) => yaml.replace('groups: [privacy]', 'groups: [legal]')),
      of((yaml) => yaml.replace('pii: email}', 'pii: other}')),
    ];
    expect(new Set(hashes).size).to.equal(hashes.length);
  });
});
