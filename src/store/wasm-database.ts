import { createRequire } from 'node:module';
import { LRUCache } from 'lru-cache';

/** The part of better-sqlite3 that TypeORM and this room use. */
export interface SqliteDatabase {
  prepare(sql: string): {
    readonly reader: boolean;
    all(...values: unknown[]): unknown[];
    run(...values: unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  };
  pragma(text: string): unknown;
  function(name: string, options: { deterministic: boolean }, body: (text: unknown) => unknown): unknown;
  close(): void;
}

interface WasmStatement {
  finalize(): void;
  _getColumnNames(): readonly string[];
}
interface Wasm {
  readonly isOpen: boolean;
  prepare(sql: string): WasmStatement;
  all(sql: string, values?: readonly unknown[]): unknown[];
  run(
    sql: string,
    values?: readonly unknown[],
  ): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  function(name: string, body: (text: unknown) => unknown, options: { deterministic: boolean }): unknown;
  close(): void;
}

const require = createRequire(import.meta.url);

/** What SQLite says, by the code of its that the driver keeps to itself. */
const codes: readonly (readonly [message: RegExp, code: string])[] = [
  [/^UNIQUE constraint failed/, 'SQLITE_CONSTRAINT_UNIQUE'],
  [/^FOREIGN KEY constraint failed/, 'SQLITE_CONSTRAINT_FOREIGNKEY'],
  [/constraint failed/, 'SQLITE_CONSTRAINT'],
  [/^database or disk is full/, 'SQLITE_FULL'],
  [/is locked$/, 'SQLITE_BUSY'],
  [/malformed/, 'SQLITE_CORRUPT'],
  [/^file is not a database/, 'SQLITE_NOTADB'],
  [/^attempt to write a readonly database/, 'SQLITE_READONLY'],
  [/^disk I\/O error/, 'SQLITE_IOERR'],
  [/^unable to open database file|^Could not open the database/, 'SQLITE_CANTOPEN'],
];

const coded = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    const { message } = error as Error;
    const code = codes.find(([pattern]) => pattern.test(message))?.[1];
    throw code === undefined ? error : Object.assign(error as Error, { code });
  }
};

/** Statements of which it is remembered whether they give rows. */
const remembered = 500;

/** SQLite in WebAssembly behind the interface of better-sqlite3. A statement lives as long as one run of it. */
export const openWasmDatabase = (file: string): SqliteDatabase => {
  const { Database } = require('node-sqlite3-wasm') as { Database: new (file: string) => Wasm };
  const database = coded(() => new Database(file));
  const givesRows = new LRUCache<string, boolean>({ max: remembered });
  const isReader = (sql: string): boolean => {
    const known = givesRows.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    const found = statement._getColumnNames().length > 0;
    statement.finalize();
    givesRows.set(sql, found);
    return found;
  };
  return {
    prepare: (sql) => ({
      reader: coded(() => isReader(sql)),
      all: (...values) => coded(() => database.all(sql, values)),
      run: (...values) => coded(() => database.run(sql, values)),
    }),
    pragma: (text) => coded(() => database.all(`PRAGMA ${text}`)),
    function: (name, options, body) => database.function(name, (text) => body(text), options),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};
