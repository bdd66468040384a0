import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Audit } from '../audit/open-audit.js';
import { type OnEnded, watchTrail } from '../audit/watch-trail.js';
import { withDrafts } from '../connections/drafted-models.js';
import type { RunningConnections } from '../connections/open-connections.js';
import { metricEditor } from '../metrics/edit-metric.js';
import { metricItems } from '../metrics/service.js';
import { type DemoProgress, openProject } from '../open-project.js';
import type { MadeOperator } from '../identity/first-operator.js';
import type { Identity } from '../identity/open-identity.js';
import { workspaces } from '../identity/store.js';
import { createProfileJobs, type ProfileJobParts } from '../intelligence/profile-jobs.js';
import { createIntelligenceRoutes } from '../intelligence/routes.js';
import { createLlmChain, type LlmChainOptions } from '../llm/chain.js';
import type { ModelSource } from '../models/model-source.js';
import type { Cluster } from '../cluster/open-cluster.js';
import { noNotices } from '../cluster/notices.js';
import { openJobs, type Jobs } from '../jobs/open-jobs.js';
import { createJobRoutes } from '../jobs/routes.js';
import { createServerJobs } from '../jobs/server-jobs.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import type { GovernedExecutor } from '../pipeline/execute.js';
import { createStoredLedger } from '../pipeline/stored-ledger.js';
import { createInstruments } from '../operations/instruments.js';
import { openTracing, type Tracing } from '../operations/tracing.js';
import { createPolicyChangeRoutes } from '../policies/change-routes.js';
import { withProjects } from '../projects/project-views.js';
import { createProjectRoutes } from '../projects/routes.js';
import { warmParsers } from '../pipeline/warm-parsers.js';
import { assertFree, startServer } from '../start-server.js';
import { createUsageRecorder, type UsageRecorder } from '../usage/record-usage.js';
import { type CommonOptions, packageVersion } from './create-program.js';
import { print, say } from './output.js';
import { reportFailure } from './run-program.js';

export interface ServeOptions extends CommonOptions {
  readonly port?: string;
  readonly host?: string;
}

/** What a server needs besides connections. */
const servedKinds = ['llm', 'dashboard', 'export'] as const;

const barWidth = 30;

/** A bar that fills in place on a terminal, and one line where there is none. */
const demoProgress = (): DemoProgress => {
  const live = process.stderr.isTTY === true;
  const draw = (done: number): void => {
    const full = Math.round(done * barWidth);
    process.stderr.write(
      `\r  ${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${String(Math.round(done * 100)).padStart(3)} %`,
    );
  };
  return {
    begin: ({ path }) => {
      say(`Making the example business (three years of an outdoor shop) in ${path} …`);
      if (live) draw(0);
    },
    at: (done) => {
      if (live) draw(done);
    },
    end: () => {
      if (live) process.stderr.write('\n');
    },
  };
};

const firstQuestion = (url: string, metric: string | null, token: boolean): readonly string[] =>
  metric === null
    ? []
    : [
        '',
        '  A first question:',
        '',
        `    curl -s ${url}/api/v1/semantic/query -H 'content-type: application/json' \\`,
        ...(token ? ['      -H "authorization: Bearer $TOKEN" \\'] : []),
        `      -d '{"metrics": ["${metric}"], "dimensions": [{"name": "metric_time", "grain": "year"}]}'`,
        '',
        '  Or in words:',
        '',
        `    curl -s ${url}/api/v1/ask -H 'content-type: application/json' \\`,
        ...(token ? ['      -H "authorization: Bearer $TOKEN" \\'] : []),
        `      -d '{"question": "${metric.replaceAll(/[._]/g, ' ')} by year"}'`,
      ];

/** The first account; a password that was made here is shown this once. */
const firstAccount = (url: string, made: MadeOperator | null): readonly string[] =>
  made === null
    ? []
    : [
        '',
        `  The first account is ${made.email}, an admin.`,
        ...(made.password === null
          ? []
          : [`  Its password, shown this once: ${made.password}`, '  Change it after the first login.']),
        '',
        '  Log in for an access token:',
        '',
        `    curl -s ${url}/api/v1/auth/login -H 'content-type: application/json' \\`,
        `      -d '{"email": "${made.email}", "password": "…"}'`,
      ];

const welcome = (url: string, metric: string | null, { gate, made }: Identity): string =>
  [
    '',
    `  DataMind ${packageVersion()} listens on ${url}${gate.mode === 'local' ? ', for this machine only.' : ', for callers with a token.'}`,
    '',
    `  Interactive API   ${url}/docs`,
    `  Health            ${url}/health`,
    ...firstAccount(url, made),
    ...firstQuestion(url, metric, gate.mode === 'required'),
    '',
    '  Stop with Ctrl-C.',
    '',
    '',
  ].join('\n');

const signals = ['SIGINT', 'SIGTERM'] as const;

/** The first signal ends in good order; the second one ends at once. */
const onSignal = (stop: () => void): void => {
  let asked = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      stop();
    });
  }
};

const sayWhy = (models: ModelSource): void => {
  try {
    models.model();
  } catch (error) {
    reportFailure(error);
  }
};

/** Runs until a signal asks it to stop. @throws DataMindError when it cannot start */
export const serve = async ({ config, ontology, port, host }: ServeOptions): Promise<void> => {
  const stopping = new AbortController();
  onSignal(() => stopping.abort());
  const { signal } = stopping;
  const env = { ...process.env, ...(port !== undefined && { PORT: port }), ...(host !== undefined && { HOST: host }) };
  const project = openProject({ config, ontology, env, progress: demoProgress(), signal });
  const { settings, log, compiler } = project;
  await assertFree(settings.port, settings.host);
  const store = await project.openStore();
  let audit: Audit | undefined;
  let identity: Identity | undefined;
  let executor: GovernedExecutor | undefined;
  let jobs: Jobs | undefined;
  let models: WorkspaceModels | undefined;
  let cluster: Cluster | null = null;
  let tracing: Tracing | null = null;
  let served: RunningConnections | undefined;
  let usage: UsageRecorder | undefined;
  try {
    models = await project.openModels(store);
    audit = await project.openAudit(store);
    const instruments = createInstruments(packageVersion());
    const recorder = createUsageRecorder(store, log);
    usage = recorder;
    tracing = await openTracing(settings.tracing, packageVersion(), log);
    const watchers: OnEnded[] = [instruments.ended, usage.ended];
    if (tracing !== null) watchers.push(tracing.ended);
    const trail = watchTrail(audit, (...ended) => {
      for (const watch of watchers) watch(...ended);
    });
    identity = await project.openIdentity(store, trail);
    cluster = await project.openCluster(store, packageVersion());
    const { notices } = cluster ?? { notices: noNotices };
    jobs = openJobs(store, {
      ...{ log, leaseMs: settings.leaseMs, announce: () => notices.announce('jobs') },
      ...(tracing !== null && { onEnded: tracing.jobEnded }),
    });
    notices.on('jobs', jobs.wake);
    const own = createServerJobs({ store, audit, auditDays: settings.auditDays, usageDays: settings.usageDays });
    jobs.handle(...own.handlers);
    const { wake } = jobs;
    const jobRoutes = createJobRoutes({ store, trail, now: Date.now, wake });
    const policyRoutes = createPolicyChangeRoutes({ models, store, trail, now: Date.now });
    const projectRoutes = createProjectRoutes({ models, store, trail, now: Date.now });
    const ledger = createStoredLedger(async () => store, log);
    const llmKeys = await project.openLlmKeys(store, trail);
    const connections = await project.openConnections(store, trail);
    const { made, isConfigured } = connections;
    executor = usage.executor(await project.openExecutor(null, { trail, ledger, made, isConfigured }, servedKinds));
    const open = models;
    served = connections.serve(executor, () => open);
    const drafted = withProjects(withDrafts(models, connections.drafts), store);
    const onTokens: LlmChainOptions['onUsed'] = ({ asker, usage: used, answered }) =>
      recorder.tokens({
        workspace: asker.workspace,
        user: asker.user ?? '',
        model: used.model,
        tokensIn: used.inputTokens,
        tokensOut: used.outputTokens,
        correlationId: asker.correlationId ?? '',
        answered,
      });
    const profiling: ProfileJobParts = {
      ...{ store, trail, executor, jobs, wake, log, now: Date.now, models: () => drafted },
      connections: served.services,
      llm: createLlmChain({ links: executor.llms(), log, keyOf: llmKeys.keyOf, onUsed: onTokens }),
      isLocal: identity.gate.mode === 'local',
    };
    const profileJobs = createProfileJobs(profiling);
    jobs.handle(...profileJobs.handlers);
    const { status, model } = await models.folder.refresh();
    models.folder.watch();
    await warmParsers(executor.connections().map(({ dialect }) => dialect));
    const server = await startServer(
      {
        ...settings,
        executor,
        models,
        drafts: connections.drafts,
        compiler,
        editor: metricEditor,
        gate: identity.gate,
        trail,
        kept: [
          ...identity.routes,
          ...jobRoutes,
          ...served.routes,
          ...policyRoutes,
          ...llmKeys.routes,
          ...projectRoutes,
          ...createIntelligenceRoutes(profiling),
        ],
        llmKeyOf: llmKeys.keyOf,
        instruments,
        ...(tracing !== null && { onBegun: tracing.begun, onStageEnded: tracing.stageEnded }),
        watch: (watcher) => watchers.push(watcher),
        onTokens,
        ...(cluster !== null && { cluster }),
        watchIdentity: (watcher) => {
          store.onChange((id) => {
            if (id === 'identity') watcher();
            notices.announce('change', id);
          });
          notices.on('change', (id) => {
            if (id === 'identity') watcher();
            // Whoever remembers what it has read of the store looks now; with the next request it would look anyway.
            store.epochs().catch(() => undefined);
          });
        },
        store,
        storeHealth: () => store.read((db) => db.exists(workspaces)),
        trailHealth: audit.probe,
        log,
        version: packageVersion(),
      },
      settings.port,
      settings.host,
    );
    await jobs.start([...own.schedules, ...profileJobs.schedules]);
    const metrics = model === null ? [] : metricItems(model).map(({ name }) => name);
    const metric = metrics.includes('revenue') ? 'revenue' : (metrics[0] ?? null);
    await print(welcome(server.url, metric, identity));
    if (status === 'missing') {
      say(`Queries are not answered yet; "datamind check ${ontology}" says where to mend the model:`);
      sayWhy(models.folder);
    }
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    log.info('stopping');
    await server.close();
  } catch (error) {
    if (!signal.aborted || !(error instanceof DataMindError)) throw error;
  } finally {
    models?.close();
    await jobs?.close();
    await usage?.close();
    cluster?.close();
    await served?.close();
    await executor?.stop();
    await identity?.close();
    // A store that is down now must not keep the rest from ending; what was acknowledged is in it.
    await audit?.close().catch((error: unknown) => log.error('the audit could not be signed at the end', { error }));
    await store.close();
    await tracing?.close();
  }
};
