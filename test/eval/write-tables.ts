import { DuckDBInstance } from '@duckdb/node-api';

export type Value = string | number | boolean | null;
export type TableRow = readonly [table: string, row: readonly Value[]];

const spell = (value: Value): string =>
  value === null ? 'null' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

/** Of longer lists DuckDB takes more time a row. */
const rowsAtOnce = 1000;

/** Writes a DuckDB file; `path` is not there yet. @param tables the columns of each, as SQL has them */
export const writeTables = async (
  path: string,
  tables: Readonly<Record<string, string>>,
  rows: Iterable<TableRow>,
): Promise<void> => {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    for (const [table, columns] of Object.entries(tables)) await connection.run(`create table ${table} (${columns})`);
    const written = new Map<string, string[]>();
    for (const [table, row] of rows) {
      const text = `(${row.map(spell).join(', ')})`;
      const of = written.get(table);
      if (of === undefined) written.set(table, [text]);
      else of.push(text);
    }
    await connection.run('begin');
    for (const [table, values] of written) {
      for (let at = 0; at < values.length; at += rowsAtOnce) {
        await connection.run(`insert into ${table} values ${values.slice(at, at + rowsAtOnce).join(',')}`);
      }
    }
    await connection.run('commit');
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};
