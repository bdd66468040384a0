import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MissingEngine, TestEngine } from './engine.js';
import { processorTime } from './processor-time.js';

const run = promisify(execFile);

/** Opens the file for writing in a process of its own, which lets go of it at its end. */
const writer = `
  import * as duckdb from '@duckdb/node-api';
  const [path, statements] = [process.argv[1], JSON.parse(process.argv[2])];
  const instance = await duckdb.DuckDBInstance.create(path);
  const connection = await instance.connect();
  let rows = [];
  for (const text of statements) rows = (await connection.runAndReadAll(text)).getRowObjectsJson();
  console.log(JSON.stringify(rows));
  connection.closeSync();
  instance.closeSync();`;

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
  const path = join(folder, 'test.duckdb');
  const admin = async (...statements: readonly string[]): Promise<readonly unknown[]> => {
    const { stdout } = await run(
      process.execPath,
      ['--input-type=module', '-e', writer, path, JSON.stringify(statements)],
      {
        maxBuffer: 256 * 1024 * 1024,
        cwd: import.meta.dirname,
      },
    );
    return JSON.parse(stdout);
  };
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
