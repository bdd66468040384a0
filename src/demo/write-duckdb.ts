import {
  type DemoColumn,
  type DemoRow,
  type DemoTable,
  type DemoType,
  type DemoValue,
  demoTables,
  createTable,
} from './tables.js';
import type { DemoFile } from './demo-file.js';

type Duck = typeof import('@duckdb/node-api');

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const comments = (table: DemoTable): string[] => [
  `COMMENT ON TABLE ${table.name} IS ${quoted(table.comment)}`,
  ...table.columns
    .filter((it) => it.comment !== undefined)
    .map((it) => `COMMENT ON COLUMN ${table.name}.${it.name} IS ${quoted(it.comment!)}`),
];

/** Rows are appended by DuckDB's data chunks, column by column: a second or so for a million rows. */
export const createDuckdbFile = async (path: string): Promise<DemoFile> => {
  const duck: Duck = await import('@duckdb/node-api');
  const instance = await duck.DuckDBInstance.create(path);
  const connection = await instance.connect();
  const chunkRows = 2048;
  const chunkTypes = {
    integer: () => duck.INTEGER,
    text: () => duck.VARCHAR,
    money: () => duck.DECIMAL(12, 2),
    decimal: () => duck.DECIMAL(10, 3),
    date: () => duck.DATE,
    instant: () => duck.TIMESTAMPTZ,
    boolean: () => duck.BOOLEAN,
  } satisfies Record<DemoType, () => unknown>;
  const convert = (column: DemoColumn, value: DemoValue) => {
    if (value === null || typeof value !== 'number') return value;
    switch (column.type) {
      case 'money':
        return new duck.DuckDBDecimalValue(BigInt(value), 12, 2);
      case 'decimal':
        return new duck.DuckDBDecimalValue(BigInt(value), 10, 3);
      case 'date':
        return new duck.DuckDBDateValue(value);
      case 'instant':
        return new duck.DuckDBTimestampTZValue(BigInt(value) * 1_000_000n);
      default:
        return value;
    }
  };
  const tables = new Map(
    await Promise.all(
      Object.values(demoTables).map(async (table: DemoTable) => {
        await connection.run(createTable(table));
        for (const comment of comments(table)) await connection.run(comment);
        return [
          table.name,
          { table, pending: [] as DemoRow[], appender: await connection.createAppender(table.name) },
        ] as const;
      }),
    ),
  );
  const flush = (name: string): void => {
    const { table, pending, appender } = tables.get(name)!;
    if (pending.length === 0) return;
    const chunk = duck.DuckDBDataChunk.create(
      table.columns.map((it) => chunkTypes[it.type]()),
      pending.length,
    );
    chunk.setColumns(table.columns.map((column, index) => pending.map((row) => convert(column, row[index]!))));
    appender.appendDataChunk(chunk);
    pending.length = 0;
  };
  return {
    write: (name, row) => {
      const { pending } = tables.get(name)!;
      pending.push(row);
      if (pending.length === chunkRows) flush(name);
    },
    finish: async () => {
      for (const [name, { appender }] of tables) {
        flush(name);
        appender.closeSync();
      }
      await connection.run('CHECKPOINT');
    },
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
