import { createTable, type Migration } from '../migration.js';

const ofConnection = { connection_id: { to: 'connections.id', onDelete: 'cascade' } } as const;

export const connections: Migration = {
  id: 'connections',
  steps: [
    createTable(
      'connections',
      {
        id: 'id',
        workspace_id: 'text',
        name: 'text',
        type: 'text',
        description: 'text',
        settings: 'json',
        secrets_at: 'json',
        sealed: 'text',
        owner: 'text',
        revision: 'count',
        created_at: 'time',
        changed_at: 'time',
        published_at: 'time?',
        version: 'count',
      },
      {
        unique: [['workspace_id', 'name']],
        references: { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } },
      },
    ),
    createTable(
      'connection_shares',
      {
        connection_id: 'id',
        user: 'id',
        workspace_id: 'text',
        permission: 'text',
        created_by: 'text',
        created_at: 'time',
      },
      { references: ofConnection, indices: [['workspace_id', 'user']] },
    ),
    createTable(
      'connection_states',
      {
        connection_id: 'id',
        workspace_id: 'text',
        status: 'text',
        code: 'text?',
        message: 'text?',
        revision: 'count',
        checked_at: 'time?',
        latency_ms: 'count?',
        analysed_at: 'time?',
        schema_changed_at: 'time?',
        schema_changes: 'json',
        leased_until: 'time',
      },
      { references: ofConnection, indices: [['leased_until']] },
    ),
    createTable(
      'connection_catalogues',
      {
        connection_id: 'id',
        workspace_id: 'text',
        revision: 'count',
        hash: 'text',
        catalogue: 'json',
        read_at: 'time',
      },
      { references: ofConnection },
    ),
  ],
};
