/**
 * The audit trail, as whoever acts sees it: what is about to be done is written before it is done, how it ended after. Whoever
 * cannot write the first must not act. How entries are kept and chained is the trail's own.
 */
import type { ErrorCode } from '../../core/errors/catalogue.js';
import type { AuditAction } from './actions.js';

/** JSON that can be hashed: no `undefined`, no dates, no functions. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Who acts. Values of attributes are not in it; the fingerprint tells two sets of them apart. */
export interface Actor {
  readonly user: string;
  readonly workspace: string;
  /** `Subject.fingerprint`; `null` for what the server does by itself. */
  readonly fingerprint: string | null;
}

/** What is about to be done. Secrets, personal data and values from requests have no place in any field. */
export interface Intent {
  readonly action: AuditAction;
  readonly actor: Actor;
  /** What it is done to: a connection's name, a resource's id; `null` when the action says it all. */
  readonly target: string | null;
  readonly correlationId: string;
  /** Where it comes from: a network address; absent for the server itself and for programs on its machine. */
  readonly origin?: string | null;
  readonly detail: JsonObject;
}

export type Result = 'done' | 'denied' | 'failed' | 'cancelled';

export interface Outcome {
  readonly result: Result;
  /** Why not `done`. */
  readonly code: ErrorCode | null;
  readonly detail: JsonObject;
}

/** An entry that waits for its outcome. */
export interface OpenEntry {
  /** Unique in the trail; names the entry towards clients. */
  readonly id: string;
  /** Resolves when the outcome is written. Once only. */
  finish(outcome: Outcome): Promise<void>;
}

/** How long a note is in memory alone, in milliseconds. */
export const noteMs = 20;

export interface AuditTrail {
  /** Resolves when the intent is durable. @throws when it cannot be written: then the action must not happen */
  begin(intent: Intent): Promise<OpenEntry>;
  /** Intent and outcome at once, of what is over already: a denial, a login that failed. @returns the id of the entry */
  record(intent: Intent, outcome: Outcome): Promise<string>;
  /**
   * For what is done in less time than an entry takes, and was done under an entry before: an answer from the cache. It is one entry,
   * which holds its own result. `intent.detail` is the same value each time that the same thing is done.
   * @returns `null` when it is taken: it is in memory, and with the next write on the disk, within {@link noteMs}. Where the trail has
   *   failed, or is behind, a promise of its being on the disk
   * @throws (the promise) DataMindError `AUDIT_UNAVAILABLE`: then the answer must not be given
   */
  note(intent: Intent): Promise<void> | null;
  /** Whether {@link note} would take it without a wait. */
  takesNotes(): boolean;
}
