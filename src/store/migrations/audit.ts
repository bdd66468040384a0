import { createIndex, createTable, type Migration } from '../migration.js';

export const audit: Migration = {
  id: 'audit',
  steps: [
    createTable(
      'audit_entries',
      {
        chain: 'id',
        seq: 'place',
        id: 'text',
        at: 'time',
        phase: 'text',
        action: 'text',
        user: 'text',
        workspace: 'text',
        fingerprint: 'text?',
        origin: 'text?',
        target: 'text?',
        correlation_id: 'text',
        intent_id: 'text?',
        result: 'text?',
        code: 'text?',
        detail: 'text',
        previous_hash: 'text',
        hash: 'text',
      },
      { unique: [['id']] },
    ),
    // One outcome an intent.
    createIndex('audit_entries', ['intent_id'], { unique: true, where: 'intent_id is not null' }),
    createIndex('audit_entries', ['workspace', 'at'], { where: "phase = 'intent'" }),
    createTable('audit_checkpoints', { id: 'id', at: 'time', body: 'text', key_id: 'text', signature: 'text' }),
  ],
};
