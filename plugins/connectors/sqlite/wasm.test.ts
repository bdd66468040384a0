import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { codeOf, withConnector } from '../../../test/engines/open-connector.js';
import sqlite from './index.js';

interface Writer {
  exec(text: string): unknown;
  close(): unknown;
}
type OpenWriter = new (path: string) => Writer;

describe('a SQLite file read in WebAssembly', function () {
  this.timeout(60_000);
  let folder: string;
  let path: string;
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'datamind-test-'));
    path = join(folder, 'shop.sqlite');
    const { default: driver } = await import('node-sqlite3-wasm');
    const database = new driver.Database(path);
    database.exec(
      'CREATE TABLE t (i INTEGER); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i FROM n',
    );
    database.close();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read by several at once', () =>
    withConnector(sqlite, { path, driver: 'wasm', pool: { max: 4 } }, async ({ ask, query }) => {
      const held = await query('SELECT i FROM t');
      expect((await ask('SELECT count(*) FROM t')).rows).to.deep.equal([['20000']]);
      await held.close();
    }));

  it('is read on after a statement was killed, by others too, and nothing is left behind', async () => {
    await withConnector(sqlite, { path, driver: 'wasm', pool: { max: 1 } }, async ({ ask }) => {
      expect(await codeOf(ask(endless, { timeoutMs: 300 }))).to.equal('QUERY_TIMEOUT');
      expect((await ask('SELECT count(*) FROM t')).rows).to.deep.equal([['20000']]);
    });
    expect(existsSync(`${path}.lock`)).to.equal(false);
    const links = readdirSync(tmpdir())
      .filter((name) => name.startsWith('datamind-sqlite-'))
      .map((name) => join(tmpdir(), name, 'database'));
    expect(links.filter((link) => existsSync(link) && readlinkSync(link) === path)).to.deep.equal([]);
  });

  describe('while another program writes', () => {
    let writer: Writer;
    before(async function () {
      const found = await import('better-sqlite3').catch(() => null);
      if (found !== null) return;
      process.stdout.write('skipped: better-sqlite3 is not installed (npm install --include=optional)\n');
      this.skip();
    });
    beforeEach(async () => {
      const { default: Native } = (await import('better-sqlite3')) as unknown as { default: OpenWriter };
      writer = new Native(path);
    });
    afterEach(() => writer.close());

    it('is refused, because nobody keeps the two apart', () =>
      withConnector(sqlite, { path, driver: 'wasm' }, async ({ ask }) => {
        writer.exec('PRAGMA cache_size = 2; BEGIN; UPDATE t SET i = i + 1');
        expect(await codeOf(ask('SELECT sum(i) FROM t'))).to.equal('UNAVAILABLE');
        writer.exec('ROLLBACK');
        expect(await codeOf(ask('SELECT sum(i) FROM t'))).to.equal('none');
      }));

    it('ends with an error where rows were read before and after', () =>
      withConnector(sqlite, { path, driver: 'wasm' }, async ({ query }) => {
        const result = await query('SELECT i FROM t', { batchRows: 100 });
        const reader = result.batches[Symbol.asyncIterator]();
        await reader.next();
        writer.exec('UPDATE t SET i = -1');
        const rest = async (): Promise<void> => {
          while (!(await reader.next()).done);
        };
        expect(await codeOf(rest())).to.equal('UNAVAILABLE');
      }));
  });
});
