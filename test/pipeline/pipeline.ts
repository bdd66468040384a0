/**
 * The governed executor, whole, over two databases of SQLite that hold the shop: `main` all of it, `archive` the first two
 * customers and what they ordered. Tests hold its clock and its audit trail, and see what reaches a database.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { createMemoryTrail, type KeptEntry } from '../../src/audit/memory-trail.js';
import type { AuditTrail } from '../../src/audit/trail.js';
import type { SqlFormat } from '../../src/pipeline/answer-sql.js';
import { type GovernedExecutor, openExecutor, readPluginPlan } from '../../src/pipeline/execute.js';
import type { PreparedQuery, PreparedSql } from '../../src/pipeline/prepared.js';
import { createResultCache } from '../../src/pipeline/result-cache.js';
import { type AnswerService, createAnswerService } from '../../src/pipeline/serve-answer.js';
import { shopStatements } from '../semantic/policy/guarded-shop.js';
import { recording } from './recording.js';

/** What is asked of a model by somebody. */
export interface Asked {
  readonly model: Model;
  readonly subject: Subject;
  readonly sql?: string;
  readonly query?: SemanticQuery;
  readonly connection?: string;
  /** Rows at most, of SQL. */
  readonly limit?: number;
  readonly format?: SqlFormat;
}

/** The body of an answer, as far as it is about rows. */
export interface Told {
  readonly rows?: readonly (readonly unknown[])[];
  readonly results?: readonly Readonly<Record<string, unknown>>[];
  readonly truncated: boolean;
}

/** When the trail fails, and how. */
export type Failing = 'begin' | 'finish' | null;

export class Pipeline {
  readonly executor: GovernedExecutor;
  readonly answers: AnswerService;
  /** The lines of the operator's log. */
  readonly log: string[];
  readonly #trail: { failing: Failing; entries(): readonly KeptEntry[] };
  #forgotten = 0;
  readonly #clock: { at: number };
  readonly #folder: string;

  private constructor(parts: {
    readonly executor: GovernedExecutor;
    readonly log: string[];
    readonly trail: { failing: Failing; entries(): readonly KeptEntry[] };
    readonly clock: { at: number };
    readonly folder: string;
  }) {
    this.executor = parts.executor;
    this.answers = createAnswerService(parts.executor, createResultCache({ ttlSeconds: 600, maxBytes: 1e7 }), {
      maxRows: 1_000,
    });
    this.log = parts.log;
    this.#trail = parts.trail;
    this.#clock = parts.clock;
    this.#folder = parts.folder;
  }

  static async open(now = '2026-06-15T12:00:00Z'): Promise<Pipeline> {
    const folder = mkdtempSync(join(tmpdir(), 'datamind-pipeline-'));
    const write = (name: string, more: readonly string[]): void => {
      const database = new Sqlite(join(folder, `${name}.sqlite`));
      for (const text of [...shopStatements, ...more]) database.exec(text);
      database.close();
    };
    write('main', []);
    write('archive', ['DELETE FROM customers WHERE customer_id > 2', 'DELETE FROM orders WHERE order_id > 11']);
    const use = join(packageRoot(), 'test', 'pipeline', 'recorded-sqlite');
    const plugins = ['main', 'archive'].map((name) => ({ use, as: name, config: { path: `${name}.sqlite` } }));
    const config = join(folder, 'plugins.config.json');
    writeFileSync(config, JSON.stringify({ plugins, connections: { default: 'main' } }));

    const lines: string[] = [];
    const redact = createRedactor();
    const clock = { at: Date.parse(now) };
    const memory = createMemoryTrail();
    const trail = { failing: null as Failing, entries: memory.entries };
    const broken = (): never => {
      throw new Error('the disk is full');
    };
    const audit: AuditTrail = {
      record: memory.record,
      takesNotes: () => trail.failing === null,
      note: (intent) =>
        trail.failing === 'begin' ? Promise.reject(new Error('the disk is full')) : memory.note(intent),
      begin: async (intent) => {
        if (trail.failing === 'begin') return broken();
        recording.push({ connection: 'trail', text: intent.action });
        const entry = await memory.begin(intent);
        return {
          id: entry.id,
          finish: async (outcome) => (trail.failing === 'finish' ? broken() : entry.finish(outcome)),
        };
      },
    };
    const executor = await openExecutor({
      plan: readPluginPlan(config, {}),
      log: createLogger({ level: 'info', redact, write: (line) => void lines.push(line) }),
      redact,
      now: () => clock.at,
      settings: { timeoutMs: 10_000, maxBytes: 1e7 },
      trail: audit,
    });
    return new Pipeline({ executor, log: lines, trail, clock, folder });
  }

  set failing(when: Failing) {
    this.#trail.failing = when;
  }

  set now(moment: string | number) {
    this.#clock.at = typeof moment === 'number' ? moment : Date.parse(moment);
  }

  /** Of what was written into trail and log, only what follows is looked at. */
  forget(): void {
    this.#forgotten = this.#trail.entries().length;
    this.log.length = 0;
  }

  /** Code and result of each entry of the trail; `open` is without an outcome. */
  get outcomes(): readonly string[] {
    const entries = this.#trail.entries().slice(this.#forgotten);
    return entries.map(({ intent, outcome }) => {
      const how = outcome === null ? 'open' : `${outcome.result}${outcome.code === null ? '' : ` ${outcome.code}`}`;
      return `${intent.action} ${how}`;
    });
  }

  async prepare({ model, subject, sql, query, connection, limit = 100 }: Asked): Promise<PreparedSql | PreparedQuery> {
    const to = connection === undefined ? {} : { connection };
    if (query !== undefined) return this.executor.prepare({ model, query, subject, ...to });
    const how = { correlationId: 'test', signal: new AbortController().signal };
    return this.executor.prepareSql({ model, sql: sql!, subject, limit, ...how, ...to });
  }

  /** As a route asks: prepared, then from the cache or the database. */
  async ask(asked: Asked, { fresh = false } = {}): Promise<Told> {
    const prepared = await this.prepare(asked);
    const how = { correlationId: 'test', signal: new AbortController().signal, fresh };
    const { limit = 100, format = 'rows' } = asked;
    const { head } =
      prepared.kind === 'query'
        ? await this.answers.answer(prepared, how)
        : await this.answers.answerSql(prepared, format, limit, how);
    return JSON.parse(`${head.toString()}}`) as Told;
  }

  async close(): Promise<void> {
    await this.executor.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
