import type { ApprovedStatement, Connector, PluginHost, QueryOptions, ResultSet, Row } from '../contract.js';
import { expandSettings } from '../expand-settings.js';
import {
  type Answer,
  type CaseContext,
  type ConformanceCase,
  type ConformanceTarget,
  type ReportRow,
  type RunOptions,
  Skipped,
} from './case.js';
import { conformanceCases } from './cases/all.js';
import { hasPhrases, phrasesOf } from './dialects/all.js';
import { inTime } from './expectation.js';
import { failureOf } from './failure.js';
import { secretsOf } from './secrets.js';

/** A case that takes longer has failed. */
const caseTimeoutMs = 60_000;

const generous: QueryOptions = {
  timeoutMs: 30_000,
  maxRows: 10_000_000,
  maxBytes: 1_000_000_000,
  batchRows: 1_000,
  subject: 'conformance',
};

/** A host that approves what the kit mints, so that statements reach the engine which no firewall would let through. */
const createHost = (config: Readonly<Record<string, unknown>>, secrets: readonly string[]) => {
  const approved = new WeakSet<ApprovedStatement>();
  const lines: string[] = [];
  const write = (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push(`${message} ${fields ? JSON.stringify(fields) : ''}`);
  const host: PluginHost = {
    name: 'conformance',
    log: { debug: write, info: write, warn: write, error: write },
    now: () => Date.now(),
    redact: (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text),
    isApproved: (statement) => approved.has(statement),
  };
  return {
    host,
    lines,
    config,
    approve: (statement: ApprovedStatement): ApprovedStatement => {
      const frozen = Object.freeze({ ...statement, parameters: Object.freeze([...statement.parameters]) });
      approved.add(frozen);
      return frozen;
    },
  };
};

export const readAll = async (result: ResultSet): Promise<Answer> => {
  const rows: Row[] = [];
  const batches: number[] = [];
  for await (const batch of result.batches) {
    batches.push(batch.length);
    for (const row of batch) rows.push(row);
  }
  return { columns: result.columns, rows, batches, truncated: result.truncated };
};

/** Why a case cannot run here; `null` when it can. */
const missingNeed = (entry: ConformanceCase, target: ConformanceTarget): string | null => {
  for (const need of entry.needs) {
    if (need === 'engine' && !target.config) return target.missing ?? 'no database to run on';
    if (need === 'admin' && !target.admin) return 'nobody to write to the database';
    if (need === 'running' && !target.running) return 'no look into what the server is running';
  }
  return null;
};

/**
 * Runs the cases on one connector, one after another, and says for each how it went. Never throws for a connector that
 * is broken: what keeps a case from running is its failure.
 */
export const runConformance = async (
  target: ConformanceTarget,
  options: RunOptions = {},
): Promise<readonly ReportRow[]> => {
  const config = target.config ?? {};
  const manifest = { ...target.manifest, config: expandSettings(target.manifest.config) };
  const kit = createHost(config, secretsOf(manifest, config));
  const create = (changed: Readonly<Record<string, unknown>> = config): Connector =>
    target.module.create(changed as never, kit.host);
  const rows: ReportRow[] = [];
  let shared: Promise<Connector> | null = null;
  let markers = 0;

  const connect = async (): Promise<Connector> => {
    const connector = create();
    await connector.start(AbortSignal.timeout(30_000));
    return connector;
  };
  const release = async () => {
    const held = shared;
    shared = null;
    await stopped(held?.then((connector) => connector.stop()));
  };

  const runOne = async (entry: ConformanceCase): Promise<Pick<ReportRow, 'status' | 'reason'>> => {
    const missing = missingNeed(entry, target);
    if (missing !== null) return { status: 'skipped', reason: missing };
    const own: Connector[] = [];
    try {
      const blank = create();
      const dialect = blank.dialect;
      const onEngine = entry.needs.includes('engine');
      if (onEngine && !hasPhrases(dialect)) {
        return { status: 'skipped', reason: `the kit does not speak to ${dialect} yet` };
      }
      if (onEngine) shared ??= connect();
      const connector = onEngine ? await shared! : blank;
      const approve: CaseContext['approve'] = (text, parameters = []) => kit.approve({ dialect, text, parameters });
      const merged: CaseContext['options'] = (change) => ({ ...generous, ...change });
      const context: CaseContext = {
        manifest,
        dialect,
        get phrases() {
          return phrasesOf(dialect);
        },
        config,
        capabilities: connector.capabilities,
        connector,
        create: (changed) => {
          const made = create(changed);
          own.push(made);
          return made;
        },
        approve,
        options: merged,
        ask: async (text, extra = {}) => {
          const signal = extra.signal ?? new AbortController().signal;
          const from = extra.connector ?? connector;
          return readAll(await from.query(approve(text, extra.parameters), merged(extra.options), signal));
        },
        running: async (marker) => (await target.running?.(marker)) ?? null,
        marker: () => {
          markers += 1;
          return `dmcmark${process.pid}x${markers}`;
        },
        log: () => kit.lines,
      };
      const { capability } = entry;
      if (!capability || capability.present(connector.capabilities)) await withLimit(entry.run(context));
      else if (capability.opposite) await withLimit(capability.opposite(context));
      else return { status: 'skipped', reason: `declared absent: ${capability.name}` };
      return { status: 'passed', reason: '' };
    } catch (error) {
      if (error instanceof Skipped) return { status: 'skipped', reason: error.message };
      // What a failed case left in the shared connector must not fail the next one.
      await release();
      return { status: 'failed', reason: failureOf(error) };
    } finally {
      await Promise.all(own.map((connector) => stopped(connector.stop())));
    }
  };

  const chosen = [...conformanceCases, ...(options.more ?? [])].filter(
    (entry) => !options.only || options.only.some((prefix) => entry.id.startsWith(prefix)),
  );
  const ready = target.config && target.admin ? await prepare(target, create) : null;
  for (const entry of chosen) {
    if (options.signal?.aborted) break;
    const began = performance.now();
    const outcome =
      ready !== null && entry.needs.includes('engine')
        ? { status: 'failed' as const, reason: `the fixture could not be made: ${ready}` }
        : await runOne(entry);
    const row: ReportRow = {
      case: entry.id,
      title: entry.title,
      area: entry.area,
      ...outcome,
      ms: Math.round(performance.now() - began),
    };
    rows.push(row);
    options.onRow?.(row);
  }
  await release();
  if (target.config && target.admin)
    await target.admin(...phrasesOf(create().dialect).dropFixture).catch(() => undefined);
  return rows;
};

/** Makes the fixture; what went wrong, or `null`. */
const prepare = async (target: ConformanceTarget, create: () => Connector): Promise<string | null> => {
  try {
    const { dropFixture, fixture } = phrasesOf(create().dialect);
    await target.admin!(...dropFixture, ...fixture);
    return null;
  } catch (error) {
    return failureOf(error);
  }
};

/** A connector that does not stop must not keep the kit from saying so of the next case. */
const stopped = async (work: Promise<void> | undefined): Promise<void> => {
  if (work) await inTime(work, 15_000, 'stop').catch(() => undefined);
};

const withLimit = (work: Promise<void>): Promise<void> => inTime(work, caseTimeoutMs, 'the case');
