import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const count: Schema = { type: 'integer', minimum: 0 };
const time: Schema = { type: 'string', format: 'date-time' };

const figures: Readonly<Record<string, Schema>> = {
  answers: { ...count, description: 'Runs, and answers from the cache.' },
  runs: { ...count, description: 'Statements that a database was asked.' },
  cached: count,
  refused: count,
  failed: count,
  rows: count,
  average_ms: { type: ['integer', 'null'], description: 'Of a run.' },
};

const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

define({
  UsageSummary: object({
    from: time,
    to: time,
    users: count,
    ...figures,
    by_day: { type: 'array', items: object({ day: { ...text, description: 'UTC' }, ...figures }) },
  }),
  UsageUser: object({ user: text, ...figures, last_at: time }),
  UsageUserList: listOf('UsageUser'),
  UsageQuery: object({
    query_id: text,
    kind: optional,
    connection: optional,
    sql: { ...optional, description: 'Before any policy, without values.' },
    ...figures,
    last_at: time,
  }),
  UsageQueryList: listOf('UsageQuery'),
  UsageDashboard: object({ dashboard: optional, event: text, times: count, last_at: time }),
  UsageDashboardList: listOf('UsageDashboard'),
  UsageTokens: object({
    model: optional,
    answers: count,
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
  }),
  UsageTokensList: listOf('UsageTokens'),
  HistoryItem: object({
    id: text,
    at: time,
    user: text,
    kind: { ...optional, description: '`semantic_query` or `sql`.' },
    connection: optional,
    query_id: optional,
    sql: { ...optional, description: 'Before any policy, without values; of what was refused it is not kept.' },
    result: { type: 'string', enum: ['done', 'denied', 'failed', 'cancelled'] },
    code: optional,
    rows: { type: ['integer', 'null'] },
    ms: count,
    correlation_id: text,
  }),
  HistoryItemList: listOf('HistoryItem'),
});
