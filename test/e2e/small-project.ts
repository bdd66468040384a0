import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DuckDBInstance } from '@duckdb/node-api';
import { packageRoot } from '../../core/package-root.js';
import { type Program, startHosted } from './program-hosts.js';

const project = `project:
  name: Corner shop
  connection: shop
  timezone: UTC
`;

export const ordersYaml = `# what customers ordered
entity: orders # one row each
table: orders
key: order_id
joins:
  customer: {to: customers, on: customer_id}
dimensions:
  status: {type: string, values: [open, paid, void]}
  ordered_at: {type: time, stores: local, default: true}
  amount_class: {type: string, case: [{when: amount < 100, then: small}], else: large}
measures:
  revenue: {sum: amount, where: status <> 'void', unit: EUR} # without VAT
  order_count: {count: "*"}
filters:
  paid_only: status = 'paid'
`;

const customersYaml = `entity: customers
table: customers
key: customer_id
dimensions:
  country: {type: string}
  name: {type: string, pii: name}
hierarchies:
  place: [country, name]
`;

/** Rows that a query can stream for long: as many as the test wants. */
const numbersYaml = `entity: numbers
table: numbers
key: n
dimensions:
  n: {type: number}
  label: {type: string}
measures:
  number_count: {count: "*"}
`;

export const metricsYaml = `# the registry of metrics
metrics:
  # how much an order is worth
  average_order_value: {ratio: [revenue, order_count], unit: EUR}
  revenue_growth: {change: revenue, against: previous year, as: percent}
`;

export interface SmallProject {
  readonly folder: string;
  readonly ontology: string;
  readonly config: string;
  remove(): void;
}

/** A folder with a model, a DuckDB file and the configuration that names it. */
export const makeSmallProject = async (numbers = 1_000): Promise<SmallProject> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-e2e-'));
  const ontology = join(folder, 'ontology');
  const files: Readonly<Record<string, string>> = {
    'ontology/project.yaml': project,
    'ontology/orders.yaml': ordersYaml,
    'ontology/deep/customers.yaml': customersYaml,
    'ontology/numbers.yaml': numbersYaml,
    'ontology/metrics.yaml': metricsYaml,
    'ontology/glossary.yaml': 'glossary:\n  basket: {description: What is bought at once.}\n',
    'plugins.config.json': JSON.stringify({
      plugins: [{ use: 'datamind/plugins/connectors/duckdb', as: 'shop', config: { path: './shop.duckdb' } }],
    }),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const instance = await DuckDBInstance.create(join(folder, 'shop.duckdb'));
  const connection = await instance.connect();
  for (const statement of [
    'create table customers (customer_id integer primary key, country varchar, name varchar)',
    "insert into customers values (1, 'DE', 'Ada'), (2, 'FR', 'Bea'), (3, 'DE', 'Cleo')",
    'create table orders (order_id integer primary key, customer_id integer, status varchar, ordered_at timestamp, amount decimal(18,2))',
    `insert into orders values
      (1, 1, 'paid', '2024-01-15 10:00:00', 100.10), (2, 1, 'paid', '2024-02-15 10:00:00', 50.05),
      (3, 2, 'open', '2024-02-20 10:00:00', 25.00), (4, 3, 'void', '2024-03-01 10:00:00', 999.99),
      (5, null, 'paid', '2025-01-02 10:00:00', 10.00)`,
    `create table numbers as select range as n, 'number ' || range as label from range(${numbers})`,
  ]) {
    await connection.run(statement);
  }
  connection.closeSync();
  instance.closeSync();
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, ontology, config: join(folder, 'plugins.config.json'), remove };
};

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export const mainFile = join(packageRoot(), 'dist', 'src', 'cli', 'datamind.cjs');

const environment = (env: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const { PORT: _, HOST: __, DATAMIND_HOME: ___, ...inherited } = process.env;
  return { ...(inherited as Record<string, string>), ...env };
};

/**
 * The program as a person starts it, in a folder and a process of its own; with the options of Node that the tests run
 * with. Those of `.mocharc.json` keep V8 from optimising the SQL parser: 3 s of processor time in each process, and a test's
 * server or worker is over before it gets them back. For what a process is the point of: how it ends, and that it is killed.
 */
export const startProgramAlone = (
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program => spawn(process.execPath, [...process.execArgv, mainFile, ...args], { cwd: folder, env: environment(env) });

/** The same in a process that others may have run in before. Stop it with SIGTERM: one that is killed takes the process along. */
export const startProgram = (
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Program => startHosted({ folder, args, env: environment(env), input });

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end, in a process that others may have run in before. */
export const runProgram = async (
  folder: string,
  args: readonly string[],
  { input = '', env = {} }: RunOptions = {},
): Promise<Ended> => {
  const program = startProgram(folder, args, env, input);
  const ended = once(program, 'close');
  const [out, err] = await Promise.all([text(program.stdout), text(program.stderr)]);
  return { code: (await ended)[0], out, err };
};

/** The address in the lines that the program prints when it listens. */
export const listening = (child: Program): Promise<string> =>
  new Promise((resolve, reject) => {
    let seen = '';
    child.stdout.on('data', (chunk) => {
      seen += chunk;
      const url = /listens on (http:\/\/\S+),/.exec(seen)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.on('close', () => reject(new Error(`it ended: ${seen}`)));
  });
