import { randomUUID } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { SessionKind } from 'datamind/connector-kit';
import { PluginError, type PluginHost } from 'datamind/contract';
import { translateOpenError } from './errors.js';
import type { DuckDbSettings } from './settings.js';

type Driver = typeof import('@duckdb/node-api');

/** One connection to the file. What a statement left in it goes away with {@link renew}. */
export interface Session {
  readonly driver: Driver;
  connection(): DuckDBConnection;
  /** How the next statements are planned: see `fixed` of {@link Planning}. */
  plan(fixed: boolean): Promise<void>;
  /** Every call that computes goes through here, so that `cancel` knows when it has ended. */
  busy<T>(work: Promise<T>): Promise<T>;
  /** Runs a text of the connector's own and reads all of it. */
  ask(text: string, ...values: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Stops what computes. */
  cancel(): Promise<'keep' | 'discard'>;
  renew(): Promise<void>;
  close(): void;
}

export interface Database {
  readonly sessions: SessionKind<Session>;
  close(): void;
}

/** The database as DuckDB likes to plan, and once more with plans that are fixed. */
type Instances = (fixed: boolean) => DuckDBInstance;

const inMemory = ':memory:';

const loadDriver = async (): Promise<Driver> => {
  try {
    const module = (await import('@duckdb/node-api')) as Driver & { default?: Driver };
    return module.default ?? module;
  } catch (cause) {
    throw new PluginError(
      'DRIVER_MISSING',
      'The driver of DuckDB is not installed for this system; run `npm install @duckdb/node-api`.',
      { cause },
    );
  }
};

const createSession = async (driver: Driver, instances: Instances): Promise<Session> => {
  let isFixed = false;
  let connection = await instances(isFixed).connect();
  let pending: Promise<unknown> | null = null;

  const renew = async () => {
    connection.closeSync();
    connection = await instances(isFixed).connect();
  };
  const busy = async <T>(work: Promise<T>): Promise<T> => {
    pending = work;
    try {
      return await work;
    } finally {
      if (pending === work) pending = null;
    }
  };
  return {
    driver,
    connection: () => connection,
    busy,
    ask: async (text, ...values) => (await busy(connection.runAndReadAll(text, [...values]))).getRowObjectsJson(),
    cancel: async () => {
      // An interrupt that comes before the statement has reached a thread is lost, so it is repeated until the call ends.
      while (pending !== null) {
        connection.interrupt();
        let timer: NodeJS.Timeout | undefined;
        const soon = new Promise((tick) => {
          timer = setTimeout(tick, 10);
        });
        await Promise.race([pending.catch(() => undefined), soon]);
        clearTimeout(timer);
      }
      return 'keep';
    },
    plan: async (fixed) => {
      if (fixed === isFixed) return;
      const other = await instances(fixed).connect();
      connection.closeSync();
      connection = other;
      isFixed = fixed;
    },
    renew,
    close: () => connection.closeSync(),
  };
};

/**
 * What shuts the engine off from everything but its one file. `lock_configuration` comes last: after it no statement can
 * change any of it.
 */
const lockedDown = [
  "SET GLOBAL TimeZone = 'UTC'",
  'SET enable_external_access = false',
  'SET lock_configuration = true',
];

/** What the engine must say of itself before the first statement of anybody reaches it. */
const posture = `
  SELECT current_setting('enable_external_access') AS external, current_setting('lock_configuration') AS locked,
    (SELECT readonly FROM duckdb_databases() WHERE database_name = current_database()) AS readonly`;

/**
 * What DuckDB 1.5 chooses by the rows of whole tables, their smallest and largest values, or those of a filter that it finds
 * while it runs, and which kind of join by how many rows it expects. A setting of the whole instance, not of a session.
 */
const fixedPlan: Readonly<Record<string, string>> = {
  disabled_optimizers: [
    'join_order',
    'build_side_probe_side',
    'statistics_propagation',
    'compressed_materialization',
    'join_filter_pushdown',
    'top_n',
    // Ends in an internal error where some of the others are missing.
    'top_n_window_elimination',
    'row_group_pruner',
    'late_materialization',
  ].join(','),
  nested_loop_join_threshold: '0',
  merge_join_threshold: '0',
  asof_loop_join_threshold: '0',
};

/** Else DuckDB would find out under the first statement that is too large. */
const requireWritable = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new PluginError(
      'CONNECTION_FAILED',
      'DuckDB cannot spill: the folder of `temp_directory` can be neither made nor written; name another one, or leave it out.',
      { cause },
    );
  }
};

const openInstance = async (
  driver: Driver,
  path: string,
  spillTo: string,
  options: Readonly<Record<string, string>>,
): Promise<DuckDBInstance> => {
  let instance: DuckDBInstance;
  try {
    instance = await driver.DuckDBInstance.create(path === inMemory ? path : resolve(path), {
      ...options,
      // Two instances may not spill into one folder.
      temp_directory: join(spillTo, `datamind-duckdb-spill-${randomUUID()}`),
    });
  } catch (error) {
    throw translateOpenError(error, path);
  }
  try {
    const first = await createSession(driver, () => instance);
    for (const text of lockedDown) await first.ask(text);
    const [said] = await first.ask(posture);
    first.close();
    const shut = said?.external === false && said.locked === true && (path === inMemory || said.readonly === true);
    if (!shut)
      throw new PluginError(
        'CONNECTION_FAILED',
        'DuckDB did not become read-only and shut off from files, so it is not used.',
      );
    return instance;
  } catch (error) {
    instance.closeSync();
    throw PluginError.is(error) ? error : translateOpenError(error, path);
  }
};

export const openDatabase = async (settings: DuckDbSettings, host: PluginHost): Promise<Database> => {
  const driver = await loadDriver();
  const { path } = settings;
  const options: Record<string, string> = {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    memory_limit: settings.memory_limit ?? '2GB',
    max_temp_directory_size: settings.max_temp_size ?? '4GB',
    ...(settings.threads === undefined ? {} : { threads: String(settings.threads) }),
    ...(path === inMemory ? {} : { access_mode: 'READ_ONLY' }),
  };
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  if ((settings.pool?.max ?? 4) > threads) {
    host.log.warn('the pool has more sessions than Node has threads: set UV_THREADPOOL_SIZE to more than pool.max', {
      threads,
    });
  }
  const spillTo = settings.temp_directory ?? tmpdir();
  if (settings.temp_directory !== undefined) requireWritable(settings.temp_directory);
  const free = await openInstance(driver, path, spillTo, options);
  let fixed: DuckDBInstance;
  try {
    // At once, not when it is first needed: both must read one and the same file, also when another is put in its place.
    fixed = await openInstance(driver, path, spillTo, { ...options, ...fixedPlan });
  } catch (error) {
    free.closeSync();
    throw error;
  }
  const instances: Instances = (isFixed) => (isFixed ? fixed : free);
  return {
    sessions: {
      open: () => createSession(driver, instances),
      reset: (session) => session.renew(),
      close: async (session) => session.close(),
    },
    close: () => {
      free.closeSync();
      fixed.closeSync();
    },
  };
};
