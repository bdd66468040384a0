import type {
  ApprovedStatement,
  Connector,
  ConnectorCapabilities,
  DialectName,
  Parameter,
  PluginManifest,
  PluginModule,
  QueryOptions,
  ResultSet,
  Row,
  Truncation,
} from '../contract.js';
import type { Phrases } from './phrases.js';

export type Area =
  | 'manifest'
  | 'life cycle'
  | 'approval'
  | 'read-only'
  | 'one statement'
  | 'opinion'
  | 'parameters'
  | 'types'
  | 'identifiers'
  | 'streaming'
  | 'limits'
  | 'cancellation'
  | 'concurrency'
  | 'sessions'
  | 'introspection'
  | 'meaning'
  | 'errors'
  | 'capabilities';

/**
 * What a case cannot run without: a database that the configuration reaches, statements with the right to write, a look
 * into what the server is running.
 */
export type Need = 'engine' | 'admin' | 'running';

/** What is under test. */
export interface ConformanceTarget {
  readonly manifest: PluginManifest;
  readonly module: PluginModule<Connector, never>;
  /** Reaches a database with read rights only. Cases that need an engine are skipped without it. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Says why there is no engine and how to get one; the reason of the skipped cases. */
  readonly missing?: string;
  /**
   * Runs statements with the right to write. Called while no connector of the kit is started (an embedded database lets
   * nobody else in), first with {@link Phrases.fixture} and at the end with {@link Phrases.dropFixture}.
   */
  admin?(...statements: readonly string[]): Promise<readonly unknown[]>;
  /** How many statements whose text holds the marker are running in the server; `null` when nobody can tell. */
  running?(marker: string): Promise<number | null>;
}

export interface RunOptions {
  /** Only cases whose id begins with one of these. */
  readonly only?: readonly string[];
  /** Cases of a third party, run after the kit's own. */
  readonly more?: readonly ConformanceCase[];
  readonly signal?: AbortSignal;
  readonly onRow?: (row: ReportRow) => void;
}

export interface ReportRow {
  readonly case: string;
  readonly title: string;
  readonly area: Area;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; empty when it passed. */
  readonly reason: string;
  readonly ms: number;
}

export interface ConformanceCase {
  /** `area/what`, unique and stable. */
  readonly id: string;
  readonly title: string;
  readonly area: Area;
  readonly needs: readonly Need[];
  /** The capability that the case depends on, and what is proven where a connector declares that it is absent. */
  readonly capability?: {
    readonly name: keyof ConnectorCapabilities;
    present(capabilities: ConnectorCapabilities): boolean;
    /** Absent where there is nothing to see. */
    opposite?(context: CaseContext): Promise<void>;
  };
  /** Resolves when the case holds; throws {@link Violation} when not, {@link Skipped} when the engine has no such thing. */
  run(context: CaseContext): Promise<void>;
}

export interface Answer {
  readonly columns: ResultSet['columns'];
  readonly rows: readonly Row[];
  readonly batches: readonly number[];
  readonly truncated: Truncation | null;
}

/** What a case works with. */
export interface CaseContext {
  readonly manifest: PluginManifest;
  readonly dialect: DialectName;
  readonly phrases: Phrases;
  readonly config: Readonly<Record<string, unknown>>;
  readonly capabilities: ConnectorCapabilities;
  /** A started connector that cases share. */
  readonly connector: Connector;
  /** Another connector, not started; stopped when the case ends. The configuration is the target's unless given. */
  create(config?: Readonly<Record<string, unknown>>): Connector;
  /** A statement that the kit's host approves. */
  approve(text: string, parameters?: readonly Parameter[]): ApprovedStatement;
  /** Runs a text on the shared connector, or another one, and reads all of it. */
  ask(text: string, extra?: AskOptions): Promise<Answer>;
  /** Options with generous limits. */
  options(change?: Partial<QueryOptions>): QueryOptions;
  running(marker: string): Promise<number | null>;
  /** A text that no other statement holds. */
  marker(): string;
  /** What the connectors wrote to their log so far. */
  log(): readonly string[];
}

export interface AskOptions {
  readonly parameters?: readonly Parameter[];
  readonly options?: Partial<QueryOptions>;
  readonly connector?: Connector;
  readonly signal?: AbortSignal;
}

/** The connector does not keep the contract. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** The engine has nothing that the case could look at. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}
