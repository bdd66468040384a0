import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { type EntryRow, entries } from '../../src/audit/store.js';
import { type UserRow, users, workspaces } from '../../src/identity/store.js';
import { checkBackup, restoreBackup, writeBackup } from '../../src/store/backup.js';
import { openStore } from '../../src/store/open-store.js';
import { tables } from '../../src/store/schema.js';
import type { Store } from '../../src/store/store.js';
import { isLong } from '../property/part-of.js';
import { createPlace, type StoreVariant, variants } from './store-places.js';

const log = createLogger({ level: 'silent' });
const now = (): number => Date.parse('2026-03-01T12:00:00.250Z');
/** Two pages and a rest. */
const manyRows = 1_234;

const person: UserRow = {
  id: 'u1',
  username: 'ann',
  email: null,
  name: 'Ann',
  passwordHash: '$2b$12$…',
  passwordChangedAt: 2,
  status: 'active',
  operator: true,
  createdAt: 2,
  version: 1,
};

const entryAt = (at: number): EntryRow => ({
  chain: `node-${at % 3}`,
  seq: at + 1,
  id: `e${at}`,
  at: 1_700_000_000_000 + at,
  phase: 'intent',
  action: 'statement.run',
  user: 'ann',
  workspace: at % 2 === 0 ? 'w1' : 'default',
  fingerprint: null,
  origin: null,
  target: 'main',
  correlationId: `c${at}`,
  intentId: null,
  result: null,
  code: null,
  detail: `{"text":"a \\"quoted\\" line\\nand another, ${at}","number":0.10}`,
  previousHash: '',
  hash: createHash('sha256').update(String(at)).digest('hex'),
});

const fill = (store: Store): Promise<void> =>
  store.transaction(async (db) => {
    await db.insert(workspaces, { id: 'w1', name: 'Über — 東京', createdAt: 1, version: 1 });
    await db.insert(users, person);
    await db.insert(
      entries,
      Array.from({ length: manyRows }, (_, at) => entryAt(at)),
    );
  });

/** Everything there is, by table. */
const everything = (store: Store): Promise<unknown> =>
  store.read(async (db) => {
    const all: [string, unknown][] = [];
    for (const table of tables) {
      const order = Object.fromEntries(
        Object.entries(table.options.columns).flatMap(([name, column]) => (column?.primary ? [[name, 'ASC']] : [])),
      );
      all.push([table.options.name, await db.find(table, { order })]);
    }
    return all;
  });

describe('backups of the store', () => {
  let folder: string;
  let file: string;
  let open: { store: Store; remove(): Promise<void> }[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'datamind-backup-'));
    file = join(folder, 'a.backup.gz');
    open = [];
  });
  afterEach(async () => {
    for (const { store, remove } of open) {
      await store.close();
      await remove();
    }
    rmSync(folder, { recursive: true, force: true });
  });
  const openEmpty = async (variant: StoreVariant): Promise<Store> => {
    const { place, remove } = await createPlace[variant]();
    const store = await openStore(place, { log });
    open.push({ store, remove });
    return store;
  };

  // In the short run to the same kind and the next one, so that each is gone from and to twice.
  for (const [nth, from] of variants.entries())
    it(`go from ${from} to ${isLong ? 'each' : 'two'} with every row as it was`, async () => {
      const source = await openEmpty(from);
      await fill(source);
      const report = await writeBackup(source, file, '1.2.3', now);
      expect(report.rows).to.be.greaterThan(manyRows);
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      const before = await everything(source);
      for (const to of isLong ? variants : [from, variants[(nth + 1) % variants.length]!]) {
        const target = await openEmpty(to);
        expect(await restoreBackup(target, file), to).to.deep.equal(report);
        expect(await everything(target), to).to.deep.equal(before);
      }
    });

  for (const variant of variants)
    it(`hold one state, whatever is written meanwhile, on ${variant}`, async () => {
      const store = await openEmpty(variant);
      await fill(store);
      const before = await everything(store);
      let late: Promise<void> | undefined;
      const during: Store = {
        ...store,
        snapshot: (work) =>
          store.snapshot(async (db) => {
            // The first read fixes the state.
            await db.exists(entries);
            late = store.transaction(async (writer) => {
              await writer.remove(entries, { chain: 'node-1' });
            });
            if (variant !== 'sqlite-wasm') await late;
            return work(db);
          }),
      };
      await writeBackup(during, file, '1.2.3', now);
      await late;
      expect(await everything(store)).not.to.deep.equal(before);
      const target = await openEmpty('sqlite');
      await restoreBackup(target, file);
      expect(await everything(target)).to.deep.equal(before);
    });

  it('overwrite nothing', async () => {
    const [source, target] = [await openEmpty('sqlite'), await openEmpty('sqlite')];
    await fill(source);
    await fill(target);
    const before = await everything(target);
    await writeBackup(source, file, '1.2.3', now);
    const error = await restoreBackup(target, file).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'CONFLICT' });
    expect(await everything(target)).to.deep.equal(before);
  });

  const lines = (): string[] => gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  const rewrite = (texts: readonly string[]): void => writeFileSync(file, gzipSync(`${texts.join('\n')}\n`));
  const damages: Readonly<Record<string, () => void>> = {
    'cut off within the compressed bytes': () => writeFileSync(file, readFileSync(file).subarray(0, -20)),
    'without its last line': () => rewrite(lines().slice(0, -1)),
    'with a row changed': () =>
      rewrite(lines().map((line) => line.replace('"action":"statement.run"', '"action":"user.delete"'))),
    'with a row missing': () => rewrite(lines().toSpliced(5, 1)),
    'with a row twice': () => rewrite(lines().toSpliced(5, 0, lines()[5]!)),
    'with something after its end': () => rewrite([...lines(), '{"table":"users","row":{}}']),
    'that is no gzip': () => writeFileSync(file, 'hello'),
    'that is something else': () => writeFileSync(file, gzipSync('{"hello":1}\n')),
    'that is empty': () => writeFileSync(file, ''),
  };
  let whole: Buffer | undefined;
  for (const [title, damage] of Object.entries(damages))
    it(`know a file ${title}, and restore nothing of it`, async () => {
      if (whole === undefined) {
        const source = await openEmpty('sqlite');
        await fill(source);
        await writeBackup(source, file, '1.2.3', now);
        whole = readFileSync(file);
      } else writeFileSync(file, whole);
      const target = await openEmpty('sqlite');
      await checkBackup(file);
      damage();
      const before = await everything(target);
      const error = await restoreBackup(target, file).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: 'BAD_REQUEST' });
      expect(await everything(target)).to.deep.equal(before);
    });

  it('of other tables are refused with the version to use', async () => {
    const source = await openEmpty('sqlite');
    await writeBackup(source, file, '0.9.0', now);
    const [first, ...rest] = lines();
    const header = JSON.parse(first!);
    const body = [JSON.stringify({ ...header, migrations: ['something else'] }), ...rest.slice(0, -1)];
    const sha256 = createHash('sha256')
      .update(`${body.join('\n')}\n`)
      .digest('hex');
    rewrite([...body, JSON.stringify({ ...JSON.parse(rest.at(-1)!), sha256 })]);
    const error = (await checkBackup(file).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).to.contain('0.9.0');
  });

  it('leave nothing half written where there is no room', async () => {
    const source = await openEmpty('sqlite');
    const nowhere = join(folder, 'no', 'such', 'folder.gz');
    const error = await writeBackup(source, nowhere, '1.2.3', now).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'ENOENT' });
    expect(existsSync(`${nowhere}.partial`)).to.equal(false);
    // The store is free again.
    await source.transaction((db) => db.remove(users, { id: 'nobody' }));
  });
});
