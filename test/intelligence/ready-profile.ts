import type { ProfileRow } from '../../src/intelligence/store.js';
import { newId } from '../../src/store/new-id.js';

/** The profile of a connection of the default workspace with one table, of one column `id`. */
export const readyProfile = (connectionId: string, table: string): ProfileRow => ({
  ...{ id: newId(), workspaceId: 'default', connectionId, state: 'ready', progress: 100, code: null, message: null },
  ...{ asker: { kind: 'local', id: 'local' }, askedAt: 0, profiledAt: 1, nextAt: null, part: [] },
  ...{ catalogue: {}, catalogueHash: null, schemaChanges: {}, schemaChangedAt: null },
  tables: [
    {
      ...{ schema: null, name: table, kind: 'table', comment: null, rows: 1, counted: true, sampled: 1, unread: null },
      ...{ key: ['id'], key_by: 'declared', key_evidence: 'The primary key in the database.', references: [] },
      columns: [
        {
          ...{ name: 'id', type: 'integer', native_type: 'integer', nullable: false, comment: null, personal: null },
          ...{ strategy: 'skip', nulls: 0, distinct: 1, values: [] },
        },
      ],
    },
  ],
});
