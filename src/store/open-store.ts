import { setTimeout as wait } from 'node:timers/promises';
import type { EntitySchema, QueryRunner } from 'typeorm';
import type { Logger } from '../../core/plugin/contract.js';
import { createWriter } from './create-writer.js';
import { describeStoreFailure, mayRunAgain } from './describe-store-failure.js';
import type { StorePlace } from './engine.js';
import { type EpochName, type Epochs, epochQuery, readEpochs } from './epochs.js';
import { migrate } from './migrate.js';
import type { Migration } from './migration.js';
import { openPostgres } from './open-postgres.js';
import { openSqlite } from './open-sqlite.js';
import * as schema from './schema.js';
import type { Store } from './store.js';
import type { StoreSource } from './store-source.js';

export interface OpenStoreOptions {
  readonly log: Logger;
  // biome-ignore lint/suspicious/noExplicitAny: the rows of a table are its owner's
  readonly tables?: readonly EntitySchema<any>[];
  readonly migrations?: readonly Migration[];
}

const mostRuns = 10;
const withoutNative =
  'better-sqlite3 is not installed, so the store runs on SQLite in WebAssembly: slower, and for one program at a time. "npm install better-sqlite3" mends it (where no binary can be downloaded it is compiled, with g++, make and python3); DATABASE_URL names a PostgreSQL database in its place.';

const inTransaction = async <T>(
  source: StoreSource,
  isolation: StoreSource['isolation'],
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> =>
  source.withRunner(async (runner) => {
    await runner.startTransaction(isolation);
    try {
      if (source.afterBegin) await runner.query(source.afterBegin);
      const result = await work(runner);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // The first error tells what happened; a broken connection rolls back by itself.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  });

const described = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw describeStoreFailure(error);
  }
};

/** Runs again what lost against others, after a pause that grows and differs. */
const untilItHolds = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let run = 1; ; run++) {
    try {
      return await work();
    } catch (error) {
      if (run === mostRuns || !mayRunAgain(error)) throw error;
      await wait(Math.random() * 2 ** Math.min(run, 7));
    }
  }
};

/**
 * Opens the store and brings its tables to this version.
 * @throws DataMindError `STORE_UNAVAILABLE`, `DRIVER_MISSING`, `CONFIG_INVALID` when a newer version made it
 */
export const openStore = (place: StorePlace, options: OpenStoreOptions): Promise<Store> =>
  described(async () => {
    const { log, tables = schema.tables, migrations = schema.migrations } = options;
    const source =
      place.engine === 'sqlite'
        ? await openSqlite(place, [...tables], () => log.warn(withoutNative))
        : await openPostgres(place.url, [...tables], (error) => log.warn('a connection to the store broke', { error }));
    try {
      // Each statement sees what was committed before it: the first one waits for whoever migrates now.
      const made = await inTransaction(source, undefined, (runner) => migrate(runner, place.engine, migrations));
      if (made.length > 0) log.info('the tables of the store were brought to this version', { migrations: made });
    } catch (error) {
      await source.close().catch(() => undefined);
      throw error;
    }
    const listeners = new Set<(epochs: Epochs) => void>();
    const changed: ((id: EpochName) => void)[] = [];
    return {
      engine: place.engine,
      read: (work) => described(() => source.read(work)),
      snapshot: (work) => described(() => source.snapshot(work)),
      transaction: async (work) => {
        let counted = new Set<EpochName>();
        const result = await described(() =>
          untilItHolds(() => {
            counted = new Set();
            return inTransaction(source, source.isolation, ({ manager }) =>
              work(createWriter(manager, (id) => counted.add(id))),
            );
          }),
        );
        for (const id of counted) for (const listener of changed) listener(id);
        return result;
      },
      onChange: (listener) => {
        changed.push(listener);
      },
      epochs: () =>
        described(async () => {
          const found = readEpochs(await source.read((reader) => reader.query(epochQuery[place.engine])));
          for (const listener of listeners) listener(found);
          return found;
        }),
      onEpochs: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: () => source.close(),
    };
  });
