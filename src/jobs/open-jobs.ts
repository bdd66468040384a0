import { setTimeout as wait } from 'node:timers/promises';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Logger } from '../../core/plugin/contract.js';
import type { Json } from '../audit/trail.js';
import { newId } from '../store/new-id.js';
import type { Store } from '../store/store.js';
import { claimJobs, type Failure, failJob, finishJob, isAnyDue, keepJob, releaseJob } from './claim-jobs.js';
import { defaultMostAttempts, insertJob, makeDueJobs, putSchedule } from './due-schedules.js';
import type { JobHandler, JobQueue, NewSchedule } from './job-queue.js';
import { createLeadership } from './lease.js';
import { type JobRow, schedules } from './store.js';

export interface JobsOptions {
  readonly log: Logger;
  /** How long a process that is not heard of keeps its jobs and its leadership, in milliseconds. */
  readonly leaseMs: number;
  /** How often it is looked for what is due. Default: 1 s. */
  readonly pollMs?: number;
  /** Jobs at a time in this process. Default: 4. */
  readonly atOnce?: number;
  /** Tells other processes that there is something to do. */
  readonly announce?: () => void;
  /** Is told of each attempt that is over. */
  readonly onEnded?: (job: EndedJob) => void;
  readonly now?: () => number;
}

/** The jobs of a running node. */
export interface Jobs extends JobQueue {
  /** Who does this kind of work. Before `start`. */
  handle(...handlers: readonly JobHandler[]): void;
  /** Begins to do what is due, with the schedules of the server itself. */
  start(own?: readonly NewSchedule[]): Promise<void>;
  /** Looks now for what is due. */
  wake(): void;
  /** Whether this process led when it looked last. */
  leads(): boolean;
  /** Takes nothing more, waits for what is being done, gives back what ends when it is told to, and leaves the rest to its lease. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

/** For what was told to end, to end and to be noted. */
const noteMs = 3_000;

interface Running {
  readonly job: JobRow;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

const failureOf = (error: unknown): Failure =>
  error instanceof DataMindError ? { code: error.code, reason: error.message } : { code: 'INTERNAL', reason: null };

/** One attempt at a job that is over. */
export interface EndedJob {
  readonly jobId: string;
  readonly name: string;
  readonly attempt: number;
  /** Why it failed; `null`: it did not. */
  readonly code: string | null;
  readonly seconds: number;
}

export const openJobs = (store: Store, options: JobsOptions): Jobs => {
  const { log, leaseMs, pollMs = 1_000, atOnce = 4, announce, onEnded, now = Date.now } = options;
  const holder = newId();
  const handlers = new Map<string, JobHandler>();
  const running = new Map<string, Running>();
  const leadership = createLeadership(store, holder, leaseMs, now);
  const mostAttemptsOf = (name: string): number => handlers.get(name)?.mostAttempts ?? defaultMostAttempts;
  let timer: NodeJS.Timeout | undefined;
  let started = false;
  let closing: Promise<void> | undefined;
  let leading = false;
  let looking: Promise<void> | null = null;
  let again = false;

  const attempt = async (job: JobRow, controller: AbortController): Promise<void> => {
    const { id: jobId, name, workspace, attempts } = job;
    const fields = { job: jobId, name, attempt: attempts };
    const keeping = setInterval(() => {
      keepJob(store, job, now() + leaseMs).then(
        (ours) => {
          if (!ours) controller.abort(new DataMindError('UNAVAILABLE', 'Another process took this over.'));
        },
        (error: unknown) => log.warn('a job could not be kept', { ...fields, error }),
      );
    }, leaseMs / 3);
    let failure: Failure | null = null;
    const began = performance.now();
    try {
      const { signal } = controller;
      await handlers.get(name)!.run(job.payload as Json, { jobId, workspace, attempt: attempts, signal, log });
    } catch (error) {
      failure = failureOf(error);
      if (!controller.signal.aborted) log.warn('a job failed', { ...fields, error });
    } finally {
      clearInterval(keeping);
    }
    const seconds = (performance.now() - began) / 1000;
    onEnded?.({ jobId, name, attempt: attempts, code: failure?.code ?? null, seconds });
    if (failure === null) return finishJob(store, job, now());
    if (closing !== undefined && controller.signal.aborted) return releaseJob(store, job, now());
    if ((await failJob(store, job, failure, now())) === 'dead') {
      log.error('a job is dead: it failed as often as it may', { ...fields, code: failure.code });
    }
  };

  const begin = (job: JobRow): void => {
    const controller = new AbortController();
    const done = attempt(job, controller)
      // It is still held in the store, and is taken over when the lease has ended.
      .catch((error: unknown) => log.error('how a job ended could not be noted', { job: job.id, error }))
      .finally(() => {
        running.delete(job.id);
        wake();
      });
    running.set(job.id, { job, controller, done });
  };

  const look = async (): Promise<void> => {
    leading = await leadership.hold();
    if (leading && (await makeDueJobs(store, leadership, mostAttemptsOf, now())) > 0) announce?.();
    const names = [...handlers.keys()];
    const most = atOnce - running.size;
    if (most <= 0 || closing !== undefined || names.length === 0) return;
    if (!(await store.read((db) => isAnyDue(db, names, now())))) return;
    const at = now();
    for (const job of await claimJobs(store, { names, holder, now: at, until: at + leaseMs, most })) begin(job);
  };

  const lookOnce = async (): Promise<void> => {
    do {
      again = false;
      try {
        await look();
      } catch (error) {
        leading = false;
        log.warn('it could not be looked for jobs', { error });
      }
    } while (again && closing === undefined);
    looking = null;
  };

  /** One look at a time; who asks meanwhile gets another one after it. */
  const wake = (): void => {
    if (!started || closing !== undefined) return;
    if (looking === null) looking = lookOnce();
    else again = true;
  };

  const close = async (graceMs: number): Promise<void> => {
    clearInterval(timer);
    await looking;
    const all = (): readonly Promise<void>[] => [...running.values()].map(({ done }) => done);
    const force = setTimeout(() => {
      for (const { controller } of running.values()) {
        controller.abort(new DataMindError('UNAVAILABLE', 'The server stops.'));
      }
    }, graceMs);
    await Promise.race([Promise.all(all()), wait(graceMs + noteMs, null, { ref: false })]);
    clearTimeout(force);
    if (started) await leadership.release();
  };

  const queue: JobQueue = {
    add: (db, job) => insertJob(db, job, { mostAttempts: mostAttemptsOf(job.name), now: now() }),
    enqueue: async (job) => {
      const id = await store.transaction((db) => queue.add(db, job));
      wake();
      announce?.();
      return id;
    },
    schedule: (db, schedule) => putSchedule(db, schedule, now()),
    unschedule: async (db, workspace, id) => (await db.remove(schedules, { workspace, id })) > 0,
  };

  return {
    ...queue,
    handle: (...more) => {
      for (const handler of more) handlers.set(handler.name, handler);
    },
    start: async (own = []) => {
      await store.transaction(async (db) => {
        for (const schedule of own) await putSchedule(db, schedule, now());
      });
      started = true;
      timer = setInterval(wake, pollMs).unref();
      wake();
    },
    wake,
    leads: () => leading,
    close: (graceMs = 5_000) => {
      closing ??= close(graceMs).catch((error: unknown) => log.warn('the jobs could not be given back', { error }));
      return closing;
    },
  };
};
