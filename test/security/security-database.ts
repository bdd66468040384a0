/** A real database behind its real connector, whose tables are swapped between runs of the same statements. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../core/package-root.js';
import {
  type Connector,
  type Parameter,
  PluginError,
  type PluginModule,
  type QueryOptions,
} from '../../core/plugin/contract.js';
import type { TestEngine } from '../engines/engine.js';
import { createConnector, type OpenConnector } from '../engines/open-connector.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { type Lineage, readLineage } from '../../semantic/policy/lineage.js';
import { tableStatements } from '../property/write-tables.js';
import { createSqlRowSpeller } from '../../src/pipeline/spell-cells.js';
import type { Data } from '../reference/data.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

/** What a statement did: its rows as JSON texts as answers spell them, in order, or the code of its error. */
export type Outcome =
  | {
      readonly kind: 'rows';
      readonly columns: readonly string[];
      readonly rows: readonly string[];
      readonly cut: boolean;
    }
  | { readonly kind: 'error'; readonly code: string; readonly detail: string };

export interface Runnable {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** Hostile statements come here: small limits on everything. */
const limits: Partial<QueryOptions> = { timeoutMs: 5_000, maxRows: 20_000, maxBytes: 20_000_000 };

const detailOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause as { readonly message?: unknown } | undefined) : undefined;
  return String(cause?.message ?? error).slice(0, 300);
};

export class SecurityDatabase {
  readonly engine: TestEngine;
  readonly #module: PluginModule<Connector, unknown>;
  #open: OpenConnector | null = null;
  #written = new Set<string>();

  private constructor(engine: TestEngine, module: PluginModule<Connector, unknown>) {
    this.engine = engine;
    this.#module = module;
  }

  /** The shared database of a dialect, or why there is none. */
  static async open(dialect: TextDialect): Promise<SecurityDatabase | { readonly missing: string }> {
    const engine = await startEngine(dialect);
    if (isMissing(engine)) return engine;
    const path = join(packageRoot(), 'dist', engine.plugin, 'index.js');
    const { default: module } = (await import(pathToFileURL(path).href)) as {
      default: PluginModule<Connector, unknown>;
    };
    return new SecurityDatabase(engine, module);
  }

  /** Puts these tables in the place of those that were written before. */
  async write(data: Data): Promise<void> {
    const { dialect } = this.engine;
    // DuckDB lets one process write, or many read; SQLite's driver remembers the columns of what it prepared.
    if (dialect === 'duckdb' || dialect === 'sqlite') await this.close();
    const quote = dialect === 'mysql' || dialect === 'clickhouse' ? '`' : '"';
    const gone = [...this.#written].filter((name) => !(name in data));
    this.#written = new Set(Object.keys(data));
    await this.engine.admin(
      ...(dialect === 'mysql' ? ["SET time_zone = '+00:00'"] : []),
      ...gone.map((name) => `DROP TABLE IF EXISTS ${quote}${name}${quote}`),
      ...Object.entries(data).flatMap(([name, table]) => tableStatements(dialect, name, table)),
    );
  }

  /** Changes the server, or what is in it, for the sessions that begin from now on. */
  async set(...statements: readonly string[]): Promise<void> {
    await this.close();
    await this.engine.admin(...statements);
  }

  /** What the database tells of its views now. */
  async lineage(): Promise<Lineage> {
    const { connector } = await this.#connected();
    const { dialect, place = null } = connector;
    const relations = await connector.relations!(AbortSignal.timeout(30_000));
    const ownFunctions = (await connector.ownFunctions?.(AbortSignal.timeout(30_000))) ?? [];
    return readLineage({ dialect, place, relations, ownFunctions });
  }

  async #connected(): Promise<OpenConnector> {
    if (this.#open === null) {
      this.#open = createConnector(this.#module as PluginModule<Connector, never>, this.engine.config);
      await this.#open.connector.start(AbortSignal.timeout(30_000));
    }
    return this.#open;
  }

  /** As the pipeline has it, for what is no statement. */
  async connector(): Promise<Connector> {
    return (await this.#connected()).connector;
  }

  async run({ sql, parameters }: Runnable): Promise<Outcome> {
    const open = await this.#connected();
    try {
      const result = await open.query(sql, limits, parameters);
      const rows: string[] = [];
      const spell = createSqlRowSpeller(result.columns);
      for await (const batch of result.batches) for (const row of batch) rows.push(JSON.stringify(spell(row)));
      await result.close();
      return { kind: 'rows', columns: result.columns.map(({ name }) => name), rows, cut: result.truncated !== null };
    } catch (error) {
      if (PluginError.is(error)) return { kind: 'error', code: error.code, detail: detailOf(error) };
      throw error;
    }
  }

  /** Runs each in turn; `null` is passed over. */
  async runAll(statements: readonly (Runnable | null)[]): Promise<readonly (Outcome | null)[]> {
    const outcomes: (Outcome | null)[] = [];
    for (const statement of statements) outcomes.push(statement === null ? null : await this.run(statement));
    return outcomes;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.connector.stop();
  }
}
