/**
 * What is told of statements names nothing that is hidden: two models that call what does not exist for a subject by other
 * names tell the same of everything that they let one ask, in SQL, in words, and where they refuse.
 */
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { takesText } from '../../core/sql/text-dialects.js';
import { createSubject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import { planQuery } from '../../src/pipeline/plan-query.js';
import { policeText } from '../../src/pipeline/police-text.js';
import { tableProof } from '../../src/pipeline/proof.js';
import { explainInWords } from '../../src/sql/explain-in-words.js';
import { dialects } from '../engines/start-engine.js';
import { partOf } from '../property/part-of.js';
import { onlyTables } from '../semantic/policy/only-tables.js';
import { placeOf } from './place-of.js';

const one = {
  customer: 'client_ref',
  region: 'territory_ref',
  regionKey: 'territory_nr',
  key: 'client_nr',
  boss: 'superior',
  order: 'receipt',
  secret: 'passport',
  closed: 'payroll',
  toClosed: 'payslip',
  paid: 'wage',
};
type Names = Readonly<Record<keyof typeof one, string>>;
const other: Names = {
  customer: 'patient',
  region: 'ward',
  regionKey: 'ward_no',
  key: 'case_no',
  boss: 'guardian',
  order: 'treatment',
  secret: 'disease',
  closed: 'asylum',
  toClosed: 'stay',
  paid: 'dose',
};

const yaml = (
  h: Names,
  policies: string,
): string => `project: {name: Shop, connection: shop, timezone: UTC, default_access: closed}
---
entity: customers
table: tn_customers
key: ${h.key}
joins:
  region: {to: regions, on: {${h.region}: ${h.regionKey}}}
  boss: {to: customers, on: {${h.boss}: ${h.key}}, role: true}
  closed: {to: hidden, on: ${h.toClosed}}
dimensions:
  name: {type: string}
  kind: {type: string}
  born: {type: time, stores: date, default: true}
  bosses_name: {type: string, expr: boss.name}
  domain: {type: string, expr: "substring(name, strpos(name, '@') + 1)"}
  region_name: {type: string, expr: region.name}
  identity: {type: string, expr: ${h.secret}}
  budget: {type: number}
  ${h.toClosed}: {type: number}
  ${h.secret}: {type: string}
  ${h.region}: {type: number}
  ${h.boss}: {type: number}
measures:
  customers: {count: "*"}
  budgets: {sum: budget}
  bosses: {sum: budget, where: "boss.name = 'x'"}
  persons: {count_distinct: ${h.secret}}
filters: {northern: "region.name = 'North'", known: "${h.secret} = 'x'"}
hierarchies: {place: [region_name, name], org: {parent: boss, display: name}}
---
entity: regions
table: tn_regions
key: ${h.regionKey}
dimensions: {name: {type: string}}
measures: {regions: {count: "*"}}
---
entity: orders
table: tn_orders
key: ${h.order}
joins: {customer: {to: customers, on: {${h.customer}: ${h.key}}}}
dimensions: {made: {type: time, stores: local, default: true}, status: {type: string}, amount: {type: number}, ${h.customer}: {type: number}}
measures:
  orders: {count: "*"}
  revenue: {sum: amount}
  top: {max: amount}
  typical: {median: amount}
---
entity: visits
table: tn_visits
key: visit
dimensions: {made: {type: time, stores: local, default: true}, visit: {type: number}}
measures: {visits: {count: "*"}}
---
entity: hidden
table: ${h.closed}
key: ${h.toClosed}
dimensions: {${h.paid}: {type: number}}
measures: {paid: {sum: ${h.paid}}}
---
entity: report
sql: select kind, sum(${h.paid}) as spent from ${h.closed} group by kind
dimensions: {kind: {type: string}, spent: {type: number}}
measures: {spent_sum: {sum: spent}}
---
metrics:
  revenue_each: {ratio: [revenue, customers]}
  share_of_top: {formula: top / revenue}
  northern_customers: {measure: customers, where: "region.name = 'North'"}
  revenue_so_far: {running: revenue}
  revenue_growth: {change: revenue, against: previous month}
  come_back: {conversion: {from: visits, to: orders, by: {visit: ${h.customer}}, within: 30 days, as: rate}}
  paid_each: {ratio: [paid, customers]}
---
policies:
  - {name: a, for: everyone, on: visits, rows: "true"}
  - {name: b, for: everyone, on: report, rows: "true"}
${policies}`;

/** The shapes of policies: what each hides, it hides by its name only. */
const shapes: Readonly<Record<string, (h: Names) => string>> = {
  'columns that are denied': (
    h,
  ) => `  - {name: c, for: everyone, on: customers, columns: {${h.key}: deny, ${h.region}: deny, ${h.boss}: deny, ${h.toClosed}: deny, ${h.secret}: deny, identity: deny}}
  - {name: r, for: everyone, on: regions, columns: {${h.regionKey}: deny}}
  - {name: o, for: everyone, on: orders, columns: {${h.order}: deny, ${h.customer}: deny}}
`,
  'rows, and columns of which only some are allowed':
    () => `  - {name: c, for: everyone, on: customers, rows: "kind in ('a', 'b')", allow_only: [name, kind, born, budget, domain, bosses_name, region_name]}
  - {name: r, for: everyone, on: regions, rows: "name <> 'Far'", allow_only: [name]}
  - {name: o, for: everyone, on: orders, rows: "status = subject.status", allow_only: [made, status, amount]}
`,
  'restrictions over what several permit': (h) => `  - {name: c1, for: everyone, on: customers, rows: "kind = 'a'"}
  - {name: c2, for: everyone, on: customers, rows: "kind = 'b'", columns: {name: {mask: first 1}, budget: {mask: "null"}}}
  - {name: c3, for: everyone, on: customers, effect: restrictive, rows: "born is not null", columns: {${h.key}: deny, ${h.region}: deny, ${h.boss}: deny, ${h.toClosed}: deny, ${h.secret}: deny, identity: deny}}
  - {name: r, for: everyone, on: regions, rows: "name = 'North'", columns: {${h.regionKey}: deny, name: {mask: hash}}}
  - {name: o, for: everyone, on: orders, effect: restrictive, rows: "true", columns: {${h.order}: deny, ${h.customer}: deny, status: {mask: {fixed: none}}}}
  - {name: o2, for: everyone, on: orders, rows: "amount > 1"}
`,
  'groups only': (
    h,
  ) => `  - {name: c, for: everyone, on: customers, columns: {${h.key}: deny, ${h.region}: deny, ${h.boss}: deny, ${h.toClosed}: deny, ${h.secret}: deny, identity: deny}, aggregate_only: {minimum_group: 3, of: ${h.secret}, filters: [kind]}}
  - {name: r, for: everyone, on: regions, columns: {${h.regionKey}: deny}}
  - {name: o, for: everyone, on: orders, columns: {${h.order}: deny, ${h.customer}: deny}}
`,
  'own rows beside groups of everyone': (
    h,
  ) => `  - {name: c, for: everyone, on: customers, columns: {${h.key}: deny, ${h.region}: deny, ${h.boss}: deny, ${h.toClosed}: deny, ${h.secret}: deny, identity: deny}, aggregate_only: {minimum_group: 3, of: ${h.secret}}}
  - {name: c2, for: everyone, on: customers, rows: name = subject.me, columns: {${h.key}: deny, ${h.region}: deny, ${h.boss}: deny, ${h.toClosed}: deny, ${h.secret}: deny, identity: deny}}
  - {name: r, for: everyone, on: regions, columns: {${h.regionKey}: deny}}
  - {name: o, for: everyone, on: orders, columns: {${h.order}: deny, ${h.customer}: deny}}
`,
};

const modelOf = (names: Names, policies: (names: Names) => string): Model => {
  const { model, diagnostics } = compile(new Map([['model.yaml', yaml(names, policies(names))]]));
  if (model === null) throw new Error(JSON.stringify(diagnostics.filter(({ severity }) => severity === 'error')));
  return model;
};

const subject = createSubject({ user: 'ana', roles: ['analyst'], attributes: { status: 'paid', me: 'Ada' } });
const moment = {
  now: Date.parse('2024-03-10T12:00:00Z'),
  salt: 'salt',
  lineages: { ...onlyTables, nameOf: (name: string | null) => name ?? 'shop' },
};

const members = (model: Model, kind: 'dimensions' | 'measures' | 'filters' | 'hierarchies'): readonly string[] =>
  Object.values(model.entities).flatMap((entity) => Object.keys(entity[kind]).map((name) => `${entity.name}.${name}`));

/** Everything over every entity. */
const questions = (model: Model, h: Names): readonly SemanticQuery[] => {
  const metrics = [...members(model, 'measures'), ...Object.keys(model.metrics), h.paid, h.closed];
  const times = ['metric_time', 'customers.born', 'orders.made'];
  const dimensions = [
    ...members(model, 'dimensions'),
    ...['customer', 'customers.boss', 'orders.customer.boss', 'customer.region'].map((way) => `${way}.name`),
    ...[h.key, h.region, h.secret, `customers.${h.secret}`, `hidden.${h.paid}`, `customers.closed.${h.paid}`, h.closed],
  ];
  const per = (metric: string, entity: string) => ({ metric, per: entity, op: 'gt', values: [1] });
  return [
    ...metrics.flatMap((metric) => [
      { metrics: [metric], totals: true },
      { metrics: [metric], beside: 'everyone' },
      ...dimensions.flatMap((name) => [
        { metrics: [metric], dimensions: [name] },
        { metrics: [metric], dimensions: ['customers.kind', name], limit_per: { dimensions: [name], limit: 1 } },
        { metrics: [metric], dimensions: [name], shares: [{ metric }] },
        { metrics: [metric], filters: { member: name, op: 'is_null' } },
        { metrics: [metric], dimensions: [name], beside: 'everyone' },
      ]),
      ...times.map((name) => ({ metrics: [metric], dimensions: [{ name, grain: 'month' }], fill: true })),
      ...members(model, 'filters').map((segment) => ({ metrics: [metric], segments: [segment] })),
      ...members(model, 'hierarchies').map((member) => ({
        metrics: [metric],
        filters: { member, op: 'under', values: ['x'] },
      })),
      ...Object.keys(model.entities).map((entity) => ({ metrics: ['customers'], filters: per(metric, entity) })),
      { metrics: [metric, 'orders.revenue', 'customers.customers'], dimensions: ['customers.name'] },
    ]),
    ...dimensions.flatMap((name) => dimensions.map((beside) => ({ dimensions: [name, beside] }))),
  ] as unknown as readonly SemanticQuery[];
};

const texts = (h: Names): readonly string[] => [
  ...['tn_customers', 'tn_regions', 'tn_orders', 'tn_visits', 'hidden'].map((name) => `select * from ${name}`),
  'select c.name, count(*) from tn_customers c join tn_orders o on c.kind = o.status group by c.name',
  ...[h.key, h.secret, h.region, h.toClosed].map((name) => `select c.${name} from tn_customers c`),
  `select name from tn_customers where ${h.secret} = 'x'`,
];

const refusal = (error: unknown): unknown => {
  if (!(error instanceof DataMindError)) throw error;
  const { code, message, details } = error;
  return { code, message, details };
};

describe('what is told of a planned statement', () => {
  it('calls what joins walk over by names that are made up, and leaves out what it does not need', () => {
    const model = modelOf(one, shapes['columns that are denied']!);
    const query = { metrics: ['revenue'], dimensions: ['customer.region.name'] };
    const target = { dialect: 'duckdb', capabilities: { timeZones: true } } as const;
    const { told, text } = planQuery(model, query, subject, target, moment).statement;
    expect(text).to.contain('p.receipt AS datamind_key__receipt');
    expect(told).to.equal(`SELECT
  region.name AS "customer.region.name",
  sum(orders.amount) AS revenue
FROM (
  SELECT
    p.amount AS amount,
    p.made AS made,
    p.status AS status,
    p.datamind_key_2 AS datamind_key_2
  FROM tn_orders AS p
) AS orders
LEFT JOIN (
  SELECT
    p.name AS name,
    p.kind AS kind,
    p.born AS born,
    p.budget AS budget,
    p.datamind_key_1 AS datamind_key_1,
    p.datamind_key_4 AS datamind_key_4
  FROM tn_customers AS p
) AS customer ON customer.datamind_key_1 = orders.datamind_key_2
LEFT JOIN (
  SELECT
    p.name AS name,
    p.datamind_key_3 AS datamind_key_3
  FROM tn_regions AS p
) AS region ON region.datamind_key_3 = customer.datamind_key_4
GROUP BY 1
ORDER BY 1 NULLS LAST`);
  });

  it('counts in the barrier of PostgreSQL what it shows', () => {
    const model = modelOf(one, shapes['rows, and columns of which only some are allowed']!);
    const target = { dialect: 'postgres', capabilities: { timeZones: true } } as const;
    const query = { dimensions: ['customers.domain', 'region.name'] };
    const { told } = planQuery(model, query, subject, target, moment).statement;
    const [, shown, nulls] = /SELECT((?:\n +p\.\w+ AS \w+,?)+)[\s\S]*?SELECT ([NUL, ]+) WHERE FALSE/.exec(told)!;
    expect(shown).to.contain('datamind_key_2');
    expect(nulls!.split(',')).to.have.length(shown!.split(',').length);
  });

  it('has an author’s query as its author wrote it where all beneath is open', () => {
    const target = { dialect: 'duckdb', capabilities: { timeZones: true } } as const;
    const open = modelOf(one, () => "  - {name: h, for: everyone, on: hidden, rows: 'true'}\n");
    const closed = modelOf(one, shapes['columns that are denied']!);
    const toldOf = (model: Model): string =>
      planQuery(model, { metrics: ['spent_sum'] }, subject, target, moment).statement.told;
    expect(toldOf(open)).to.contain('from payroll');
    expect(toldOf(closed))
      .to.match(/FROM report\b/)
      .and.not.contain('payroll');
  });
});

for (const dialect of dialects) {
  describe(`what is told of statements on ${dialect}`, function () {
    this.timeout(120_000);
    before(loadQueryParser);
    const capabilities = { timeZones: true };
    const ofQuery = (model: Model, query: SemanticQuery): unknown => {
      try {
        const plan = planQuery(model, query, subject, { dialect, capabilities }, moment);
        const { told, toldOriginal, readable } = plan.statement;
        const tables = plan.tables.map(({ proof }) => proof);
        const words = explainInWords({ told: { tables, agreed: [] } as never, barrier: null });
        const { columns, notes, policies } = plan;
        return {
          told,
          toldOriginal,
          readable: readable(),
          totals: plan.totals?.told,
          tables,
          words,
          columns,
          notes,
          policies,
        };
      } catch (error) {
        return refusal(error);
      }
    };
    const ofText = (model: Model, sql: string): unknown => {
      if (!takesText(dialect)) return null;
      try {
        const place = placeOf[dialect];
        const { policed } = policeText(sql, 10, { model, subject, connection: 'shop', dialect, place, ...moment });
        const tables = policed.tables.map(({ table, alias, permission }) => tableProof(table, alias, permission, null));
        return { text: policed.text, tables };
      } catch (error) {
        return refusal(error);
      }
    };

    for (const [nth, [title, policies]] of Object.entries(shapes).entries()) {
      describe(`under ${title}`, () => {
        const [here, there] = [one, other].map((names) => modelOf(names, policies)) as [Model, Model];

        it('names of what is hidden stand in no SQL, no explanation and no refusal of a query', () => {
          let made = 0;
          for (const query of partOf([...questions(here, one), ...questions(there, other)], 21, nth)) {
            const told = JSON.stringify(ofQuery(here, query));
            if (told.includes('datamind_key_1')) made += 1;
            expect(told, JSON.stringify(query)).to.equal(JSON.stringify(ofQuery(there, query)));
          }
          expect(made).to.be.greaterThan(0);
        });

        it('nor of SQL text', () => {
          for (const text of [...texts(one), ...texts(other)])
            expect(JSON.stringify(ofText(here, text)), text).to.equal(JSON.stringify(ofText(there, text)));
        });
      });
    }
  });
}
