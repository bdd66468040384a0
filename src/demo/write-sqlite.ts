import { isoDay } from './calendar.js';
import type { DemoFile } from './demo-file.js';
import { type DemoColumn, type DemoTable, type DemoValue, demoTables, createTable } from './tables.js';

const convert = (column: DemoColumn, value: DemoValue): number | string | null => {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  switch (column.type) {
    case 'money':
      return value / 100;
    case 'decimal':
      return value / 1000;
    case 'date':
      return isoDay(value);
    case 'instant':
      return new Date(value * 1000).toISOString().replace('.000Z', 'Z');
    default:
      return value;
  }
};

/** What the two SQLite drivers have in common, as far as writing the demo needs it. */
interface Driver {
  exec(sql: string): void;
  prepare(sql: string): (values: (number | string | null)[]) => void;
  close(): void;
}

const openNative = async (path: string): Promise<Driver> => {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(path);
  return {
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return (values) => void statement.run(values);
    },
    close: () => void database.close(),
  };
};

const openWasm = async (path: string): Promise<Driver> => {
  const { default: sqlite } = await import('node-sqlite3-wasm');
  const database = new sqlite.Database(path);
  const statements: { finalize(): void }[] = [];
  return {
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      statements.push(statement);
      return (values) => void statement.run(values);
    },
    close: () => {
      for (const statement of statements.splice(0)) statement.finalize();
      if (database.isOpen) database.close();
    },
  };
};

/** The native driver where it is built, the WebAssembly one elsewhere. */
export const createSqliteFile = async (path: string): Promise<DemoFile> => {
  const driver = await openNative(path).catch(() => openWasm(path));
  driver.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
  for (const table of Object.values(demoTables)) driver.exec(createTable(table));
  driver.exec('BEGIN');
  const inserts = new Map(
    Object.values(demoTables).map((table: DemoTable) => [
      table.name,
      {
        table,
        insert: driver.prepare(`INSERT INTO ${table.name} VALUES (${table.columns.map(() => '?').join(', ')})`),
      },
    ]),
  );
  let open = true;
  return {
    write: (name, row) => {
      const { table, insert } = inserts.get(name)!;
      insert(table.columns.map((column, index) => convert(column, row[index]!)));
    },
    finish: async () => driver.exec('COMMIT; PRAGMA synchronous = FULL; ANALYZE'),
    close: async () => {
      if (open) driver.close();
      open = false;
    },
  };
};
