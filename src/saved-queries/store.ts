import { defineTable } from '../store/define-table.js';

/** A question that somebody keeps: a semantic query, or SQL. It runs as whoever runs it. */
export interface SavedQueryRow {
  readonly id: string;
  readonly workspaceId: string;
  /** A username. */
  readonly owner: string;
  readonly name: string;
  readonly description: string;
  readonly query: unknown;
  readonly sql: string | null;
  readonly connection: string | null;
  /** With all of the workspace. */
  readonly shared: boolean;
  readonly createdAt: number;
  readonly changedAt: number;
  /** The project that it was kept in; null: the workspace. It does not exist elsewhere. */
  readonly projectId: string | null;
  readonly version: number;
}

export const savedQueries = defineTable<SavedQueryRow>('saved_queries', {
  id: 'id',
  workspaceId: 'text',
  owner: 'text',
  name: 'text',
  description: 'text',
  query: 'json?',
  sql: 'text?',
  connection: 'text?',
  shared: 'flag',
  createdAt: 'time',
  changedAt: 'time',
  projectId: 'text?',
  version: 'count',
});
