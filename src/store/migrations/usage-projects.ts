import { addColumn, createIndex, type Migration } from '../migration.js';

export const usageProjects: Migration = {
  id: 'usage-projects',
  // The name of the project that a statement was asked in.
  steps: [addColumn('usage_events', 'project', 'text?'), createIndex('usage_events', ['workspace', 'project', 'at'])],
};
