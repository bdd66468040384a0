import { createTable, type Migration } from '../migration.js';

export const usage: Migration = {
  id: 'usage',
  steps: [
    createTable(
      'usage_events',
      {
        id: 'id',
        workspace: 'text',
        user: 'text',
        at: 'time',
        event: 'text',
        kind: 'text?',
        target: 'text?',
        query_id: 'text?',
        text: 'text?',
        result: 'text',
        code: 'text?',
        rows: 'count?',
        ms: 'count',
        times: 'count',
        tokens_in: 'count',
        tokens_out: 'count',
        correlation_id: 'text',
      },
      { indices: [['workspace', 'at'], ['workspace', 'user', 'at'], ['at']] },
    ),
    createTable(
      'saved_queries',
      {
        id: 'id',
        workspace_id: 'text',
        owner: 'text',
        name: 'text',
        description: 'text',
        query: 'json?',
        sql: 'text?',
        connection: 'text?',
        shared: 'flag',
        created_at: 'time',
        changed_at: 'time',
        version: 'count',
      },
      {
        unique: [['workspace_id', 'owner', 'name']],
        references: { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } },
      },
    ),
  ],
};
