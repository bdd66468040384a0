import { createTable, type Migration } from '../migration.js';

const ofWorkspace = { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } } as const;

export const models: Migration = {
  id: 'models',
  steps: [
    createTable('model_revisions', { workspace_id: 'id', revision: 'count' }, { references: ofWorkspace }),
    createTable(
      'model_files',
      {
        workspace_id: 'id',
        name: 'id',
        text: 'text',
        version: 'count',
        changed_at: 'time',
        changed_by: 'text?',
      },
      { references: ofWorkspace },
    ),
    createTable(
      'model_file_versions',
      {
        workspace_id: 'id',
        name: 'id',
        version: 'place',
        text: 'text?',
        changed_at: 'time',
        changed_by: 'text?',
      },
      { references: ofWorkspace },
    ),
  ],
};
