/** The two drivers behind one face. Runs in the child process only. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ChildFailure, ownFailures } from './messages.js';
import { registerFunctions } from './functions.js';

/** A value as SQLite classes it: integers are bigint, reals are number. */
export type SqliteValue = null | bigint | number | string | Uint8Array;

export interface Prepared {
  readonly columns: readonly { readonly name: string; readonly declared: string | null }[];
  rows(parameters: readonly SqliteValue[]): IterableIterator<readonly SqliteValue[]>;
  close(): void;
}

export interface Handle {
  readonly driver: 'native' | 'wasm';
  prepare(text: string): Prepared;
  close(): void;
}

const require = createRequire(import.meta.url);

/** A statement begins with one of these words, or it is no query: `PRAGMA` changes settings while it is only prepared. */
const firstWord = (text: string): string => {
  const rest = text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, '');
  return /^[A-Za-z]+/.exec(rest)?.[0].toUpperCase() ?? rest.charAt(0);
};

const queryWords = new Set(['SELECT', 'WITH', 'VALUES']);

/** Words with which SQLite would begin another kind of statement, so that they are told from mistakes. */
const otherWords = new Set(
  'ALTER ANALYZE ATTACH BEGIN COMMIT CREATE DELETE DETACH DROP END EXPLAIN INSERT PRAGMA REINDEX RELEASE REPLACE ROLLBACK SAVEPOINT UPDATE VACUUM'.split(
    ' ',
  ),
);

const assertQueryWord = (text: string): void => {
  const word = firstWord(text);
  if (otherWords.has(word)) throw new ChildFailure(ownFailures.notAQuery, `a statement that begins with ${word}`);
  if (word === '' || word === ';') throw new ChildFailure(ownFailures.empty, 'no statement');
  if (!queryWords.has(word)) throw new ChildFailure('SQLITE_ERROR', 'syntax error at the first word');
};

/** What keeps the session read-only and shut in, whatever the statement. */
const sessionPragmas = (memoryLimitMb: number): readonly string[] => [
  'PRAGMA query_only = 1',
  'PRAGMA trusted_schema = 0',
  'PRAGMA cell_size_check = 1',
  'PRAGMA busy_timeout = 5000',
  `PRAGMA hard_heap_limit = ${memoryLimitMb * 1_048_576}`,
];

type Native = typeof import('better-sqlite3');

const openNative = (Native: Native, path: string, memoryLimitMb: number): Handle => {
  const database = new Native(path, { readonly: true, fileMustExist: true });
  for (const pragma of sessionPragmas(memoryLimitMb)) database.exec(pragma);
  // SQLite reads the file's head only now: a file that is no database shows here.
  database.prepare('SELECT count(*) FROM sqlite_schema').get();
  registerFunctions({
    scalar: (name, run) => database.function(name, { deterministic: true }, run),
    aggregate: (name, { start, step, result }) =>
      database.aggregate(name, {
        deterministic: true,
        start,
        step: step as (state: never, ...values: never[]) => void,
        result,
      }),
  });
  return {
    driver: 'native',
    prepare: (text) => {
      assertQueryWord(text);
      const statement = database.prepare(text);
      // SQLite says what it compiled: whether it gives rows, and whether it could write.
      if (!statement.reader || !statement.readonly) throw new ChildFailure(ownFailures.notAQuery, 'no query');
      statement.raw(true).safeIntegers(true);
      return {
        columns: statement.columns().map(({ name, type }) => ({ name, declared: type })),
        rows: (parameters) => statement.iterate(...bound(parameters)) as IterableIterator<readonly SqliteValue[]>,
        close: () => undefined,
      };
    },
    close: () => database.close(),
  };
};

/** `?1` has a name for better-sqlite3: its digits. */
const bound = (parameters: readonly SqliteValue[]): readonly unknown[] =>
  parameters.length === 0 ? [] : [Object.fromEntries(parameters.map((value, at) => [String(at + 1), value]))];

interface WasmStatement {
  iterate(values: readonly SqliteValue[]): IterableIterator<Readonly<Record<string, SqliteValue>>>;
  finalize(): void;
  _getColumnNames(): readonly string[];
}
interface WasmDatabase {
  exec(text: string): void;
  all(text: string): readonly unknown[];
  prepare(text: string): WasmStatement;
  function(name: string, run: (...values: never[]) => unknown, options: { readonly deterministic: boolean }): void;
  close(): void;
}

const openWasm = (path: string, memoryLimitMb: number): Handle => {
  const { Database } = require('node-sqlite3-wasm') as {
    Database: new (
      path: string,
      options: { readonly readOnly: boolean; readonly fileMustExist: boolean },
    ) => WasmDatabase;
  };
  const database = new Database(path, { readOnly: true, fileMustExist: true });
  for (const pragma of sessionPragmas(memoryLimitMb)) database.exec(pragma);
  database.all('SELECT count(*) FROM sqlite_schema');
  registerFunctions({
    scalar: (name, run) => database.function(name, run, { deterministic: true }),
    aggregate: () => undefined,
  });
  return {
    driver: 'wasm',
    prepare: (text) => {
      assertQueryWord(text);
      assertOneStatement(text);
      const probe = database.prepare(text);
      const names = probe._getColumnNames();
      probe.finalize();
      // Rows come as objects and integers as numbers: names of our own keep columns of one name apart, `typeof` says what is real.
      const cells = names.map((_, at) => `c${at}`);
      const list = cells.map((cell) => `${cell}, typeof(${cell}) AS t${cell}`).join(', ');
      const inner = text.replace(/[;\s]+$/, '');
      const statement = database.prepare(
        `WITH datamind_rows(${cells.join(', ')}) AS (${inner}\n) SELECT ${list} FROM datamind_rows`,
      );
      return {
        columns: names.map((name) => ({ name, declared: null })),
        rows: (parameters) => wasmRows(statement.iterate(parameters), cells),
        close: () => statement.finalize(),
      };
    },
    close: () => database.close(),
  };
};

function* wasmRows(
  rows: IterableIterator<Readonly<Record<string, SqliteValue>>>,
  cells: readonly string[],
): IterableIterator<readonly SqliteValue[]> {
  for (const row of rows) {
    yield cells.map((cell) => {
      const value = row[cell]!;
      return typeof value === 'number' && row[`t${cell}`] === 'integer' ? BigInt(value) : value;
    });
  }
}

/** The WASM driver drops what comes after the first statement without a word, so it is looked for here. */
const assertOneStatement = (text: string): void => {
  const code = text.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
    ' x ',
  );
  if (/;(?!(?:\s|;| x )*$)/.test(code)) throw new ChildFailure(ownFailures.several, 'more than one statement');
};

const loadNative = (): Native | null => {
  try {
    const Native = require('better-sqlite3') as Native;
    new Native(':memory:').close();
    return Native;
  } catch {
    return null;
  }
};

export const openFile = (path: string, driver: 'auto' | 'native' | 'wasm', memoryLimitMb: number): Handle => {
  if (!existsSync(path)) throw new ChildFailure(ownFailures.missingFile, 'no such file');
  const native = driver === 'wasm' ? null : loadNative();
  if (native) return openNative(native, path, memoryLimitMb);
  if (driver === 'native') throw new ChildFailure(ownFailures.noDriver, 'better-sqlite3 does not load');
  return openWasm(path, memoryLimitMb);
};
