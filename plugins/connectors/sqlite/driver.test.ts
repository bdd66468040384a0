import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openFile } from './driver.js';

describe('a SQLite file that another process changes', () => {
  it('is answered with the names and types that its columns have now', async function () {
    const Database = await import('better-sqlite3').then(
      (module) => module.default,
      () => null,
    );
    if (Database === null) {
      console.log('  skipped: better-sqlite3 is not installed (npm install --include=optional)');
      return this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'datamind-sqlite-'));
    const path = join(folder, 'shop.sqlite');
    const other = new Database(path);
    other.exec('create table t (a integer); insert into t values (1)');
    const handle = openFile(path, 'native');
    const ask = (): unknown => {
      const prepared = handle.prepare('select * from t');
      const rows = prepared.rows([]);
      rows.next();
      const { columns } = prepared;
      rows.return?.();
      return columns;
    };
    try {
      expect(ask()).to.deep.equal([{ name: 'a', declared: 'INTEGER' }]);
      other.exec("drop table t; create table t (b decimal(10,2), c text); insert into t values (2.5, 'x')");
      expect(ask()).to.deep.equal([
        { name: 'b', declared: 'decimal(10,2)' },
        { name: 'c', declared: 'TEXT' },
      ]);
    } finally {
      handle.close();
      other.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
