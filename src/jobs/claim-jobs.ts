/** Whose a job is: each change of that is one transaction, and names the attempt that it is about. */
import { type FindOptionsWhere, In, LessThanOrEqual } from 'typeorm';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import type { Reader, Store } from '../store/store.js';
import { type JobRow, jobs } from './store.js';
import { retryDelay } from './retry-delay.js';

/** Why an attempt failed, as it is kept. */
export interface Failure {
  readonly code: ErrorCode;
  /** Our own sentence; `null` where there is none that may be kept. */
  readonly reason: string | null;
}

const dueConditions = (names: readonly string[], now: number): FindOptionsWhere<JobRow>[] => [
  { state: 'waiting', runAt: LessThanOrEqual(now), name: In([...names]) },
  // The process that did it has ended, or has not been heard of.
  { state: 'running', lockedUntil: LessThanOrEqual(now), name: In([...names]) },
];

export const isAnyDue = (db: Reader, names: readonly string[], now: number): Promise<boolean> =>
  db.exists(jobs, { where: dueConditions(names, now) });

const lost: Failure = { code: 'UNAVAILABLE', reason: 'The process that did it ended.' };
const over = { lockedBy: null, lockedUntil: null } as const;

/** Takes jobs that are due, those first that wait longest. What was begun as often as it may be is dead. */
export const claimJobs = (
  store: Store,
  {
    names,
    holder,
    now,
    until,
    most,
  }: { names: readonly string[]; holder: string; now: number; until: number; most: number },
): Promise<readonly JobRow[]> =>
  store.transaction(async (db) => {
    const due = await db.find(jobs, {
      where: dueConditions(names, now),
      order: { runAt: 'ASC', id: 'ASC' },
      take: most,
    });
    const taken: JobRow[] = [];
    for (const job of due) {
      const { id, attempts } = job;
      if (attempts >= job.mostAttempts) {
        await db.update(jobs, { id, attempts }, { state: 'dead', ...over, ...lost, finishedAt: now });
        continue;
      }
      const change = {
        state: 'running',
        attempts: attempts + 1,
        lockedBy: holder,
        lockedUntil: until,
        startedAt: now,
      } as const;
      await db.update(jobs, { id, attempts }, change);
      taken.push({ ...job, ...change });
    }
    return taken;
  });

const itsAttempt = ({ id, attempts, lockedBy }: JobRow): FindOptionsWhere<JobRow> => ({
  id,
  attempts,
  state: 'running',
  lockedBy: lockedBy!,
});

/** @returns whether it is still ours */
export const keepJob = async (store: Store, job: JobRow, until: number): Promise<boolean> =>
  (await store.transaction((db) => db.update(jobs, itsAttempt(job), { lockedUntil: until }))) === 1;

export const finishJob = async (store: Store, job: JobRow, now: number): Promise<void> => {
  const change = { state: 'done', ...over, code: null, reason: null, finishedAt: now } as const;
  await store.transaction((db) => db.update(jobs, itsAttempt(job), change));
};

/** It is tried again later, or is dead. @returns which */
export const failJob = async (
  store: Store,
  job: JobRow,
  failure: Failure,
  now: number,
): Promise<'waiting' | 'dead'> => {
  const dead = job.attempts >= job.mostAttempts;
  const change = dead
    ? ({ state: 'dead', finishedAt: now } as const)
    : ({ state: 'waiting', runAt: now + retryDelay(job.attempts) } as const);
  await store.transaction((db) => db.update(jobs, itsAttempt(job), { ...over, ...failure, ...change }));
  return dead ? 'dead' : 'waiting';
};

/** Gives back what was begun and not ended, as if it had not been begun: the server stops. */
export const releaseJob = async (store: Store, job: JobRow, now: number): Promise<void> => {
  const change = { state: 'waiting', ...over, attempts: job.attempts - 1, runAt: now } as const;
  await store.transaction((db) => db.update(jobs, itsAttempt(job), change));
};
