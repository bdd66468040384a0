import { defineTable } from '../store/define-table.js';

/** What is the server's own and no workspace's. */
export const serverWorkspace = '*';

/** `done` and `dead` are over; a dead one failed as often as it may, and waits for somebody to look. */
export type JobState = 'waiting' | 'running' | 'done' | 'dead';

/** Work that is to be done once, at least. */
export interface JobRow {
  readonly id: string;
  readonly workspace: string;
  /** Which work: the name of its handler. */
  readonly name: string;
  /** What the handler needs to know. No secrets. */
  readonly payload: unknown;
  readonly state: JobState;
  /** How often it was begun. */
  readonly attempts: number;
  readonly mostAttempts: number;
  /** Not before then. */
  readonly runAt: number;
  /** Which process does it, and until when nobody else may. */
  readonly lockedBy: string | null;
  readonly lockedUntil: number | null;
  /** Why the last attempt failed: a code, and our own sentence where there is one. */
  readonly code: string | null;
  readonly reason: string | null;
  /** The schedule that asked for it. */
  readonly scheduleId: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export const jobs = defineTable<JobRow>('jobs', {
  id: 'id',
  workspace: 'text',
  name: 'text',
  payload: 'json',
  state: 'text',
  attempts: 'count',
  mostAttempts: 'count',
  runAt: 'time',
  lockedBy: 'text?',
  lockedUntil: 'time?',
  code: 'text?',
  reason: 'text?',
  scheduleId: 'text?',
  createdAt: 'time',
  startedAt: 'time?',
  finishedAt: 'time?',
});

/** When a job is to be made again and again. */
export interface ScheduleRow {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly payload: unknown;
  /** A cron expression of five fields, or of six with seconds in front. */
  readonly cron: string;
  readonly timeZone: string;
  readonly nextAt: number;
  readonly createdAt: number;
}

export const schedules = defineTable<ScheduleRow>('job_schedules', {
  id: 'id',
  workspace: 'text',
  name: 'text',
  payload: 'json',
  cron: 'text',
  timeZone: 'text',
  nextAt: 'time',
  createdAt: 'time',
});

/** What one process at a time holds. */
export interface LeaseRow {
  readonly id: string;
  readonly holder: string;
  readonly until: number;
  /** Counts the holders: whoever comes after has a higher one. */
  readonly term: number;
}

export const leases = defineTable<LeaseRow>('leases', { id: 'id', holder: 'text', until: 'time', term: 'count' });
