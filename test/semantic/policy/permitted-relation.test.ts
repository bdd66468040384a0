import { expect } from 'chai';
import type { DialectName } from '../../../core/plugin/contract.js';
import { printStatement } from '../../../core/sql/print-statement.js';
import type { Subject } from '../../../core/subject/subject.js';
import type { Model } from '../../../semantic/model/model.js';
import { permittedRelation } from '../../../semantic/policy/permitted-relation.js';
import type { Permission, Permitted } from '../../../semantic/policy/permission.js';
import { type Database, openDuckdb, openSqlite, type Row, shopWith, someone } from './guarded-shop.js';
import { onlyTables } from './only-tables.js';

const noon = new Date('2026-06-15T12:00:00Z');

const ask = (model: Model, table: string, subject: Subject, dialect: DialectName, now = noon): Permission =>
  permittedRelation(model, { catalog: null, schema: null, table }, subject, {
    dialect,
    now,
    lineages: onlyTables,
    salt: 'salt',
  });

const print = (dialect: DialectName, { relation }: Permitted) =>
  printStatement({ dialect, query: { with: [], body: relation } });

/** Policies as an author writes them, one a line. */
const policies = (...lines: readonly string[]): string =>
  `policies:\n${lines.map((line) => `  - ${line}`).join('\n')}\n`;

interface Case {
  readonly title: string;
  readonly policies: readonly string[];
  readonly subject?: Partial<Omit<Subject, 'fingerprint'>>;
  readonly table?: string;
  readonly now?: string;
  /** The code when it is closed; else the rows: values of the columns asked for, in the order of the key. */
  readonly expect: string | readonly (readonly unknown[])[];
  /** Columns to compare. Default: the first, which is the key. */
  readonly columns?: readonly string[];
  /** All columns that there are. */
  readonly all?: readonly string[];
  readonly yaml?: (yaml: string) => string;
}

const keys = (...values: readonly number[]): readonly (readonly unknown[])[] => values.map((value) => [value]);
const analyst = { roles: ['analyst'] };
const all = '{name: all, for: everyone, on: customers, rows: "true"}';

/** Conditions on budgets of 100, 250, 399, none and 500, and whose they are true of. */
const conditions: readonly (readonly [string, readonly number[]])[] = [
  ['budget = 250', [2]],
  ['budget <> 250', [1, 3, 5]],
  ['budget < 250', [1]],
  ['budget <= 250', [1, 2]],
  ['budget > 250', [3, 5]],
  ['budget >= 250', [2, 3, 5]],
  ['budget between 250 and 399', [2, 3]],
  ['budget in (100, 250)', [1, 2]],
  ['budget <= 250 and budget >= 250', [2]],
  ['budget < 250 or budget >= 399', [1, 3, 5]],
];
const withBudget = [1, 2, 3, 5];

/** A negation is true of all that has a value and for which the condition is not. */
const negations: readonly Case[] = conditions.flatMap(([condition, those]) => {
  const rest = withBudget.filter((key) => !those.includes(key));
  const forms: readonly (readonly [string, readonly number[]])[] = [
    [condition, those],
    [`not (${condition})`, rest],
    [`not (not (${condition}))`, those],
    [`not ((${condition}) or customer_id = 3)`, rest.filter((key) => key !== 3)],
    [`not ((${condition}) and budget is not null)`, [...rest, 4].sort()],
  ];
  return forms.map(([rows, expected]) => ({
    title: rows,
    policies: [`{name: a, for: everyone, on: customers, rows: "${rows}"}`],
    expect: keys(...expected),
  }));
});

const rowCases: readonly Case[] = [
  ...negations,
  { title: 'a table without policies is open', policies: [], expect: keys(1, 2, 3, 4, 5) },
  {
    title: 'unless the project is closed',
    policies: [],
    yaml: (text) => text.replace('default_access: open', 'default_access: closed'),
    expect: 'TABLE_CLOSED',
  },
  { title: 'a table that no entity stands on is unknown', policies: [], table: 'secrets', expect: 'TABLE_UNKNOWN' },
  {
    title: 'deny by default: a policy for others closes the entity',
    policies: ['{name: a, for: {roles: [boss]}, on: customers, rows: "true"}'],
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'a restrictive policy admits nothing by itself',
    policies: ['{name: a, for: everyone, on: customers, effect: restrictive, rows: "true"}'],
    expect: 'TABLE_CLOSED',
  },
  { title: 'everyone', policies: [all], expect: keys(1, 2, 3, 4, 5) },
  {
    title: 'everyone, except',
    policies: ['{name: a, for: everyone, except: {users: [ada]}, on: customers, rows: "true"}'],
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'except another',
    policies: ['{name: a, for: everyone, except: {users: [bob]}, on: customers, rows: "true"}'],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'a role',
    policies: ['{name: a, for: {roles: [analyst]}, on: customers, rows: customer_id = 1}'],
    subject: analyst,
    expect: keys(1),
  },
  {
    title: 'a group',
    policies: ['{name: a, for: {groups: [g]}, on: customers, rows: customer_id = 1}'],
    subject: { groups: ['f', 'g'] },
    expect: keys(1),
  },
  {
    title: 'a role is no group',
    policies: ['{name: a, for: {groups: [analyst]}, on: customers, rows: "true"}'],
    subject: analyst,
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'a user',
    policies: ['{name: a, for: {users: [ada]}, on: customers, rows: customer_id = 2}'],
    expect: keys(2),
  },
  {
    title: 'a project',
    policies: ['{name: a, for: {projects: [eu]}, on: customers, rows: customer_id = 3}'],
    subject: { project: 'eu' },
    expect: keys(3),
  },
  {
    title: 'another project',
    policies: ['{name: a, for: {projects: [eu]}, on: customers, rows: customer_id = 3}'],
    subject: { project: 'us' },
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'no project',
    policies: ['{name: a, for: {projects: [eu]}, on: customers, rows: customer_id = 3}'],
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'permissive policies unite',
    policies: [
      '{name: a, for: everyone, on: customers, rows: customer_id = 1}',
      '{name: b, for: everyone, on: customers, rows: budget > 300}',
    ],
    expect: keys(1, 3, 5),
  },
  {
    title: 'restrictive policies intersect',
    policies: [
      all,
      '{name: a, for: everyone, on: customers, effect: restrictive, rows: customer_id > 1}',
      '{name: b, for: everyone, on: customers, effect: restrictive, rows: budget < 500}',
    ],
    expect: keys(2, 3),
  },
  {
    title: 'a restrictive policy cuts what others admit',
    policies: [
      '{name: a, for: everyone, on: customers, rows: customer_id <= 2}',
      '{name: b, for: everyone, on: customers, effect: restrictive, rows: customer_id >= 2}',
    ],
    expect: keys(2),
  },
  {
    title: 'a restrictive policy for others does not apply',
    policies: [all, '{name: b, for: {roles: [x]}, on: customers, effect: restrictive, rows: "false"}'],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'a policy without rows admits all',
    policies: ['{name: a, for: everyone, on: customers, columns: {name: deny}}'],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'unknown is not true',
    policies: ['{name: a, for: everyone, on: customers, rows: not (budget > 300)}'],
    expect: keys(1, 2),
  },
  // Attributes
  {
    title: 'an attribute',
    policies: ['{name: a, for: everyone, on: customers, rows: name = subject.me}'],
    subject: { attributes: { me: 'Bob' } },
    expect: keys(2),
  },
  {
    title: 'an attribute with a quote in it',
    policies: ['{name: a, for: everyone, on: customers, rows: name = subject.me}'],
    subject: { attributes: { me: "' or '1'='1" } },
    expect: [],
  },
  {
    title: 'an attribute within an expression, with a quote in it',
    policies: ['{name: a, for: everyone, on: customers, rows: name = lower(subject.me)}'],
    subject: { attributes: { me: "' or '1'='1" } },
    expect: [],
  },
  {
    title: 'a missing attribute refuses',
    policies: ['{name: a, for: everyone, on: customers, rows: name = subject.me}'],
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'a missing attribute refuses where another policy admits',
    policies: [all, '{name: a, for: everyone, on: customers, rows: name = subject.me}'],
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'an attribute of a policy that does not apply may be missing',
    policies: [all, '{name: a, for: {roles: [x]}, on: customers, rows: name = subject.me}'],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'an attribute of the wrong type refuses',
    policies: ['{name: a, for: everyone, on: customers, rows: name = subject.me}'],
    subject: { attributes: { me: 0 } },
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'a number is not a text of digits',
    policies: ['{name: a, for: everyone, on: customers, rows: budget > subject.least}'],
    subject: { attributes: { least: '300' } },
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'nor is it beside a CASE whose first branch is nothing',
    policies: [
      '{name: a, for: everyone, on: customers, rows: "case when customer_id = 1 then null else budget end > subject.least"}',
    ],
    subject: { attributes: { least: '300' } },
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'a list where one value is wanted refuses',
    policies: ['{name: a, for: everyone, on: customers, rows: name = subject.me}'],
    subject: { attributes: { me: ['Bob'] } },
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'a name of every object is no attribute',
    policies: ['{name: a, for: everyone, on: customers, rows: name = subject.constructor}'],
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'a number',
    policies: ['{name: a, for: everyone, on: customers, rows: budget >= subject.least}'],
    subject: { attributes: { least: 399 } },
    expect: keys(3, 5),
  },
  {
    title: 'a number with a fraction, computed with',
    policies: ['{name: a, for: everyone, on: customers, rows: budget > subject.least * 2}'],
    subject: { attributes: { least: 199.5 } },
    expect: keys(5),
  },
  {
    title: 'a negative number, computed with',
    policies: ['{name: a, for: everyone, on: customers, rows: budget > 5 - subject.least}'],
    subject: { attributes: { least: -394 } },
    expect: keys(5),
  },
  {
    title: 'a date',
    policies: ['{name: a, for: everyone, on: customers, rows: born < subject.day}'],
    subject: { attributes: { day: '1990-03-16' } },
    expect: keys(1, 2),
  },
  {
    title: 'no date',
    policies: ['{name: a, for: everyone, on: customers, rows: born < subject.day}'],
    subject: { attributes: { day: '2026-02-30' } },
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'an attribute that is a condition',
    policies: ['{name: a, for: everyone, on: customers, rows: subject.sees_all or customer_id = 1}'],
    subject: { attributes: { sees_all: true } },
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'an attribute that is a condition and false',
    policies: ['{name: a, for: everyone, on: customers, rows: subject.sees_all or customer_id = 1}'],
    subject: { attributes: { sees_all: false } },
    expect: keys(1),
  },
  {
    title: 'an attribute beside a constant',
    policies: [`{name: a, for: everyone, on: customers, rows: "subject.level = 'high' or customer_id = 1"}`],
    subject: { attributes: { level: 'high' } },
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'a list',
    policies: ['{name: a, for: everyone, on: customers, rows: name in (subject.names)}'],
    subject: { attributes: { names: ['Ada', 'Eve'] } },
    expect: keys(1, 5),
  },
  {
    title: 'a list of one',
    policies: ['{name: a, for: everyone, on: customers, rows: name in (subject.names)}'],
    subject: { attributes: { names: 'Ada' } },
    expect: keys(1),
  },
  {
    title: 'an empty list is a list',
    policies: ['{name: a, for: everyone, on: customers, rows: name in (subject.names)}'],
    subject: { attributes: { names: [] } },
    expect: [],
  },
  {
    title: 'not in a list',
    policies: ['{name: a, for: everyone, on: customers, rows: budget not in (subject.sums)}'],
    subject: { attributes: { sums: [100, 250] } },
    expect: keys(3, 5),
  },
  {
    title: 'not in an empty list',
    policies: ['{name: a, for: everyone, on: customers, rows: budget not in (subject.sums)}'],
    subject: { attributes: { sums: [] } },
    expect: keys(1, 2, 3, 5),
  },
  {
    title: 'a list with an odd one in it refuses',
    policies: ['{name: a, for: everyone, on: customers, rows: name in (subject.names)}'],
    subject: { attributes: { names: ['Ada', 0] } },
    expect: 'ATTRIBUTE_MISSING',
  },
  ...(
    [
      ['customer_id in (subject.list)', [1, '2']],
      ['customer_id not in (subject.list)', [1, '2']],
      ['customer_id not in (subject.list)', ['1', '2']],
      ['not (customer_id in (subject.list))', ['1']],
      ['customer_id not in (subject.list)', '1'],
      ['customer_id not in (subject.list)', [true]],
      ['customer_id not in (subject.list)', [Number.NaN]],
      ['name not in (subject.list)', ['Ada', 'B\0b']],
      ['born not in (subject.list)', ['1990-03-15', 'yesterday']],
    ] as const
  ).map(
    ([rows, attribute]): Case => ({
      title: `${rows} with an odd one refuses: ${JSON.stringify(attribute)}`,
      policies: [`{name: a, for: everyone, on: customers, rows: ${rows}}`],
      subject: { attributes: { list: attribute } },
      expect: 'ATTRIBUTE_MISSING',
    }),
  ),
  // Joins
  {
    title: 'rows that walk a join',
    policies: ['{name: a, for: everyone, on: customers, rows: region.country in (subject.countries)}'],
    subject: { attributes: { countries: ['DE'] } },
    expect: keys(1, 2),
  },
  {
    title: 'a null key is not admitted by a negation',
    policies: ["{name: a, for: everyone, on: customers, rows: not (region.country = 'DE')}"],
    expect: keys(3),
  },
  {
    title: 'nor by "is null"',
    policies: ['{name: a, for: everyone, on: customers, rows: region.country is null}'],
    expect: keys(5),
  },
  {
    title: 'nor by coalesce',
    policies: ["{name: a, for: everyone, on: customers, rows: \"coalesce(region.country, 'none') = 'none'\"}"],
    expect: keys(5),
  },
  {
    title: 'two joins',
    policies: ["{name: a, for: everyone, on: orders, rows: customer.region.country = 'DE'}"],
    table: 'orders',
    expect: keys(10, 11),
  },
  {
    title: 'joins beside own columns',
    policies: [
      "{name: a, for: everyone, on: orders, rows: \"customer.region.country = 'DE' and status = 'paid' or order_id = 14\"}",
    ],
    table: 'orders',
    expect: keys(10, 14),
  },
  {
    title: 'an own column beside one of a join',
    policies: ['{name: a, for: everyone, on: orders, rows: amount * 20 >= customer.budget}'],
    table: 'orders',
    expect: keys(10, 11),
    columns: ['order_id'],
  },
  {
    title: 'columns of two rows further on',
    policies: [
      '{name: a, for: everyone, on: order_lines, rows: "order.customer.name = \'Ada\' and order.status <> order.customer.name"}',
    ],
    table: 'order_lines',
    expect: keys(100, 104),
  },
  // follows
  {
    title: 'follows a join; null keys are hidden',
    policies: ["{name: a, for: everyone, on: customers, rows: region.country = 'DE', follows: [orders.customer]}"],
    table: 'orders',
    expect: keys(10, 11),
  },
  {
    title: 'follows a join even when the policy admits all',
    policies: ['{name: a, for: everyone, on: customers, rows: "true", follows: [orders.customer]}'],
    table: 'orders',
    expect: keys(10, 11, 12, 14, 15),
  },
  {
    title: 'follows two joins',
    policies: [
      "{name: a, for: everyone, on: customers, rows: region.country = 'FR', follows: [order_lines.order.customer]}",
    ],
    table: 'order_lines',
    expect: keys(101),
  },
  {
    title: 'passes nothing along a join that is not named',
    policies: [
      "{name: a, for: {users: [x]}, on: customers, rows: region.country = 'FR', follows: [order_lines.order.customer]}",
    ],
    table: 'orders',
    expect: keys(10, 11, 12, 13, 14, 15),
  },
  {
    title: 'what is followed to is closed to whom nothing admits',
    policies: [
      "{name: a, for: {users: [x]}, on: customers, rows: region.country = 'FR', follows: [order_lines.order.customer]}",
    ],
    table: 'order_lines',
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'follows restrictively',
    policies: [
      '{name: o, for: everyone, on: orders, rows: "true"}',
      '{name: c, for: everyone, on: customers, effect: restrictive, rows: budget < 450, follows: [orders.customer]}',
    ],
    table: 'orders',
    expect: keys(10, 11, 12),
  },
  {
    title: 'a policy reads tables as they are, not as the subject sees them',
    policies: [
      '{name: o, for: everyone, on: orders, rows: customer.budget > 300}',
      '{name: c, for: {users: [x]}, on: customers, rows: "true"}',
    ],
    table: 'orders',
    expect: keys(12, 15),
  },
  // Time
  {
    title: 'valid from: the day before',
    policies: ['{name: a, for: everyone, on: customers, rows: "true", valid: {from: 2026-07-01}}'],
    now: '2026-06-30T21:59:59Z',
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'valid from: midnight in the zone of the project, included',
    policies: ['{name: a, for: everyone, on: customers, rows: customer_id = 1, valid: {from: 2026-07-01}}'],
    now: '2026-06-30T22:00:00Z',
    expect: keys(1),
  },
  {
    title: 'valid until: before midnight',
    policies: ['{name: a, for: everyone, on: customers, rows: customer_id = 1, valid: {until: 2026-07-01}}'],
    now: '2026-06-30T21:59:59Z',
    expect: keys(1),
  },
  {
    title: 'valid until: midnight, excluded',
    policies: ['{name: a, for: everyone, on: customers, rows: customer_id = 1, valid: {until: 2026-07-01}}'],
    now: '2026-06-30T22:00:00Z',
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'a restrictive policy that has ended does not restrict',
    policies: [
      all,
      '{name: a, for: everyone, on: customers, effect: restrictive, rows: "false", valid: {until: 2026-01-01}}',
    ],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'a negation keeps the bound on its other side',
    policies: ['{name: a, for: everyone, on: customers, rows: not (budget < 250)}'],
    expect: keys(2, 3, 5),
  },
  {
    title: 'a table is found whatever the case of its letters',
    policies: ['{name: a, for: everyone, on: customers, rows: customer_id = 1}'],
    table: 'CUSTOMERS',
    columns: ['customer_id'],
    expect: keys(1),
  },
];

const people = ['customer_id', 'name'];
const columnCases: readonly Case[] = [
  {
    title: 'columns that the model does not know do not exist',
    policies: [],
    all: ['region_id', 'customer_id', 'name', 'email', 'born', 'budget'],
    expect: keys(1, 2, 3, 4, 5),
    columns: ['customer_id'],
  },
  {
    title: 'deny',
    policies: ['{name: a, for: everyone, on: customers, columns: {name: deny, region_id: deny}}'],
    all: ['customer_id', 'email', 'born', 'budget'],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'allow_only',
    policies: ['{name: a, for: everyone, on: customers, allow_only: [name, customer_id]}'],
    all: people,
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'a denied derived dimension takes along what it is made of',
    policies: ['{name: a, for: everyone, on: customers, columns: {mail_domain: deny}}'],
    all: ['region_id', 'customer_id', 'name', 'born', 'budget'],
    expect: keys(1, 2, 3, 4, 5),
    columns: ['customer_id'],
  },
  {
    title: 'permissive policies: clear before absent',
    policies: [
      '{name: a, for: everyone, on: customers, rows: "true"}',
      '{name: b, for: everyone, on: customers, columns: {name: deny}}',
    ],
    columns: people,
    expect: [
      [1, 'Ada'],
      [2, 'Bob'],
      [3, 'Cleo'],
      [4, 'Dan'],
      [5, 'Eve'],
    ],
  },
  {
    title: 'denied by some, shown by others: null in the rows of the former only',
    policies: [
      '{name: a, for: everyone, on: customers, rows: customer_id <= 2}',
      '{name: b, for: everyone, on: customers, rows: customer_id > 1, columns: {name: deny}}',
    ],
    columns: people,
    expect: [
      [1, 'Ada'],
      [2, 'Bob'],
      [3, null],
      [4, null],
      [5, null],
    ],
  },
  {
    title: 'full access to some rows takes no mask off the others',
    policies: [
      '{name: a, for: everyone, on: customers, rows: customer_id = 1}',
      '{name: b, for: everyone, on: customers, columns: {name: {mask: {fixed: x}}}}',
    ],
    columns: people,
    expect: [
      [1, 'Ada'],
      [2, 'x'],
      [3, 'x'],
      [4, 'x'],
      [5, 'x'],
    ],
  },
  {
    title: 'clear before masked before absent, row by row',
    policies: [
      '{name: a, for: everyone, on: customers, rows: customer_id = 1}',
      '{name: b, for: everyone, on: customers, rows: customer_id <= 2, columns: {name: {mask: {fixed: x}}}}',
      '{name: c, for: everyone, on: customers, rows: customer_id <= 4, columns: {name: deny}}',
    ],
    columns: people,
    expect: [
      [1, 'Ada'],
      [2, 'x'],
      [3, null],
      [4, null],
    ],
  },
  {
    title: 'rows of the clear policy that are unknown stay masked',
    policies: [
      '{name: a, for: everyone, on: customers, rows: budget < 300}',
      '{name: b, for: everyone, on: customers, columns: {name: {mask: {fixed: x}}}}',
    ],
    columns: people,
    expect: [
      [1, 'Ada'],
      [2, 'Bob'],
      [3, 'x'],
      [4, 'x'],
      [5, 'x'],
    ],
  },
  {
    title: 'row-dependent masks by a join',
    policies: [
      "{name: a, for: everyone, on: customers, rows: region.country = 'DE'}",
      '{name: b, for: everyone, on: customers, columns: {name: {mask: null}}}',
    ],
    columns: people,
    expect: [
      [1, 'Ada'],
      [2, 'Bob'],
      [3, null],
      [4, null],
      [5, null],
    ],
  },
  {
    title: 'a restrictive mask lies over what is clear',
    policies: [all, '{name: b, for: everyone, on: customers, effect: restrictive, columns: {name: {mask: first 1}}}'],
    columns: people,
    expect: [
      [1, 'A***'],
      [2, 'B***'],
      [3, 'C***'],
      [4, 'D***'],
      [5, 'E***'],
    ],
  },
  {
    title: 'a restrictive denial lies over everything',
    policies: [all, '{name: b, for: everyone, on: customers, effect: restrictive, columns: {name: deny}}'],
    all: ['region_id', 'customer_id', 'email', 'born', 'budget'],
    columns: ['customer_id'],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'the strictest of two restrictive masks',
    policies: [
      all,
      '{name: b, for: everyone, on: customers, effect: restrictive, columns: {name: {mask: first 1}}}',
      '{name: c, for: everyone, on: customers, effect: restrictive, columns: {name: {mask: {fixed: x}}}}',
    ],
    columns: people,
    expect: [
      [1, 'x'],
      [2, 'x'],
      [3, 'x'],
      [4, 'x'],
      [5, 'x'],
    ],
  },
  {
    title: 'two different masks of the same strictness give null',
    policies: [
      all,
      '{name: b, for: everyone, on: customers, effect: restrictive, columns: {name: {mask: first 1}}}',
      '{name: c, for: everyone, on: customers, effect: restrictive, columns: {name: {mask: last 1}}}',
    ],
    columns: people,
    expect: [
      [1, null],
      [2, null],
      [3, null],
      [4, null],
      [5, null],
    ],
  },
  {
    title: 'a restrictive mask over row-dependent ones',
    policies: [
      '{name: a, for: everyone, on: customers, rows: customer_id = 1}',
      '{name: b, for: everyone, on: customers, columns: {name: {mask: {fixed: x}}}}',
      '{name: c, for: everyone, on: customers, effect: restrictive, columns: {name: {mask: last 1}}}',
    ],
    columns: people,
    expect: [
      [1, '***a'],
      [2, 'x'],
      [3, 'x'],
      [4, 'x'],
      [5, 'x'],
    ],
  },
  {
    title: 'a restrictive allow_only',
    policies: [all, '{name: b, for: everyone, on: customers, effect: restrictive, allow_only: [customer_id]}'],
    all: ['customer_id'],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'a policy that shows none of the columns closes the table',
    policies: [all, '{name: b, for: everyone, on: customers, effect: restrictive, allow_only: [mail_domain]}'],
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'mask: e-mail',
    policies: ['{name: a, for: everyone, on: customers, columns: {email: {mask: email}}}'],
    columns: ['email'],
    expect: [['a***@math.example'], ['***@x.example'], [null], ['***'], ['***']],
  },
  {
    title: 'mask: last 3, nothing of what is not longer',
    policies: ['{name: a, for: everyone, on: customers, columns: {name: {mask: last 3}}}'],
    columns: people,
    expect: [
      [1, '***'],
      [2, '***'],
      [3, '***leo'],
      [4, '***'],
      [5, '***'],
    ],
  },
  {
    title: 'mask: null',
    policies: ['{name: a, for: everyone, on: customers, columns: {budget: {mask: null}}}'],
    columns: ['budget'],
    expect: [[null], [null], [null], [null], [null]],
  },
  {
    title: 'mask: range',
    policies: ['{name: a, for: everyone, on: customers, columns: {budget: {mask: {range: 200}}}}'],
    columns: ['budget'],
    expect: [[0], [200], [200], [null], [400]],
  },
  ...(
    [
      ['columns: {name: {mask: null}}', [null, null, null, null, null]],
      ['columns: {name: {mask: {fixed: x}}}', ['x', 'x', 'x', 'x', 'x']],
      ['columns: {name: {mask: first 1}}', ['A***', 'B***', 'C***', 'D***', 'E***']],
      ['columns: {NAME: {mask: null}}', [null, null, null, null, null]],
    ] as const
  ).map(
    ([columns, shown]): Case => ({
      title: `a column that the database spells with capitals: ${columns}`,
      yaml: (text) => text.replace('name: {type: string}', 'name: {type: string, expr: NAME}'),
      policies: [`{name: a, for: everyone, on: customers, ${columns}}`],
      columns: ['NAME'],
      expect: shown.map((value) => [value]),
    }),
  ),
  {
    title: 'a denied column that the database spells with capitals',
    yaml: (text) => text.replace('name: {type: string}', 'name: {type: string, expr: NAME}'),
    policies: ['{name: a, for: everyone, on: customers, columns: {name: deny}}'],
    all: ['region_id', 'customer_id', 'email', 'born', 'budget'],
    expect: keys(1, 2, 3, 4, 5),
  },
  {
    title: 'mask: date_trunc',
    policies: ['{name: a, for: everyone, on: customers, columns: {born: {mask: {date_trunc: year}}}}'],
    columns: ['born'],
    expect: [['1990-01-01'], ['1985-01-01'], [null], ['2000-01-01'], ['1999-01-01']],
  },
  {
    title: 'mask: expression',
    policies: [
      '{name: a, for: everyone, on: customers, columns: {name: {mask: {expr: "left(name, 2) || subject.mark"}}}}',
    ],
    subject: { attributes: { mark: "'" } },
    columns: ['name'],
    expect: [["Ad'"], ["Bo'"], ["Cl'"], ["Da'"], ["Ev'"]],
  },
  {
    title: 'mask: an expression whose attribute is missing refuses',
    policies: [
      '{name: a, for: everyone, on: customers, columns: {name: {mask: {expr: "left(name, 2) || subject.mark"}}}}',
    ],
    expect: 'ATTRIBUTE_MISSING',
  },
  {
    title: 'mask: hash',
    policies: [
      '{name: a, for: everyone, on: customers, rows: "customer_id in (1, 3)", columns: {email: {mask: hash}}}',
    ],
    columns: ['email'],
    expect: [['6d2b6489a6db5ada43a3b082d0a87248e8b8204c4b479aae1baef7c19de2aba2'], [null]],
  },
];

const contacts = `
  contacts:
    table: customers
    key: customer_id
    dimensions: {customer_id: {type: number}, name: {type: string}, email: {type: string}}
`;
const beside = (text: string): string => text.replace('\nmetrics:', `${contacts}metrics:`);
const german = `
  german:
    sql: select order_id, status from orders where customer_id = 1
    key: order_id
    dimensions: {order_id: {type: number}, status: {type: string}}
`;
const beneath = (text: string): string => text.replace('\nmetrics:', `${german}metrics:`);

const tableCases: readonly Case[] = [
  {
    title: 'two entities on one table: rows by and',
    yaml: beside,
    policies: [
      '{name: a, for: everyone, on: customers, rows: customer_id > 1}',
      '{name: b, for: everyone, on: contacts, rows: customer_id < 4}',
    ],
    columns: ['customer_id'],
    expect: keys(2, 3),
  },
  {
    title: 'one of them open',
    yaml: beside,
    policies: ['{name: b, for: everyone, on: contacts, rows: customer_id < 4}'],
    columns: ['customer_id'],
    expect: keys(1, 2, 3),
  },
  ...(['main.customers', 'CUSTOMERS', 'Main.Customers'] as const).flatMap((path): readonly Case[] => [
    {
      title: `one of them open and spelled ${path}`,
      yaml: (text) => beside(text).replace('  contacts:\n    table: customers', `  contacts:\n    table: ${path}`),
      policies: ['{name: a, for: everyone, on: customers, rows: customer_id < 4}'],
      columns: ['customer_id'],
      expect: keys(1, 2, 3),
    },
    {
      title: `one of them narrowed and spelled ${path}`,
      yaml: (text) => beside(text).replace('  contacts:\n    table: customers', `  contacts:\n    table: ${path}`),
      policies: ['{name: b, for: everyone, on: contacts, rows: customer_id < 4}'],
      columns: ['customer_id'],
      expect: keys(1, 2, 3),
    },
  ]),
  {
    title: 'one of them closed closes the table',
    yaml: beside,
    policies: ['{name: b, for: {users: [x]}, on: contacts, rows: "true"}'],
    expect: 'TABLE_CLOSED',
  },
  {
    title: 'columns that both show',
    yaml: beside,
    policies: [
      '{name: a, for: everyone, on: customers, columns: {born: deny}}',
      '{name: b, for: everyone, on: contacts, allow_only: [customer_id, born, name]}',
    ]
      .slice(0, 1)
      .concat('{name: b, for: everyone, on: contacts, allow_only: [customer_id, name]}'),
    all: people,
    columns: people,
    expect: [
      [1, 'Ada'],
      [2, 'Bob'],
      [3, 'Cleo'],
      [4, 'Dan'],
      [5, 'Eve'],
    ],
  },
  {
    title: 'the strictest mask',
    yaml: beside,
    policies: [
      '{name: a, for: everyone, on: customers, columns: {name: {mask: first 1}}}',
      '{name: b, for: everyone, on: contacts, columns: {name: {mask: {fixed: x}}}}',
    ],
    columns: people,
    expect: [
      [1, 'x'],
      [2, 'x'],
      [3, 'x'],
      [4, 'x'],
      [5, 'x'],
    ],
  },
  {
    title: 'row-dependent masks of both',
    yaml: beside,
    policies: [
      '{name: a1, for: everyone, on: customers, rows: customer_id <= 2}',
      '{name: a2, for: everyone, on: customers, columns: {name: {mask: {fixed: x}}}}',
      '{name: b1, for: everyone, on: contacts, rows: "customer_id in (2, 3)"}',
      '{name: b2, for: everyone, on: contacts, columns: {name: {mask: null}}}',
    ],
    columns: people,
    expect: [
      [1, null],
      [2, 'Bob'],
      [3, 'x'],
      [4, null],
      [5, null],
    ],
  },
  {
    title: 'a table beneath a query without policies is open',
    yaml: beneath,
    policies: [],
    table: 'orders',
    columns: ['order_id'],
    expect: keys(10, 11, 12, 13, 14, 15),
  },
  {
    title: 'a table beneath a query with a policy is closed to SQL',
    yaml: beneath,
    policies: ['{name: a, for: everyone, on: german, rows: order_id = 10}'],
    table: 'orders',
    expect: 'TABLE_CLOSED',
  },
  { title: 'a query is no table', yaml: beneath, policies: [], table: 'german', expect: 'TABLE_UNKNOWN' },
  {
    title: 'aggregate_only is closed to SQL',
    policies: ['{name: a, for: everyone, on: staff, aggregate_only: {minimum_group: 3, of: staff_id}}'],
    table: 'staff',
    expect: 'TABLE_CLOSED',
  },
];

describe('what a subject is permitted of a table', () => {
  const open: Database[] = [];
  before(async () => {
    open.push(await openDuckdb(), await openSqlite());
  });
  after(() => {
    for (const database of open) database.close();
  });

  for (const [group, cases] of Object.entries({ rows: rowCases, columns: columnCases, tables: tableCases })) {
    describe(group, () => {
      for (const one of cases) {
        it(one.title, async () => {
          const model = shopWith(one.policies.length === 0 ? '' : policies(...one.policies), one.yaml);
          const table = one.table ?? 'customers';
          const now = one.now === undefined ? noon : new Date(one.now);
          for (const database of open) {
            const permission = ask(model, table, someone(one.subject), database.dialect, now);
            if (typeof one.expect === 'string' || permission.kind === 'closed') {
              expect(permission.kind === 'closed' ? permission.code : 'permitted').to.equal(one.expect);
              continue;
            }
            const names = permission.columns.map(({ name }) => name);
            if (one.all !== undefined) expect(names).to.deep.equal(one.all);
            const { text, parameters } = print(database.dialect, permission);
            const key =
              names.find((name) => /^(customer|order|line|staff)_id$/.test(name) && table.startsWith(name[0]!)) ??
              names[0];
            const rows = await database.ask(`SELECT * FROM (${text}) AS t`, parameters);
            const sorted = [...rows].sort(
              (a, b) =>
                Number(a[table === 'order_lines' ? 'line_id' : key!]) -
                Number(b[table === 'order_lines' ? 'line_id' : key!]),
            );
            const columns = one.columns ?? [table === 'order_lines' ? 'line_id' : key!];
            const shown = sorted.map((row: Row) => columns.map((name) => spell(row[name])));
            expect(shown, `${database.dialect}: ${text}`).to.deep.equal(one.expect);
          }
          for (const dialect of ['postgres', 'mysql', 'clickhouse'] as const) {
            const permission = ask(model, table, someone(one.subject), dialect, now);
            expect(permission.kind === 'closed' ? permission.code : 'permitted').to.equal(
              typeof one.expect === 'string' ? one.expect : 'permitted',
            );
            if (permission.kind === 'permitted') expect(print(dialect, permission).text).to.match(/^SELECT\n/);
          }
        });
      }
    });
  }
});

/** The subject with something of it changed: each attribute, each role. */
const others = (subject: Case['subject'] = {}): readonly Case['subject'][] => {
  const { attributes = {}, ...rest } = subject;
  const changed = Object.entries(attributes).flatMap(([name, value]) => {
    const values = Array.isArray(value)
      ? [[], value.slice(1)]
      : [typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}?`];
    const { [name]: _, ...without } = attributes;
    return [without, ...values.map((other) => ({ ...attributes, [name]: other }))];
  });
  return [
    ...changed.map((other) => ({ ...rest, attributes: other })),
    ...Object.keys(rest).map((name) => ({ ...subject, [name]: undefined })),
    { ...subject, user: 'bob' },
  ];
};

describe('what others were permitted before', () => {
  const told = (permission: Permission): unknown =>
    permission.kind === 'closed' ? permission : [print('duckdb', permission), { ...permission, relation: null }];
  for (const { title, policies: lines, yaml, subject, table = 'customers' } of [
    ...rowCases,
    ...columnCases,
    ...tableCases,
  ])
    it(`changes nothing: ${title}`, () => {
      const compiled = () => shopWith(lines.length === 0 ? '' : policies(...lines), yaml);
      const model = compiled();
      const asking = [...others(subject), subject];
      const alone = asking.map((who) => told(ask(compiled(), table, someone(who), 'duckdb')));
      for (const at of [...asking.keys(), ...asking.keys()])
        expect(told(ask(model, table, someone(asking[at]!), 'duckdb'))).to.deep.equal(alone[at]);
    });
});

/** Dates come as texts of days. */
const spell = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T00:00:00/.test(value) ? value.slice(0, 10) : value;
