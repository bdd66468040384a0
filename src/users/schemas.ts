import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import { roles } from '../identity/access.js';
import { attributeSchema } from '../identity/read-subject.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const time: Schema = { type: 'string', format: 'date-time' };
const role: Schema = { type: 'string', enum: roles };
const line = (maxLength: number): Schema => ({ type: 'string', minLength: 1, maxLength, pattern: '^[^\\p{C}]+$' });
const named: Schema = { type: 'array', items: line(100), maxItems: 200 };

const attributes: Schema = {
  type: 'object',
  description: 'What policies compare with, as `subject.name`.',
  maxProperties: 100,
  propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]{0,62}$' },
  additionalProperties: attributeSchema,
};

define({
  User: {
    type: 'object',
    required: ['id', 'username', 'email', 'name', 'status', 'operator', 'role', 'groups', 'created_at'],
    properties: {
      id: text,
      username: { ...text, description: 'What policies and the audit call this user; never given twice.' },
      email: optional,
      name: text,
      status: { type: 'string', enum: ['active', 'disabled'] },
      operator: { type: 'boolean' },
      role: { type: ['string', 'null'], enum: [...roles, null], description: 'In this workspace.' },
      groups: { type: 'array', items: text, description: 'Names of groups of this workspace.' },
      created_at: time,
    },
  },
  UserList: listOf('User'),
  Person: {
    type: 'object',
    required: ['id', 'username', 'name'],
    properties: { id: text, username: text, name: text },
  },
  PersonList: listOf('Person'),
  NewUser: {
    type: 'object',
    additionalProperties: false,
    required: ['email'],
    properties: {
      email: { type: 'string', minLength: 3, maxLength: 320 },
      username: { type: 'string', minLength: 2, maxLength: 63, description: 'From the e-mail when absent.' },
      name: line(200),
      password: { type: 'string', minLength: 1, maxLength: 1000, description: 'One is made when absent.' },
      role,
      groups: named,
      attributes,
    },
  },
  MadeUser: {
    type: 'object',
    required: ['user', 'password'],
    properties: {
      user: { $ref: '#/$defs/User' },
      password: { ...optional, description: 'The one that was made here, shown this once.' },
    },
  },
  UserChange: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      name: line(200),
      email: { type: 'string', minLength: 3, maxLength: 320 },
      status: { type: 'string', enum: ['active', 'disabled'] },
    },
  },
  MeChange: { type: 'object', additionalProperties: false, required: ['name'], properties: { name: line(200) } },
  RoleAssignment: { type: 'object', additionalProperties: false, required: ['role'], properties: { role } },
  NewPassword: {
    type: 'object',
    required: ['password'],
    properties: { password: { ...text, description: 'Shown this once.' } },
  },
  GroupNames: { type: 'object', additionalProperties: false, required: ['groups'], properties: { groups: named } },
  UserAttributes: { type: 'object', additionalProperties: false, required: ['attributes'], properties: { attributes } },
  Group: {
    type: 'object',
    required: ['id', 'name', 'description', 'members', 'created_at'],
    properties: {
      id: text,
      name: { ...text, description: 'What policies call it.' },
      description: text,
      members: { type: 'integer', minimum: 0 },
      created_at: time,
    },
  },
  GroupList: listOf('Group'),
  NewGroup: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: { name: line(100), description: { type: 'string', maxLength: 1000 } },
  },
  GroupChange: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: { name: line(100), description: { type: 'string', maxLength: 1000 } },
  },
  NewGroupMember: {
    type: 'object',
    additionalProperties: false,
    required: ['user_id'],
    properties: { user_id: { type: 'string', minLength: 1, maxLength: 100 } },
  },
});
