import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import type { Written } from './duckdb-writer.js';
import type { MissingEngine, TestEngine } from './engine.js';
import { processorTime } from './processor-time.js';

let writer: ChildProcess | null = null;
let last: Promise<unknown> = Promise.resolve();

const startWriter = (): ChildProcess => {
  const started = fork(join(packageRoot(), 'dist', 'test', 'engines', 'duckdb-writer.js'), { execArgv: [] });
  started.on('exit', () => {
    writer = null;
  });
  return started;
};

const write = async (path: string, statements: readonly string[]): Promise<readonly unknown[]> => {
  writer ??= startWriter();
  const child = writer;
  child.ref();
  child.channel?.ref();
  try {
    const { rows, error } = await new Promise<Written>((resolve, reject) => {
      const ended = (): void => reject(new Error('the process that writes ended'));
      child.once('exit', ended);
      child.once('message', (written: Written) => {
        child.off('exit', ended);
        resolve(written);
      });
      child.send([path, statements]);
    });
    if (rows === undefined) throw new Error(error);
    return rows;
  } finally {
    child.unref();
    child.channel?.unref();
  }
};

/** Writes in a process of its own, one after another; it lets go of the file each time. */
const writeInTurn = (path: string, statements: readonly string[]): Promise<readonly unknown[]> => {
  const written = last.catch(() => undefined).then(() => write(path, statements));
  last = written;
  return written;
};

/** A DuckDB file of this run. `admin` fails while a connector has the file open: DuckDB lets one process write, or many read. */
export const start = async (): Promise<TestEngine | MissingEngine> => {
  let version: string;
  try {
    version = (await import('@duckdb/node-api')).version();
  } catch {
    return {
      dialect: 'duckdb',
      missing: 'the package @duckdb/node-api has no binary for this system; run npm install',
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'datamind-duckdb-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'test.duckdb');
  const admin = (...statements: readonly string[]): Promise<readonly unknown[]> => writeInTurn(path, statements);
  await admin();
  return {
    dialect: 'duckdb',
    version: `DuckDB ${version}`,
    plugin: 'plugins/connectors/duckdb',
    config: { path, threads: 2, memory_limit: '1GB' },
    admin,
    // DuckDB runs in this process and lists no statements: what computes is seen by the processor time that goes by.
    running: async () => ((await processorTime('self', 100)) > 15 ? 1 : 0),
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
};
