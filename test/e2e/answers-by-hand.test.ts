/** Answers about the example business beside SQL written by hand, which knows the tables and nothing of the model. */
import { isLong } from '../property/part-of.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import type { Connector, PluginModule } from '../../core/plugin/contract.js';
import { compile } from '../../semantic/check/compiler.js';
import { readFolder } from '../../semantic/load/read-folder.js';
import { createPlanner, type Planner } from '../../semantic/plan/create-planner.js';
import { type DemoEngine, ensureDemo } from '../../src/demo/ensure-demo.js';
import { demoTables } from '../../src/demo/tables.js';
import { createRowSpeller, type WireCell } from '../../src/pipeline/spell-cells.js';
import { copyDemo } from '../demo/copy-demo.js';
import { createConnector, type OpenConnector } from '../engines/open-connector.js';
import { changes } from './by-hand/changes.js';
import { conditions } from './by-hand/conditions.js';
import { joins } from './by-hand/joins.js';
import { metrics } from './by-hand/metrics.js';
import { type Question, views } from './by-hand/question.js';
import { stocks } from './by-hand/stocks.js';
import { times } from './by-hand/times.js';
import { windows } from './by-hand/windows.js';

type Rows = readonly (readonly WireCell[])[];

/** Noon of a Wednesday in Berlin, three days after its clocks went forward. */
const now = Date.parse('2025-04-02T10:00:00Z');

/** @param byHand as DuckDB writes it in JSON: digits as text, timestamps with a blank */
const isSame = (answered: WireCell, byHand: unknown): boolean => {
  if (typeof answered === 'number' && byHand !== null) {
    const number = Number(byHand);
    return Math.abs(answered - number) <= 1e-9 * Math.max(1e-3, Math.abs(answered), Math.abs(number));
  }
  return answered === (typeof byHand === 'string' ? byHand.replace(/^(\d{4}-\d\d-\d\d) /, '$1T') : byHand);
};

const assertSame = (answered: Rows, byHand: readonly (readonly unknown[])[]): void => {
  const isSameRow = (row: readonly unknown[], at: number): boolean =>
    row.every((cell, column) => isSame(answered[at]?.[column] ?? null, cell));
  const wrong = byHand.findIndex((row, at) => !isSameRow(row, at));
  if (wrong === -1 && answered.length === byHand.length) return;
  const at = wrong === -1 ? byHand.length : wrong;
  throw new Error(
    `row ${at + 1} of ${answered.length} is ${JSON.stringify(answered[at])}; by hand, of ${byHand.length}, ${JSON.stringify(byHand[at])}`,
  );
};

/** The tables in memory, for SQL by hand. */
const copyOf = async (path: string): Promise<[ask: (sql: string) => Promise<unknown[][]>, close: () => void]> => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const copies = Object.keys(demoTables).map((table) => `create table ${table} as from demo.${table}`);
  await connection.run([`attach '${path}' as demo (read_only)`, ...copies, 'detach demo', ...views, ''].join(';\n'));
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  return [async (sql) => (await connection.runAndReadAll(sql)).getRowsJson(), close];
};

/** SQLite, which computes each local time in JavaScript, in the long run only. */
const engines: readonly DemoEngine[] = isLong ? ['duckdb', 'sqlite'] : ['duckdb'];

describe('answers about the example business, beside SQL written by hand', function () {
  this.timeout(isLong ? 300_000 : 60_000);
  const home = mkdtempSync(join(tmpdir(), 'datamind-by-hand-'));
  const pathOf = (engine: DemoEngine): string => join(home, `demo.${engine}`);
  let byHand: (sql: string) => Promise<readonly (readonly unknown[])[]>;
  let close: () => void;
  let planner: Planner;

  before(async () => {
    await copyDemo(pathOf('duckdb'));
    if (isLong) await ensureDemo({ path: pathOf('sqlite'), engine: 'sqlite' });
    [byHand, close] = await copyOf(pathOf('duckdb'));
    const { files } = await readFolder(join(packageRoot(), 'ontology'));
    const { model, diagnostics } = compile(new Map([...files, ['by-hand.yaml', metrics]]));
    if (model === null) throw new Error(JSON.stringify(diagnostics));
    planner = createPlanner(model);
  });
  after(() => {
    close?.();
    rmSync(home, { recursive: true, force: true });
  });

  const check = async (open: OpenConnector, { query, sql, totals }: Question): Promise<void> => {
    const { dialect, capabilities } = open.connector;
    const asked = { ...query, ...(totals !== undefined && { totals: true }) };
    const plan = (): ReturnType<Planner['plan']> =>
      planner.plan(asked, { dialect, now, features: { timeZones: capabilities.timeZones } });
    if (/^[A-Z_]+$/.test(sql)) {
      expect(plan).to.throw().with.property('code', sql);
      return;
    }
    const planned = plan();
    const answer = async (part: Pick<typeof planned, 'text' | 'parameters' | 'columns'>): Promise<Rows> =>
      (await open.ask(part.text, { timeoutMs: 300_000 }, part.parameters)).rows.map(createRowSpeller(part.columns));
    const expected = await byHand(sql);
    expect(expected, 'a question without rows shows nothing').not.to.have.length(0);
    expect(expected[0]).to.have.length(planned.columns.length);
    assertSame(await answer(planned), expected);
    if (totals !== undefined) assertSame(await answer(planned.totals!), await byHand(totals));
  };

  for (const engine of engines) {
    describe(`on ${engine}`, () => {
      let open: OpenConnector;
      before(async () => {
        const file = join(packageRoot(), `dist/plugins/connectors/${engine}/index.js`);
        const { default: module } = (await import(file)) as { default: PluginModule<Connector, object> };
        open = createConnector(module, { path: pathOf(engine) });
        await open.connector.start(AbortSignal.timeout(30_000));
      });
      after(() => open?.connector.stop());
      for (const [part, questions] of Object.entries({ joins, stocks, windows, changes, times, conditions }))
        describe(part, () => {
          for (const question of questions) it(question.title, () => check(open, question));
        });
    });
  }
});
