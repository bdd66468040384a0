import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { type DemoEngine, ensureDemo } from '../../src/demo/ensure-demo.js';
import { demoTables } from '../../src/demo/tables.js';
import { isLong } from '../property/part-of.js';

describe('demo data', function () {
  this.timeout(90_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'datamind-demo-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ask = async (path: string, sql: string): Promise<unknown[][]> => {
    const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    try {
      return (await (await connection.run(sql)).getRowsJson()) as unknown[][];
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  };

  /** The oddities that the guide speaks of, and that nothing is made twice. */
  const assertWhole = async (path: string): Promise<void> => {
    const count = async (sql: string): Promise<number> => Number((await ask(path, sql))[0]![0]);
    expect(await count('select count(*) from order_lines')).to.equal(EXPECTED_LINES);
    expect(await count('select cast(sum(amount) * 100 as bigint) from order_lines')).to.equal(EXPECTED_CENTS);
    expect(
      await count('select count(*) from orders o where not exists (from order_lines l where l.order_id = o.order_id)'),
    ).to.be.greaterThan(500);
    expect(await count('select count(*) from orders where customer_id is null')).to.be.greaterThan(1000);
    expect(
      await count(
        "select count(*) from orders where store_id = 12 and cast(ordered_at at time zone 'UTC' as date) = date '2025-03-18'",
      ),
    ).to.equal(0);
    expect(
      await count(
        'select count(*) from products p where not exists (from order_lines l where l.product_id = p.product_id)',
      ),
    ).to.be.greaterThan(2);
    expect(await count('select count(*) from employees where manager_id is null')).to.equal(1);
    for (const { name, key } of Object.values(demoTables)) {
      const distinct = await count(`select count(*) - count(distinct (${key.join(', ')})) from ${name}`);
      expect(distinct, `duplicates of ${name}'s key`).to.equal(0);
    }
    const finished = statSync(path).mtimeMs;
    expect(await ensureDemo({ path, engine: 'duckdb' })).to.equal(false);
    expect(statSync(path).mtimeMs).to.equal(finished);
  };

  for (const engine of ['duckdb', 'sqlite'] satisfies DemoEngine[]) {
    it(`leaves nothing that looks finished when it is killed, and is made whole then (${engine})`, async () => {
      const path = join(folder, `demo.${engine}`);
      const child = fork(join(packageRoot(), 'dist/test/demo/make-demo.js'), [path, engine]);
      let progress = 0;
      child.on('message', (done) => {
        progress = done as number;
        if (progress > 0.1) child.kill('SIGKILL');
      });
      await once(child, 'exit');
      expect(progress).to.be.greaterThan(0.1).and.lessThan(1);
      expect(existsSync(path)).to.equal(false);
      expect(readdirSync(folder)).to.not.be.empty;
      // What others left behind that were killed, of this process’s number too.
      for (const pid of [4194305, process.pid]) {
        const draft = join(folder, `demo.${pid}.unfinished.${engine}`);
        writeFileSync(draft, 'half');
        if (engine === 'duckdb') continue;
        writeFileSync(`${draft}-journal`, 'half');
        mkdirSync(`${draft}.lock`);
      }
      // Where all is made is the same code for both engines: in the short run SQLite's begins, which removes what others left.
      if (engine === 'sqlite' && !isLong) {
        const begun = new AbortController();
        const making = ensureDemo({ path, engine, signal: begun.signal, onProgress: () => begun.abort() });
        await making.catch((error: unknown) => expect(error).to.be.instanceOf(DataMindError));
        expect(readdirSync(folder)).to.be.empty;
        return;
      }
      const seen: number[] = [];
      expect(await ensureDemo({ path, engine, onProgress: (done) => seen.push(done) })).to.equal(true);
      expect(readdirSync(folder)).to.deep.equal([`demo.${engine}`]);
      expect(seen.at(-1)).to.equal(1);
      expect(seen).to.deep.equal([...seen].sort((one, other) => one - other));
      if (engine === 'duckdb') await assertWhole(path);
    });
  }

  it('stops when it is cancelled, and cleans up', async () => {
    const controller = new AbortController();
    const path = join(folder, 'demo.duckdb');
    const outcome = await ensureDemo({
      path,
      engine: 'duckdb',
      signal: controller.signal,
      onProgress: () => controller.abort(),
    }).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(DataMindError);
    expect(readdirSync(folder)).to.be.empty;
  });

  it('says what to do when the folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const outcome = await ensureDemo({ path: join(folder, 'file', 'demo.duckdb'), engine: 'duckdb' }).catch(
      (error: unknown) => error,
    );
    expect(outcome).to.be.instanceOf(DataMindError);
    expect((outcome as DataMindError).details.hint).to.match(/DATAMIND_HOME/);
  });
});

const EXPECTED_LINES = 300_471;
const EXPECTED_CENTS = 6_038_123_891;
