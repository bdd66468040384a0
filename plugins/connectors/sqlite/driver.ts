/** The two drivers behind one face. Runs in the child process only. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ChildFailure, ownFailures } from './messages.js';
import { registerFunctions } from './functions.js';
import { assertQueryWord } from './first-word.js';
import { sessionPragmas } from './session-pragmas.js';
import { openWasm } from './wasm-driver.js';

/** A value as SQLite classes it: integers are bigint, reals are number. */
export type SqliteValue = null | bigint | number | string | Uint8Array;

export interface Prepared {
  /** To be read after the first rows: where another process has changed a table, SQLite compiles anew at the first step. */
  readonly columns: readonly { readonly name: string; readonly declared: string | null }[];
  rows(parameters: readonly SqliteValue[]): IterableIterator<readonly SqliteValue[]>;
  close(): void;
}

export interface Handle {
  readonly driver: 'native' | 'wasm';
  /** A folder that must go when the process has ended. */
  readonly folder: string | null;
  prepare(text: string): Prepared;
  close(): void;
}

const require = createRequire(import.meta.url);

type Native = typeof import('better-sqlite3');

const openNative = (Native: Native, path: string): Handle => {
  const database = new Native(path, { readonly: true, fileMustExist: true });
  for (const pragma of sessionPragmas) database.exec(pragma);
  // SQLite reads the file's head only now: a file that is no database shows here.
  database.prepare('SELECT count(*) FROM sqlite_schema').get();
  registerFunctions({
    scalar: (name, run) => database.function(name, { deterministic: true, safeIntegers: true }, run),
    aggregate: (name, functions) => database.aggregate(name, { deterministic: true, ...functions } as never),
  });
  return {
    driver: 'native',
    folder: null,
    prepare: (text) => {
      assertQueryWord(text);
      const statement = database.prepare(text);
      // SQLite says what it compiled: whether it gives rows, and whether it could write.
      if (!statement.reader || !statement.readonly) throw new ChildFailure(ownFailures.notAQuery, 'no query');
      statement.raw(true).safeIntegers(true);
      return {
        get columns() {
          return statement.columns().map(({ name, type }) => ({ name, declared: type }));
        },
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

const loadNative = (): Native | null => {
  try {
    const Native = require('better-sqlite3') as Native;
    new Native(':memory:').close();
    return Native;
  } catch {
    return null;
  }
};

export const openFile = (path: string, driver: 'auto' | 'native' | 'wasm'): Handle => {
  if (!existsSync(path)) throw new ChildFailure(ownFailures.missingFile, 'no such file');
  const native = driver === 'wasm' ? null : loadNative();
  if (native) return openNative(native, path);
  if (driver === 'native') throw new ChildFailure(ownFailures.noDriver, 'better-sqlite3 does not load');
  return openWasm(path);
};
