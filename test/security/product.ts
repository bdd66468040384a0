/**
 * The product as its users have it: a folder with a model, a configuration that names the engine, and a subject's file. Asked
 * by the command line, or by the parts that the command line is made of.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { packageRoot } from '../../core/package-root.js';
import { PluginError } from '../../core/plugin/contract.js';
import { type Project, openProject } from '../../src/open-project.js';
import { readSqlAnswer } from '../../src/pipeline/answer-sql.js';
import type { GovernedExecutor } from '../../src/pipeline/execute.js';
import type { PreparedSql } from '../../src/pipeline/prepared.js';
import { runProgram } from '../e2e/small-project.js';
import type { TestEngine } from '../engines/engine.js';
import type { Governed, Verdict } from './governed.js';
import type { Outcome } from './security-database.js';
import type { World } from './world.js';

/** What the product is told of a world. */
export type Told = Pick<World, 'yaml' | 'subject'>;

/** Hostile statements come here: small limits on time, large ones on rows, so that no cut hides a difference. */
const settings = { DATAMIND_QUERY_TIMEOUT_SECONDS: '5', DATAMIND_MAX_ROWS: '1000000' };

interface Line {
  readonly id: number;
  readonly decision: 'allow' | 'refuse';
  readonly code?: string;
  readonly message?: string;
  readonly sql?: string;
  readonly columns?: readonly { readonly name: string }[];
  readonly rows?: readonly unknown[];
  readonly truncated?: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

const rowsOutcome = (
  columns: readonly { readonly name: string }[],
  rows: readonly unknown[],
  cut: boolean,
): Outcome => ({
  kind: 'rows',
  columns: columns.map(({ name }) => name),
  rows: rows.map((row) => JSON.stringify(row)),
  cut,
});

const verdictOf = ({ decision, code, message, sql, columns, rows, truncated, error }: Line): Verdict => {
  if (decision === 'refuse') return { refused: code!, message: message! };
  if (error !== undefined) return { sql: sql!, outcome: { kind: 'error', code: error.code, detail: error.message } };
  return { sql: sql!, outcome: rowsOutcome(columns!, rows!, truncated === true) };
};

export class Product {
  /** Where the program is started. */
  readonly folder: string;
  readonly #world: Told;
  /** What it is started with. */
  readonly env: Readonly<Record<string, string>>;

  constructor(world: Told, engine: TestEngine) {
    this.#world = world;
    this.folder = mkdtempSync(join(tmpdir(), 'datamind-security-'));
    const { password, ...config } = engine.config;
    this.env = {
      ...settings,
      DATAMIND_HOME: join(this.folder, 'home'),
      ...(password !== undefined && { TEST_PASSWORD: String(password) }),
    };
    const secret = password === undefined ? {} : { password: { $env: 'TEST_PASSWORD' } };
    const use = join(packageRoot(), engine.plugin);
    mkdirSync(join(this.folder, 'ontology'));
    this.#write('ontology/shop.yaml', world.yaml);
    this.#write(
      'plugins.config.json',
      JSON.stringify({ plugins: [{ use, as: 'shop', config: { ...config, ...secret } }] }),
    );
    const { user, roles, attributes } = world.subject;
    this.#write('subject.json', JSON.stringify({ user, roles, attributes }));
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  async #lines(action: 'check' | 'run', statements: readonly string[]): Promise<readonly Line[]> {
    const args = ['sql', action, '--connection', 'shop', '--as', 'subject.json', '--batch'];
    const input = statements.map((sql, id) => `${JSON.stringify({ id, sql })}\n`).join('');
    const { out, err } = await runProgram(this.folder, args, { input, env: this.env });
    const lines = out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
    if (lines.length !== statements.length) throw new Error(`${lines.length} answers to ${statements.length}: ${err}`);
    const strange = lines.findIndex(({ id }, at) => id !== at);
    if (strange !== -1) throw new Error(`the answer to ${strange} is about ${lines[strange]!.id}`);
    return lines;
  }

  /** `datamind sql run --batch`. */
  readonly commandLine: Governed = async (statements) => (await this.#lines('run', statements)).map(verdictOf);

  /** `datamind sql check --batch`: the statement as it would run, or the code. */
  async check(statements: readonly string[]): Promise<readonly (Pick<Line, 'sql'> | { readonly refused: string })[]> {
    const lines = await this.#lines('check', statements);
    return lines.map(({ decision, code, sql }) => (decision === 'refuse' ? { refused: code! } : { sql: sql! }));
  }

  /** What the command line does, in this process: for many short runs. */
  readonly pipeline: Governed = async (statements) => {
    const project = openProject({
      config: join(this.folder, 'plugins.config.json'),
      ontology: join(this.folder, 'ontology'),
      env: this.env,
      logLevel: 'silent',
    });
    await project.models.refresh();
    const executor = await project.openExecutor(['shop']);
    try {
      const verdicts: Verdict[] = [];
      for (const sql of statements) verdicts.push(await this.#answer(sql, project, executor));
      return verdicts;
    } finally {
      await executor.stop();
    }
  };

  async #answer(sql: string, { models, settings: { maxRows } }: Project, executor: GovernedExecutor): Promise<Verdict> {
    const how = { correlationId: 'test', signal: new AbortController().signal };
    const { subject } = this.#world;
    let prepared: PreparedSql;
    try {
      const request = { model: models.model(), sql, subject, connection: 'shop', limit: maxRows };
      prepared = await executor.prepareSql({ ...request, ...how });
    } catch (error) {
      if (error instanceof DataMindError || PluginError.is(error))
        return { refused: error.code, message: error.message };
      throw error;
    }
    try {
      const { columns, rows, truncated } = await readSqlAnswer(executor, prepared, { ...how, maxRows });
      return { sql: prepared.sql, outcome: rowsOutcome(columns, rows, truncated) };
    } catch (error) {
      if (!(error instanceof DataMindError) && !PluginError.is(error)) throw error;
      return { sql: prepared.sql, outcome: { kind: 'error', code: error.code, detail: error.message } };
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
