/** What is known of a database's tables besides their structure. Types only. */
import type { DialectName, LogicalType } from '../../core/plugin/contract.js';
import type { PiiClass } from '../../core/pii/pii-class.js';

/** `categorical`: few values, all of them kept; `vector`: many, some kept; `skip`: none kept (ids, times, amounts, what is personal). */
export type Strategy = 'categorical' | 'vector' | 'skip';

export type Scalar = string | number | boolean;

export interface ColumnProfile {
  readonly name: string;
  readonly type: LogicalType;
  readonly native_type: string;
  readonly nullable: boolean;
  readonly comment: string | null;
  /** A class of personal data that it looks like, or that the model says it has: no value of it is kept. */
  readonly personal: PiiClass | null;
  readonly strategy: Strategy;
  /** `null` where nobody could count. */
  readonly nulls: number | null;
  readonly distinct: number | null;
  readonly values: readonly Scalar[];
}

/** Rows of one table name one of another. */
export interface Reference {
  readonly columns: readonly string[];
  readonly to_schema: string | null;
  readonly to_table: string;
  readonly to_columns: readonly string[];
  /** `declared` in the database, or `inferred` from names and values. */
  readonly by: 'declared' | 'inferred';
  /** Why it is believed, for people. */
  readonly evidence: string;
}

export interface TableProfile {
  readonly schema: string | null;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly comment: string | null;
  /** `null` where nobody could count, and the database has no estimate. */
  readonly rows: number | null;
  /** Whether all rows were counted; else figures are of a sample, and `rows` is the database's estimate. */
  readonly counted: boolean;
  /** Rows that were looked at one by one. */
  readonly sampled: number;
  readonly key: readonly string[];
  readonly key_by: 'declared' | 'inferred' | null;
  readonly key_evidence: string | null;
  readonly references: readonly Reference[];
  readonly columns: readonly ColumnProfile[];
  /** Why no row was read; `null` where some were. */
  readonly unread: string | null;
}

export interface ConnectionProfile {
  readonly connection: string;
  readonly dialect: DialectName;
  readonly tables: readonly TableProfile[];
}
