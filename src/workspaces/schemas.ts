import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import { roles } from '../identity/access.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const role: Schema = { type: 'string', enum: roles };
const name: Schema = { type: 'string', minLength: 1, maxLength: 100, pattern: '^[^\\p{C}]+$' };

define({
  Workspace: {
    type: 'object',
    required: ['id', 'name', 'role', 'members', 'created_at'],
    properties: {
      id: { ...text, description: 'For `X-Workspace-Id` and for addresses under `workspaces/`.' },
      name: text,
      role: { type: ['string', 'null'], enum: [...roles, null], description: 'Yours in it.' },
      members: { type: 'integer', minimum: 0 },
      created_at: { type: 'string', format: 'date-time' },
    },
  },
  WorkspaceList: listOf('Workspace'),
  WorkspaceName: { type: 'object', additionalProperties: false, required: ['name'], properties: { name } },
  Member: {
    type: 'object',
    required: ['user_id', 'username', 'name', 'email', 'role'],
    properties: { user_id: text, username: text, name: text, email: optional, role },
  },
  MemberList: listOf('Member'),
  NewMember: {
    type: 'object',
    additionalProperties: false,
    properties: {
      user_id: { type: 'string', minLength: 1, maxLength: 100 },
      email: { type: 'string', minLength: 3, maxLength: 320 },
      username: { type: 'string', minLength: 2, maxLength: 63 },
      role,
    },
    oneOf: [{ required: ['user_id'] }, { required: ['email'] }, { required: ['username'] }],
  },
});
