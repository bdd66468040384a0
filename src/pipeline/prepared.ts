/** What may run, towards those who ask for it: frozen, and recognised by the executor by identity. Types only. */
import type { DialectName } from '../../core/plugin/contract.js';
import type { PlannedColumn } from '../../semantic/plan/query.js';
import type { Proof } from './proof.js';

export interface PreparedStatement {
  readonly connection: string;
  /** Of a connection that was made while the server runs; `null` for one of the configuration. */
  readonly connectionId: string | null;
  readonly dialect: DialectName;
  /** What runs, as it is shown to whoever asks; values are bound to its placeholders. */
  readonly sql: string;
  /** The same before any policy: as it was read, or planned over bare tables. */
  readonly original: string;
  /** Names of the policies that the rows are under. */
  readonly policies: readonly string[];
  readonly warnings: readonly string[];
  readonly modelHash: string;
  /** Equal for two that must give the same answer at the same state of the data, for subjects who are permitted the same. */
  readonly key: string;
  /** Whether an answer may be kept: neither the clock nor chance takes part in it. */
  readonly cacheable: boolean;
  /** Names it towards clients. */
  readonly queryId: string;
  /** Milliseconds since the epoch: from then on other policies hold, and it must be prepared anew; `null`: never. */
  readonly validUntil: number | null;
  /** For the trail. */
  readonly proof: Proof;
  /** The same as whoever asks may read it. */
  readonly told: Proof;
}

/** A planned semantic query. */
export interface PreparedQuery extends PreparedStatement {
  readonly kind: 'query';
  readonly columns: readonly PlannedColumn[];
  readonly hasTotals: boolean;
  /** The statement before any policy, with the values in it: for people to read, and never run as it is. */
  readonly readable: () => string;
}

/** SQL of a user, as it was policed. */
export interface PreparedSql extends PreparedStatement {
  readonly kind: 'sql';
  /** Why relations have a barrier against expressions that could fail on hidden rows; `null` when none has. */
  readonly barrier: string | null;
  /** Functions that it calls, by what they cost. */
  readonly expensive: readonly string[];
}

export type Prepared = PreparedQuery | PreparedSql;

export interface RunOptions {
  readonly correlationId: string;
  /** Where it is asked from: a network address, for the audit. */
  readonly origin?: string | null;
  readonly signal: AbortSignal;
  readonly maxRows: number;
  /** Unlimited when the reader takes the rows as they come. */
  readonly stream: boolean;
}
