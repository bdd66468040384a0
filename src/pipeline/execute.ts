/**
 * The governed executor: the one way to a database. It alone holds the connectors and the firewall, it runs only what it has
 * prepared itself, and nothing runs before the audit trail has it.
 */
import { formatProblem } from '../../core/config/problem.js';
import { maskText } from '../../core/pii/mask-text.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createFirewall } from '../../core/firewall/create-firewall.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type {
  ApprovedStatement,
  Catalogue,
  DialectName,
  IntrospectOptions,
  Llm,
  Planning,
  PluginKind,
  QueryOptions,
} from '../../core/plugin/contract.js';
import { type PluginPlan, planPlugins } from '../../core/plugin/plan-plugins.js';
import type { PluginHealth } from '../../core/plugin/running-plugin.js';
import { startPlugins } from '../../core/plugin/start-plugins.js';
import type { PluginStatus } from '../../core/plugin/startup-report.js';
import type { ResultSet } from '../../core/result/result-set.js';
import type { Redactor } from '../../core/secrets/create-redactor.js';
import type { Subject } from '../../core/subject/subject.js';
import type { GroupLedger, GroupQuestion } from '../../semantic/policy/group-question.js';
import type { Model } from '../../semantic/model/model.js';
import { versionOf } from '../../semantic/model/view.js';
import type { Lineages } from '../../semantic/policy/lineage.js';
import { hashKeyOf } from '../../semantic/policy/hash-key.js';
import type { AuditTrail, Intent, JsonObject, OpenEntry, Outcome } from '../audit/trail.js';
import type { BreakerState } from '../cluster/circuit-breaker.js';
import type { LlmLink } from '../llm/chain.js';
import { logUnwritten, runAudited } from './audited-result.js';
import { createConnectionBreakers } from './connection-breakers.js';
import { type Connections, findConnector } from './find-connector.js';
import { createMemoryLedger, receipted } from './group-ledger.js';
import { type MadeConnections, statementFailure, placeOf } from './made-connections.js';
import { createMadeConnectors, type MadeControl, releasing } from './made-connectors.js';
import { createReach, databasesOf, type Reached } from './reach.js';
import { createLineageReader } from './read-lineages.js';
import { createQueryPreparer, type QueryRequest } from './prepare-query.js';
import { createSqlPreparer, type SqlRequest } from './prepare-sql.js';
import type { Prepared, PreparedQuery, PreparedSql, PreparedStatement, RunOptions } from './prepared.js';
import { actorOf, modelProof, sha256 } from './proof.js';
import { withinProject } from './within-project.js';

export interface ExecutorSettings {
  readonly timeoutMs: number;
  /** Bytes of row data of an answer that is held in memory. */
  readonly maxBytes: number;
}

export interface ConnectionInfo {
  readonly name: string;
  readonly dialect: DialectName;
}

export type SimulationRequest =
  | SqlRequest
  | (QueryRequest & { readonly correlationId: string; readonly origin?: string | null });

export interface GovernedExecutor {
  readonly defaultConnection: string | null;
  connections(): readonly ConnectionInfo[];
  /** Plans a semantic query and has the statement approved. @throws DataMindError */
  prepare(request: QueryRequest): Promise<PreparedQuery>;
  /** Polices SQL of a user and has the statement approved; what is refused is in the trail. @throws DataMindError */
  prepareSql(request: SqlRequest): Promise<PreparedSql>;
  /**
   * What would run for somebody else, `request.subject`: to be looked at, for it never runs. The trail has it under who looks.
   * @throws DataMindError as `prepare` and `prepareSql`
   */
  simulate(asker: Subject, request: SimulationRequest): Promise<PreparedStatement>;
  /** Runs the statement. @throws DataMindError, PluginError; also while its batches are read */
  run(prepared: Prepared, options: RunOptions): Promise<ResultSet>;
  /**
   * Writes down that an answer was given for which nothing ran.
   * @returns `null` when that is done, a promise where it takes its time. @throws (the promise) DataMindError `AUDIT_UNAVAILABLE`
   */
  answered(prepared: Prepared, asked: Pick<RunOptions, 'correlationId' | 'origin'>): Promise<void> | null;
  /** Whether {@link answered} would take no time. */
  takesNotes(): boolean;
  /** Runs the statement of the totals: one row. */
  runTotals(prepared: PreparedQuery, options: RunOptions): Promise<ResultSet>;
  introspect(connection: string, options: IntrospectOptions, signal: AbortSignal): Promise<Catalogue>;
  /** What the tables, views and queries of a model read, as the databases tell that the subject reaches. */
  lineages(model: Model, subject: Subject): Promise<Lineages>;
  /** The dialect of where the model lives, for the subject; `null` where it reaches none that is up. */
  dialectOf(model: Model, subject: Subject): Promise<DialectName | null>;
  /** The connections that are made while the server runs: to try, look at and drop them. No statement goes this way. */
  readonly made: MadeControl;
  /** The language models of the configuration, in its order; those that are down have no instance. */
  llms(): readonly LlmLink[];
  /** The plugins of the configuration, those that are down too. */
  statuses(): readonly PluginStatus[];
  /** The circuit breaker of a connection of the configuration. */
  breaker(connection: string): BreakerState;
  health(): Promise<readonly PluginHealth[]>;
  stop(): Promise<void>;
}

export interface ExecutorOptions {
  readonly plan: PluginPlan;
  readonly log: AppLogger;
  readonly redact: Redactor;
  readonly now?: () => number;
  readonly settings: ExecutorSettings;
  readonly trail: AuditTrail;
  /** What subjects were told of groups. Default: forgotten when the process ends. */
  readonly ledger?: GroupLedger;
  /** The connections that are made while the server runs; none when absent. */
  readonly made?: MadeConnections;
  /** Whether the connections of the configuration are a workspace's; every workspace's when absent. */
  readonly isConfigured?: (workspace: string) => boolean;
}

/** What a prepared statement stands for; nobody else has it. */
export interface Secret {
  readonly subject: Subject;
  /** What the connection was then. */
  readonly identity: string;
  readonly statement: ApprovedStatement;
  readonly totals: ApprovedStatement | null;
  readonly planning: Planning;
  /** What the subject would be told of groups that it may see no row of. */
  readonly question: GroupQuestion | null;
}

const batchRows = 2_000;

/** Only what reads these connections is loaded, and what is of these kinds, for programs that ask one question. */
export const narrowedTo = (
  plan: PluginPlan,
  connections: readonly string[] | null,
  kinds: readonly PluginKind[] = [],
): PluginPlan => ({
  ...plan,
  plugins: plan.plugins.filter(({ name, candidate: { manifest } }) =>
    manifest.kind === 'connector' ? (connections?.includes(name) ?? true) : kinds.includes(manifest.kind),
  ),
});

/** @throws DataMindError `AUDIT_UNAVAILABLE` */
const written = async <T>(writing: Promise<T>, log: AppLogger, { correlationId }: Intent): Promise<T> => {
  try {
    return await writing;
  } catch (error) {
    log.error('the audit trail cannot be written', { correlation_id: correlationId, error });
    throw new DataMindError('AUDIT_UNAVAILABLE', 'The audit trail cannot be written now, so nothing runs.', {
      hint: 'Try again later; whoever operates the server finds the reason in its log.',
    });
  }
};

/** Writes the intent; without it nothing happens. */
const begin = (trail: AuditTrail, log: AppLogger, intent: Intent): Promise<OpenEntry> =>
  written(trail.begin(intent), log, intent);

/** Starts the plugins and takes hold of the connectors. @throws DataMindError that names every plugin that failed */
export const openExecutor = async (options: ExecutorOptions): Promise<GovernedExecutor> => {
  const { log, redact, now = Date.now, settings, plan, trail } = options;
  const { ledger = createMemoryLedger(now), made = null, isConfigured = () => true } = options;
  const firewall = createFirewall();
  const plugins = await startPlugins(plan, { log, redact, now, isApproved: firewall.isApproved });
  const connectors = plugins.claimConnectors();
  const defaultConnection = plan.defaultConnection ?? null;
  const connections: Connections = { connectors, defaultConnection, statuses: () => plugins.statuses() };
  const breakers = createConnectionBreakers(log, now);
  const secrets = new WeakMap<Prepared, Secret>();
  const keep = (prepared: Prepared, secret: Secret): void => {
    secrets.set(prepared, secret);
  };
  const salt = plan.maskSalt ?? null;
  if (salt !== null) redact.add([salt, ...Object.values(hashKeyOf(salt))]);
  const held = createMadeConnectors({ log, now, isApproved: firewall.isApproved });
  const reachOf = createReach({
    configured: connections,
    isConfigured,
    made: made === null ? null : { connections: made, connectors: held },
  });
  const lineages = createLineageReader({ log, now });
  const parts = { reachOf, firewall, now, keep, salt, lineages };
  const planQuery = createQueryPreparer(parts);
  const policeText = createSqlPreparer(parts);
  const prepareQuery = (request: QueryRequest) => withinProject(request, request.query, planQuery);
  const prepareText = (request: SqlRequest) => withinProject(request, request.sql, policeText);

  const finish = async (entry: OpenEntry, outcome: Outcome, correlationId: string): Promise<void> => {
    try {
      await entry.finish(outcome);
    } catch (failure) {
      logUnwritten(log, { correlation_id: correlationId }, failure);
    }
  };

  /** A refusal is written down as well. */
  const prepareSql = async (request: SqlRequest): Promise<PreparedSql> => {
    try {
      return await prepareText(request);
    } catch (error) {
      if (!(error instanceof DataMindError)) throw error;
      const { subject, connection = null, sql, correlationId, origin = null } = request;
      const entry = await begin(trail, log, {
        action: 'statement.refuse',
        actor: actorOf(subject),
        target: connection === null ? null : maskText(connection),
        correlationId,
        origin,
        detail: { before: sha256(sql), ...modelProof(request.model) },
      });
      // It is refused all the same; the intent stands in the trail without an outcome.
      await finish(entry, { result: 'denied', code: error.code, detail: {} }, correlationId);
      throw error;
    }
  };

  const simulate = async (asker: Subject, request: SimulationRequest): Promise<PreparedStatement> => {
    const { subject, model, connection = null, correlationId, origin = null } = request;
    const { user, fingerprint } = subject;
    const asked: JsonObject = 'sql' in request ? { before: sha256(request.sql) } : {};
    const entry = await begin(trail, log, {
      action: 'policy.simulate',
      actor: actorOf(asker),
      target: connection === null ? null : maskText(connection),
      correlationId,
      origin,
      detail: { ...asked, model: versionOf(model), subject: { user, fingerprint } },
    });
    try {
      const prepared: PreparedStatement = 'sql' in request ? await prepareText(request) : await prepareQuery(request);
      await finish(entry, { result: 'done', code: null, detail: { decision: 'allow' } }, correlationId);
      // A copy: only what was prepared for whoever asks can run.
      return Object.freeze({ ...prepared });
    } catch (error) {
      const outcome: Outcome =
        error instanceof DataMindError
          ? { result: 'done', code: null, detail: { decision: 'refuse', code: error.code } }
          : { result: 'failed', code: 'INTERNAL', detail: {} };
      await finish(entry, outcome, correlationId);
      throw error;
    }
  };

  /** One that was made while the server runs is kept from being stopped until the last row. */
  const query = async (
    { connector, id, identity, use }: Reached,
    statement: ApprovedStatement,
    limits: QueryOptions,
    signal: AbortSignal,
  ): Promise<ResultSet> => {
    const ask = (): Promise<ResultSet> => breakers.of(identity).run(() => connector.query(statement, limits, signal));
    if (id === null) return ask();
    const release = use();
    try {
      return releasing(await ask(), release);
    } catch (error) {
      release();
      throw statementFailure(error);
    }
  };

  /** The same value for the same statement: the trail tells by it what is the same. */
  const abouts = new WeakMap<Prepared, JsonObject>();
  const answered: GovernedExecutor['answered'] = (prepared, { correlationId, origin = null }) => {
    const secret = secrets.get(prepared);
    if (secret === undefined) throw new Error('only what prepare returned can be answered');
    let detail = abouts.get(prepared);
    if (detail === undefined) {
      const { model, before, after, policies } = prepared.proof;
      detail = { query: prepared.queryId, proof: { model, before, after, policies } };
      abouts.set(prepared, detail);
    }
    const { connection, connectionId } = prepared;
    const target = connectionId === null ? connection : placeOf(connectionId);
    const { user, workspace, fingerprint } = secret.subject;
    const actor = { user, workspace, fingerprint };
    const intent: Intent = { action: 'statement.cached', actor, target, correlationId, origin, detail };
    const writing = trail.note(intent);
    return writing === null ? null : written(writing, log, intent);
  };

  const execute = async (
    prepared: Prepared,
    statementOf: (secret: Secret) => ApprovedStatement | null,
    { correlationId, origin = null, signal, maxRows, stream }: RunOptions,
  ): Promise<ResultSet> => {
    const secret = secrets.get(prepared);
    const statement = secret && statementOf(secret);
    if (secret === undefined || !statement) throw new Error('only what prepare returned can run');
    const { connection, proof, validUntil } = prepared;
    if (validUntil !== null && now() >= validUntil) {
      throw new DataMindError('CONFLICT', 'A policy began or ended since this was prepared; ask again.');
    }
    const { subject, question, identity, planning } = secret;
    // Asked once more: it may have been taken from the subject, or lead elsewhere by now.
    const reached = await reachOf(subject).find(connection);
    if (reached.identity !== identity) {
      throw new DataMindError('CONFLICT', 'The connection was changed since this was prepared; ask again.');
    }
    const limits: QueryOptions = {
      timeoutMs: settings.timeoutMs,
      maxRows,
      maxBytes: stream ? Number.MAX_SAFE_INTEGER : settings.maxBytes,
      batchRows,
      subject: subject.fingerprint,
      tag: correlationId,
      planning,
    };
    const entry = await begin(trail, log, {
      action: 'statement.run',
      actor: actorOf(subject),
      target: reached.id === null ? connection : reached.place,
      correlationId,
      origin,
      detail: { proof },
    });
    const auditing = { entry, log, fields: { correlation_id: correlationId, connection } };
    return runAudited(auditing, async () => {
      if (question === null) return query(reached, statement, limits, signal);
      const receipt = await ledger.ask(subject, question);
      try {
        return receipted(await query(reached, statement, limits, signal), receipt);
      } catch (error) {
        await receipt.withheld();
        throw error;
      }
    });
  };

  return Object.freeze({
    defaultConnection,
    connections: () => [...connectors].map(([name, { dialect }]) => ({ name, dialect })),
    prepare: prepareQuery,
    prepareSql,
    simulate,
    run: (prepared: Prepared, how: RunOptions) => execute(prepared, ({ statement }) => statement, how),
    runTotals: (prepared: PreparedQuery, how: RunOptions) => execute(prepared, ({ totals }) => totals, how),
    answered,
    takesNotes: trail.takesNotes,
    introspect: async (connection: string, what: IntrospectOptions, signal: AbortSignal) => {
      const connector = findConnector(connections, connection);
      const catalogue = await connector.introspect(what, signal);
      const relations = await connector.relations?.(signal);
      return relations === undefined ? catalogue : { ...catalogue, relations };
    },
    lineages: (model: Model, subject: Subject) => {
      const reach = reachOf(subject);
      return lineages.read(model, model.project.connection ?? reach.defaultConnection, databasesOf(reach));
    },
    dialectOf: async (model: Model, subject: Subject) => {
      const reach = reachOf(subject);
      try {
        return (await reach.find(await reach.likelyHome(model))).connector.dialect;
      } catch (error) {
        if (error instanceof DataMindError) return null;
        throw error;
      }
    },
    made: Object.freeze({
      probe: held.probe,
      introspect: held.introspect,
      health: held.health,
      drop: held.drop,
      keep: held.keep,
    }),
    llms: () => {
      const up = plugins.of('llm');
      return plugins
        .statuses()
        .filter(({ kind }) => kind === 'llm')
        .map(({ name }) => ({ name, instance: (up.get(name) as Llm | undefined) ?? null }));
    },
    statuses: () => plugins.statuses(),
    breaker: breakers.state,
    health: () => plugins.health(),
    stop: async () => {
      await held.stop();
      await plugins.stop();
    },
  });
};

/** The connectors that a configuration names, without loading any code of them. @throws DataMindError `CONFIG_INVALID` */
export const readPluginPlan = (file: string, env: Readonly<Record<string, string | undefined>>): PluginPlan => {
  const { plan, problems } = planPlugins(file, env);
  if (plan !== undefined) return plan;
  const lines = problems.map(formatProblem);
  const count = lines.length === 1 ? 'a problem' : `${lines.length} problems`;
  throw new DataMindError('CONFIG_INVALID', `The configuration of the plugins has ${count}:\n${lines.join('\n')}`, {
    hint: 'Mend each of them; "datamind plugins check" lists them again.',
  });
};
