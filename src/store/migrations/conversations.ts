import { createTable, type Migration } from '../migration.js';

export const conversations: Migration = {
  id: 'conversations',
  steps: [
    createTable(
      'conversations',
      {
        id: 'id',
        workspace_id: 'text',
        owner: 'text',
        title: 'text',
        titled: 'flag',
        connection: 'text?',
        created_at: 'time',
        changed_at: 'time',
        version: 'count',
      },
      {
        indices: [['workspace_id', 'owner', 'changed_at']],
        references: { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } },
      },
    ),
    createTable(
      'conversation_messages',
      {
        id: 'id',
        workspace_id: 'text',
        conversation_id: 'text',
        question: 'text',
        outcome: 'text',
        reading: 'text',
        message: 'text',
        query: 'json?',
        written_sql: 'text?',
        sql: 'text?',
        query_id: 'text?',
        connection: 'text?',
        choices: 'json?',
        read_by: 'json?',
        confidence: 'count?',
        rows: 'count?',
        ms: 'count',
        tokens_in: 'count',
        tokens_out: 'count',
        created_at: 'time',
      },
      {
        indices: [['conversation_id', 'created_at']],
        references: { conversation_id: { to: 'conversations.id', onDelete: 'cascade' } },
      },
    ),
  ],
};
