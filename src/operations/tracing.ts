/**
 * Spans of requests, stages of questions, statements and jobs, sent to an OpenTelemetry collector where one is named (`OTEL_EXPORTER_OTLP_ENDPOINT`).
 * They say what was done, for how long and how it ended, and hold no question, no value and no text of a statement. The packages are
 * optional, so they are looked for when they are needed, and what is used of them is written down here.
 */
import { randomUUID } from 'node:crypto';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type { OnBegun, ServedRequest } from '../api/route.js';
import type { OnEnded } from '../audit/watch-trail.js';
import type { EndedJob } from '../jobs/open-jobs.js';
import type { OnStageEnded } from '../pipeline/run-stages.js';

export interface TracingSettings {
  /** Where spans are sent by OTLP over HTTP, as JSON. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
}

export interface Tracing {
  readonly begun: OnBegun;
  /** Takes what the trail was told of. */
  readonly ended: OnEnded;
  readonly stageEnded: OnStageEnded;
  jobEnded(job: EndedJob): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

interface Span {
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { readonly code: number }): unknown;
  updateName(name: string): unknown;
  end(at?: number): void;
}
type Context = object;
interface Api {
  readonly ROOT_CONTEXT: Context;
  readonly trace: {
    setSpan(context: Context, span: Span): Context;
    setSpanContext(context: Context, span: object): Context;
  };
  readonly diag: { setLogger(logger: object, level: number): unknown };
}
interface Provider {
  getTracer(name: string): {
    startSpan(name: string, options: object, context: Context): Span;
  };
  shutdown(): Promise<void>;
}
type Made<T> = new (...given: readonly object[]) => T;
interface Sdk {
  readonly BasicTracerProvider: Made<Provider>;
  readonly BatchSpanProcessor: Made<object>;
}

/** The API's numbers. */
const kinds = { internal: 0, server: 1, client: 2, consumer: 4 } as const;
const failed = { code: 2 } as const;
const onlyErrors = 30;
/** Requests that are open at once; more are not traced. */
const mostOpen = 10_000;
const patienceMs = 2_000;
/** Milliseconds between two complaints. */
const complainsEvery = 60_000;
const batch = { scheduledDelayMillis: 1_000, maxQueueSize: 4_096 } as const;

const packages = [
  '@opentelemetry/api',
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/resources',
  '@opentelemetry/exporter-trace-otlp-http',
];

/** Whoever calls may be part of a trace already. */
const callerOf = (traceparent: string | null): object | null => {
  const found = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  if (found === null || /^0+$/.test(found[1]!) || /^0+$/.test(found[2]!)) return null;
  return { traceId: found[1], spanId: found[2], traceFlags: Number.parseInt(found[3]!, 16) & 1, isRemote: true };
};

interface Loaded {
  readonly api: Api;
  readonly provider: Provider;
}

const load = async ({ url, headers, service }: TracingSettings, version: string): Promise<Loaded> => {
  const [api, sdk, resources, exporter] = (await Promise.all(packages.map((name) => import(name)))) as [
    Api,
    Sdk,
    { readonly resourceFromAttributes: (attributes: Attributes) => object },
    { readonly OTLPTraceExporter: Made<object> },
  ];
  const resource = resources.resourceFromAttributes({
    ...{ 'service.name': service, 'service.version': version, 'service.instance.id': randomUUID() },
  });
  const processor = new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter({ url, headers }), batch);
  return { api, provider: new sdk.BasicTracerProvider({ resource, spanProcessors: [processor] }) };
};

/** @returns `null` where no collector is named, or the packages are not installed: then the log says so */
export const openTracing = async (
  settings: TracingSettings | null,
  version: string,
  log: AppLogger,
): Promise<Tracing | null> => {
  if (settings === null) return null;
  let loaded: Loaded;
  try {
    loaded = await load(settings, version);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    log.warn(`no traces are sent: install the optional packages with "npm install ${packages.join(' ')}"`);
    return null;
  }
  const { api, provider } = loaded;
  const nothing = (): void => undefined;
  let said = Number.NEGATIVE_INFINITY;
  const say = (): void => {
    if (performance.now() - said < complainsEvery) return;
    said = performance.now();
    log.warn('traces cannot be sent to the collector; they are left out');
  };
  api.diag.setLogger({ error: say, warn: nothing, info: nothing, debug: nothing, verbose: nothing }, onlyErrors);
  const tracer = provider.getTracer('datamind');
  const open = new Map<string, Span>();
  const within = (correlationId: string): Context => {
    const span = open.get(correlationId);
    return span === undefined ? api.ROOT_CONTEXT : api.trace.setSpan(api.ROOT_CONTEXT, span);
  };
  /** A span of something that is over. */
  const past = (name: string, kind: number, seconds: number, attributes: Attributes, context: Context, ok: boolean) => {
    const now = Date.now();
    const span = tracer.startSpan(name, { kind, attributes, startTime: now - seconds * 1000 }, context);
    if (!ok) span.setStatus(failed);
    span.end(now);
  };

  return {
    begun: ({ method, correlationId, traceparent }) => {
      if (open.size >= mostOpen) return nothing;
      const caller = callerOf(traceparent);
      const context = caller === null ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, caller);
      const attributes = { 'http.request.method': method, 'datamind.correlation_id': correlationId };
      const span = tracer.startSpan(method, { kind: kinds.server, attributes }, context);
      open.set(correlationId, span);
      return ({ route, status }: ServedRequest) => {
        if (open.get(correlationId) === span) open.delete(correlationId);
        span.updateName(`${method} ${route}`);
        span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
        if (status >= 500) span.setStatus(failed);
        span.end();
      };
    },
    ended: ({ action, target, correlationId, detail }, { result, code, detail: outcome }, seconds) => {
      if (!action.startsWith('statement.')) return;
      const proof = detail.proof as { readonly dialect?: unknown } | undefined;
      const attributes = {
        ...{ 'datamind.action': action, 'datamind.correlation_id': correlationId, 'datamind.result': result },
        // Of a refusal it is what somebody typed.
        ...(action !== 'statement.refuse' && target !== null && { 'datamind.connection': target }),
        ...(typeof proof?.dialect === 'string' && { 'db.system.name': proof.dialect }),
        ...(code !== null && { 'error.type': code }),
        ...(typeof outcome.rows === 'number' && { 'datamind.rows': outcome.rows }),
      };
      const kind = action === 'statement.run' ? kinds.client : kinds.internal;
      past(action, kind, seconds, attributes, within(correlationId), result !== 'failed');
    },
    stageEnded: (stage, outcome, seconds, correlationId) => {
      const attributes = {
        ...{ 'datamind.stage': stage, 'datamind.correlation_id': correlationId, 'datamind.result': outcome },
      };
      past(`stage ${stage}`, kinds.internal, seconds, attributes, within(correlationId), outcome === 'done');
    },
    jobEnded: ({ jobId, name, attempt, code, seconds }) => {
      const attributes = {
        ...{ 'datamind.job': name, 'datamind.job_id': jobId, 'datamind.attempt': attempt },
        ...(code !== null && { 'error.type': code }),
      };
      past(`job ${name}`, kinds.consumer, seconds, attributes, api.ROOT_CONTEXT, code === null);
    },
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([provider.shutdown().catch(nothing), late]);
      clearTimeout(timer);
    },
  };
};
