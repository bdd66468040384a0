import type { MissingEngine, TestEngine } from './engine.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

export const dialects: readonly TextDialect[] = ['duckdb', 'sqlite', 'postgres', 'mysql', 'clickhouse'];

interface EngineModule {
  start(): Promise<TestEngine | MissingEngine>;
}

const started = new Map<TextDialect, Promise<TestEngine | MissingEngine>>();

export const isMissing = (engine: TestEngine | MissingEngine): engine is MissingEngine => 'missing' in engine;

const start = async (dialect: TextDialect): Promise<TestEngine | MissingEngine> => {
  const module = (await import(`./${dialect}.js`)) as EngineModule;
  return module.start();
};

/** The one engine of a dialect that this process shares: started when first asked for, stopped by {@link stopEngines}. */
export const startEngine = (dialect: TextDialect): Promise<TestEngine | MissingEngine> => {
  const engine = started.get(dialect) ?? start(dialect);
  started.set(dialect, engine);
  return engine;
};

/** Stops all that was started; for the end of a run. */
export const stopEngines = async (): Promise<void> => {
  const engines = await Promise.allSettled(started.values());
  started.clear();
  await Promise.allSettled(
    engines.map(async (outcome) => {
      if (outcome.status === 'fulfilled' && !isMissing(outcome.value)) await outcome.value.stop();
    }),
  );
};

// Mocha loads every test file before it runs one, so a hook made while a file loads is a root hook. A worker of several files
// has each file's own root hooks and goes on with the engines: they end with its process.
if (typeof after === 'function' && process.env.MOCHA_WORKER_ID === undefined)
  after('stop the test engines', stopEngines);
