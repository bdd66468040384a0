import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import { roles, scopes } from './access.js';
import { attributeSchema } from './read-subject.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const time: Schema = { type: 'string', format: 'date-time' };
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

const serviceToken: Readonly<Record<string, Schema>> = {
  id: text,
  name: text,
  role,
  scopes: { type: 'array', items: text },
  groups: { type: 'array', items: text },
  attributes: { type: 'object' },
  created_by: text,
  created_at: time,
  expires_at: time,
};

const invitation: Readonly<Record<string, Schema>> = {
  id: text,
  email: text,
  role,
  created_at: time,
  expires_at: time,
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
  RefreshRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['refresh_token'],
    properties: { refresh_token: { type: 'string', minLength: 1, maxLength: 200 } },
  },
  LogoutRequest: {
    type: 'object',
    additionalProperties: false,
    properties: { refresh_token: { type: 'string', minLength: 1, maxLength: 200 } },
  },
  PasswordChange: {
    type: 'object',
    additionalProperties: false,
    required: ['current_password', 'new_password'],
    properties: {
      current_password: { type: 'string', minLength: 1, maxLength: 1000 },
      new_password: { type: 'string', minLength: 1, maxLength: 1000 },
    },
  },
  PasswordChanged: {
    type: 'object',
    required: ['ended_sessions'],
    properties: { ended_sessions: { type: 'integer', description: 'How many other sessions have ended.' } },
  },
  Session: {
    type: 'object',
    required: ['id', 'user_id', 'created_at', 'used_at', 'expires_at', 'address', 'user_agent', 'current'],
    properties: {
      id: text,
      user_id: text,
      created_at: time,
      used_at: { ...time, description: 'The last login or exchange of tokens.' },
      expires_at: time,
      address: optional,
      user_agent: optional,
      current: { type: 'boolean', description: 'The one of this request.' },
    },
  },
  SessionList: listOf('Session'),
  NewIpRestriction: {
    type: 'object',
    additionalProperties: false,
    required: ['range'],
    properties: {
      range: { type: 'string', minLength: 2, maxLength: 50, description: 'An address, or a network as CIDR.' },
      note: { type: 'string', maxLength: 200 },
    },
  },
  IpRestriction: {
    type: 'object',
    required: ['id', 'range', 'note', 'created_at'],
    properties: { id: text, range: text, note: text, created_at: time },
  },
  IpRestrictionList: listOf('IpRestriction'),
  NewServiceToken: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'role', 'scopes'],
    properties: {
      name: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{1,62}$', description: 'Never given twice.' },
      role,
      scopes: { type: 'array', items: { type: 'string', enum: scopes }, minItems: 1, uniqueItems: true },
      groups: { type: 'array', items: text, maxItems: 200, description: 'Names or ids of groups.' },
      attributes: { type: 'object', maxProperties: 100, additionalProperties: attributeSchema },
      expires_in_days: { type: 'integer', minimum: 1, maximum: 366, default: 90 },
    },
  },
  ServiceToken: { type: 'object', required: Object.keys(serviceToken), properties: serviceToken },
  MadeServiceToken: {
    type: 'object',
    required: ['token', ...Object.keys(serviceToken)],
    properties: {
      token: { ...text, description: 'To be sent as `Authorization: Bearer …`; shown this once.' },
      ...serviceToken,
    },
  },
  ServiceTokenList: listOf('ServiceToken'),
  Registration: {
    type: 'object',
    additionalProperties: false,
    required: ['email', 'password'],
    properties: {
      email: { type: 'string', minLength: 3, maxLength: 320 },
      username: { type: 'string', minLength: 2, maxLength: 63, description: 'From the e-mail when absent.' },
      name: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\p{C}]+$' },
      password: { type: 'string', minLength: 1, maxLength: 1000 },
      invitation: { type: 'string', minLength: 1, maxLength: 200 },
    },
  },
  InvitationToken: {
    type: 'object',
    additionalProperties: false,
    required: ['invitation'],
    properties: { invitation: { type: 'string', minLength: 1, maxLength: 200 } },
  },
  NewInvitation: {
    type: 'object',
    additionalProperties: false,
    required: ['email'],
    properties: { email: { type: 'string', minLength: 3, maxLength: 320 }, role },
  },
  Invitation: { type: 'object', required: Object.keys(invitation), properties: invitation },
  MadeInvitation: {
    type: 'object',
    required: ['token', ...Object.keys(invitation)],
    properties: { token: { ...text, description: 'Shown this once.' }, ...invitation },
  },
  InvitationList: listOf('Invitation'),
  RotatedKey: {
    type: 'object',
    required: ['key_id'],
    properties: { key_id: { ...text, description: 'The `kid` of tokens from now on.' } },
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
    required: [...Object.keys(userProperties), 'workspace', 'project', 'role', 'roles', 'groups', 'attributes'],
    properties: {
      ...userProperties,
      workspace: { ...optional, description: 'The one that this request is about.' },
      role: { type: ['string', 'null'], enum: [...roles, null] },
      roles: { type: 'array', items: text },
      project: {
        type: ['object', 'null'],
        description: 'The project that this request is about.',
        required: ['id', 'name'],
        properties: { id: text, name: text },
      },
      groups: { type: 'array', items: text },
      attributes: { type: 'object', description: 'What policies compare with.' },
    },
  },
});
