/** What planning takes besides the query, and what it gives. */
import type { DialectName, Parameter } from '../../core/plugin/contract.js';
import type { Statement } from '../../core/sql/statement.js';
import type { RelationHook } from './query-context.js';
import type { PlannedColumn } from './query.js';

export interface PlanOptions {
  readonly dialect: DialectName;
  readonly features: {
    /** Whether the database can turn a time into that of a named zone. */
    readonly timeZones: boolean;
  };
  /** The clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Puts something in the place of an entity's table: what the subject is permitted to read. */
  readonly relation?: RelationHook;
  /** The largest `limit` that may be asked for. */
  readonly maxLimit?: number;
}

export interface PlanNote {
  readonly code: 'GROUPS_OVERLAP' | 'GROUPS_ONLY' | 'JOIN_PATH' | 'STITCHED';
  readonly message: string;
}

export interface PlannedStatement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** The tree that the text was printed from. */
  readonly statement: Statement;
}

export interface Plan extends PlannedStatement {
  readonly dialect: DialectName;
  /** The connection that all entities live on; `null`: the configuration's default. */
  readonly connection: string | null;
  readonly columns: readonly PlannedColumn[];
  /** One row with the metrics over everything, when the query asked for it; its columns are those of the metrics. */
  readonly totals: (PlannedStatement & { readonly columns: readonly PlannedColumn[] }) | null;
  readonly notes: readonly PlanNote[];
  /** Entities that are read, in the order of their names. */
  readonly entities: readonly string[];
  /** How the time range was understood: local times in the zone, half-open. */
  readonly time: {
    readonly dimension: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly timezone: string;
  } | null;
  readonly timezone: string;
}
