/**
 * What a subject may have of one table: the type that the algebra (`permitted-relation.ts`) gives and that the planner and
 * the rewriter of SQL text (`police-sql.ts`) put in the place of the table. Types only.
 */
import type { DialectName } from '../../core/plugin/contract.js';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import type { Select } from '../../core/sql/statement.js';
import type { ValueType } from '../../core/sql/expression.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Mask, Model } from '../model/model.js';
import type { Side } from './entity-access.js';
import type { Lineages } from './lineage.js';

/** A physical table as the model spells it; a part that is `null` is the connection's default. */
export interface TableName {
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
}

export interface PermittedColumn {
  /** As it is spelled in the database. */
  readonly name: string;
  /** Whether a mask may have changed the value in some row. */
  readonly masked: boolean;
  /** `null` when the model does not say (a key or a join's column that is no dimension). */
  readonly type: ValueType | null;
}

export interface Permitted {
  readonly kind: 'permitted';
  /**
   * The permitted rows with the permitted columns, in order, each named `as` its own name, over the bare table. Nothing in
   * it refers to a common table expression, so that no name of a user can take the place of a table that a policy reads.
   */
  readonly relation: Select;
  readonly columns: readonly PermittedColumn[];
  /** No row is kept back. */
  readonly whole: boolean;
  /** The relation reads what does not exist in the subject's project: a policy follows a join there. */
  readonly outside: boolean;
  /** Names of the policies that made it, in order. */
  readonly policies: readonly string[];
  /** The row predicates, for people to read; without values of attributes. */
  readonly predicates: readonly string[];
  readonly masks: Readonly<Record<string, Mask['kind']>>;
}

/** Nothing of the table may be had. The message is one sentence for whoever asked. */
export interface Closed {
  readonly kind: 'closed';
  readonly code: ErrorCode;
  readonly message: string;
}

export type Permission = Permitted | Closed;

export interface PermissionOptions {
  readonly dialect: DialectName;
  readonly now: Date;
  /** What the tables, views and queries of the model read, as the databases tell. */
  readonly lineages: Lineages;
  /** Only entities of this connection count; without it those of all do. */
  readonly connection?: string | null;
  /** Secret of the installation that masked hashes are salted with; without one a hash is a null. */
  readonly salt?: string | null;
  /** For planned queries: `everyone` takes rows of which the subject may have groups besides its own. Default: `own`. */
  readonly side?: Side;
  /** For planned queries: conditions of the subject's own could fail on a row, whatever the model's are. */
  readonly conditionsMayFail?: boolean;
}

/** `permittedRelation` of `permitted-relation.ts`. A table that no entity stands on is closed with `TABLE_UNKNOWN`. */
export type PermittedRelation = (
  model: Model,
  table: TableName,
  subject: Subject,
  options: PermissionOptions,
) => Permission;

/** What a cache of policed statements is keyed by: `fingerprint` of `permitted-relation.ts`. */
export interface PolicyFingerprint {
  readonly fingerprint: string;
  /** The next moment at which a policy begins or ends; `null`: never. */
  readonly validUntil: Date | null;
}
