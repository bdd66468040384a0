import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const time: Schema = { type: ['string', 'null'], format: 'date-time' };

const job: Readonly<Record<string, Schema>> = {
  id: text,
  workspace: { ...text, description: '`*` for the server’s own.' },
  name: { ...text, description: 'Which work.' },
  state: {
    type: 'string',
    enum: ['waiting', 'running', 'done', 'dead'],
    description: 'A dead one failed as often as it may.',
  },
  attempts: { type: 'integer' },
  most_attempts: { type: 'integer' },
  run_at: { ...time, description: 'Not before then.' },
  schedule: { ...optional, description: 'The schedule that asked for it.' },
  code: { ...optional, description: 'Why the last attempt failed.' },
  reason: optional,
  created_at: time,
  started_at: time,
  finished_at: time,
};

const schedule: Readonly<Record<string, Schema>> = {
  id: text,
  workspace: text,
  name: { ...text, description: 'Which work.' },
  cron: text,
  time_zone: text,
  next_at: time,
};

define({
  Job: { type: 'object', required: Object.keys(job), properties: job },
  JobList: listOf('Job'),
  Schedule: { type: 'object', required: Object.keys(schedule), properties: schedule },
  ScheduleList: listOf('Schedule'),
});
