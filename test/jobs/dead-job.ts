import { type JobRow, jobs } from '../../src/jobs/store.js';
import { newId } from '../../src/store/new-id.js';
import type { Store } from '../../src/store/store.js';

/** Puts a job into the store that failed as often as it may. @returns its id */
export const deadJob = async (store: Store, over: Partial<JobRow> = {}): Promise<string> => {
  const row: JobRow = {
    id: newId(),
    workspace: 'default',
    name: 'report.send',
    payload: null,
    state: 'dead',
    attempts: 8,
    mostAttempts: 8,
    runAt: 0,
    lockedBy: null,
    lockedUntil: null,
    code: 'INTERNAL',
    reason: null,
    scheduleId: null,
    createdAt: 0,
    startedAt: 0,
    finishedAt: 0,
    ...over,
  };
  await store.transaction((db) => db.insert(jobs, row));
  return row.id;
};
