import { LessThanOrEqual } from 'typeorm';
import { newId } from '../store/new-id.js';
import type { Store, Writer } from '../store/store.js';
import type { NewJob, NewSchedule } from './job-queue.js';
import type { Leadership } from './lease.js';
import { nextRun } from './next-run.js';
import { type JobRow, jobs, type ScheduleRow, schedules } from './store.js';

export const defaultMostAttempts = 8;
const most = 100;

/** @param mostAttempts what the handler says */
export const insertJob = async (
  db: Writer,
  { name, workspace, payload, runAt }: NewJob,
  {
    mostAttempts = defaultMostAttempts,
    now,
    scheduleId = null,
  }: { mostAttempts?: number; now: number; scheduleId?: string | null },
): Promise<string> => {
  const row: JobRow = {
    id: newId(now),
    workspace,
    name,
    payload,
    state: 'waiting',
    attempts: 0,
    mostAttempts,
    runAt: runAt ?? now,
    lockedBy: null,
    lockedUntil: null,
    code: null,
    reason: null,
    scheduleId,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
  };
  await db.insert(jobs, row);
  return row.id;
};

export const putSchedule = async (db: Writer, schedule: NewSchedule, now: number): Promise<void> => {
  const { id, name, workspace, payload, cron, timeZone = 'UTC' } = schedule;
  const before = await db.findOneBy(schedules, { id });
  const changed = before === null || before.cron !== cron || before.timeZone !== timeZone;
  const nextAt = changed ? nextRun(cron, timeZone, now) : before.nextAt;
  const row: ScheduleRow = {
    id,
    name,
    workspace,
    payload,
    cron,
    timeZone,
    nextAt,
    createdAt: before?.createdAt ?? now,
  };
  if (before === null) await db.insert(schedules, row);
  else await db.update(schedules, { id }, row);
};

/**
 * Makes the jobs of the schedules that are due, each with its next time in one transaction: so each time is taken once, whoever
 * leads. Times that were missed count as one.
 * @returns how many
 */
export const makeDueJobs = async (
  store: Store,
  leadership: Leadership,
  mostAttemptsOf: (name: string) => number,
  now: number,
): Promise<number> => {
  const due = { nextAt: LessThanOrEqual(now) };
  if (!(await store.read((db) => db.exists(schedules, { where: due })))) return 0;
  return store.transaction(async (db) => {
    if (!(await leadership.isHeld(db))) return 0;
    const rows = await db.find(schedules, { where: due, order: { nextAt: 'ASC', id: 'ASC' }, take: most });
    for (const { id, name, workspace, payload, cron, timeZone } of rows) {
      const job = { name, workspace, payload: payload as NewJob['payload'] };
      await insertJob(db, job, { mostAttempts: mostAttemptsOf(name), now, scheduleId: id });
      await db.update(schedules, { id }, { nextAt: nextRun(cron, timeZone, now) });
    }
    return rows.length;
  });
};
