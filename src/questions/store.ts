import { defineTable } from '../store/define-table.js';

/** SQL that was shown for a question, so that every process knows what it stands for. */
export interface GeneratedQueryRow {
  /** Of the workspace, the user and the query's id. */
  readonly id: string;
  readonly workspaceId: string;
  readonly user: string;
  readonly queryId: string;
  readonly sql: string;
  readonly query: unknown;
  readonly createdAt: number;
}

export const generatedQueries = defineTable<GeneratedQueryRow>('generated_queries', {
  id: 'id',
  workspaceId: 'text',
  user: 'text',
  queryId: 'text',
  sql: 'text',
  query: 'json',
  createdAt: 'time',
});
