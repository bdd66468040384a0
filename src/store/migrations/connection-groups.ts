import { createTable, type Migration } from '../migration.js';

export const connectionGroups: Migration = {
  id: 'connection-groups',
  steps: [
    createTable(
      'connection_group_shares',
      {
        connection_id: 'id',
        group_id: 'id',
        workspace_id: 'text',
        permission: 'text',
        created_by: 'text',
        created_at: 'time',
      },
      {
        references: {
          connection_id: { to: 'connections.id', onDelete: 'cascade' },
          group_id: { to: 'groups.id', onDelete: 'cascade' },
        },
        indices: [['workspace_id'], ['group_id']],
      },
    ),
  ],
};
