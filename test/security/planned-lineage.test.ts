/**
 * Planned queries tell nothing that is hidden: two databases that agree on all that a subject may see, and differ in every
 * hidden row and behind every mask, give the same answer to whatever the model lets one ask.
 */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { printRelation } from '../../core/sql/print-statement.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Dimension, Model } from '../../semantic/model/model.js';
import type { Filter, SemanticQuery } from '../../core/query/semantic-query.js';
import { permittedRelation } from '../../semantic/policy/permitted-relation.js';
import { planForSubject } from '../../semantic/policy/plan-for-subject.js';
import { planOptionsFor } from '../../semantic/policy/plan-options.js';
import { partOf } from '../property/part-of.js';
import { onlyTables } from '../semantic/policy/only-tables.js';

const now = new Date('2024-03-10T12:00:00Z');
const options = { dialect: 'duckdb', now, lineages: onlyTables, salt: 'salt', features: { timeZones: true } } as const;

const entities = `entity: pl_customers
table: pl_customers
key: id
joins: {region: {to: pl_regions, on: region_id}, boss: {to: pl_customers, on: boss_id, role: true}}
dimensions:
  id: {type: number}
  region_id: {type: number}
  name: {type: string}
  email: {type: string, sample_values: [ada@eu.example]}
  ssn: {type: string, values: ['1', '2']}
  income: {type: number}
  born: {type: time, stores: date, default: true}
  active: {type: boolean}
  note: {type: string}
  shouted: {type: string, expr: upper(name)}
  domain: {type: string, expr: "substring(email, strpos(email, '@') + 1, 20)"}
  last_digits: {type: string, expr: "substring(ssn, 3, 2)"}
  is_rich: {type: boolean, expr: income > 55000}
  ratio_to_boss: {type: number, expr: income - boss.income}
  bosses_name: {type: string, expr: boss.name}
  class: {type: string, case: [{when: income < 15000, then: low}, {when: "ssn = '12-34'", then: known}], else: high}
  region_name: {type: string, expr: region.name}
  secret_region: {type: string, expr: region.secret}
  noted: {type: boolean, expr: note is not null}
measures:
  customers: {count: "*"}
  total_income: {sum: income}
  most_income: {max: income}
  typical_income: {median: income}
  p90_income: {percentile: income, at: 0.9}
  people: {count_distinct: ssn}
  mails: {count_distinct: email}
  rich: {count_if: is_rich}
  known: {count: "*", where: "ssn = '12-34'"}
  youngest: {count_if: "born > date '1990-01-15'"}
  noted_count: {count: note}
  secret_income: {sum: income, where: region.secret = 'x'}
filters: {wealthy: income > 55000, acquainted: "ssn = '12-34'", named: name = 'Ada'}
hierarchies:
  geo: [region_name, name]
  org: {parent: boss, display: name}
---
entity: pl_regions
table: pl_regions
key: id
dimensions: {id: {type: number}, name: {type: string}, secret: {type: string}}
measures: {regions: {count: "*"}}
---
entity: pl_orders
table: pl_orders
key: id
joins: {customer: {to: pl_customers, on: customer_id}}
dimensions:
  id: {type: number}
  customer_id: {type: number}
  made: {type: time, stores: local, default: true}
  shipped: {type: time, stores: local}
  discount: {type: number}
  amount: {type: number}
  mail: {type: string, expr: customer.email}
  earner: {type: boolean, expr: customer.income > 55000}
  net: {type: number, expr: amount - discount}
measures:
  orders: {count: "*"}
  revenue: {sum: amount}
  rebate: {sum: discount}
  net_revenue: {sum: amount - discount}
  rich_revenue: {sum: amount, where: customer.income > 55000}
  cut_orders: {count_if: discount > 5}
  buyers: {count_distinct: customer_id}
  mailed: {count_distinct: customer.email}
  sent: {count: "*", time: shipped}
---
entity: pl_stock
table: pl_stock
key: id
joins: {region: {to: pl_regions, on: region_id}}
dimensions:
  id: {type: number}
  region_id: {type: number}
  day: {type: time, stores: date, default: true}
  item: {type: string}
  quantity: {type: number}
measures:
  stock: {sum: quantity, semi_additive: {over: day, take: last, per: [item]}}
  first_stock: {sum: quantity, semi_additive: {over: day, take: first, per: [item, region_id]}}
  counted: {count: "*"}
---
entity: pl_visits
table: pl_visits
key: id
dimensions:
  id: {type: number}
  to_mail: {type: string}
  made: {type: time, stores: local, default: true}
measures: {visits: {count: "*"}}
---
entity: pl_mail_orders
table: pl_orders
key: id
dimensions: {id: {type: number}, to_mail: {type: string}, made: {type: time, stores: local, default: true}}
measures: {mail_orders: {count: "*"}}
---
entity: pl_report
sql: select region_id, sum(income) as income from pl_customers group by region_id
dimensions: {region_id: {type: number}, income: {type: number}}
measures: {report_income: {sum: income}}
---
metrics:
  income_each: {ratio: [total_income, customers]}
  known_share: {ratio: [known, customers]}
  rebate_share: {formula: rebate / revenue}
  rich_customers: {measure: customers, where: income > 55000}
  secret_customers: {measure: customers, where: "region.secret = 'x'"}
  rebate_so_far: {running: rebate}
  rebate_month: {rolling: rebate, over: 1 month}
  rebate_ytd: {to_date: rebate, over: year}
  rebate_growth: {change: rebate, against: previous month, as: percent}
  revenue_growth: {change: revenue, against: previous month}
  came_to_buy: {conversion: {from: visits, to: mail_orders, by: to_mail, within: 30 days, as: rate}}
`;

type Rows = readonly (readonly (string | number | boolean | null)[])[];
type Data = Readonly<Record<string, { readonly columns: string; readonly rows: Rows }>>;

/** What is hidden is `one` here and `other` there; hidden rows are there once and not the other time, with other values. */
const dataOf = (other: boolean): Data => {
  const pick = <T>(one: T, two: T): T => (other ? two : one);
  return {
    pl_regions: {
      columns: 'id integer, name varchar, secret varchar',
      rows: [
        [1, 'North', pick('x', 'y')],
        [2, 'South', pick('y', 'x')],
        [3, pick('Hidden', 'Unseen'), pick('x', 'q')],
      ],
    },
    pl_customers: {
      columns:
        'id integer, region_id integer, boss_id integer, name varchar, email varchar, ssn varchar, income integer, born date, active boolean, note varchar',
      rows: [
        [
          1,
          1,
          2,
          pick('Ada', 'Abe'),
          pick('ada@eu.example', 'aka@eu.example'),
          pick('12-34', '99-11'),
          pick(51_000, 58_000),
          pick('1990-01-20', '1990-01-02'),
          true,
          pick('a', null),
        ],
        [
          2,
          1,
          null,
          pick('Bob', 'Bea'),
          pick('bob@eu.example', 'bbb@eu.example'),
          pick('12-99', '12-34'),
          pick(59_000, 50_500),
          pick('1985-05-05', '1985-05-25'),
          false,
          pick(null, 'b'),
        ],
        [
          3,
          2,
          1,
          pick('Cyd', 'Cat'),
          pick('cyd@us.example', 'cat@us.example'),
          pick('33-34', '12-34'),
          pick(12_000, 18_000),
          pick('1999-09-09', '1999-09-19'),
          true,
          pick('c', 'd'),
        ],
        [
          4,
          3,
          1,
          pick('Dan', 'Zoe'),
          pick('dan@hid.example', 'zoe@no.example'),
          pick('12-34', '00-00'),
          pick(99_000, 1),
          pick('1970-01-01', '2001-02-03'),
          true,
          pick('x', null),
        ],
        ...(other ? [[5, 3, 2, 'Eve', 'eve@hid.example', '12-34', 77_000, '1990-01-20', true, 'e'] as const] : []),
      ],
    },
    pl_orders: {
      columns:
        'id integer, customer_id integer, made timestamp, shipped timestamp, discount integer, amount integer, to_mail varchar',
      rows: [
        [
          1,
          1,
          '2024-01-05 10:00:00',
          pick('2024-01-06 10:00:00', '2024-01-28 08:00:00'),
          pick(1, 9),
          100,
          pick('ada@eu.example', 'aka@eu.example'),
        ],
        [
          2,
          2,
          '2024-02-05 10:00:00',
          pick('2024-02-09 10:00:00', '2024-02-01 08:00:00'),
          pick(7, 2),
          50,
          pick('bob@eu.example', 'bbb@eu.example'),
        ],
        [
          3,
          3,
          '2024-03-05 10:00:00',
          pick('2024-03-06 10:00:00', '2024-03-31 08:00:00'),
          pick(3, null),
          25,
          pick('cyd@us.example', 'cat@us.example'),
        ],
        [
          4,
          4,
          pick('2024-02-05 10:00:00', '2024-01-01 00:00:00'),
          pick('2024-02-06 10:00:00', '2024-01-07 00:00:00'),
          pick(8, 1),
          pick(900, 1),
          pick('dan@hid.example', 'x@y.example'),
        ],
        ...(other ? [[5, 5, '2024-03-01 10:00:00', '2024-03-02 10:00:00', 4, 77, 'eve@hid.example'] as const] : []),
      ],
    },
    pl_stock: {
      columns: 'id integer, region_id integer, day date, item varchar, quantity integer',
      rows: [
        [1, 1, pick('2024-01-02', '2024-01-30'), 'tea', 10],
        [2, 1, pick('2024-01-20', '2024-01-03'), 'tea', 20],
        [3, 2, pick('2024-02-20', '2024-02-03'), 'rum', 30],
        [4, 3, '2024-02-25', pick('tea', 'rum'), pick(5, 6)],
      ],
    },
    pl_visits: {
      columns: 'id integer, to_mail varchar, made timestamp',
      rows: [
        [1, pick('ada@eu.example', 'aka@eu.example'), '2024-01-01 10:00:00'],
        [2, pick('bob@eu.example', 'bbb@eu.example'), '2024-02-01 10:00:00'],
        [3, pick('dan@eu.example', 'dad@eu.example'), '2024-02-02 10:00:00'],
      ],
    },
  };
};

const masks =
  '{email: {mask: email}, ssn: deny, income: {mask: {range: 10000}}, born: {mask: {date_trunc: month}}, name: {mask: first 1}, note: {mask: "null"}}';
const worlds: Readonly<Record<string, string>> = {
  'rows, masks and denials': `policies:
  - {name: c, for: everyone, on: pl_customers, rows: "region_id in (1, 2)", follows: [pl_orders.customer], columns: ${masks}}
  - {name: o, for: everyone, on: pl_orders, rows: "true", effect: restrictive, columns: {discount: {mask: "null"}, shipped: {mask: {date_trunc: month}}, mail: deny}}
  - {name: m, for: everyone, on: pl_mail_orders, effect: restrictive, columns: {to_mail: {mask: email}}}
  - {name: m2, for: everyone, on: pl_mail_orders, rows: "true"}
  - {name: r, for: everyone, on: pl_regions, rows: id < 3, columns: {secret: deny}}
  - {name: s, for: everyone, on: pl_stock, rows: region.id < 3, columns: {day: {mask: {date_trunc: month}}}}
  - {name: v, for: everyone, on: pl_visits, columns: {to_mail: {mask: email}}}
`,
  'only some columns': `policies:
  - {name: c, for: everyone, on: pl_customers, rows: "region_id in (1, 2)", follows: [pl_orders.customer], allow_only: [id, region_id, active, region_name]}
  - {name: o, for: everyone, on: pl_orders, rows: "true", effect: restrictive, allow_only: [id, made, amount, customer_id]}
  - {name: m, for: everyone, on: pl_mail_orders, allow_only: [id, made]}
  - {name: r, for: everyone, on: pl_regions, rows: id < 3, allow_only: [id, name]}
  - {name: s, for: everyone, on: pl_stock, rows: region_id < 3, columns: {day: deny}}
  - {name: v, for: everyone, on: pl_visits, columns: {to_mail: deny}}
`,
  'masks by row, hashes and fixed texts': `policies:
  - {name: c1, for: everyone, on: pl_customers, rows: region_id = 1, columns: {email: {mask: {fixed: hidden}}, ssn: {mask: "null"}, income: {mask: {range: 10000}}, born: {mask: "null"}, name: {mask: {expr: "'somebody'"}}, note: {mask: {fixed: none}}}}
  - {name: c2, for: everyone, on: pl_customers, rows: region_id = 2, columns: {email: deny, ssn: deny, income: {mask: "null"}, born: {mask: {date_trunc: year}}, name: deny, note: deny}}
  - {name: o, for: everyone, on: pl_orders, rows: customer.region_id < 3, columns: {discount: deny, shipped: deny, mail: deny}}
  - {name: m, for: everyone, on: pl_mail_orders, columns: {to_mail: {mask: {fixed: hidden}}}}
  - {name: r, for: everyone, on: pl_regions, rows: id < 3, columns: {secret: {mask: "null"}}}
  - {name: s, for: everyone, on: pl_stock, rows: region_id < 3, columns: {day: {mask: "null"}}}
  - {name: v, for: everyone, on: pl_visits, columns: {to_mail: {mask: "null"}}}
`,
};

const subject: Subject = createSubject({ user: 'ana', roles: ['analyst'] });

const open = async (data: Data): Promise<DuckDBConnection> => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const [name, { columns, rows }] of Object.entries(data)) {
    await connection.run(`CREATE TABLE ${name} (${columns})`);
    for (const row of rows) {
      const values = row.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
      await connection.run(`INSERT INTO ${name} VALUES (${values.join(', ')})`);
    }
  }
  return connection;
};

const run = async (connection: DuckDBConnection, text: string, values: readonly unknown[]): Promise<string> => {
  try {
    const rows = (await connection.runAndReadAll(text, values as never)).getRowsJson();
    return JSON.stringify(rows.map((row) => JSON.stringify(row)).sort());
  } catch (error) {
    return `error ${String(error).split(':')[0]}`;
  }
};

const values: Readonly<Record<Dimension['type'], readonly (string | number | boolean)[]>> = {
  string: ['Ada', 'Abe', 'aka@eu.example', '12-34', 'x', 'known'],
  number: [51_000, 58_000, 2, 7, 41, 99],
  boolean: [true, false],
  time: ['1990-01-20', '1990-01-02', '1985-05-05', '2024-01-06', '2024-01-28', '2024-01-02'],
};
const operators: Readonly<Record<Dimension['type'], readonly string[]>> = {
  string: ['eq', 'gt', 'contains'],
  number: ['eq', 'gt'],
  boolean: ['eq'],
  time: ['eq', 'gt'],
};

/** Everything that one may ask with one measure or metric, one dimension, one condition. */
const questions = ({ entities: all, metrics }: Model): readonly SemanticQuery[] => {
  const dimensions = Object.values(all).flatMap((entity) =>
    Object.values(entity.dimensions).map((dimension) => ({ member: `${entity.name}.${dimension.name}`, dimension })),
  );
  const measures = [
    ...Object.keys(metrics),
    ...Object.values(all).flatMap((entity) => Object.keys(entity.measures).map((name) => `${entity.name}.${name}`)),
  ];
  const conditions = dimensions.flatMap(({ member, dimension: { type } }): Filter[] => [
    { member, op: 'is_null' } as Filter,
    ...operators[type].flatMap((op) => values[type].map((value) => ({ member, op, values: [value] }) as Filter)),
  ]);
  const segments = Object.values(all).flatMap((entity) =>
    Object.keys(entity.filters).map((name) => `${entity.name}.${name}`),
  );
  const splits = [
    ...dimensions.map(({ member }) => member),
    ...dimensions.flatMap(({ member, dimension: { type } }) =>
      type === 'time' ? (['day', 'month'] as const).map((grain) => ({ name: member, grain })) : [],
    ),
    ...(['day', 'month'] as const).map((grain) => ({ name: 'metric_time', grain })),
    'pl_orders.customer.boss.name',
    'customer.boss.income',
    'pl_customers.org',
  ];
  const few = ['pl_customers.customers', 'pl_orders.orders', 'pl_stock.stock'];
  return [
    ...measures.flatMap((metric) => [
      { metrics: [metric] },
      { metrics: [metric], totals: true },
      { metrics: [metric], dimensions: [{ name: 'metric_time', grain: 'month' }] },
      { metrics: [metric], dimensions: ['pl_customers.id'] },
      ...segments.map((segment) => ({ metrics: [metric], segments: [segment] })),
      { metrics: [metric], filters: { member: metric, op: 'gt', values: [1] } as Filter },
      {
        metrics: [metric],
        dimensions: ['pl_customers.id'],
        order: [{ by: metric, desc: true }],
        limit: 1,
      },
      {
        metrics: [metric],
        dimensions: ['pl_customers.region_id', 'pl_customers.active'],
        order: [{ by: metric, desc: true }],
        limit_per: { dimensions: ['pl_customers.region_id'], limit: 1 },
      },
      {
        metrics: [metric],
        dimensions: ['pl_customers.id'],
        shares: [{ metric }],
      },
      {
        metrics: [metric],
        dimensions: [{ name: 'metric_time', grain: 'month' }],
        time: { range: ['2023-12-01', '2024-05-01'] },
        fill: true,
      },
      { metrics: [metric], time: { range: 'last month', compare: 'previous period', compare_as: 'percent' } },
      ...few
        .filter((beside) => beside !== metric)
        .map((beside) => ({ metrics: [metric, beside], dimensions: ['pl_customers.region_id'] })),
      {
        metrics: [metric],
        dimensions: ['pl_customers.id'],
        filters: {
          or: [
            { member: metric, op: 'gt', values: [1] },
            { member: 'pl_customers.id', op: 'eq', values: [1] },
          ],
        } as Filter,
      },
      { metrics: [metric], time: { range: ['2024-01-01', '2024-02-01'], compare: 'previous period' } },
    ]),
    ...measures.flatMap((metric) =>
      ['pl_customers', 'pl_orders'].map((per) => ({
        metrics: ['pl_customers.customers'],
        filters: { metric, per, op: 'gt', values: [1] } as Filter,
      })),
    ),
    ...few.flatMap((metric) =>
      conditions.map((filters) => ({
        metrics: ['pl_customers.customers'],
        filters: { metric, per: 'pl_customers', op: 'gte', values: [1], filters } as Filter,
      })),
    ),
    ...few.flatMap((metric) => splits.map((split) => ({ metrics: [metric], dimensions: [split] }))),
    ...few.flatMap((metric) => conditions.map((filters) => ({ metrics: [metric], filters }))),
    ...splits.map((split) => ({ metrics: [], dimensions: [split] })),
    ...dimensions.map(({ member }) => ({
      metrics: [],
      dimensions: ['pl_customers.id'],
      order: [{ by: member }],
      limit: 2,
    })),
    ...dimensions.flatMap(({ member }) =>
      [true, false].map((desc) => ({ metrics: [], dimensions: [member], order: [{ by: member, desc }], limit: 1 })),
    ),
    ...[1, 2, 3, 4].flatMap((id) =>
      few.map((metric) => ({
        metrics: [metric],
        filters: { member: 'pl_customers.org', op: 'under', values: [id] } as Filter,
      })),
    ),
  ] as unknown as readonly SemanticQuery[];
};

const refusedLater = /is not a column of the result|^To compare with an earlier time/;

describe('planned queries under policies tell nothing that is hidden', function () {
  this.timeout(120_000);
  let one: DuckDBConnection;
  let other: DuckDBConnection;
  before(async () => {
    one = await open(dataOf(false));
    other = await open(dataOf(true));
  });
  after(() => {
    one?.closeSync();
    other?.closeSync();
  });
  const modelOf = (policies: string): Model => {
    const { model, diagnostics } = compile(new Map([['model.yaml', `${entities}---\n${policies}`]]));
    if (model === null) throw new Error(JSON.stringify(diagnostics.filter(({ severity }) => severity === 'error')));
    return model;
  };

  it('and the two databases differ in what is hidden', async () => {
    const model = modelOf('policies: []\n');
    const asked = questions(model);
    let differing = 0;
    for (const query of partOf(asked.slice(0, 300), 4)) {
      try {
        const { text, parameters } = planForSubject(model, query, subject, options);
        const bound = parameters.map(({ value }) => value);
        if ((await run(one, text, bound)) !== (await run(other, text, bound))) differing += 1;
      } catch (error) {
        if (!(error instanceof DataMindError)) throw error;
      }
    }
    expect(differing).to.be.greaterThan(20);
  });

  // Each asks other questions in the short run, and the long run all of each.
  for (const [nth, [title, policies]] of Object.entries(worlds).entries()) {
    describe(title, () => {
      it('the permitted rows of every table are the same in both', async () => {
        const model = modelOf(policies);
        for (const table of Object.keys(dataOf(false))) {
          const permission = permittedRelation(model, { catalog: null, schema: null, table }, subject, options);
          if (permission.kind === 'closed') continue;
          const { text, parameters } = printRelation('duckdb', permission.relation, 0);
          const bound = parameters.map(({ value }) => value);
          expect(await run(one, text, bound), table).to.equal(await run(other, text, bound));
        }
      });

      it('every question has the same answer in both', async () => {
        const model = modelOf(policies);
        const leaks: string[] = [];
        let answered = 0;
        for (const query of partOf(questions(model), 10, nth)) {
          try {
            const { text, parameters } = planForSubject(model, query, subject, options);
            const bound = parameters.map(({ value }) => value);
            const [here, there] = [await run(one, text, bound), await run(other, text, bound)];
            answered += 1;
            if (here !== there) leaks.push(`${JSON.stringify(query)}\n  ${here}\n  ${there}\n${text}`);
          } catch (error) {
            if (!(error instanceof DataMindError)) throw error;
            // A question that is no query asks nothing.
            if (error.code === 'QUERY_INVALID') expect(error.message).to.match(refusedLater);
          }
        }
        expect(leaks.slice(0, 5).join('\n\n')).to.equal('');
        expect(answered).to.be.greaterThan(30);
      });

      it('lists have no samples and values of what is masked', () => {
        const { entities: listed } = planOptionsFor(modelOf(policies), subject, options).listed();
        const { email, ssn } = listed.pl_customers!.dimensions;
        expect(
          [email, ssn].flatMap((dimension) => [...(dimension?.sample_values ?? []), ...(dimension?.values ?? [])]),
        ).to.deep.equal([]);
      });
    });
  }
});
