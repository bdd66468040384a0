import { createTable, type Migration } from '../migration.js';

export const jobs: Migration = {
  id: 'jobs',
  steps: [
    createTable(
      'jobs',
      {
        id: 'id',
        workspace: 'text',
        name: 'text',
        payload: 'json',
        state: 'text',
        attempts: 'count',
        most_attempts: 'count',
        run_at: 'time',
        locked_by: 'text?',
        locked_until: 'time?',
        code: 'text?',
        reason: 'text?',
        schedule_id: 'text?',
        created_at: 'time',
        started_at: 'time?',
        finished_at: 'time?',
      },
      { indices: [['state', 'run_at'], ['workspace', 'created_at'], ['finished_at']] },
    ),
    createTable(
      'job_schedules',
      {
        id: 'id',
        workspace: 'text',
        name: 'text',
        payload: 'json',
        cron: 'text',
        time_zone: 'text',
        next_at: 'time',
        created_at: 'time',
      },
      { indices: [['next_at']] },
    ),
    createTable('leases', { id: 'id', holder: 'text', until: 'time', term: 'count' }),
  ],
};
