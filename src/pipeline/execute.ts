/**
 * The governed executor: the one way to a database. It alone holds the connectors and can have a statement approved, and it
 * runs only what it has planned itself from a semantic query.
 */
import { createHash } from 'node:crypto';
import { didYouMean } from '../../core/config/did-you-mean.js';
import { formatProblem } from '../../core/config/problem.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createApprover } from '../../core/plugin/approval.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import type {
  Catalogue,
  Connector,
  DialectName,
  IntrospectOptions,
  Parameter,
  QueryOptions,
} from '../../core/plugin/contract.js';
import { type PluginPlan, planPlugins } from '../../core/plugin/plan-plugins.js';
import type { PluginHealth } from '../../core/plugin/running-plugin.js';
import { startPlugins } from '../../core/plugin/start-plugins.js';
import type { ResultSet } from '../../core/result/result-set.js';
import type { Redactor } from '../../core/secrets/create-redactor.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { Plan } from '../../semantic/plan/create-planner.js';
import type { PlannedColumn, SemanticQuery } from '../../semantic/plan/query.js';
import { type GovernedPlan, planQuery, warningsOf } from './plan-query.js';

export interface ExecutorSettings {
  readonly timeoutMs: number;
  /** Bytes of row data of an answer that is held in memory. */
  readonly maxBytes: number;
}

export interface ConnectionInfo {
  readonly name: string;
  readonly dialect: DialectName;
}

/** What is asked, by whom, of which model. */
export interface PrepareRequest {
  readonly model: Model;
  readonly query: SemanticQuery;
  readonly subject: Subject;
  /** Overrides where the model says that the entities live. */
  readonly connection?: string;
}

/** A planned statement that may run. Made by {@link GovernedExecutor.prepare} only; a copy is refused. */
export interface PreparedQuery {
  readonly connection: string;
  readonly dialect: DialectName;
  readonly sql: string;
  readonly columns: readonly PlannedColumn[];
  readonly hasTotals: boolean;
  readonly warnings: readonly string[];
  /** Names of the policies that the rows are under. */
  readonly policies: readonly string[];
  readonly modelHash: string;
  /** Equal for two that must give the same answer at the same state of the data, for the same subject. */
  readonly key: string;
  /** Names this plan towards clients. */
  readonly queryId: string;
}

export interface RunOptions {
  readonly correlationId: string;
  readonly signal: AbortSignal;
  readonly maxRows: number;
  /** Unlimited when the reader takes the rows as they come. */
  readonly stream: boolean;
}

export interface GovernedExecutor {
  readonly defaultConnection: string | null;
  connections(): readonly ConnectionInfo[];
  /** Plans; touches no database. @throws DataMindError */
  prepare(request: PrepareRequest): PreparedQuery;
  /** Runs the statement. @throws DataMindError, PluginError; also while its batches are read */
  run(prepared: PreparedQuery, options: RunOptions): Promise<ResultSet>;
  /** Runs the statement of the totals: one row. */
  runTotals(prepared: PreparedQuery, options: RunOptions): Promise<ResultSet>;
  introspect(connection: string, options: IntrospectOptions, signal: AbortSignal): Promise<Catalogue>;
  health(): Promise<readonly PluginHealth[]>;
  stop(): Promise<void>;
}

export interface ExecutorOptions {
  readonly plan: PluginPlan;
  readonly log: AppLogger;
  readonly redact: Redactor;
  readonly now?: () => number;
  readonly settings: ExecutorSettings;
}

interface Secret {
  readonly planned: Plan;
  readonly subject: Subject;
}

const batchRows = 2_000;
const hash = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** Only what reads these connections is loaded, for programs that ask one question. */
export const narrowedTo = (plan: PluginPlan, connections: readonly string[] | null): PluginPlan =>
  connections === null
    ? plan
    : {
        ...plan,
        plugins: plan.plugins.filter(
          ({ name, candidate }) => candidate.manifest.kind === 'connector' && connections.includes(name),
        ),
      };

/** Starts the plugins and takes hold of the connectors. @throws DataMindError that names every plugin that failed */
export const openExecutor = async (options: ExecutorOptions): Promise<GovernedExecutor> => {
  const { log, redact, now = Date.now, settings, plan } = options;
  const { approve, isApproved } = createApprover();
  const plugins = await startPlugins(plan, { log, redact, now, isApproved });
  const connectors = plugins.claimConnectors();
  const defaultConnection = plan.defaultConnection ?? null;
  const secrets = new WeakMap<PreparedQuery, Secret>();

  const connectorOf = (name: string): Connector => {
    const connector = connectors.get(name);
    if (connector !== undefined) return connector;
    const status = plugins.statuses().find((plugin) => plugin.name === name && plugin.kind === 'connector');
    if (status !== undefined) {
      const { code = 'UNAVAILABLE', message = 'it is not running' } = status.failure ?? {};
      throw new DataMindError(code, `The connection "${name}" is down: ${message}`);
    }
    const names = [...connectors.keys()];
    const meant = didYouMean(name, names);
    throw new DataMindError('CONNECTION_UNKNOWN', `There is no connection named "${name}".`, {
      suggestions: meant === undefined ? names : [meant],
      at: 'connection',
    });
  };

  /** Where to plan for before it is known which entities are read; planning again is cheap where it turns out wrong. */
  const likelyHome = ({ project }: Model): string => {
    const name = project.connection ?? defaultConnection ?? connectors.keys().next().value;
    if (name !== undefined && name !== null) return name;
    throw new DataMindError('CONNECTION_UNKNOWN', 'There is no connection that is up.', {
      hint: 'Name one in plugins.config.json; "datamind plugins check" says how it is.',
    });
  };
  const homeOf = (plan: Plan): string => {
    const name = plan.connection ?? defaultConnection;
    if (name !== null) return name;
    throw new DataMindError('CONNECTION_UNKNOWN', 'Neither the model nor the configuration names a connection.', {
      hint: 'Set project.connection in the model, or connections.default in plugins.config.json.',
    });
  };

  const prepare = ({ model, query, subject, connection }: PrepareRequest): PreparedQuery => {
    const planFor = (name: string): GovernedPlan => planQuery(model, query, subject, connectorOf(name), now());
    const guess = connection ?? likelyHome(model);
    let planned = planFor(guess);
    const home = connection ?? homeOf(planned);
    if (home !== guess) planned = planFor(home);
    const { dialect, text, parameters, totals, columns } = planned;
    const key = hash(
      ...[model.hash, subject.fingerprint, home, text, JSON.stringify(parameters), JSON.stringify(columns)],
      ...(totals === null ? [] : [totals.text, JSON.stringify(totals.parameters)]),
    );
    const prepared: PreparedQuery = Object.freeze({
      connection: home,
      dialect,
      sql: text,
      columns,
      hasTotals: totals !== null,
      warnings: warningsOf(planned),
      policies: planned.policies,
      modelHash: model.hash,
      key,
      queryId: `q_${key.slice(0, 24)}`,
    });
    secrets.set(prepared, { planned, subject });
    return prepared;
  };

  const execute = (
    prepared: PreparedQuery,
    statementOf: (planned: Plan) => { readonly text: string; readonly parameters: readonly Parameter[] } | null,
    { correlationId, signal, maxRows, stream }: RunOptions,
  ): Promise<ResultSet> => {
    const secret = secrets.get(prepared);
    const statement = secret && statementOf(secret.planned);
    if (secret === undefined || !statement) throw new Error('only what prepare returned can run');
    const { dialect, connection } = prepared;
    const limits: QueryOptions = {
      timeoutMs: settings.timeoutMs,
      maxRows,
      maxBytes: stream ? Number.MAX_SAFE_INTEGER : settings.maxBytes,
      batchRows,
      subject: secret.subject.fingerprint,
      tag: correlationId,
    };
    const approved = approve({ dialect, text: statement.text, parameters: statement.parameters });
    return connectorOf(connection).query(approved, limits, signal);
  };

  return Object.freeze({
    defaultConnection,
    connections: () => [...connectors].map(([name, { dialect }]) => ({ name, dialect })),
    prepare,
    run: (prepared: PreparedQuery, how: RunOptions) => execute(prepared, (planned) => planned, how),
    runTotals: (prepared: PreparedQuery, how: RunOptions) => execute(prepared, ({ totals }) => totals, how),
    introspect: (connection: string, what: IntrospectOptions, signal: AbortSignal) =>
      connectorOf(connection).introspect(what, signal),
    health: () => plugins.health(),
    stop: async () => {
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
