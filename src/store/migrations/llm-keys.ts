import { createTable, type Migration } from '../migration.js';

export const llmKeys: Migration = {
  id: 'llm_keys',
  steps: [
    createTable(
      'llm_keys',
      {
        id: 'id',
        workspace_id: 'text',
        provider: 'text',
        place: 'text',
        sealed: 'text',
        set_by: 'text',
        set_at: 'time',
      },
      {
        unique: [['workspace_id', 'provider']],
        references: { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } },
      },
    ),
  ],
};
