import { AsyncLocalStorage } from 'node:async_hooks';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { holdFile, shareFile } from './hold-file.js';
import type { StoreSource } from './store-source.js';
import { openWasmDatabase, type SqliteDatabase } from './wasm-database.js';
import { createWriterQueue } from './writer-queue.js';

const busyMs = 5_000;
const patienceMs = 15_000;

const foldsCase = (db: SqliteDatabase): void => {
  // SQLite's own knows ASCII only.
  db.function('fold_case', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text));
};

const prepareWriter = (db: SqliteDatabase): void => {
  db.pragma('journal_mode = WAL');
  // What was acknowledged outlives a loss of power, too.
  db.pragma('synchronous = FULL');
  foldsCase(db);
  const prepare = db.prepare.bind(db);
  // The write lock at once: a transaction that asks for it after it has read can only fail when another process wrote.
  db.prepare = (sql) => prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
};

/** Readable by its owner only: it holds hashes of passwords, and credentials as ciphertext. */
const createFile = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
};

type Native = new (file: string) => SqliteDatabase;

/** Null where the package is not installed, or was built for another system. */
const loadNative = async (): Promise<Native | null> => {
  try {
    const { default: Database } = (await import('better-sqlite3')) as unknown as { default: Native };
    new Database(':memory:').close();
    return Database;
  } catch {
    return null;
  }
};

type Entities = DataSourceOptions['entities'];

const openSource = async (file: string, entities: Entities, options: object): Promise<DataSource> => {
  const common = { type: 'better-sqlite3', database: file, timeout: busyMs, entities, logging: false } as const;
  return new DataSource({ ...common, ...options } as DataSourceOptions).initialize();
};

/** A runner of its own for each piece of work, so that what comes late to one fails instead of joining the next. */
const withFreshRunner = async <T>(source: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> => {
  const driver = source.driver as { queryRunner?: QueryRunner };
  driver.queryRunner = undefined;
  const runner = source.createQueryRunner();
  try {
    return await work(runner);
  } finally {
    await runner.release();
    (runner as { isReleased: boolean }).isReleased = true;
  }
};

/** Two connections: one writes, one transaction at a time; one can only read, and never sees what is not committed. */
const openNative = async (driver: Native, file: string, entities: Entities): Promise<StoreSource> => {
  const letGo = shareFile(file);
  let writer: DataSource | undefined;
  try {
    const source = await openSource(file, entities, { driver, prepareDatabase: prepareWriter });
    writer = source;
    const reader = await openSource(file, entities, { driver, readonly: true, prepareDatabase: foldsCase });
    const inTurn = createWriterQueue(patienceMs);
    return {
      read: (work) => work(reader.manager),
      snapshot: async (work) => {
        const own = await openSource(file, entities, { driver, readonly: true, prepareDatabase: foldsCase });
        try {
          // Its state is that of the first read; the file only closes it.
          await own.query('begin');
          return await work(own.manager);
        } finally {
          await own.destroy();
        }
      },
      withRunner: (work) => inTurn(() => withFreshRunner(source, work)),
      close: async () => {
        await reader.destroy();
        await source.destroy();
        letGo();
      },
    };
  } catch (error) {
    await writer?.destroy();
    letGo();
    throw error;
  }
};

/**
 * One connection that keeps the file to itself: SQLite in WebAssembly has no memory that connections share, which a
 * write-ahead log asks for otherwise. Who reads waits for who writes.
 */
const openWasm = async (file: string, entities: Entities): Promise<StoreSource> => {
  const letGo = holdFile(file);
  let database: SqliteDatabase | undefined;
  const prepareDatabase = (db: SqliteDatabase): void => {
    database = db;
    // SQLite's own lock, which its holder leaves behind when it is killed. Nobody else holds it: the file is ours.
    rmSync(`${file}.lock`, { recursive: true, force: true });
    db.pragma('locking_mode = EXCLUSIVE');
    prepareWriter(db);
  };
  try {
    // Called with `new`.
    const driver = function open(path: string): SqliteDatabase {
      return openWasmDatabase(path);
    };
    const source = await openSource(file, entities, { driver, prepareDatabase });
    const inTurn = createWriterQueue(patienceMs);
    /** The transaction that asks: what it reads must not wait for its own end. */
    const transaction = new AsyncLocalStorage<QueryRunner>();
    const readOnly = async <T>(work: () => Promise<T>): Promise<T> => {
      database?.pragma('query_only = 1');
      try {
        return await work();
      } finally {
        database?.pragma('query_only = 0');
      }
    };
    const readInTurn = <T>(work: (manager: QueryRunner['manager']) => Promise<T>): Promise<T> =>
      inTurn(() => readOnly(() => withFreshRunner(source, ({ manager }) => work(manager))));
    return {
      // Nobody writes in its turn.
      snapshot: readInTurn,
      read: (work) => {
        const runner = transaction.getStore();
        if (runner !== undefined && !runner.isReleased) return work(runner.manager);
        return readInTurn(work);
      },
      withRunner: (work) =>
        inTurn(() => withFreshRunner(source, (runner) => transaction.run(runner, () => work(runner)))),
      close: async () => {
        await source.destroy();
        // Else Node goes on to follow each promise of this process.
        transaction.disable();
        letGo();
      },
    };
  } catch (error) {
    database?.close();
    letGo();
    throw error;
  }
};

const missingDriver = (cause: unknown): DataMindError =>
  new DataMindError('DRIVER_MISSING', 'The store needs the package better-sqlite3, which is not installed.', {
    hint: 'Run "npm install better-sqlite3" (it wants a prebuilt binary or a C++ compiler), or set DATABASE_URL to a PostgreSQL database.',
    cause,
  });

/**
 * Opens the file with better-sqlite3, and with SQLite in WebAssembly where that is not built.
 * @param onWasm is told of the second
 */
export const openSqlite = async (
  { file, driver }: { readonly file: string; readonly driver?: 'wasm' },
  entities: Entities,
  onWasm: () => void,
): Promise<StoreSource> => {
  createFile(file);
  const native = driver === 'wasm' ? null : await loadNative();
  if (native !== null) return openNative(native, file, entities);
  if (driver !== 'wasm') onWasm();
  try {
    return await openWasm(file, entities);
  } catch (error) {
    const { code } = error as { code?: string };
    throw code === 'MODULE_NOT_FOUND' ? missingDriver(error) : error;
  }
};
