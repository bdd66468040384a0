import { createTable, type Migration } from '../migration.js';

export const intelligence: Migration = {
  id: 'intelligence',
  steps: [
    createTable(
      'profiles',
      {
        id: 'id',
        workspace_id: 'text',
        connection_id: 'text',
        state: 'text',
        progress: 'count',
        code: 'text?',
        message: 'text?',
        asker: 'json',
        asked_at: 'time',
        profiled_at: 'time?',
        next_at: 'time?',
        tables: 'json',
        part: 'json',
        catalogue: 'json',
        catalogue_hash: 'text?',
        schema_changes: 'json',
        schema_changed_at: 'time?',
      },
      {
        unique: [['workspace_id', 'connection_id']],
        references: { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } },
      },
    ),
    createTable(
      'profile_words',
      {
        id: 'id',
        workspace_id: 'text',
        connection_id: 'text',
        insight_id: 'text',
        text: 'text',
        origin: 'text',
        basis: 'text',
        changed_by: 'text',
        changed_at: 'time',
      },
      {
        unique: [['workspace_id', 'insight_id']],
        references: { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } },
      },
    ),
  ],
};
