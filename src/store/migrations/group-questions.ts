import { createTable, type Migration } from '../migration.js';

export const groupQuestions: Migration = {
  id: 'group_questions',
  steps: [
    createTable(
      'group_questions',
      {
        id: 'id',
        workspace: 'text',
        user: 'text',
        of_table: 'text',
        signature: 'text',
        splitters: 'json',
        state: 'text',
        at: 'time',
      },
      { indices: [['workspace', 'user', 'of_table', 'at']] },
    ),
  ],
};
