import { createTable, type Migration } from '../migration.js';

const ofWorkspace = { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } } as const;

export const feedback: Migration = {
  id: 'feedback',
  steps: [
    createTable(
      'asked_questions',
      {
        id: 'id',
        workspace_id: 'text',
        user: 'text',
        query_id: 'text',
        question: 'text',
        words_hash: 'text',
        query: 'json?',
        sql: 'text?',
        read_by: 'json',
        follow_up: 'flag',
        model_hash: 'text',
        at: 'time',
      },
      { indices: [['workspace_id', 'query_id', 'at'], ['at']], references: ofWorkspace },
    ),
    createTable(
      'training_entries',
      {
        id: 'id',
        workspace_id: 'text',
        status: 'text',
        question: 'text',
        words_hash: 'text',
        pair: 'text?',
        query: 'json?',
        sql: 'text?',
        read_by: 'json',
        follow_up: 'flag',
        query_id: 'text',
        model_hash: 'text',
        asked_by: 'text',
        flagged_by: 'text',
        comment: 'text',
        rating: 'text?',
        created_at: 'time',
        reviewed_by: 'text?',
        reviewed_at: 'time?',
        note: 'text?',
        version: 'count',
      },
      { indices: [['workspace_id', 'status', 'created_at']], references: ofWorkspace },
    ),
  ],
};
