import { createIndex, createTable, type Migration, statement } from '../migration.js';

const ofWorkspace = { workspace_id: { to: 'workspaces.id', onDelete: 'cascade' } } as const;
const ofUser = { user_id: { to: 'users.id', onDelete: 'cascade' } } as const;

export const identity: Migration = {
  id: 'identity',
  steps: [
    createTable('workspaces', { id: 'id', name: 'text', created_at: 'time', version: 'count' }, { unique: [['name']] }),
    createTable(
      'users',
      {
        id: 'id',
        username: 'text',
        email: 'text?',
        name: 'text',
        password_hash: 'text?',
        password_changed_at: 'time',
        status: 'text',
        operator: 'flag',
        created_at: 'time',
        version: 'count',
      },
      { unique: [['username'], ['email']] },
    ),
    createTable(
      'external_accounts',
      { issuer: 'id', subject: 'id', user_id: 'text', created_at: 'time' },
      { references: ofUser, indices: [['user_id']] },
    ),
    createTable(
      'memberships',
      { workspace_id: 'id', user_id: 'id', role: 'text', created_at: 'time' },
      { references: { ...ofWorkspace, ...ofUser }, indices: [['user_id']] },
    ),
    createTable(
      'groups',
      { id: 'id', workspace_id: 'text', name: 'text', description: 'text', created_at: 'time', version: 'count' },
      { unique: [['workspace_id', 'name']], references: ofWorkspace },
    ),
    createTable(
      'group_members',
      { group_id: 'id', user_id: 'id', source: 'text', created_at: 'time' },
      { references: { group_id: { to: 'groups.id', onDelete: 'cascade' }, ...ofUser }, indices: [['user_id']] },
    ),
    createTable(
      'user_attributes',
      { workspace_id: 'id', user_id: 'id', name: 'id', value: 'json' },
      { references: { ...ofWorkspace, ...ofUser }, indices: [['user_id']] },
    ),
    createTable(
      'sessions',
      {
        id: 'id',
        user_id: 'text',
        created_at: 'time',
        used_at: 'time',
        expires_at: 'time',
        ended_at: 'time?',
        ended_by: 'text?',
        address: 'text?',
        user_agent: 'text?',
      },
      { references: ofUser, indices: [['user_id'], ['expires_at']] },
    ),
    createTable(
      'refresh_tokens',
      { hash: 'id', session_id: 'text', created_at: 'time', expires_at: 'time', used_at: 'time?' },
      { references: { session_id: { to: 'sessions.id', onDelete: 'cascade' } }, indices: [['session_id']] },
    ),
    createTable(
      'service_tokens',
      {
        id: 'id',
        workspace_id: 'text',
        name: 'text',
        hash: 'text',
        role: 'text',
        scopes: 'json',
        groups: 'json',
        attributes: 'json',
        created_by: 'text',
        created_at: 'time',
        expires_at: 'time',
        revoked_at: 'time?',
      },
      { unique: [['workspace_id', 'name']], references: ofWorkspace },
    ),
    createTable('signing_keys', { id: 'id', secret: 'text', created_at: 'time', ends_at: 'time?' }),
    createTable('login_failures', { id: 'id', failures: 'count', last_at: 'time', locked_until: 'time?' }),
    createIndex('login_failures', ['last_at']),
    createTable(
      'invitations',
      {
        id: 'id',
        workspace_id: 'text',
        hash: 'text',
        email: 'text',
        role: 'text',
        created_by: 'text',
        created_at: 'time',
        expires_at: 'time',
        used_at: 'time?',
      },
      { unique: [['hash']], references: ofWorkspace },
    ),
    createTable(
      'address_ranges',
      { id: 'id', workspace_id: 'text', range: 'text', note: 'text', created_at: 'time' },
      { unique: [['workspace_id', 'range']], references: ofWorkspace },
    ),
    createTable('epochs', { id: 'id', count: 'count' }),
    statement("insert into workspaces (id, name, created_at, version) values ('default', 'Default', 0, 1)"),
    statement("insert into epochs (id, count) values ('identity', 1)"),
  ],
};
