/**
 * SQL queries that authors wrote: is it one query, and where does it break? Only that is asked of the parser library
 * (`@polyglot-sql/sdk`, Rust in WebAssembly), which stays behind this door. It is loaded when first needed (about 0.2 s).
 *
 * The library misses things that an engine knows, so it can pass what an engine refuses; what it refuses in the dialect
 * that the query is for is taken for broken.
 */
import { createRequire } from 'node:module';
import type { DialectName } from '../plugin/contract.js';
import type { SyntaxProblem } from './tokenize-expression.js';

interface Parser {
  init(): Promise<void>;
  parse(
    sql: string,
    dialect: string,
  ): {
    readonly success: boolean;
    readonly ast: unknown;
    readonly errorStart?: number;
    readonly errorEnd?: number;
  };
}

const names: Readonly<Record<DialectName, string>> = {
  duckdb: 'duckdb',
  sqlite: 'sqlite',
  postgres: 'postgresql',
  mysql: 'mysql',
  clickhouse: 'clickhouse',
  redshift: 'redshift',
  sqlserver: 'tsql',
  snowflake: 'snowflake',
  bigquery: 'bigquery',
};
/** What serves all dialects must be read by one of these; the parser for ClickHouse lets too much pass to be asked. */
const common = [names.duckdb, names.postgres, names.mysql, names.sqlite];
const roots: ReadonlySet<string> = new Set(['select', 'union', 'intersect', 'except', 'subquery', 'with']);
const hint = '; what only one database understands is given by dialect: `sql: {clickhouse: …}`';
const longestQuery = 100_000;

let parser: Parser | undefined;
let loading: Promise<void> | undefined;

/** Loads the parser; call it before {@link parseQuery}. Again is free. */
export const loadQueryParser = (): Promise<void> => {
  loading ??= (async () => {
    const library = createRequire(import.meta.url)('@polyglot-sql/sdk') as Parser;
    await library.init();
    parser = library;
  })();
  return loading;
};

export const isQueryParserLoaded = (): boolean => parser !== undefined;

type Outcome = { readonly ast: unknown } | { readonly start: number; readonly end: number };

const parseIn = (sql: string, dialect: string): Outcome => {
  try {
    const { success, ast, errorStart = 0, errorEnd = errorStart + 1 } = parser!.parse(sql, dialect);
    return success ? { ast } : { start: errorStart, end: errorEnd };
  } catch {
    return { start: 0, end: 1 };
  }
};

const checkRoot = (ast: unknown, sql: string): SyntaxProblem | null => {
  const statements = Array.isArray(ast) ? ast : [ast];
  const whole = { start: 0, end: Math.max(1, sql.trimEnd().length) };
  if (statements.length !== 1) return { ...whole, message: 'this must be one query; remove the other statements' };
  const root = Object.keys((statements[0] as object | null) ?? {})[0] ?? '';
  if (!roots.has(root)) return { ...whole, message: 'this must be a SELECT' };
  const { into } = (statements[0] as Record<string, { into?: unknown }>)[root] ?? {};
  return into === undefined || into === null ? null : { ...whole, message: 'this must only read; remove INTO' };
};

/**
 * The first thing that is wrong with a query, or null.
 * @param dialect `default`: any dialect that accepts it will do
 * @throws Error before {@link loadQueryParser} is done: a mistake in our own code
 */
export const parseQuery = (sql: string, dialect: DialectName | 'default'): SyntaxProblem | null => {
  if (parser === undefined) throw new Error('parseQuery was called before loadQueryParser was done');
  const end = Math.max(1, sql.trimEnd().length);
  if (sql.trim() === '') return { start: 0, end, message: 'the query is empty' };
  if (sql.length > longestQuery) return { start: 0, end: 1, message: `a query has at most ${longestQuery} characters` };
  const tries = dialect === 'default' ? common : [names[dialect]];
  let failed: { start: number; end: number } | undefined;
  for (const name of tries) {
    const outcome = parseIn(sql, name);
    if ('ast' in outcome) return checkRoot(outcome.ast, sql);
    // The parser that came furthest knows best where it breaks.
    if (failed === undefined || outcome.start > failed.start) failed = outcome;
  }
  const start = Math.min(failed!.start, end - 1);
  return {
    start,
    end: Math.max(start + 1, Math.min(failed!.end, end)),
    message: `the query cannot be parsed from here on${dialect === 'default' ? hint : ''}`,
  };
};

/**
 * The parser library's own tree of a text, as JSON: a list of statements; `null` when it cannot be read. For the firewall,
 * which judges that tree and shares nothing else of this room.
 * @throws Error before {@link loadQueryParser} is done: a mistake in our own code
 */
export const parseTree = (sql: string, dialect: DialectName): unknown => {
  if (parser === undefined) throw new Error('parseTree was called before loadQueryParser was done');
  const outcome = parseIn(sql, names[dialect]);
  return 'ast' in outcome ? outcome.ast : null;
};
