import { DataMindError } from '../../core/errors/datamind-error.js';
import type { PluginHealth } from '../../core/plugin/running-plugin.js';
import type { ModelSource } from '../models/model-source.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { BreakerState } from '../cluster/circuit-breaker.js';
import type { Redis } from '../cluster/open-redis.js';
import type { MadeCount } from '../connections/count-connections.js';
import type { LlmChainState } from '../llm/chain.js';
import { llmComponent } from '../llm/llm-health.js';
import type { ResultCache } from '../pipeline/result-cache.js';

export interface HealthServices {
  readonly models: ModelSource;
  readonly executor: GovernedExecutor;
  readonly cache: ResultCache;
  readonly version: string;
  /** How what reads questions is; absent where nothing does. */
  readonly llm?: () => readonly LlmChainState[];
  /** What processes share; absent where there is one. */
  readonly redis?: Redis;
  /** Absent where nothing is kept. */
  readonly storeHealth?: Probe;
  /** Absent where there is no trail. */
  readonly trailHealth?: Probe;
  /** The connections that were made by API; absent where none can be. */
  readonly made?: () => Promise<MadeCount>;
  readonly now?: () => number;
}

/** Resolves when what is asked for works, and rejects when it does not. */
export type Probe = () => Promise<unknown>;

type Status = 'up' | 'degraded' | 'down' | 'not_configured';

interface Component {
  readonly status: Status;
  readonly latency_ms: number | null;
  readonly detail?: string;
}

const none: MadeCount = { total: 0, ready: 0 };
const absent: Component = { status: 'not_configured', latency_ms: null };
const weights = { database: 40, llm: 30, cache: 15, vector_db: 15 } as const;
const worth: Readonly<Record<Status, number>> = { up: 1, degraded: 0.5, down: 0, not_configured: 0 };
const shownDiagnostics = 10;
/** Health is asked often, by several; databases need not answer each time. */
const keptMs = 2_000;

/** Databases of users are not this server's: they count where it has none of its own, and then one that is reached is enough. */
const madeStatus = ({ total, ready }: MadeCount): Status => {
  if (total === 0) return 'not_configured';
  return ready > 0 ? 'up' : 'degraded';
};

/** All connections as one: up when each is, down when none is. */
const databaseOf = (
  connections: readonly PluginHealth[],
  breakerOf: (connection: string) => BreakerState,
  made: MadeCount,
): Component & { readonly connections: object; readonly made: MadeCount } => {
  const up = connections.filter(({ status }) => status === 'up').length;
  const down = connections.filter(({ status }) => status === 'down').length;
  const status: Status =
    connections.length === 0
      ? madeStatus(made)
      : up === connections.length
        ? 'up'
        : down === connections.length
          ? 'down'
          : 'degraded';
  const slowest = Math.max(0, ...connections.map(({ latencyMs }) => latencyMs));
  const each = connections.map(({ name, status: state, latencyMs, detail }) => [
    name,
    { status: state, latency_ms: latencyMs, breaker: breakerOf(name), ...(detail !== undefined && { detail }) },
  ]);
  return {
    status,
    latency_ms: connections.length === 0 ? null : Math.round(slowest),
    connections: Object.fromEntries(each),
    made,
  };
};

const scoreOf = (components: Readonly<Record<keyof typeof weights, Component>>): number => {
  let reached = 0;
  let possible = 0;
  for (const [name, weight] of Object.entries(weights)) {
    const { status } = components[name as keyof typeof weights];
    if (status === 'not_configured') continue;
    possible += weight;
    reached += weight * worth[status];
  }
  return possible === 0 ? 0 : Math.round((100 * reached) / possible);
};

const modeOf = (score: number, database: Component, hasModel: boolean): string => {
  if (database.status === 'not_configured' || !hasModel) return 'CONFIGURATION';
  if (score < 40) return 'EMERGENCY';
  if (score < 60 || database.status === 'down') return 'READ_ONLY';
  return score < 85 ? 'LIMITED_AI' : 'FULL_OPERATIONAL';
};

type Health = Awaited<ReturnType<ReturnType<typeof createHealthService>>>;

/** What anybody may know: no names, no words of files and databases. */
export const withoutDetails = (health: Health) => ({
  ...health,
  components: Object.fromEntries(
    Object.entries(health.components).map(([name, { status, latency_ms }]) => [name, { status, latency_ms }]),
  ),
  model: { ...health.model, hash: null, diagnostics: [] },
});

/** The answer of the last two seconds, or a new one; all who ask meanwhile share it. */
const kept = <T>(now: () => number, ask: () => Promise<T>): (() => Promise<T>) => {
  let last: { at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    if (last === undefined || now() - last.at > keptMs) {
      const asked = { at: Number.POSITIVE_INFINITY, answer: ask() };
      const answered = (): void => {
        asked.at = now();
      };
      asked.answer.then(answered, answered);
      last = asked;
    }
    return last.answer;
  };
};

const patienceMs = 3_000;
/** Where nothing can be written no part makes up for it: the mode is READ_ONLY at best, and its score says the same. */
const mostWithoutWriting = 59;

/** What does not answer in time. */
class TooLate extends Error {}

const ask = async (
  probe: Probe | undefined,
  onFailure: (error: unknown) => Omit<Component, 'latency_ms'>,
): Promise<Component> => {
  if (probe === undefined) return absent;
  const began = performance.now();
  const patience = AbortSignal.timeout(patienceMs);
  const tooLate = new Promise<never>((_, reject) => {
    patience.addEventListener('abort', () => reject(new TooLate()), { once: true });
  });
  try {
    await Promise.race([probe(), tooLate]);
    return { status: 'up', latency_ms: Math.round(performance.now() - began) };
  } catch (error) {
    return { ...onFailure(error), latency_ms: null };
  }
};

const askRedis = async (redis: Redis | undefined): Promise<Component> => {
  if (redis === undefined) return { status: 'up', latency_ms: 0 };
  const ms = await redis.ping();
  if (ms !== null) return { status: 'up', latency_ms: Math.round(ms) };
  const detail = 'Redis does not answer: each process caches and counts by itself, and hears nothing of the others.';
  return { status: 'degraded', latency_ms: null, detail };
};

/** A store that hangs is one that is down. */
const storeFailed = (): Omit<Component, 'latency_ms'> => ({
  status: 'down',
  detail: 'The store does not answer; the log says why.',
});

/** Whoever writes waits for others that write: that it takes long does not say that it fails. */
const trailFailed = (error: unknown): Omit<Component, 'latency_ms'> => {
  if (error instanceof TooLate) return { status: 'degraded', detail: 'Writing the audit trail takes long.' };
  const why = error instanceof DataMindError ? error.message : 'The log says why.';
  return { status: 'down', detail: `The audit trail cannot be written, so no statement runs. ${why}` };
};

/** The state of the server: what is not configured says so and counts neither way. */
export const createHealthService = ({
  models,
  executor,
  cache,
  version,
  llm: chain = () => [],
  redis,
  storeHealth,
  trailHealth,
  made = async () => none,
  now = Date.now,
}: HealthServices) => {
  const started = now();
  const connections = kept(now, () => executor.health());
  const redisState = kept(now, () => askRedis(redis));
  const storeState = kept(now, () => ask(storeHealth, storeFailed));
  // A store that is down says so by itself.
  const madeState = kept(now, () => made().catch(() => none));
  const trailState = kept(now, () => ask(trailHealth, trailFailed));
  return async () => {
    const [all, store, audit, shared, madeHere] = await Promise.all([
      connections(),
      storeState(),
      trailState(),
      redisState(),
      madeState(),
    ]);
    const links = chain();
    const isLlm = ({ name }: PluginHealth): boolean => links.some((link) => link.name === name);
    const database = databaseOf(
      all.filter((one) => !isLlm(one)),
      executor.breaker,
      madeHere,
    );
    const llm = llmComponent(links, all.filter(isLlm));
    const writes = store.status !== 'down' && audit.status !== 'down';
    const { enabled, ...cacheState } = cache.status();
    const cacheComponent: Component = enabled ? { ...shared, ...cacheState } : absent;
    const components = { database, llm, cache: cacheComponent, vector_db: absent, dbt: absent, store, audit };
    const state = models.state();
    const errors = state.diagnostics.filter(({ severity }) => severity === 'error');
    // What they are about is closed to everyone, so somebody should know.
    const broken = state.diagnostics.filter(({ code }) => code === 'POLICY_BROKEN');
    const score = Math.min(scoreOf(components), writes ? 100 : mostWithoutWriting);
    const quick = audit.status !== 'degraded' && shared.status === 'up' && llm.status !== 'down';
    const well = database.status === 'up' && writes && quick && state.status === 'current' && broken.length === 0;
    // What cannot be written into the trail does not run.
    const reached = database.status !== 'down' && database.status !== 'not_configured' && writes;
    const serving = state.model !== null && reached;
    return {
      status: well ? 'healthy' : serving ? 'degraded' : 'unhealthy',
      version,
      operational_mode: modeOf(score, database, state.model !== null),
      health_score: score,
      components,
      model: {
        status: state.status,
        hash: state.model?.hash ?? null,
        compiled_at: state.compiledAt.toISOString(),
        errors: errors.length,
        diagnostics: [...errors, ...broken].slice(0, shownDiagnostics),
      },
      uptime_seconds: Math.floor((now() - started) / 1000),
      timestamp: new Date(now()).toISOString(),
    };
  };
};
