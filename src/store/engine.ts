/** The databases that the store can live in. */
export type Engine = 'sqlite' | 'postgres';

/** Where the store is. */
export type StorePlace =
  | {
      readonly engine: 'sqlite';
      readonly file: string;
      /** WebAssembly even where better-sqlite3 is built. */
      readonly driver?: 'wasm';
    }
  | { readonly engine: 'postgres'; readonly url: string };

/** The schema of PostgreSQL that holds the store's tables, so that it can share a database with other programs. */
export const postgresSchema = 'datamind';
