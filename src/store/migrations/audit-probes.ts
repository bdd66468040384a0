import { createTable, type Migration } from '../migration.js';

export const auditProbes: Migration = {
  id: 'audit_probes',
  steps: [createTable('audit_probes', { id: 'id', at: 'time', room: 'text' })],
};
