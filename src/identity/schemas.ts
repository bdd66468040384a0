import type { Schema } from '../api/route.js';
import { define } from '../api/schemas.js';
import { roles } from './access.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const role: Schema = { type: 'string', enum: roles };

const userProperties: Readonly<Record<string, Schema>> = {
  id: text,
  username: { ...text, description: 'What policies and the audit call this user.' },
  email: optional,
  name: text,
  operator: { type: 'boolean', description: 'Runs this instance: its workspaces and settings.' },
  workspaces: {
    type: 'array',
    items: { type: 'object', required: ['id', 'name', 'role'], properties: { id: text, name: text, role } },
  },
};

define({
  LoginRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['password'],
    properties: {
      email: { type: 'string', minLength: 1, maxLength: 320, description: 'A username will do as well.' },
      username: { type: 'string', minLength: 1, maxLength: 320 },
      password: { type: 'string', minLength: 1, maxLength: 1000 },
    },
    oneOf: [{ required: ['email'] }, { required: ['username'] }],
  },
  Account: { type: 'object', required: Object.keys(userProperties), properties: userProperties },
  LoggedIn: {
    type: 'object',
    required: ['access_token', 'refresh_token', 'token_type', 'expires_in', 'user'],
    properties: {
      access_token: { ...text, description: 'To be sent as `Authorization: Bearer …`.' },
      refresh_token: { ...text, description: 'Good for one exchange at `auth/refresh`.' },
      token_type: { const: 'Bearer' },
      expires_in: { type: 'integer', description: 'Seconds that the access token lives.' },
      user: { $ref: '#/$defs/Account' },
    },
  },
  Me: {
    type: 'object',
    required: [...Object.keys(userProperties), 'workspace', 'role', 'roles', 'groups', 'attributes'],
    properties: {
      ...userProperties,
      workspace: { ...optional, description: 'The one that this request is about.' },
      role: { type: ['string', 'null'], enum: [...roles, null] },
      roles: { type: 'array', items: text },
      groups: { type: 'array', items: text },
      attributes: { type: 'object', description: 'What policies compare with.' },
    },
  },
});
