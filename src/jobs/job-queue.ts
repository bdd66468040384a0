/** Work that is done beside requests, as the capabilities that have some see it. Types only. */
import type { Logger } from '../../core/plugin/contract.js';
import type { Json } from '../audit/trail.js';
import type { Writer } from '../store/store.js';

/** One attempt at a job. */
export interface Attempt {
  readonly jobId: string;
  readonly workspace: string;
  /** From 1. */
  readonly attempt: number;
  /** Fires when the server stops, or when another process took the job over: then this one must end. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * How a kind of work is done. It may be done twice: a process may end between the work and the note that it is done, and then
 * another one does it again. So a handler is idempotent: what it did before, it finds done.
 */
export interface JobHandler {
  readonly name: string;
  /** How often it is tried in all. Default: 8, over about two hours. */
  readonly mostAttempts?: number;
  /** @throws whatever makes the job be tried again; a `DataMindError` tells admins why, by its code and its sentence */
  run(payload: Json, attempt: Attempt): Promise<void>;
}

export interface NewJob {
  /** The name of its handler. */
  readonly name: string;
  readonly workspace: string;
  /** No secrets: it is kept, and is in backups. */
  readonly payload: Json;
  /** Not before then, in milliseconds since 1970. Default: now. */
  readonly runAt?: number;
}

export interface NewSchedule {
  /** Unique; the same again changes it. */
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly payload: Json;
  /** A cron expression of five fields, or of six with seconds in front. */
  readonly cron: string;
  /** An IANA name. Default: UTC. */
  readonly timeZone?: string;
}

export interface JobQueue {
  /** Adds a job within a transaction of the caller's: it is there when that is. @returns its id */
  add(db: Writer, job: NewJob): Promise<string>;
  /** Adds a job, and begins it at once where there is room. @returns its id */
  enqueue(job: NewJob): Promise<string>;
  /**
   * Makes or changes a schedule within a transaction of the caller's. What was missed while no server ran is done once.
   * @throws DataMindError `BAD_REQUEST` for an expression or a time zone that is none
   */
  schedule(db: Writer, schedule: NewSchedule): Promise<void>;
  /** @returns whether there was one */
  unschedule(db: Writer, workspace: string, id: string): Promise<boolean>;
}
