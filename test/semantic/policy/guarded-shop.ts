/** A shop of a few rows, its model without policies, and the two engines that run within this process. */
import Sqlite from 'better-sqlite3';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import type { DialectName, Parameter } from '../../../core/plugin/contract.js';
import { createSubject, type Subject } from '../../../core/subject/subject.js';
import { compile } from '../../../semantic/check/compiler.js';
import type { Model } from '../../../semantic/model/model.js';
import { registerFunctions } from '../../../plugins/connectors/sqlite/functions.js';

export const shopYaml = `
project: {name: shop, version: 1, timezone: Europe/Berlin, default_access: open}
entities:
  regions:
    table: regions
    key: region_id
    dimensions: {region_id: {type: number}, country: {type: string}}
  customers:
    table: customers
    key: customer_id
    joins: {region: {to: regions, on: region_id}}
    dimensions:
      customer_id: {type: number}
      name: {type: string}
      email: {type: string}
      born: {type: time, stores: date}
      budget: {type: number}
      mail_domain: {type: string, expr: "substring(email, strpos(email, '@') + 1)"}
    measures:
      customer_count: {count: "*"}
      total_budget: {sum: budget}
      reachable: {count: email}
    filters: {rich: budget > 250}
  orders:
    table: orders
    key: order_id
    joins: {customer: {to: customers, on: customer_id}}
    dimensions:
      order_id: {type: number}
      status: {type: string}
      country: {type: string, expr: customer.region.country}
    measures: {revenue: {sum: amount}, order_count: {count: "*"}, paid: {sum: amount, where: status = 'paid'}}
  order_lines:
    table: order_lines
    key: line_id
    joins: {order: {to: orders, on: order_id}}
    dimensions: {line_id: {type: number}, product: {type: string}}
    measures: {lines: {count: "*"}}
  staff:
    table: staff
    key: staff_id
    joins: {manager: {to: staff, on: manager_id, role: true}}
    dimensions:
      staff_id: {type: number}
      team: {type: string}
      site: {type: string}
      salary: {type: number, pii: salary}
      full_time: {type: boolean}
    measures:
      headcount: {count: "*"}
      payroll: {sum: salary}
      full_timers: {sum: salary, where: full_time}
      top_salary: {max: salary}
metrics:
  average_pay: {ratio: [payroll, headcount]}
`;

const rows: Readonly<Record<string, { readonly columns: string; readonly rows: readonly string[] }>> = {
  regions: { columns: 'region_id INTEGER, country VARCHAR(20)', rows: ["1, 'DE'", "2, 'FR'", '3, NULL'] },
  customers: {
    columns:
      'customer_id INTEGER, name VARCHAR(20), email VARCHAR(40), born DATE, budget INTEGER, region_id INTEGER, secret VARCHAR(20)',
    rows: [
      "1, 'Ada', 'ada@math.example', '1990-03-15', 100, 1, 's1'",
      "2, 'Bob', 'b@x.example', '1985-07-01', 250, 1, 's2'",
      "3, 'Cleo', NULL, NULL, 399, 2, 's3'",
      "4, 'Dan', 'no address', '2000-12-31', NULL, NULL, 's4'",
      "5, 'Eve', 'eve@a@b.example', '1999-01-01', 500, 3, 's5'",
    ],
  },
  orders: {
    columns: 'order_id INTEGER, customer_id INTEGER, status VARCHAR(10), amount INTEGER',
    rows: [
      "10, 1, 'paid', 5",
      "11, 1, 'open', 7",
      "12, 3, 'paid', 11",
      "13, NULL, 'paid', 13",
      "14, 4, 'open', 17",
      "15, 5, 'paid', 19",
    ],
  },
  order_lines: {
    columns: 'line_id INTEGER, order_id INTEGER, product VARCHAR(10)',
    rows: ["100, 10, 'tent'", "101, 12, 'rope'", "102, 13, 'tent'", "103, NULL, 'axe'", "104, 11, 'rope'"],
  },
  staff: {
    columns:
      'staff_id INTEGER, manager_id INTEGER, team VARCHAR(10), site VARCHAR(10), salary INTEGER, full_time BOOLEAN',
    rows: [
      "1, NULL, 'a', 'x', 100, true",
      "2, 1, 'a', 'x', 110, true",
      "3, 1, 'a', 'y', 120, true",
      "4, 1, 'b', 'y', 130, true",
      "5, 4, 'b', 'y', 140, true",
      "6, 4, 'b', 'y', 150, false",
    ],
  },
};

/** What makes the tables. */
export const shopStatements = Object.entries(rows).flatMap(([table, { columns, rows: values }]) => [
  `CREATE TABLE ${table} (${columns})`,
  `INSERT INTO ${table} VALUES ${values.map((row) => `(${row})`).join(', ')}`,
]);

/** The model of the shop with policies, or with other additions, as an author writes them. */
export const shopWith = (more: string, change: (yaml: string) => string = (yaml) => yaml): Model => {
  const { model, diagnostics } = compile(new Map([['shop.yaml', change(shopYaml) + more]]));
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).to.deep.equal([]);
  return model!;
};

export const someone = (more: Partial<Omit<Subject, 'fingerprint'>> = {}): Subject =>
  createSubject({ user: 'ada', ...more });

export type Row = Readonly<Record<string, unknown>>;

export interface Database {
  readonly dialect: DialectName;
  ask(text: string, parameters: readonly Parameter[]): Promise<readonly Row[]>;
  close(): void;
}

/** Values as both engines can give them: numbers, texts, true and false, null. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return String(value);
  return value;
};

const plainRow = (row: object): Row =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)]));

export const openDuckdb = async (): Promise<Database> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const text of shopStatements) await connection.run(text);
  return {
    dialect: 'duckdb',
    ask: async (text, parameters) => {
      const reader = await connection.runAndReadAll(
        text,
        parameters.map(({ value }) => value),
      );
      return reader.getRowObjectsJS().map(plainRow);
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
};

export const openSqlite = async (): Promise<Database> => {
  const database = new Sqlite(':memory:');
  registerFunctions({
    scalar: (name, run) => {
      database.function(name, { varargs: true, deterministic: true }, run as (...values: unknown[]) => unknown);
    },
    aggregate: () => {},
  });
  for (const text of shopStatements) database.exec(text);
  return {
    dialect: 'sqlite',
    ask: async (text, parameters) => {
      const values = parameters.map(({ value }) => (typeof value === 'boolean' ? Number(value) : value));
      // SQLite numbers its placeholders, so that one value may be written several times.
      const bound = Object.fromEntries(values.map((value, index) => [String(index + 1), value]));
      return (values.length === 0 ? database.prepare(text).all() : database.prepare(text).all(bound)).map((row) =>
        plainRow(row as object),
      );
    },
    close: () => database.close(),
  };
};
