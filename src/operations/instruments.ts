import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ServedRequest } from '../api/route.js';
import type { OnEnded } from '../audit/watch-trail.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import type { BreakerState } from '../cluster/circuit-breaker.js';
import type { LlmAttempt, LlmUse } from '../llm/chain.js';
import type { OnStageEnded } from '../pipeline/run-stages.js';
import type { ResultCacheStatus } from '../pipeline/result-cache.js';

/** What is only known when somebody asks. */
export interface Sources {
  readonly score: () => Promise<number>;
  readonly cache: () => ResultCacheStatus;
  /** Of connections of the configuration, of language models, and of Redis. */
  readonly breakers: () => Readonly<Record<string, BreakerState>>;
}

/** Counts and times of one server, for Prometheus. No label holds what callers wrote. */
export interface Instruments {
  served(request: ServedRequest): void;
  /** Counts what the trail was told of. */
  readonly ended: OnEnded;
  /** Times the stages of questions in words. */
  readonly stageEnded: OnStageEnded;
  /** Counts and times what language models were asked. */
  llmAsked(attempt: LlmAttempt): void;
  llmUsed(use: LlmUse): void;
  /** Times how statements come about. */
  executor(executor: GovernedExecutor): GovernedExecutor;
  readonly mediaType: string;
  /** In Prometheus' text format. */
  text(sources: Sources): Promise<string>;
}

/** Seconds; from a cached answer to the longest time that a statement may take by default. */
const buckets = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const breakerValues: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 1, open: 2 };

/** Connections that users make are one: their ids would be labels without end. */
const labelOf = (target: string | null): string => (target?.startsWith('connection:') ? 'api' : (target ?? ''));

const secondsSince = (began: number): number => (performance.now() - began) / 1000;

/** Counters and histograms of their own registry, so that two servers in one process do not mix. */
export const createInstruments = (version: string): Instruments => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests served, by route and status.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request line to the last byte of the answer.',
    labelNames: ['method', 'route'],
    buckets,
    registers,
  });
  const generation = new Histogram({
    name: 'query_generation_latency_seconds',
    help: 'Time to plan, police and approve a statement.',
    labelNames: ['kind', 'outcome'],
    buckets,
    registers,
  });
  const execution = new Histogram({
    name: 'query_execution_latency_seconds',
    help: 'Time from a statement’s start to its last row, by connection and how it ended.',
    labelNames: ['connection', 'result'],
    buckets,
    registers,
  });
  const stages = new Histogram({
    name: 'question_stage_duration_seconds',
    help: 'Time of each stage of a question in words.',
    labelNames: ['stage', 'outcome'],
    buckets,
    registers,
  });
  const asked = new Counter({
    name: 'llm_requests_total',
    help: 'What language models were asked, by what came of it; `skipped` where the breaker was open.',
    labelNames: ['provider', 'outcome'],
    registers,
  });
  const llmSeconds = new Histogram({
    name: 'llm_request_duration_seconds',
    help: 'Time of an answer of a language model, tries included.',
    labelNames: ['provider', 'outcome'],
    buckets,
    registers,
  });
  const llmTokens = new Counter({
    name: 'llm_tokens_total',
    help: 'Tokens of language models; `cached` are a part of `input`.',
    labelNames: ['provider', 'kind'],
    registers,
  });
  const llmCost = new Counter({
    name: 'llm_cost_total',
    help: 'What they cost, by the tables of prices of the configuration.',
    labelNames: ['provider', 'currency'],
    registers,
  });
  const llmRate = new Gauge({
    name: 'llm_generation_success_rate',
    help: 'Answers of all requests to language models since the start, 0 to 1; 1 before the first.',
    registers,
  });
  llmRate.set(1);
  let generations = 0;
  let answers = 0;
  const events = new Counter({
    name: 'usage_events_total',
    help: 'What was done, as the audit trail names it, and how it ended.',
    labelNames: ['action', 'result'],
    registers,
  });
  const score = new Gauge({ name: 'system_health_score', help: 'Percent, as /health says it.', registers });
  const hits = new Gauge({ name: 'cache_hits', help: 'Answers that came from the cache, since the start.', registers });
  const misses = new Gauge({ name: 'cache_misses', help: 'Answers that the cache did not have.', registers });
  const rate = new Gauge({ name: 'cache_hit_ratio', help: 'Hits of all look-ups, 0 to 1.', registers });
  const breaker = new Gauge({
    name: 'circuit_breaker_state',
    help: 'Of a connection, of a language model (`llm:…`), or of Redis: 0 closed, 1 half open, 2 open.',
    labelNames: ['of'],
    registers,
  });
  const cacheBytes = new Gauge({ name: 'cache_bytes', help: 'Bytes that the cache holds.', registers });
  new Gauge({ name: 'datamind_build_info', help: 'Always 1.', labelNames: ['version'], registers }).set({ version }, 1);

  const timed =
    <A, R>(kind: string, prepare: (request: A) => Promise<R>) =>
    async (request: A): Promise<R> => {
      const began = performance.now();
      let outcome = 'refused';
      try {
        const prepared = await prepare(request);
        outcome = 'approved';
        return prepared;
      } finally {
        generation.observe({ kind, outcome }, secondsSince(began));
      }
    };

  return {
    mediaType: registry.contentType,
    served: ({ method, route, status, seconds }) => {
      requests.inc({ method, route, status });
      requestSeconds.observe({ method, route }, seconds);
    },
    ended: ({ action, target }, { result }, seconds) => {
      events.inc({ action, result });
      if (action === 'statement.run') execution.observe({ connection: labelOf(target), result }, seconds);
    },
    stageEnded: (stage, outcome, seconds) => stages.observe({ stage, outcome }, seconds),
    llmAsked: ({ provider, code, tries, ms }) => {
      const outcome = code === null ? 'answer' : tries === 0 ? 'skipped' : code;
      asked.inc({ provider, outcome });
      if (outcome === 'skipped') return;
      llmSeconds.observe({ provider, outcome }, ms / 1000);
      generations += 1;
      if (code === null) answers += 1;
      llmRate.set(answers / generations);
    },
    llmUsed: ({ provider, usage: { inputTokens, outputTokens, cachedTokens, cost } }) => {
      llmTokens.inc({ provider, kind: 'input' }, inputTokens);
      llmTokens.inc({ provider, kind: 'output' }, outputTokens);
      llmTokens.inc({ provider, kind: 'cached' }, cachedTokens);
      if (cost !== null) llmCost.inc({ provider, currency: cost.currency }, cost.amount);
    },
    executor: (executor) =>
      Object.freeze({
        ...executor,
        prepare: timed('semantic_query', executor.prepare),
        prepareSql: timed('sql', executor.prepareSql),
      }),
    text: async (sources) => {
      const state = sources.cache();
      const looked = state.hits + state.misses;
      hits.set(state.hits);
      misses.set(state.misses);
      rate.set(looked === 0 ? 0 : state.hits / looked);
      cacheBytes.set(state.bytes);
      for (const [of, at] of Object.entries(sources.breakers())) breaker.set({ of }, breakerValues[at]);
      score.set(await sources.score());
      return registry.metrics();
    },
  };
};
