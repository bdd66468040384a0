/** What admins see of jobs, and what they may do about them. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { AuditTrail } from '../audit/trail.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import type { Reader, Store } from '../store/store.js';
import { type JobRow, type JobState, jobs, type ScheduleRow, schedules } from './store.js';

export interface JobServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly now: () => number;
  /** Has what is waiting begun. */
  readonly wake: () => void;
}

export interface JobFilter extends ListRequest {
  readonly state?: JobState;
  readonly name?: string;
  /** For the operator: of all workspaces, and the server's own. */
  readonly everywhere?: boolean;
}

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Without its payload, and without the names of processes: nobody's business. */
const shown = (row: JobRow) => ({
  id: row.id,
  workspace: row.workspace,
  name: row.name,
  state: row.state,
  attempts: row.attempts,
  most_attempts: row.mostAttempts,
  run_at: instant(row.runAt),
  schedule: row.scheduleId,
  code: row.code,
  reason: row.reason,
  created_at: instant(row.createdAt),
  started_at: instant(row.startedAt),
  finished_at: instant(row.finishedAt),
});

const shownSchedule = (row: ScheduleRow) => ({
  id: row.id,
  workspace: row.workspace,
  name: row.name,
  cron: row.cron,
  time_zone: row.timeZone,
  next_at: instant(row.nextAt),
});

/** @throws DataMindError `FORBIDDEN` for who is not the operator and asks for all */
const reach = (caller: Caller, everywhere = false): string | null => {
  if (!everywhere) return workspaceOf(caller);
  if (caller.operator) return null;
  throw new DataMindError('FORBIDDEN', 'Only the operator sees the jobs of all workspaces.', { at: 'everywhere' });
};

const jobRules = {
  sortable: { created_at: 'createdAt', run_at: 'runAt', name: 'name', state: 'state' },
  sortedBy: '-created_at',
  searched: ['name', 'reason'],
  key: 'id',
} as const;

const scheduleRules = {
  sortable: { next_at: 'nextAt', name: 'name' },
  sortedBy: 'next_at',
  searched: ['name', 'id'],
  key: 'id',
} as const;

export const listJobs = async ({ store }: JobServices, caller: Caller, filter: JobFilter) => {
  const workspace = reach(caller, filter.everywhere);
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, jobs, filter, jobRules, (query) => {
      if (workspace === null) query.where('1 = 1');
      else query.where('item.workspace = :workspace', { workspace });
      if (filter.state !== undefined) query.andWhere('item.state = :state', { state: filter.state });
      if (filter.name !== undefined) query.andWhere('item.name = :name', { name: filter.name });
      return query;
    }),
  );
  return { data: data.map(shown), count };
};

export const listSchedules = async (
  { store }: JobServices,
  caller: Caller,
  filter: Omit<JobFilter, 'state' | 'name'>,
) => {
  const workspace = reach(caller, filter.everywhere);
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, schedules, filter, scheduleRules, (query) =>
      workspace === null ? query.where('1 = 1') : query.where('item.workspace = :workspace', { workspace }),
    ),
  );
  return { data: data.map(shownSchedule), count };
};

/** Of the caller's workspace, or for the operator of any. */
const jobOf = async (db: Reader, caller: Caller, id: string): Promise<JobRow> => {
  const which = caller.operator ? { id } : { id, workspace: workspaceOf(caller) };
  const row = await db.findOneBy(jobs, which);
  if (row === null) throw new DataMindError('NOT_FOUND', 'There is no such job.');
  return row;
};

export const showJob = ({ store }: JobServices, caller: Caller, id: string) =>
  store.read(async (db) => shown(await jobOf(db, caller, id)));

/**
 * Has a dead job tried again, as often as a new one.
 * @throws DataMindError `NOT_FOUND`, `CONFLICT` when it is not dead, `AUDIT_UNAVAILABLE`
 */
export const retryJob = async (
  services: JobServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  const { now, wake } = services;
  await changeAudited(services, intentOf(actorOf(caller), 'job.retry', id, circumstances), [], async (db) => {
    const { workspace } = await jobOf(db, caller, id);
    const again = { state: 'waiting', attempts: 0, runAt: now(), finishedAt: null } as const;
    if ((await db.update(jobs, { id, workspace, state: 'dead' }, again)) === 1) return;
    throw new DataMindError('CONFLICT', 'Only a dead job is tried again by hand.');
  });
  wake();
};

/** @throws DataMindError `NOT_FOUND`, `CONFLICT` while it is being done, `AUDIT_UNAVAILABLE` */
export const deleteJob = (
  services: JobServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> =>
  changeAudited(services, intentOf(actorOf(caller), 'job.delete', id, circumstances), [], async (db) => {
    const { workspace, state } = await jobOf(db, caller, id);
    if (state === 'running') throw new DataMindError('CONFLICT', 'The job is being done.');
    await db.remove(jobs, { id, workspace, state });
  });
