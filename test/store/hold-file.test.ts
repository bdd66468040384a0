import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import { holdFile, shareFile } from '../../src/store/hold-file.js';
import { openStore } from '../../src/store/open-store.js';

describe('a file that one process holds', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'datamind-hold-'));
    file = join(folder, 'datamind.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const module = JSON.stringify(join(packageRoot(), 'dist', 'src', 'store', 'hold-file.js'));
  /** Another process that takes the file, says whether it could, and stays. */
  const other = (take: 'holdFile' | 'shareFile' = 'holdFile') =>
    spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { holdFile, shareFile } from ${module};
         try { ${take}(${JSON.stringify(file)}); console.log('held'); } catch (error) { console.log(error.code); }
         setInterval(() => {}, 1e6);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
  const said = async (child: ReturnType<typeof other>): Promise<string> =>
    String((await once(child.stdout, 'data'))[0]).trim();

  it('is refused to others until it is let go', () => {
    const letGo = holdFile(file);
    expect(() => holdFile(file)).to.throw('Another program has the store open.');
    letGo();
    holdFile(file)();
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('is taken over from one that was killed, by one of many', async () => {
    const first = other();
    expect(await said(first)).to.equal('held');
    expect(() => holdFile(file)).to.throw('Another program has the store open.');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const heirs = Array.from({ length: 4 }, () => other());
    try {
      expect((await Promise.all(heirs.map(said))).sort()).to.deep.equal([
        ...Array<string>(3).fill('STORE_UNAVAILABLE'),
        'held',
      ]);
    } finally {
      for (const heir of heirs) heir.kill('SIGKILL');
    }
  });

  it('is shared by many, and held by none beside them', async () => {
    const letGo = shareFile(file);
    const second = other('shareFile');
    try {
      expect(await said(second)).to.equal('held');
      expect(() => holdFile(file)).to.throw('Another program has the store open.');
      letGo();
      expect(() => holdFile(file)).to.throw('Another program has the store open.');
    } finally {
      second.kill('SIGKILL');
      await once(second, 'exit');
    }
    const alone = holdFile(file);
    expect(() => shareFile(file)).to.throw('Another program has the store to itself.');
    alone();
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('is refused to SQLite in WebAssembly beside better-sqlite3, and the other way round', async () => {
    const log = createLogger({ level: 'silent' });
    const open = (driver?: 'wasm') => openStore({ engine: 'sqlite', file, ...(driver && { driver }) }, { log });
    for (const [first, second] of [[undefined, 'wasm'] as const, ['wasm', undefined] as const]) {
      const store = await open(first);
      const refused = await open(second).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(DataMindError).and.have.property('code', 'STORE_UNAVAILABLE');
      await store.close();
      await (await open(second)).close();
    }
  });

  const stale: readonly (readonly [title: string, owner: string])[] = [
    ['a process that has the number of its holder but began later', `${process.pid} another-boot/1\n`],
    ['a number that no process can have', '4194305 x/1\n'],
    ['what is no owner', 'nonsense'],
    ['nothing', ''],
  ];
  for (const [title, owner] of stale) {
    it(`is taken over from ${title}`, () => {
      writeFileSync(`${file}.owner`, owner);
      holdFile(file)();
      expect(existsSync(`${file}.owner`)).to.equal(false);
    });
  }
});
