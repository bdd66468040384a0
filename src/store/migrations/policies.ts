import { createTable, type Migration } from '../migration.js';

const ofWorkspace = { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } } as const;

export const policies: Migration = {
  id: 'policies',
  steps: [
    createTable(
      'policies',
      {
        workspace_id: 'id',
        name: 'id',
        body: 'json',
        version: 'count',
        created_at: 'time',
        created_by: 'text',
        changed_at: 'time',
        changed_by: 'text',
      },
      { references: ofWorkspace },
    ),
    createTable(
      'policy_versions',
      {
        workspace_id: 'id',
        name: 'id',
        version: 'place',
        body: 'json?',
        changed_at: 'time',
        changed_by: 'text',
      },
      { references: ofWorkspace },
    ),
  ],
};
