import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MissingEngine, TestEngine } from './engine.js';
import { processorTime } from './processor-time.js';

interface Writer {
  prepare(text: string): { readonly reader: boolean; all(): readonly unknown[]; run(): unknown };
  close(): void;
}

/** The native driver where it is built, else the one in WASM; both write the same files. */
const openWriter = async (path: string): Promise<Writer> => {
  try {
    const { default: Native } = await import('better-sqlite3');
    return new Native(path);
  } catch {
    const { default: wasm } = await import('node-sqlite3-wasm');
    const database = new wasm.Database(path);
    return {
      prepare: (text) => ({ reader: true, all: () => database.all(text), run: () => database.run(text) }),
      close: () => database.close(),
    };
  }
};

/** A SQLite file of this run. */
export const start = async (): Promise<TestEngine | MissingEngine> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-sqlite-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'test.sqlite');
  const admin = async (...statements: readonly string[]): Promise<readonly unknown[]> => {
    const writer = await openWriter(path);
    try {
      let rows: readonly unknown[] = [];
      for (const text of statements) {
        const statement = writer.prepare(text);
        if (statement.reader) rows = statement.all();
        else statement.run();
      }
      return rows;
    } finally {
      writer.close();
    }
  };
  const [row] = (await admin(
    'CREATE TABLE dm_start (v)',
    'DROP TABLE dm_start',
    'SELECT sqlite_version() AS version',
  )) as readonly {
    version: string;
  }[];
  return {
    dialect: 'sqlite',
    version: `SQLite ${row?.version}`,
    plugin: 'plugins/connectors/sqlite',
    config: { path },
    admin,
    // Statements run in child processes, which SQLite knows nothing of: what computes is seen by their processor time.
    running: async () => {
      if (process.platform !== 'linux') return null;
      return (await processorTime('children', 100)) > 20 ? 1 : 0;
    },
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
};
