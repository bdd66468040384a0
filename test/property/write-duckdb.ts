/**
 * Writes a DuckDB file within this process, in one transaction, and lets go of it. Much faster than the engine's `admin`, which
 * starts a process for each call; nobody else may have the file open.
 */
export const writeDuckdb = async (path: string, statements: readonly string[]): Promise<void> => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(path);
  try {
    const connection = await instance.connect();
    try {
      await connection.run(['BEGIN', ...statements, 'COMMIT', ''].join(';\n'));
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
};
