import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createListener, type Server as Listener } from 'node:net';
import { join } from 'node:path';
import { DataMindError } from '../core/errors/datamind-error.js';
import type { AppLogger } from '../core/logging/create-logger.js';
import { createAliasRoutes } from './api/aliases.js';
import { createApp } from './api/create-app.js';
import { trustOf } from './api/address.js';
import { createDocsRoutes } from './api/docs-routes.js';
import { createRateLimiter, type RateLimitSettings } from './api/rate-limits.js';
import type { OnBegun, Route } from './api/route.js';
import { createSavedQueryRoutes } from './saved-queries/routes.js';
import { createUsageRoutes } from './usage/routes.js';
import { createStatsRoute } from './operations/stats.js';
import type { AuditTrail } from './audit/trail.js';
import type { OnEnded } from './audit/watch-trail.js';
import { createListing } from './catalogue/listed-for.js';
import { createCatalogueRoutes } from './catalogue/routes.js';
import { createConversationRoutes } from './conversations/routes.js';
import { askInConversation, type ConversationServices } from './conversations/service.js';
import { countConnections } from './connections/count-connections.js';
import { withDrafts } from './connections/drafted-models.js';
import type { Drafts } from './connections/drafts.js';
import { keepAsked } from './feedback/asked-questions.js';
import { heldBackOf } from './feedback/held-back.js';
import { createFeedbackRoutes } from './feedback/routes.js';
import { createCompilerRoutes } from './compiler/routes.js';
import type { Cluster } from './cluster/open-cluster.js';
import type { Gate } from './identity/gate.js';
import { isLoopback } from './identity/loopback.js';
import { createMetricRoutes } from './metrics/routes.js';
import type { MetricEditor } from './metrics/service.js';
import type { ModelCompiler } from './models/model-source.js';
import { createModelRoutes } from './models/routes.js';
import type { WorkspaceModels } from './models/workspace-models.js';
import { createInstruments, type Instruments } from './operations/instruments.js';
import { createOperationsRoutes } from './operations/routes.js';
import type { Probe } from './operations/service.js';
import type { GovernedExecutor } from './pipeline/execute.js';
import { createResultCache } from './pipeline/result-cache.js';
import type { OnStageEnded } from './pipeline/run-stages.js';
import { createAnswerService } from './pipeline/serve-answer.js';
import { createPolicyRoutes } from './policies/routes.js';
import { withProjects } from './projects/project-views.js';
import { createQueryRoutes } from './query/routes.js';
import type { LlmChainOptions } from './llm/chain.js';
import { createGeneratedQueries } from './questions/generated-queries.js';
import { createQuestionRoutes, type QuestionRouteParts } from './questions/routes.js';
import { createQuestionService, type QuestionParts } from './questions/service.js';
import { createRealtime } from './realtime/create-realtime.js';
import type { Store } from './store/store.js';
import { createSqlRoutes } from './sql/routes.js';

/** What the server is composed of. */
export interface ServerParts {
  readonly executor: GovernedExecutor;
  readonly models: WorkspaceModels;
  /** What is in models of single subjects besides. */
  readonly drafts?: Drafts;
  readonly compiler: ModelCompiler;
  readonly editor: MetricEditor;
  /** Stands before every route. */
  readonly gate: Gate;
  /** Where changes of the model are written down. */
  readonly trail: AuditTrail;
  /** Routes of what is kept in the store. */
  readonly kept?: readonly Route[];
  readonly trustedProxies?: readonly string[];
  /** Origins whose pages may read answers; none when absent. */
  readonly origins?: readonly string[];
  /** Where callers show tokens. No limits when absent. */
  readonly rateLimits?: RateLimitSettings;
  /** Its own when absent. */
  readonly instruments?: Instruments;
  /** Is told of each request when it comes. */
  readonly onBegun?: OnBegun;
  /** Is told of each stage of a question when it is over. */
  readonly onStageEnded?: OnStageEnded;
  /** Takes who is to be told of what is over, and in the trail. */
  readonly watch?: (watcher: OnEnded) => void;
  /** The other processes; absent where there are none. */
  readonly cluster?: Cluster;
  /** Takes who is to be told that something about somebody has changed. */
  readonly watchIdentity?: (watcher: () => void) => void;
  /** Where policies by API, saved queries and usage are; absent where nothing is kept. */
  readonly store?: Store;
  /** Whether the store answers; absent where nothing is kept. */
  readonly storeHealth?: Probe;
  /** Whether the audit trail can be written; absent where there is none. */
  readonly trailHealth?: Probe;
  readonly log: AppLogger;
  readonly version: string;
  readonly maxRows: number;
  readonly cacheTtlSeconds: number;
  readonly cacheBytes: number;
  readonly now?: () => number;
  /** Where files are that are not the model's; nothing is kept when absent. */
  readonly home?: string;
  /** Is told what language models took. */
  readonly onTokens?: LlmChainOptions['onUsed'];
  /** Keys of workspaces for language models. */
  readonly llmKeyOf?: LlmChainOptions['keyOf'];
}

interface Composed {
  readonly routes: readonly Route[];
  readonly ask: QuestionRouteParts['ask'];
  close(): void;
}

/** What questions keep of themselves, and what they are not answered with. */
const feedbackOf = (store: Store, now: () => number = Date.now): Pick<QuestionParts, 'heldBackOf' | 'keep'> => ({
  heldBackOf: (workspace) => heldBackOf(store, workspace),
  keep: (understood) => keepAsked(store, understood, now()),
});

/** Every route of the server. The one whose speed counts comes first. */
export const createRoutes = (parts: ServerParts): readonly Route[] => compose(parts).routes;

const compose = (parts: ServerParts): Composed => {
  const drafted = parts.drafts === undefined ? parts.models : withDrafts(parts.models, parts.drafts);
  const models = parts.store === undefined ? drafted : withProjects(drafted, parts.store);
  const { compiler, editor, version, storeHealth, trailHealth, now } = parts;
  const { instruments = createInstruments(version) } = parts;
  const executor = instruments.executor(parts.executor);
  const cache = createResultCache({ ttlSeconds: parts.cacheTtlSeconds, maxBytes: parts.cacheBytes });
  const answers = createAnswerService(executor, cache, {
    maxRows: parts.maxRows,
    ...(parts.cluster !== undefined && { shared: parts.cluster.answers }),
  });
  const listedFor = createListing(models, executor, now);
  const generated = createGeneratedQueries(parts.store ?? null, parts.log, parts.now);
  const questions = createQuestionService({
    ...{ models, executor, answers, trail: parts.trail, log: parts.log, maxRows: parts.maxRows },
    onStageEnded: (...ended) => {
      instruments.stageEnded(...ended);
      parts.onStageEnded?.(...ended);
    },
    ...(now !== undefined && { now }),
    onAttempt: instruments.llmAsked,
    onUsed: (use) => {
      instruments.llmUsed(use);
      parts.onTokens?.(use);
    },
    ...(parts.llmKeyOf !== undefined && { keyOf: parts.llmKeyOf }),
    ...(parts.store !== undefined && feedbackOf(parts.store, now)),
    ...(parts.home !== undefined && { vectorFolder: join(parts.home, 'vectors') }),
  });
  const conversations: ConversationServices | null =
    parts.store === undefined
      ? null
      : { store: parts.store, trail: parts.trail, questions, now: parts.now ?? Date.now };
  const ask: Composed['ask'] = (caller, body, asking) => {
    const { conversation_id: id, ...question } = body;
    if (id === undefined) return questions.ask(question, asking);
    if (conversations === null) throw new DataMindError('NOT_FOUND', 'Nothing is kept here, conversations neither.');
    return askInConversation(conversations, caller, id, question, asking);
  };
  const asking = [
    ...createQueryRoutes({ models, executor, answers, ...(now !== undefined && { now }) }),
    ...createSqlRoutes({ models, executor, answers, maxRows: parts.maxRows, generated }),
    ...createQuestionRoutes({ questions, generated, ask, ...(now !== undefined && { now }) }),
  ];
  const runner = (operation: string): Route => asking.find((route) => route.operation === operation)!;
  const { store, trail, cluster } = parts;
  const clock = { now: now ?? Date.now };
  const redis = cluster === undefined ? {} : { redis: cluster.redis };
  const stored =
    store === undefined
      ? []
      : [
          ...createSavedQueryRoutes(
            { store, trail, ...clock },
            { query: runner('runSemanticQuery'), sql: runner('executeSql') },
          ),
          ...createUsageRoutes({ store, ...clock }),
          ...createFeedbackRoutes({ store, trail, models, executor, maxRows: parts.maxRows, ...clock }),
          ...(conversations === null ? [] : createConversationRoutes(conversations)),
          createStatsRoute({ store, executor, cache, listedFor, version, ...redis, ...clock }),
        ];
  const routes = [
    ...asking,
    ...createPolicyRoutes({ models, executor, maxRows: parts.maxRows, store: parts.store ?? null }),
    ...createMetricRoutes(models, editor, listedFor, parts.trail),
    ...createCatalogueRoutes(listedFor),
    ...createModelRoutes(models, parts.trail, parts.store ?? null),
    ...createCompilerRoutes(models, compiler),
    ...(parts.kept ?? []),
    ...stored,
    ...createOperationsRoutes({
      models: models.folder,
      executor,
      cache,
      version,
      llm: questions.llm.health,
      ...(storeHealth !== undefined && { storeHealth }),
      ...redis,
      ...(trailHealth !== undefined && { trailHealth }),
      ...(store !== undefined && { made: () => countConnections(store) }),
      instruments,
      ...(now !== undefined && { now }),
    }),
  ];
  const all = [...routes, ...createAliasRoutes(routes)];
  return { routes: [...all, ...createDocsRoutes(all, version)], ask, close: questions.close };
};

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, lets those in flight end within the time, and cancels the rest. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

const listenFaults: Readonly<Record<string, (port: number, host: string) => DataMindError>> = {
  EADDRINUSE: (port) =>
    new DataMindError('PORT_IN_USE', `Port ${port} is in use by another program.`, {
      hint: `Stop that program, or choose another port: PORT=${port + 1} npm start.`,
    }),
  EACCES: (port) =>
    new DataMindError('PORT_IN_USE', `Port ${port} may not be used by this user.`, {
      hint: 'Choose a port above 1023: PORT=8000.',
    }),
  EADDRNOTAVAIL: (_, host) =>
    new DataMindError('CONFIG_INVALID', `This machine has no address ${host}; set HOST to 127.0.0.1.`),
};

const listen = (server: Listener, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(listenFaults[error.code ?? '']?.(port, host) ?? error),
    );
    server.listen(port, host, () => resolve());
  });

/**
 * Says early what a start would end with, before anything is made: that nobody may listen there.
 * @throws DataMindError `PORT_IN_USE`, `CONFIG_INVALID`
 */
export const assertFree = async (port: number, host: string): Promise<void> => {
  const listener = createListener();
  await listen(listener, port, host);
  await new Promise((resolve) => listener.close(resolve));
};

const endRequests = (server: Server, graceMs: number): Promise<void> =>
  new Promise((resolve) => {
    // A connection whose answer ends now would be kept for its next request.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const force = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(force);
      resolve();
    });
  });

/**
 * Listens. While callers need no token it does so on loopback only, whatever a name resolves to.
 * @throws DataMindError `PORT_IN_USE`, `CONFIG_INVALID`
 */
export const startServer = async (parts: ServerParts, port: number, host: string): Promise<RunningServer> => {
  const { gate, log, trustedProxies = [], origins = [], rateLimits, version, cluster } = parts;
  const { instruments = createInstruments(version) } = parts;
  const trusts = trustOf(trustedProxies);
  // At one's own machine there is nobody to share with.
  const limited = rateLimits !== undefined && gate.mode === 'required';
  const common = {
    gate,
    log,
    trusts,
    origins,
    ...(limited && { limiter: createRateLimiter(rateLimits, cluster?.redis) }),
  };
  const { routes, ask, close } = compose({ ...parts, instruments });
  const { onBegun } = parts;
  const app = createApp({
    ...common,
    routes,
    onServed: instruments.served,
    ...(onBegun !== undefined && { onBegun }),
  });
  const realtime = createRealtime({
    ...common,
    ask,
    ...(cluster !== undefined && { cluster }),
  });
  parts.watchIdentity?.(realtime.recheck);
  parts.watch?.(realtime.ended);
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 120_000 }, app);
  realtime.attach(server);
  await listen(server, port, host);
  const { port: chosen, family, address } = server.address() as AddressInfo;
  if (parts.gate.mode === 'local' && !isLoopback(address)) {
    server.close();
    throw new DataMindError(
      'CONFIG_INVALID',
      `HOST is ${address}, which other machines reach, and no token is asked for.`,
      {
        hint: 'Set DATAMIND_AUTH=required, or HOST=127.0.0.1.',
      },
    );
  }
  let closing: Promise<void> | undefined;
  return {
    port: chosen,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}`,
    close: (graceMs = 5_000) => {
      closing ??= realtime
        .close()
        .then(() => endRequests(server, graceMs))
        .finally(close);
      return closing;
    },
  };
};
