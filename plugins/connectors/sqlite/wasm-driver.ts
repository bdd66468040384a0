/**
 * SQLite in WebAssembly, for systems where better-sqlite3 cannot be built. The driver gives rows as objects, integers as
 * numbers, and neither declared types nor a word about more than one statement: what it lacks is made up for here.
 */
import { createRequire } from 'node:module';
import type { Handle, SqliteValue } from './driver.js';
import { assertQueryWord } from './first-word.js';
import { registerFunctions } from './functions.js';
import { ChildFailure, ownFailures } from './messages.js';
import { sessionPragmas } from './session-pragmas.js';
import { openWasmFile, type WasmFile } from './wasm-file.js';

interface WasmStatement {
  iterate(values: readonly SqliteValue[]): IterableIterator<Readonly<Record<string, SqliteValue>>>;
  finalize(): void;
  _getColumnNames(): readonly string[];
}
interface WasmDatabase {
  exec(text: string): void;
  all(text: string): readonly Readonly<Record<string, SqliteValue>>[];
  prepare(text: string): WasmStatement;
  function(name: string, run: (...values: never[]) => unknown, options: { readonly deterministic: boolean }): void;
  close(): void;
}

const require = createRequire(import.meta.url);

/** Strings, quoted names and comments, in which nothing of the statement happens; or a placeholder. */
const quotedOrPlaceholder =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\?(\d+)/g;

const replacePlaceholders = (text: string, by: (position: number) => string): string =>
  text.replace(quotedOrPlaceholder, (found: string, digits: string | undefined) =>
    digits ? by(Number(digits)) : found,
  );

const assertOneStatement = (text: string): void => {
  const code = text.replace(quotedOrPlaceholder, (found) => (/^(--|\/\*)/.test(found) ? ' ' : 'x'));
  if (/;\s*[^\s;]/.test(code)) throw new ChildFailure(ownFailures.several, 'a second statement follows');
};

/** `WITH … DELETE … RETURNING` gives columns as a query does. */
const writesBehindWith = (text: string): boolean =>
  /^\s*WITH\b/i.test(text.replace(/^(\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '')) &&
  /\)\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(text.replace(quotedOrPlaceholder, 'x'));

/**
 * Declared types come from a second, empty database with the same tables: there the statement becomes a view, and SQLite
 * says of the view's columns what they were declared as.
 */
const createDeclarations = (Database: new () => WasmDatabase, file: WasmDatabase) => {
  let copy: WasmDatabase | null = null;
  let version: unknown;
  const current = (): WasmDatabase => {
    const now = file.all('SELECT schema_version AS v FROM pragma_schema_version')[0]!.v;
    if (copy && version === now) return copy;
    copy?.close();
    copy = new Database();
    registerScalars(copy);
    version = now;
    const schema = file.all(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'view') ORDER BY type, rowid",
    );
    for (const { sql } of schema) {
      try {
        copy.exec(String(sql));
      } catch {
        // A table of a module that is not here: its columns have no declared types.
      }
    }
    return copy;
  };
  return {
    of: (text: string, count: number): readonly (string | null)[] => {
      try {
        const database = current();
        database.exec(`CREATE TEMP VIEW datamind_shape AS ${replacePlaceholders(text, () => 'NULL')}`);
        try {
          const columns = database.all("SELECT type FROM pragma_table_info('datamind_shape') ORDER BY cid");
          // BLOB is also what SQLite calls an expression of any type: there the values decide.
          return columns.map(({ type }) => (type === '' || type === 'BLOB' ? null : String(type)));
        } finally {
          database.exec('DROP VIEW datamind_shape');
        }
      } catch {
        return new Array<null>(count).fill(null);
      }
    },
    close: () => copy?.close(),
  };
};

const registerScalars = (database: WasmDatabase): void =>
  registerFunctions({
    scalar: (name, run) => database.function(name, run, { deterministic: true }),
    aggregate: () => undefined,
  });

/** So many rows at most are read before it is seen that somebody writes. */
const rowsUnseen = 1_000;

function* rowsOf(
  rows: IterableIterator<Readonly<Record<string, SqliteValue>>>,
  cells: readonly string[],
  file: WasmFile,
): IterableIterator<readonly SqliteValue[]> {
  let read = 0;
  for (const row of rows) {
    read += 1;
    if (read % rowsUnseen === 0) file.check();
    yield cells.map((cell) => {
      const value = row[cell]!;
      return typeof value === 'number' && row[`t${cell}`] === 'integer' ? BigInt(value) : value;
    });
  }
  file.check();
}

/** One for each process: its name outlives a reset. */
let file: WasmFile | null = null;

export const openWasm = (path: string): Handle => {
  const { Database } = require('node-sqlite3-wasm') as {
    Database: new (
      path?: string,
      options?: { readonly readOnly: boolean; readonly fileMustExist: boolean },
    ) => WasmDatabase;
  };
  file ??= openWasmFile(path);
  const opened = file;
  opened.begin();
  const database = new Database(opened.name, { readOnly: true, fileMustExist: true });
  for (const pragma of sessionPragmas) database.exec(pragma);
  database.all('SELECT count(*) FROM sqlite_schema');
  registerScalars(database);
  const declarations = createDeclarations(Database, database);
  return {
    driver: 'wasm',
    folder: opened.folder,
    prepare: (text) => {
      assertQueryWord(text);
      assertOneStatement(text);
      const inner = text.replace(/[;\s]+$/, '');
      const probe = database.prepare(inner);
      const names = probe._getColumnNames();
      probe.finalize();
      if (names.length === 0 || writesBehindWith(inner)) throw new ChildFailure(ownFailures.notAQuery, 'no query');
      const declared = declarations.of(inner, names.length);
      // Names of our own keep columns of one name apart, and `typeof` says which numbers are whole.
      const cells = names.map((_, at) => `c${at}`);
      const list = cells.map((cell) => `${cell}, typeof(${cell}) AS t${cell}`).join(', ');
      let statement: WasmStatement | null = null;
      return {
        columns: names.map((name, at) => ({ name, declared: declared[at] ?? null })),
        rows: (parameters) => {
          // The driver would send 3.0 as the integer 3, and 5 / 3 is 1.
          const typed = replacePlaceholders(inner, (position) =>
            typeof parameters[position - 1] === 'number' ? `CAST(?${position} AS REAL)` : `?${position}`,
          );
          opened.begin();
          statement = database.prepare(
            `WITH datamind_rows(${cells.join(', ')}) AS (${typed}\n) SELECT ${list} FROM datamind_rows`,
          );
          return rowsOf(statement.iterate(parameters), cells, opened);
        },
        close: () => {
          try {
            statement?.finalize();
          } catch {
            // Ending a statement that failed says once more how it failed.
          }
        },
      };
    },
    close: () => {
      declarations.close();
      database.close();
    },
  };
};
