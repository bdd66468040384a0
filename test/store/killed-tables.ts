import { defineTable } from '../../src/store/define-table.js';
import { createTable, type Migration } from '../../src/store/migration.js';

/** One row and two halves are written in one transaction. */
export const movements = defineTable<{ readonly id: string; readonly text: string }>('movements', {
  id: 'id',
  text: 'text',
});
export const halves = defineTable<{ readonly id: string; readonly movementId: string }>('halves', {
  id: 'id',
  movementId: 'text',
});

export const killMigrations: readonly Migration[] = [
  {
    id: 'movements',
    steps: [
      createTable('movements', { id: 'id', text: 'text' }),
      createTable('halves', { id: 'id', movement_id: 'text' }, { indices: [['movement_id']] }),
    ],
  },
];
