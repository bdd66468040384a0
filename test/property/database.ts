/** A real database with its real connector, for writing tables and asking statements. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type {
  ApprovedStatement,
  Column,
  Connector,
  ConnectorCapabilities,
  PluginHost,
  PluginModule,
  Row,
} from '../../core/plugin/contract.js';
import { packageRoot } from '../../core/package-root.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import type { Data } from '../reference/data.js';
import { writeDuckdb } from './write-duckdb.js';
import { tableStatements } from './write-tables.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export class Database {
  readonly engine: TestEngine;
  private readonly module: PluginModule<Connector, unknown>;
  private readonly approved = new WeakSet<object>();
  private connector: Connector | null = null;

  private constructor(engine: TestEngine, module: PluginModule<Connector, unknown>) {
    this.engine = engine;
    this.module = module;
  }

  /** The database of a dialect, or why there is none. */
  static async open(dialect: TextDialect): Promise<Database | { readonly missing: string }> {
    const engine = await startEngine(dialect);
    if (isMissing(engine)) return engine;
    const path = join(packageRoot(), 'dist', engine.plugin, 'index.js');
    const { default: module } = (await import(pathToFileURL(path).href)) as {
      default: PluginModule<Connector, unknown>;
    };
    return new Database(engine, module);
  }

  private get host(): PluginHost {
    const quiet = (): void => undefined;
    return {
      name: 'property-test',
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      now: () => Date.now(),
      redact: (text) => text,
      isApproved: (statement) => this.approved.has(statement),
    };
  }

  /** Replaces the tables. */
  async write(data: Data): Promise<void> {
    const { dialect } = this.engine;
    await this.run(Object.entries(data).flatMap(([name, table]) => tableStatements(dialect, name, table)));
  }

  /** Runs statements that write. DuckDB's file is let go of meanwhile: one process writes it, or many read it. */
  async run(statements: readonly string[]): Promise<void> {
    const { dialect } = this.engine;
    if (dialect === 'duckdb') {
      await this.close();
      return writeDuckdb(String(this.engine.config.path), statements);
    }
    await this.engine.admin(...(dialect === 'mysql' ? ["SET time_zone = '+00:00'"] : []), ...statements);
  }

  private async connected(): Promise<Connector> {
    if (this.connector === null) {
      this.connector = this.module.create(this.engine.config, this.host);
      await this.connector.start(AbortSignal.timeout(30_000));
    }
    return this.connector;
  }

  async capabilities(): Promise<ConnectorCapabilities> {
    return (await this.connected()).capabilities;
  }

  async ask(statement: ApprovedStatement): Promise<Rows> {
    const frozen = Object.freeze({ ...statement, parameters: Object.freeze([...statement.parameters]) });
    this.approved.add(frozen);
    const connector = await this.connected();
    const options = { timeoutMs: 20_000, maxRows: 100_000, maxBytes: 100_000_000, batchRows: 1000, subject: 'test' };
    const result = await connector.query(frozen, options, AbortSignal.timeout(30_000));
    const rows: Row[] = [];
    for await (const batch of result.batches) rows.push(...batch);
    await result.close();
    return { columns: result.columns, rows };
  }

  async close(): Promise<void> {
    await this.connector?.stop();
    this.connector = null;
  }
}
