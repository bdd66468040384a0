/**
 * The contract between DataMind and its plugins, published as `datamind/contract`. Everything here is types, but for
 * {@link PluginError}; a plugin needs nothing else of the host's code.
 */
import type { Cell, Column, LogicalType, Row } from '../result/column.js';
import type { ResultSet, Truncation } from '../result/result-set.js';
import type { LookupFunction } from 'node:net';
import type { ErrorCode } from '../errors/catalogue.js';

export type * from './llm.js';
export type {
  Grain,
  SemanticQuery,
  Filter,
  Condition,
  MetricCondition,
  Operator,
  TimeRangeAsked,
} from '../query/semantic-query.js';
export { filtersInWords } from '../query/filter-in-words.js';
export { lastPart, withinSentence } from '../query/spell-names.js';
export type { Cell, Column, ErrorCode, LogicalType, ResultSet, Row, Truncation };

/** The version of this contract. It grows by one when a plugin written for the last one would no longer work. */
export const contractVersion = 1;

export type PluginKind = 'connector' | 'llm' | 'dashboard' | 'export';

/** `plugin.json`, read and checked before any code of the plugin runs. */
export interface PluginManifest {
  /** Unique among what is loaded: lower case, digits and hyphens. */
  readonly id: string;
  readonly kind: PluginKind;
  readonly api: number;
  readonly version: string;
  readonly title: string;
  readonly description?: string;
  /** The module to load, relative to the manifest. */
  readonly main: string;
  /**
   * JSON Schema (draft 2020-12) of the configuration: an object with `additionalProperties: false`. Secrets carry `"x-secret": true`;
   * texts under `"x-path": true` are paths of files, and reach `create` absolute. What carries `"x-operator": true` is for the
   * configuration file only: connections that are made by API do not have it.
   */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the plugin touches. Information and a check at load, not a sandbox. */
  readonly needs: { readonly network?: boolean; readonly filesystem?: 'read' | 'write' };
  /** npm packages that must be installed besides DataMind's own. */
  readonly packages?: readonly string[];
}

export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What the host gives to a plugin: all that it gets. */
export interface PluginHost {
  /** The instance's name in `plugins.config.json` (`as`). */
  readonly name: string;
  /** Masks secrets in whatever it is given before it is written. */
  readonly log: Logger;
  /** Milliseconds since the epoch; tests set it. */
  now(): number;
  /** Replaces each secret of this instance's configuration, and what looks like one, in a text. */
  redact(text: string): string;
  /** Whether the firewall approved this very object. */
  isApproved(statement: ApprovedStatement): boolean;
  /**
   * How names of hosts become addresses, where not every address may be reached: to be given to whatever opens a socket
   * (`lookup` of `net.connect` and of agents), so that the address which was judged is the one that is connected to. Absent:
   * as usual.
   */
  readonly lookup?: LookupFunction;
}

/** The life of every plugin instance: `create` (pure) → `start` → `health`… → `stop`. */
export interface Lifecycle {
  /** Opens what it needs and proves that it works. Rejects with a {@link PluginError}. */
  start(signal: AbortSignal): Promise<void>;
  health(signal: AbortSignal): Promise<Health>;
  /** Idempotent; ends what is running, leaves no handle open. Also right after a failed `start`. */
  stop(): Promise<void>;
}

export interface Health {
  readonly status: 'up' | 'degraded' | 'down';
  readonly latencyMs: number;
  readonly detail?: string;
}

/** The default export of a plugin's `main`. `create` does no I/O and does not throw on a configuration that fits the schema. */
export interface PluginModule<Instance extends Lifecycle = Lifecycle, Config = never> {
  create(config: Config, host: PluginHost): Instance;
}

export type DialectName =
  | 'duckdb'
  | 'sqlite'
  | 'postgres'
  | 'mysql'
  | 'clickhouse'
  | 'redshift'
  | 'sqlserver'
  | 'snowflake'
  | 'bigquery';

/** A value bound to a placeholder; never part of the text. */
export interface Parameter {
  /** What the placeholder stands for: decides how a driver sends it. */
  readonly type:
    | 'string'
    | 'integer'
    | 'bigint'
    | 'decimal'
    | 'float'
    | 'boolean'
    | 'date'
    | 'timestamp'
    | 'timestamptz';
  /** Spelled as in a result set ({@link LogicalType}): dates as `YYYY-MM-DD`, timestamps as ISO-8601, bigint and decimal as digits. */
  readonly value: null | boolean | number | string;
}

/**
 * One read-only statement that the firewall has approved. The text has placeholders in the dialect's way: `$1 …`
 * (postgres, duckdb), `?` (mysql), `?1 …` (sqlite), `{p1:Type} …` (clickhouse). It is frozen; a connector must ask
 * {@link PluginHost.isApproved} and refuse a copy.
 */
export interface ApprovedStatement {
  readonly dialect: DialectName;
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

export interface QueryOptions {
  /** The statement is cancelled in the database after so many milliseconds. */
  readonly timeoutMs: number;
  /** No more rows than this are delivered; the result then says `truncated: 'rows'`. */
  readonly maxRows: number;
  /** Roughly how many bytes of row data may be delivered before the result says `truncated: 'bytes'`. */
  readonly maxBytes: number;
  /** Rows a batch, at most. The reader's pace decides when the next one is fetched. */
  readonly batchRows: number;
  /** Statements of different subjects never share a session without a reset between them. */
  readonly subject: string;
  /** A comment for the database's own logs (correlation id): letters, digits, `-`, `_` only. */
  readonly tag?: string;
  /** Where the engine's own way of planning would answer wrongly or tell of hidden rows; as the engine likes when absent. */
  readonly planning?: Planning;
}

/** Heeded by connectors whose engine can be told so; what that is worth to each dialect, its firewall decides. */
export interface Planning {
  /** Subqueries in FROM are computed apart from what stands around them. */
  readonly unmerged: boolean;
  /**
   * By the text alone, not by how many rows there are or what is in them: hidden rows are counted there, and an expression that
   * fails would be reached or not as they decide.
   */
  readonly fixed: boolean;
}

/** What a connector can do. A declared absence is proven by the conformance kit as much as a presence. */
export interface ConnectorCapabilities {
  /** How a statement stops when it is cancelled: in the server, by ending a process, or at the next batch only. */
  readonly cancel: 'server' | 'process' | 'batch';
  /** Who keeps the session read-only. */
  readonly readOnly: 'engine';
  readonly streaming: boolean;
  /** Named time zones can be used in SQL (time-zone tables are loaded). Known after `start`. */
  readonly timeZones: boolean;
  readonly schemas: boolean;
  readonly foreignKeys: boolean;
  readonly comments: boolean;
  readonly tls: boolean;
  /** The types the engine has no equivalent of; the kit's type cases skip them. */
  readonly missingTypes: readonly LogicalType[];
}

/** Where names without a schema or a catalogue live; `null` for a part that the engine does not have, or that is not needed. */
export interface NamePlace {
  readonly catalog: string | null;
  readonly schema: string | null;
}

export interface Catalogue {
  readonly dialect: DialectName;
  readonly tables: readonly CatalogueTable[];
  /** What {@link Connector.relations} gave, when it was recorded along. */
  readonly relations?: readonly Relation[];
}

export interface RelationName {
  /** Absent where the engine has no schemas. */
  readonly schema?: string;
  readonly name: string;
}

/** Whatever can stand in FROM: tables, views, partitions, what the engine keeps beside a table. */
export interface Relation extends RelationName {
  readonly origin: Origin;
}

/**
 * Where the rows of a relation come from. Whoever may not see a table may not see it through another relation either, so
 * what is not certain is `unknown`.
 */
export type Origin =
  /** They are its own, and of no other relation. */
  | { readonly kind: 'stored' }
  /** It shares rows with these, besides its own: partitions, heirs, shadow tables. */
  | { readonly kind: 'shared'; readonly relations: readonly RelationName[] }
  /** They are read by this query, a SELECT or the CREATE VIEW that made it. `relations`: it shares rows with these too. */
  | { readonly kind: 'query'; readonly text: string; readonly relations?: readonly RelationName[] }
  | { readonly kind: 'unknown' };

/** A function, a macro or an operator that somebody made in the database: it may read whatever its author likes. */
export interface OwnFunction {
  /** In lower case, as a bare name or an operator finds it. */
  readonly name: string;
  /** It takes the place of one of the engine's own also where a statement says no name: operators, literals, `count(*)`. */
  readonly hides: boolean;
}

export interface CatalogueTable {
  /** Absent where the engine has no schemas. */
  readonly schema?: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly comment?: string;
  /** The engine's estimate; `null` when it has none. */
  readonly rowEstimate: number | null;
  readonly columns: readonly CatalogueColumn[];
  /** Column names in key order; empty without one. */
  readonly primaryKey: readonly string[];
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
}

export interface CatalogueColumn {
  readonly name: string;
  readonly type: LogicalType;
  readonly nativeType: string;
  readonly nullable: boolean;
  readonly comment?: string;
}

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly toSchema?: string;
  readonly toTable: string;
  readonly toColumns: readonly string[];
}

export interface IntrospectOptions {
  /** Only these schemas; all but the engine's own when absent. */
  readonly schemas?: readonly string[];
}

export interface Connector extends Lifecycle {
  readonly dialect: DialectName;
  readonly capabilities: ConnectorCapabilities;
  /** Known after `start`. Without it no SQL of users is taken: nobody could tell which table a bare name means. */
  readonly place?: NamePlace | null;
  /**
   * Runs one approved statement in a read-only session.
   * @throws PluginError `STATEMENT_NOT_APPROVED`, `QUERY_TIMEOUT`, `QUERY_CANCELLED`, `CONNECTION_LOST`, … Errors that
   *   appear while streaming are thrown from the iteration of `batches`.
   */
  query(statement: ApprovedStatement, options: QueryOptions, signal: AbortSignal): Promise<ResultSet>;
  introspect(options: IntrospectOptions, signal: AbortSignal): Promise<Catalogue>;
  /**
   * Every relation that a statement of this connection could read, but the engine's own, with where its rows come from. It
   * is asked about once a minute, so it reads the catalogue only. Without it nothing is known of what views read.
   */
  relations?(signal: AbortSignal): Promise<readonly Relation[]>;
  /**
   * What a bare name in a statement of this connection may call besides the engine's own functions and those of extensions
   * that are known to read nothing but their arguments. Asked together with the relations. Absent where there can be none.
   */
  ownFunctions?(signal: AbortSignal): Promise<readonly OwnFunction[]>;
  /**
   * What the engine's own parser makes of a text, in a form of the engine's (`core/sql/second-opinion` reads it); empty when
   * the engine cannot read the text. The text is bound as a value and never runs. Absent where the engine cannot be asked.
   */
  opinion?(text: string, signal: AbortSignal): Promise<string>;
}

const pluginErrorMark = Symbol.for('datamind.plugin-error');

/**
 * How a plugin fails. `message` is one sentence in the plugin's own words, without secrets and without values from the
 * data; what the driver said goes into `cause`, which only the operator's log sees. Recognised by a mark and not by its
 * class, so that a plugin may carry its own copy of this module.
 */
export class PluginError extends Error {
  readonly code: ErrorCode;
  /** Whether the same call may succeed when tried again. */
  readonly retryable: boolean;
  /** When to ask again, where the other side said so. */
  readonly retryAfterSeconds?: number;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryable?: boolean; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'PluginError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
    Object.defineProperty(this, pluginErrorMark, { value: true });
  }

  static is(error: unknown): error is PluginError {
    return typeof error === 'object' && error !== null && pluginErrorMark in error;
  }
}
