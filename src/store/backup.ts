/**
 * The store as one file: gzip of lines of JSON. The first says which tables it is of; then a row a line; the last one counts and
 * hashes what stands before it, so that a file that was cut off or changed is told from a whole one. Both engines write the same,
 * and read what the other wrote.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { readRows } from './backup-rows.js';
import { migrations, tables } from './schema.js';
import type { Store, Writer } from './store.js';

const format = 1;

interface Header {
  readonly datamind: 'backup';
  readonly format: number;
  readonly version: string;
  readonly at: string;
  readonly migrations: readonly string[];
}

/** What a backup holds. */
export interface BackupReport {
  /** When it was made, ISO 8601. */
  readonly at: string;
  /** Of DataMind. */
  readonly version: string;
  readonly rows: number;
}

const known = migrations.map(({ id }) => id);

const damaged = (file: string): DataMindError =>
  new DataMindError('BAD_REQUEST', `${file} is no whole backup of DataMind: it was cut off or changed.`, {
    hint: 'Take another backup. Nothing was restored.',
  });

/**
 * Writes one state of the whole store, beside a running server. The file is whole, or it is not there.
 * @param file must be of the owner alone: it holds hashes of passwords, personal data, and secrets as ciphertext
 * @throws DataMindError `STORE_UNAVAILABLE`; what the file system throws
 */
export const writeBackup = async (
  store: Store,
  file: string,
  version: string,
  now: () => number,
): Promise<BackupReport> => {
  const hash = createHash('sha256');
  const at = new Date(now()).toISOString();
  let rows = 0;
  const line = (value: object): string => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  const partial = `${file}.partial`;
  try {
    await store.snapshot(async (db) => {
      const source = async function* (): AsyncGenerator<string> {
        const header: Header = { datamind: 'backup', format, version, at, migrations: known };
        yield line(header);
        for (const table of tables) {
          for await (const row of readRows(db, table)) {
            rows += 1;
            yield line({ table: table.options.name, row });
          }
        }
        yield `${JSON.stringify({ end: true, rows, sha256: hash.digest('hex') })}\n`;
      };
      await pipeline(Readable.from(source()), createGzip(), createWriteStream(partial, { mode: 0o600, flush: true }));
    });
    renameSync(partial, file);
    return { at, version, rows };
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
};

const parse = (file: string, text: string): { readonly [key: string]: unknown } => {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(file);
  }
};

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file);
  const text = input.pipe(createGunzip());
  input.on('error', (error) => text.destroy(error));
  try {
    yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw damaged(file);
    throw error;
  } finally {
    input.destroy();
  }
}

/**
 * Reads the file to its end and says whether it is whole, and of this version's tables.
 * @throws DataMindError `BAD_REQUEST` when it is not; what the file system throws
 */
export const checkBackup = async (file: string): Promise<BackupReport> => {
  const hash = createHash('sha256');
  let header: Header | undefined;
  let rows = 0;
  let end: { readonly [key: string]: unknown } | undefined;
  for await (const text of linesOf(file)) {
    if (end !== undefined) throw damaged(file);
    const value = parse(file, text);
    if (header === undefined) {
      if (value.datamind !== 'backup' || value.format !== format) throw damaged(file);
      header = value as unknown as Header;
    } else if (value.end === true) {
      end = value;
      continue;
    } else rows += 1;
    hash.update(`${text}\n`);
  }
  if (header === undefined || end === undefined) throw damaged(file);
  if (end.rows !== rows || end.sha256 !== hash.digest('hex')) throw damaged(file);
  const { version, at, migrations: made } = header;
  if (JSON.stringify(made) !== JSON.stringify(known)) {
    throw new DataMindError(
      'BAD_REQUEST',
      `The backup was made by DataMind ${version}, whose tables differ from these.`,
      {
        hint: `Restore it with version ${version}; the next start of this version brings the tables up to date.`,
      },
    );
  }
  return { at, version, rows };
};

const rowsAtOnce = 500;

const fill = async (db: Writer, file: string): Promise<void> => {
  const byName = new Map(tables.map((table) => [table.options.name, table]));
  let table: EntitySchema<ObjectLiteral> | undefined;
  let rows: ObjectLiteral[] = [];
  const flush = async (): Promise<void> => {
    if (table !== undefined && rows.length > 0) await db.insert(table, rows);
    rows = [];
  };
  for await (const text of linesOf(file)) {
    const value = parse(file, text);
    if (typeof value.table !== 'string') continue;
    const next = byName.get(value.table);
    if (next === undefined) throw damaged(file);
    if (next !== table || rows.length === rowsAtOnce) await flush();
    table = next;
    rows.push(value.row as ObjectLiteral);
  }
  await flush();
};

/**
 * Fills a store that was never used, in one transaction.
 * @param store as it was opened just now
 * @throws DataMindError `CONFLICT` for one that holds anything of somebody's, and nothing was changed; `BAD_REQUEST`
 */
export const restoreBackup = async (store: Store, file: string): Promise<BackupReport> => {
  const report = await checkBackup(file);
  await store.transaction(async (db) => {
    const [own] = tables;
    // A server writes into its audit, the first of the tables, before it does anything.
    if (own === undefined || (await db.exists(own))) {
      throw new DataMindError('CONFLICT', 'There is a store already, and a restore overwrites nothing.', {
        hint: 'Move it away first, or name another DATAMIND_HOME or DATABASE_URL.',
      });
    }
    // What a migration puts into new tables is in the backup too.
    for (const table of [...tables].reverse()) await db.createQueryBuilder().delete().from(table).execute();
    await fill(db, file);
  });
  return report;
};
