/** Opens a DuckDB file for writing, runs statements and lets go of it, as often as it is told to; `duckdb.ts` starts it. */
import { DuckDBInstance } from '@duckdb/node-api';

export interface Written {
  readonly rows?: readonly unknown[];
  readonly error?: string;
}

const write = async (path: string, statements: readonly string[]): Promise<readonly unknown[]> => {
  const instance = await DuckDBInstance.create(path);
  try {
    const connection = await instance.connect();
    try {
      let rows: readonly unknown[] = [];
      for (const text of statements) rows = (await connection.runAndReadAll(text)).getRowObjectsJson();
      return rows;
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
};

process.on('message', async ([path, statements]: readonly [string, readonly string[]]) => {
  const written: Written = await write(path, statements).then(
    (rows) => ({ rows }),
    (error: Error) => ({ error: error.message }),
  );
  process.send!(written);
});
process.on('disconnect', () => process.exit());
