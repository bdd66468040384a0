import { addColumn, createIndex, createTable, type Migration } from '../migration.js';

const ofProject = { project_id: { to: 'projects.id', onDelete: 'cascade' } } as const;

export const projects: Migration = {
  id: 'projects',
  steps: [
    createTable(
      'projects',
      {
        id: 'id',
        workspace_id: 'text',
        name: 'text',
        description: 'text',
        entities: 'json',
        metrics: 'json',
        confines: 'flag',
        template: 'text?',
        created_at: 'time',
        changed_at: 'time',
        version: 'count',
      },
      {
        unique: [['workspace_id', 'name']],
        references: { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } },
      },
    ),
    createTable(
      'project_members',
      { project_id: 'id', user_id: 'id', created_at: 'time' },
      { references: { ...ofProject, user_id: { to: 'users.id', onDelete: 'cascade' } }, indices: [['user_id']] },
    ),
    createTable(
      'project_groups',
      { project_id: 'id', group_id: 'id', created_at: 'time' },
      { references: { ...ofProject, group_id: { to: 'groups.id', onDelete: 'cascade' } }, indices: [['group_id']] },
    ),
    // The project that a query was kept in, or a conversation is about; the workspace's when it is null.
    addColumn('saved_queries', 'project_id', 'text?'),
    createIndex('saved_queries', ['project_id']),
    addColumn('conversations', 'project_id', 'text?'),
    createIndex('conversations', ['project_id']),
  ],
};
