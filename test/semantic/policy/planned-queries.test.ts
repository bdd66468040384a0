import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import type { Subject } from '../../../core/subject/subject.js';
import { createPlanner } from '../../../semantic/plan/create-planner.js';
import type { Filter, Operator, SemanticQuery } from '../../../core/query/semantic-query.js';
import { planOptionsFor } from '../../../semantic/policy/plan-options.js';
import { policyFingerprint } from '../../../semantic/policy/policy-fingerprint.js';
import { type Database, openDuckdb, openSqlite, shopWith, someone } from './guarded-shop.js';
import { onlyTables } from './only-tables.js';

const now = new Date('2026-06-15T12:00:00Z');
const policies = (...lines: readonly string[]): string =>
  lines.length === 0 ? '' : `policies:\n${lines.map((line) => `  - ${line}`).join('\n')}\n`;

interface Case {
  readonly title: string;
  readonly policies: readonly string[];
  readonly query: SemanticQuery;
  readonly subject?: Partial<Omit<Subject, 'fingerprint'>>;
  /** The code of the refusal, or the rows. */
  readonly expect: string | readonly (readonly unknown[])[];
}

const germans = "{name: a, for: everyone, on: customers, rows: region.country = 'DE'}";
const perCustomer = (metric: string, op: Operator, value: number): Filter => ({
  ...{ metric, per: 'customers', op },
  values: [value],
});
const cases: readonly Case[] = [
  { title: 'without policies', policies: [], query: { metrics: ['customer_count'] }, expect: [[5]] },
  { title: 'rows', policies: [germans], query: { metrics: ['customer_count', 'total_budget'] }, expect: [[2, 350]] },
  {
    title: 'rows of what is joined: hidden ones are absent',
    policies: [germans],
    query: { metrics: ['revenue'], dimensions: [{ name: 'customer.name' }] },
    expect: [
      ['Ada', 12],
      [null, 60],
    ],
  },
  {
    title: 'rows followed to',
    policies: [`${germans.slice(0, -1)}, follows: [orders.customer]}`],
    query: { metrics: ['revenue'] },
    expect: [[12]],
  },
  {
    title: 'rows of both, stitched',
    policies: [`${germans.slice(0, -1)}, follows: [orders.customer]}`],
    query: { metrics: ['revenue', 'customer_count'] },
    expect: [[12, 2]],
  },
  {
    title: 'a share of what may be seen, never of all',
    policies: [`${germans.slice(0, -1)}, follows: [orders.customer]}`],
    query: { metrics: ['revenue'], dimensions: ['customer.name'], shares: [{ metric: 'revenue' }] },
    expect: [['Ada', 12, 1]],
  },
  {
    title: 'the first of each of what may be seen',
    policies: [`${germans.slice(0, -1)}, follows: [orders.customer]}`],
    query: {
      metrics: ['revenue'],
      dimensions: ['customer.name', 'orders.status'],
      limit_per: { dimensions: ['customer.name'], limit: 1 },
    },
    expect: [['Ada', 'open', 7]],
  },
  {
    title: 'a closed entity',
    policies: ['{name: a, for: {users: [x]}, on: customers, rows: "true"}'],
    query: { metrics: ['customer_count'] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a dimension over a closed entity',
    policies: ['{name: a, for: {users: [x]}, on: customers, rows: "true"}'],
    query: { metrics: ['revenue'], dimensions: [{ name: 'orders.country' }] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a fact beside a closed entity',
    policies: ['{name: a, for: {users: [x]}, on: customers, rows: "true"}'],
    query: { metrics: ['revenue'] },
    expect: [[72]],
  },
  {
    title: 'a missing attribute',
    policies: ['{name: a, for: everyone, on: customers, rows: name = subject.me}'],
    query: { metrics: ['customer_count'] },
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'a missing attribute elsewhere',
    policies: ['{name: a, for: everyone, on: customers, rows: name = subject.me}'],
    query: { metrics: ['revenue'] },
    expect: [[72]],
  },
  {
    title: 'a denied dimension',
    policies: ['{name: a, for: everyone, on: customers, columns: {name: deny}}'],
    query: { metrics: ['customer_count'], dimensions: [{ name: 'customers.name' }] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a condition on it',
    policies: ['{name: a, for: everyone, on: customers, columns: {name: deny}}'],
    query: { metrics: ['customer_count'], filters: { member: 'customers.name', op: 'eq', values: ['Ada'] } },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a derived dimension over a denied column',
    policies: ['{name: a, for: everyone, on: customers, columns: {email: deny}}'],
    query: { metrics: ['customer_count'], dimensions: [{ name: 'mail_domain' }] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a measure over a denied column',
    policies: ['{name: a, for: everyone, on: customers, columns: {budget: deny}}'],
    query: { metrics: ['total_budget'] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a filter over a denied column',
    policies: ['{name: a, for: everyone, on: customers, columns: {budget: deny}}'],
    query: { metrics: ['customer_count'], segments: ['rich'] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a metric over a denied column',
    policies: ['{name: a, for: everyone, on: staff, columns: {salary: deny}}'],
    query: { metrics: ['average_pay'] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a derived dimension over a masked column is computed from the mask',
    policies: ['{name: a, for: everyone, on: customers, columns: {email: {mask: email}}}'],
    query: { metrics: ['customer_count'], dimensions: [{ name: 'mail_domain' }] },
    expect: [
      ['***', 2],
      ['math.example', 1],
      ['x.example', 1],
      [null, 1],
    ],
  },
  {
    title: 'a measure over a masked column is computed from the mask',
    policies: ['{name: a, for: everyone, on: customers, columns: {budget: {mask: {range: 200}}}}'],
    query: { metrics: ['total_budget'] },
    expect: [[800]],
  },
  {
    title: 'a filter over a masked column likewise',
    policies: ['{name: a, for: everyone, on: customers, columns: {budget: {mask: {range: 200}}}}'],
    query: { metrics: ['customer_count'], segments: ['rich'] },
    expect: [[1]],
  },
  {
    title: 'a condition over a masked column likewise',
    policies: ['{name: a, for: everyone, on: customers, columns: {name: {mask: first 1}}}'],
    query: { metrics: ['customer_count'], filters: { member: 'customers.name', op: 'eq', values: ['Ada'] } },
    expect: [[0]],
  },
  {
    title: 'joins walk over a key that is denied',
    policies: ['{name: a, for: everyone, on: customers, columns: {customer_id: deny, region_id: deny}}'],
    query: { metrics: ['revenue'], dimensions: [{ name: 'customer.region.country' }] },
    expect: [
      ['DE', 12],
      ['FR', 11],
      [null, 49],
    ],
  },
  {
    title: 'joins walk over a key that is masked',
    policies: ['{name: a, for: everyone, on: customers, columns: {customer_id: {mask: null}}}'],
    query: { metrics: ['revenue'], dimensions: [{ name: 'customer.name' }] },
    expect: [
      ['Ada', 12],
      ['Cleo', 11],
      ['Dan', 17],
      ['Eve', 19],
      [null, 13],
    ],
  },
  {
    title: 'a reserved name is no dimension',
    policies: ['{name: a, for: everyone, on: customers, columns: {customer_id: deny}}'],
    query: { metrics: ['customer_count'], dimensions: [{ name: 'datamind_key__customer_id' }] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a derived dimension that is denied by its name, while its column is shown',
    policies: ['{name: a, for: everyone, on: customers, columns: {mail_domain: deny, email: {mask: email}}}'],
    query: { metrics: ['customer_count'], dimensions: [{ name: 'mail_domain' }] },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a metric per entity, over all',
    policies: [],
    query: { metrics: ['customer_count', 'total_budget'], filters: perCustomer('order_count', 'gt', 1) },
    expect: [[1, 100]],
  },
  {
    title: 'a metric per entity, over rows that are kept back: they are counted nowhere',
    policies: ["{name: a, for: everyone, on: orders, rows: status = 'paid'}"],
    query: { metrics: ['customer_count'], filters: perCustomer('order_count', 'eq', 0) },
    expect: [[2]],
  },
  {
    title: 'a metric per entity of which rows are kept back: nothing is told of those',
    policies: [germans],
    query: { metrics: ['revenue'], filters: perCustomer('order_count', 'gte', 1) },
    expect: [[12]],
  },
  {
    title: 'a metric per entity, and what it is taken over is masked',
    policies: ['{name: a, for: everyone, on: orders, columns: {status: {mask: null}}}'],
    query: {
      metrics: ['customer_count'],
      filters: {
        metric: 'order_count',
        per: 'customers',
        op: 'gte',
        values: [1],
        filters: { member: 'status', op: 'eq', values: ['paid'] },
      },
    },
    expect: [[0]],
  },
  {
    title: 'a metric per entity that is closed',
    policies: ['{name: a, for: {users: [x]}, on: customers, rows: "true"}'],
    query: { metrics: ['order_count'], filters: perCustomer('order_count', 'gt', 1) },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a metric per entity that is over a denied column',
    policies: ['{name: a, for: everyone, on: customers, columns: {budget: deny}}'],
    query: { metrics: ['customer_count'], filters: perCustomer('total_budget', 'gt', 1) },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a metric per entity of a fact that is closed',
    policies: ['{name: a, for: {users: [x]}, on: orders, rows: "true"}'],
    query: { metrics: ['customer_count'], filters: perCustomer('order_count', 'gt', 1) },
    expect: 'UNKNOWN_MEMBER',
  },
  {
    title: 'a metric per entity, over a key that is denied',
    policies: ['{name: a, for: everyone, on: customers, columns: {customer_id: deny}}'],
    query: { metrics: ['customer_count'], filters: perCustomer('order_count', 'gt', 1) },
    expect: [[1]],
  },
  {
    title: 'a metric per entity of which one may have groups only',
    policies: ['{name: a, for: everyone, on: orders, aggregate_only: {minimum_group: 2, of: customer_id}}'],
    query: { metrics: ['customer_count'], filters: perCustomer('order_count', 'gt', 1) },
    expect: 'FORBIDDEN',
  },
  {
    title: 'a measure whose condition reads a denied column',
    policies: ['{name: a, for: everyone, on: orders, columns: {status: deny}}'],
    query: { metrics: ['paid'] },
    expect: 'UNKNOWN_MEMBER',
  },
];

describe('planned queries of a subject', () => {
  const open: Database[] = [];
  before(async () => {
    open.push(await openDuckdb(), await openSqlite());
  });
  after(() => {
    for (const database of open) database.close();
  });

  for (const one of cases) {
    it(one.title, async () => {
      const model = shopWith(policies(...one.policies));
      for (const { dialect, ask } of open) {
        let outcome: unknown;
        try {
          const governed = planOptionsFor(model, someone(one.subject), { dialect, now, lineages: onlyTables });
          const plan = createPlanner(governed.model).plan(one.query, {
            dialect,
            features: { timeZones: true },
            now: now.getTime(),
            relation: governed.relation,
          });
          outcome = (await ask(plan.text, plan.parameters)).map((row) => Object.values(row));
        } catch (error) {
          if (!(error instanceof DataMindError)) throw error;
          outcome = error.code;
        }
        expect(outcome, dialect).to.deep.equal(one.expect);
      }
    });
  }

  it('a closed entity is refused as one that never was, and never suggested', () => {
    const refusal = (per: string): string => {
      const model = shopWith(policies('{name: a, for: {users: [x]}, on: customers, rows: "true"}'));
      const governed = planOptionsFor(model, someone(), { dialect: 'duckdb', now, lineages: onlyTables });
      try {
        createPlanner(governed.model).plan(
          { metrics: ['revenue'], filters: { metric: 'order_count', per, op: 'gt', values: [1] } },
          { dialect: 'duckdb', features: { timeZones: true }, now: now.getTime(), relation: governed.relation },
        );
      } catch (error) {
        const { code, message, details } = error as DataMindError;
        return JSON.stringify([code, message.replaceAll(per, 'X'), details]);
      }
      return 'planned';
    };
    expect(refusal('customers')).to.equal(refusal('customerx'));
    expect(refusal('customer')).to.equal(refusal('customerx'));
  });

  it('a denied name is refused as one that never was, and never suggested', () => {
    const refusal = (name: string): string => {
      const model = shopWith(
        policies('{name: a, for: everyone, on: customers, columns: {mail_domain: deny, email: deny}}'),
      );
      const governed = planOptionsFor(model, someone(), { dialect: 'duckdb', now, lineages: onlyTables });
      try {
        createPlanner(governed.model).plan(
          { metrics: ['customer_count'], dimensions: [{ name }] },
          { dialect: 'duckdb', features: { timeZones: true }, now: now.getTime(), relation: governed.relation },
        );
      } catch (error) {
        const { code, message, details } = error as DataMindError;
        return JSON.stringify([code, message.replaceAll(name, 'X'), details]);
      }
      return 'planned';
    };
    expect(refusal('mail_domain')).to.equal(refusal('mail_domaix'));
  });

  it('nothing is put in the place of a table that is open', () => {
    const model = shopWith('');
    const governed = planOptionsFor(model, someone(), { dialect: 'duckdb', now, lineages: onlyTables });
    expect(governed.model).to.equal(model);
    const source = {
      kind: 'table',
      entity: 'orders',
      catalog: null,
      schema: null,
      table: 'orders',
      alias: 'o',
    } as const;
    expect(governed.relation(model.entities.orders!, source)).to.equal(source);
  });
});

describe('the fingerprint of policies', () => {
  const model = shopWith(
    policies(
      '{name: a, for: {roles: [analyst]}, on: customers, rows: name in (subject.names)}',
      '{name: b, for: everyone, on: customers, rows: "true", valid: {from: 2026-07-01, until: 2026-08-01}}',
    ),
  );
  const of = (more: Partial<Omit<Subject, 'fingerprint'>>, at = now) => policyFingerprint(model, someone(more), at);

  it('is equal for two whom the same is permitted', () =>
    expect(of({ user: 'ada' }).fingerprint).to.equal(
      of({ user: 'bob', roles: ['other'], attributes: { names: ['x'] } }).fingerprint,
    ));
  it('differs by a policy that applies', () =>
    expect(of({ roles: ['analyst'] }).fingerprint).to.not.equal(of({}).fingerprint));
  it('differs by the value of an attribute in use', () =>
    expect(of({ roles: ['analyst'], attributes: { names: ['x'] } }).fingerprint).to.not.equal(
      of({ roles: ['analyst'], attributes: { names: ['y'] } }).fingerprint,
    ));
  it('does not differ by another attribute', () =>
    expect(of({ roles: ['analyst'], attributes: { age: 3 } }).fingerprint).to.equal(
      of({ roles: ['analyst'] }).fingerprint,
    ));
  it('differs by time, and says until when it holds', () => {
    expect(of({}).validUntil?.toISOString()).to.equal('2026-06-30T22:00:00.000Z');
    const july = of({}, new Date('2026-07-15T00:00:00Z'));
    expect(july.fingerprint).to.not.equal(of({}).fingerprint);
    expect(july.validUntil?.toISOString()).to.equal('2026-07-31T22:00:00.000Z');
    expect(of({}, new Date('2026-09-01T00:00:00Z')).validUntil).to.equal(null);
  });
});

describe('the moment at which permissions change', () => {
  /** The clocks of Berlin go forward on 29 March and back on 25 October 2026. */
  const moments: readonly (readonly [string, string])[] = [
    ['2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', '2026-10-25T23:00:00.000Z'],
  ];
  for (const [day, moment] of moments) {
    it(`midnight of ${day} is ${moment}, to the millisecond`, () => {
      const model = shopWith(
        policies(
          `{name: before, for: everyone, on: customers, rows: customer_id = 1, valid: {until: ${day}}}`,
          `{name: after, for: everyone, on: customers, rows: customer_id = 2, valid: {from: ${day}}}`,
        ),
      );
      const at = Date.parse(moment);
      const [before, on] = [at - 1, at].map((ms) => policyFingerprint(model, someone(), new Date(ms)));
      expect(before!.validUntil?.toISOString()).to.equal(moment);
      expect(on!.fingerprint).not.to.equal(before!.fingerprint);
      expect(on!.validUntil).to.equal(null);
      const early = policyFingerprint(model, someone(), new Date(at - 86_400_000));
      expect(early).to.deep.equal(before);
    });
  }

  it('a policy for others changes nothing', () => {
    const model = shopWith(
      policies(
        '{name: a, for: everyone, on: customers, rows: "true"}',
        '{name: b, for: {roles: [boss]}, on: customers, rows: "true", valid: {until: 2026-12-01}}',
        '{name: c, for: everyone, except: {users: [ada]}, on: customers, rows: "true", valid: {until: 2026-12-02}}',
      ),
    );
    expect(policyFingerprint(model, someone(), now).validUntil).to.equal(null);
    const boss = policyFingerprint(model, someone({ user: 'bob', roles: ['boss'] }), now);
    expect(boss.validUntil?.toISOString()).to.equal('2026-11-30T23:00:00.000Z');
  });
});

describe('an entity that is a query', () => {
  const everybody = 'for: everyone, on: customers';
  /** A policy on the table beneath, and whether the query stays open. */
  const beneath: readonly (readonly [string, string, boolean])[] = [
    ['that admits and shows all', `{name: a, ${everybody}, rows: "true"}`, true],
    ['for others', '{name: a, for: {users: [x]}, on: customers, rows: "true"}', false],
    ['that admits some rows', `{name: a, ${everybody}, rows: customer_id < 3}`, false],
    ['that denies a column', `{name: a, ${everybody}, columns: {email: deny}}`, false],
    ['that masks a column by null', `{name: a, ${everybody}, columns: {email: {mask: null}}}`, false],
    ['that masks a column by a text', `{name: a, ${everybody}, columns: {email: {mask: {fixed: x}}}}`, false],
    ['that masks a column by its hash', `{name: a, ${everybody}, columns: {email: {mask: hash}}}`, false],
    ['that denies a derived dimension', `{name: a, ${everybody}, columns: {mail_domain: deny}}`, false],
    ['that allows some columns only', `{name: a, ${everybody}, allow_only: [customer_id, name]}`, false],
    ['that shows groups only', `{name: a, ${everybody}, aggregate_only: {minimum_group: 2, of: customer_id}}`, false],
    [
      'of which a restrictive one masks',
      `{name: a, ${everybody}, rows: "true"}\n  - {name: b, ${everybody}, effect: restrictive, columns: {email: {mask: null}}}`,
      false,
    ],
    [
      'of which one admits all and another masks some',
      `{name: a, ${everybody}, rows: "true"}\n  - {name: b, ${everybody}, rows: customer_id < 3, columns: {email: {mask: null}}}`,
      false,
    ],
    [
      'that follows from a related entity',
      "{name: a, for: everyone, on: regions, rows: country = 'DE', follows: [customers.region]}",
      false,
    ],
  ];
  for (const [title, policy, isOpen] of beneath)
    it(`is ${isOpen ? 'open' : 'closed'} over a table with a policy ${title}`, () => {
      const model = shopWith(policies(policy), (yaml) =>
        yaml.replace(
          'metrics:\n',
          `  people:
    sql: select * from customers
    key: customer_id
    dimensions: {customer_id: {type: number}, email: {type: string}}
    measures: {people_count: {count: "*"}}
metrics:
`,
        ),
      );
      const governed = planOptionsFor(model, someone(), { dialect: 'duckdb', now, lineages: onlyTables, salt: 'salt' });
      expect(Object.keys(governed.model.entities.people!.dimensions).length > 0).to.equal(isOpen);
      const source = { kind: 'query', entity: 'people', text: 'select * from customers', alias: 'p' } as const;
      if (isOpen) expect(governed.relation(model.entities.people!, source)).to.equal(source);
      else expect(() => governed.relation(model.entities.people!, source)).to.throw(DataMindError);
      expect(Object.keys(governed.listed().entities).includes('people')).to.equal(isOpen);
    });
});
