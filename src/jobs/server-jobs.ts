/** What the server does by itself again and again. */
import { LessThan } from 'typeorm';
import { type Audit, serverActor } from '../audit/open-audit.js';
import { sweepAsked } from '../feedback/asked-questions.js';
import { sweepExpired } from '../identity/sweep-expired.js';
import { sweepGenerated } from '../questions/generated-queries.js';
import type { Store } from '../store/store.js';
import { sweepUsage } from '../usage/sweep-usage.js';
import type { JobHandler, NewSchedule } from './job-queue.js';
import { jobs, serverWorkspace } from './store.js';

const dayMs = 24 * 60 * 60_000;
/** How long it can be looked at how a job ended. */
const doneDays = 7;
const deadDays = 90;

export interface ServerJobParts {
  readonly store: Store;
  readonly audit: Pick<Audit, 'prune'>;
  /** Entries of the audit are deleted after so many days; 0: never. */
  readonly auditDays: number;
  /** Usage and histories are deleted after so many days. */
  readonly usageDays: number;
  readonly now?: () => number;
}

interface ServerJob extends JobHandler {
  readonly cron: string;
}

const serverJobs = ({ store, audit, auditDays, usageDays, now = Date.now }: ServerJobParts): readonly ServerJob[] => [
  // Nothing depends on it: what has expired is refused, swept or not.
  { name: 'identity.sweep', cron: '17 * * * *', run: () => sweepExpired(store, now()) },
  {
    name: 'jobs.sweep',
    cron: '37 3 * * *',
    run: async () => {
      await store.transaction(async (db) => {
        await db.remove(jobs, { state: 'done', finishedAt: LessThan(now() - doneDays * dayMs) });
        await db.remove(jobs, { state: 'dead', finishedAt: LessThan(now() - deadDays * dayMs) });
      });
    },
  },
  { name: 'questions.sweep', cron: '27 * * * *', run: () => sweepGenerated(store, now()) },
  { name: 'usage.sweep', cron: '57 3 * * *', run: () => sweepUsage(store, now() - usageDays * dayMs) },
  { name: 'feedback.sweep', cron: '7 4 * * *', run: () => sweepAsked(store, now() - usageDays * dayMs) },
  {
    name: 'audit.prune',
    cron: '47 3 * * *',
    run: async (_, { jobId }) => {
      if (auditDays > 0) await audit.prune(now() - auditDays * dayMs, serverActor, jobId);
    },
  },
];

/** The handlers, and when they run. */
export const createServerJobs = (
  parts: ServerJobParts,
): { readonly handlers: readonly JobHandler[]; readonly schedules: readonly NewSchedule[] } => {
  const all = serverJobs(parts);
  return {
    handlers: all,
    schedules: all.map(({ name, cron }) => ({
      id: `server.${name}`,
      name,
      workspace: serverWorkspace,
      payload: null,
      cron,
    })),
  };
};
