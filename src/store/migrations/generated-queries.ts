import { createTable, type Migration } from '../migration.js';

export const generatedQueries: Migration = {
  id: 'generated_queries',
  steps: [
    createTable(
      'generated_queries',
      {
        id: 'id',
        workspace_id: 'text',
        user: 'text',
        query_id: 'text',
        sql: 'text',
        query: 'json',
        created_at: 'time',
      },
      { indices: [['created_at']], references: { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } } },
    ),
  ],
};
