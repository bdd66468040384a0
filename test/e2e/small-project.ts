import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DuckDBInstance } from '@duckdb/node-api';
import { packageRoot } from '../../core/package-root.js';

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
 * The program as a person starts it, in a folder; with the options of Node that the tests run with. Those of `.mocharc.json`
 * keep V8 from optimising the SQL parser: 3 s of processor time in each process, and a test's server or worker is over
 * before it gets them back.
 */
export const startProgram = (
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess =>
  spawn(process.execPath, [...process.execArgv, mainFile, ...args], { cwd: folder, env: environment(env) });

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs it to its end, in a process of its own. */
export const runProgramAlone = async (
  folder: string,
  args: readonly string[],
  { input = '', env = {} }: RunOptions = {},
): Promise<Ended> => {
  const child = startProgram(folder, args, env);
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(input);
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { code: await ended, out, err };
};

let host: ChildProcess | null = null;
let isBusy = false;

const startHost = (): ChildProcess => {
  const started = fork(join(packageRoot(), 'dist', 'test', 'e2e', 'command-host.js'), {
    env: { ...environment({}), UV_THREADPOOL_SIZE: '16' },
    stdio: 'inherit',
  });
  started.unref();
  started.channel!.unref();
  started.on('exit', () => {
    host = null;
  });
  return started;
};

/** Runs a command to its end, in a process that other commands of this test file ran in; beside another one, and a server, in a process of their own. */
export const runProgram = async (
  folder: string,
  args: readonly string[],
  { input = '', env = {} }: RunOptions = {},
): Promise<Ended> => {
  if (isBusy || args.includes('serve')) return runProgramAlone(folder, args, { input, env });
  isBusy = true;
  host ??= startHost();
  const child = host;
  try {
    child.channel!.ref();
    return await new Promise<Ended>((resolve, reject) => {
      const died = (): void => reject(new Error('the process that runs commands ended'));
      child.once('exit', died);
      child.once('message', (ended: Ended) => {
        child.off('exit', died);
        resolve(ended);
      });
      child.send({ folder, args, env: environment(env), input });
    });
  } finally {
    child.channel?.unref();
    isBusy = false;
  }
};

/** The address in the lines that the program prints when it listens. */
export const listening = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let seen = '';
    child.stdout!.on('data', (chunk) => {
      seen += chunk;
      const url = /listens on (http:\/\/\S+),/.exec(seen)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.on('close', () => reject(new Error(`it ended: ${seen}`)));
  });
