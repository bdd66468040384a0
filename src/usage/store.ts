import { defineTable } from '../store/define-table.js';

/** What was done, for figures and for one's own history. The audit is the evidence; this may lose the last seconds. */
export interface UsageRow {
  readonly id: string;
  readonly workspace: string;
  readonly user: string;
  /** The name of the project that it was asked in; `null`: in none. */
  readonly project: string | null;
  readonly at: number;
  /** As the audit names it: `statement.run`. */
  readonly event: string;
  /** Of a statement: made from a semantic query, or SQL; of a model's answer: the model. */
  readonly kind: string | null;
  /** A connection, a dashboard. */
  readonly target: string | null;
  readonly queryId: string | null;
  /** The statement before any policy, without values. */
  readonly text: string | null;
  readonly result: string;
  readonly code: string | null;
  readonly rows: number | null;
  readonly ms: number;
  /** How often: the same answer from the cache is one row. */
  readonly times: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly correlationId: string;
}

export const usageEvents = defineTable<UsageRow>('usage_events', {
  id: 'id',
  workspace: 'text',
  user: 'text',
  project: 'text?',
  at: 'time',
  event: 'text',
  kind: 'text?',
  target: 'text?',
  queryId: 'text?',
  text: 'text?',
  result: 'text',
  code: 'text?',
  rows: 'count?',
  ms: 'count',
  times: 'count',
  tokensIn: 'count',
  tokensOut: 'count',
  correlationId: 'text',
});
