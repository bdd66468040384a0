import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { StoreSource } from './store-source.js';
import { createWriterQueue } from './writer-queue.js';

/** The part of better-sqlite3 that is used here. */
interface Driver {
  prepare(sql: string): unknown;
  pragma(text: string): unknown;
  function(name: string, options: { deterministic: boolean }, body: (text: unknown) => unknown): unknown;
}

const busyMs = 5_000;
const patienceMs = 15_000;

const foldsCase = (db: Driver): void => {
  // SQLite's own knows ASCII only.
  db.function('fold_case', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text));
};

const prepareWriter = (db: Driver): void => {
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

const missingDriver = (cause: unknown): DataMindError =>
  new DataMindError('DRIVER_MISSING', 'The store needs the package better-sqlite3, which is not installed.', {
    hint: 'Run "npm install better-sqlite3" (it wants a prebuilt binary or a C++ compiler), or set DATABASE_URL to a PostgreSQL database.',
    cause,
  });

/**
 * Two connections to the file: one that writes, one transaction at a time, and one that can only read and never sees what
 * is not committed.
 */
export const openSqlite = async (file: string, entities: DataSourceOptions['entities']): Promise<StoreSource> => {
  createFile(file);
  const common = { type: 'better-sqlite3', database: file, timeout: busyMs, entities, logging: false } as const;
  const sources: DataSource[] = [];
  const open = async (options: Partial<DataSourceOptions>): Promise<DataSource> => {
    const source = new DataSource({ ...common, ...options } as DataSourceOptions);
    await source.initialize();
    sources.push(source);
    return source;
  };
  const close = async (): Promise<void> => {
    for (const source of sources.splice(0).reverse()) await source.destroy();
  };
  try {
    const writer = await open({ prepareDatabase: prepareWriter } as never);
    const reader = await open({ readonly: true, prepareDatabase: foldsCase } as never);
    const inTurn = createWriterQueue(patienceMs);
    const driver = writer.driver as { queryRunner?: QueryRunner };
    return {
      reader: reader.manager,
      withRunner: (work) =>
        inTurn(async () => {
          const runner = writer.createQueryRunner();
          // The next transaction gets a runner of its own, so that what comes late to this one fails instead of joining that.
          driver.queryRunner = undefined;
          try {
            return await work(runner);
          } finally {
            await runner.release();
            (runner as { isReleased: boolean }).isReleased = true;
          }
        }),
      close,
    };
  } catch (error) {
    await close();
    const { name, code } = error as { name?: string; code?: string };
    if (name === 'DriverPackageNotInstalledError' || code === 'ERR_DLOPEN_FAILED') throw missingDriver(error);
    throw error;
  }
};
