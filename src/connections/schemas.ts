import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import { connectionStatuses, permissions } from './store.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const time: Schema = { type: 'string', format: 'date-time' };
const optionalTime: Schema = { type: ['string', 'null'], format: 'date-time' };
const whole: Schema = { type: ['integer', 'null'], minimum: 0 };
const name: Schema = {
  type: 'string',
  pattern: '^[a-z][a-z0-9_-]{0,62}$',
  description: 'What models and requests call it; unique in the workspace.',
};
const description: Schema = { type: 'string', maxLength: 2000 };
const type: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 100,
  description: 'One of `GET /api/v1/connections/types`.',
};
const config: Schema = {
  type: 'object',
  maxProperties: 100,
  description: 'The settings that the type has. Secrets are sent as they are, kept sealed, and shown as `***`.',
};
const url: Schema = { type: 'string', minLength: 1, maxLength: 4000, writeOnly: true };
const permission: Schema = { type: 'string', enum: permissions };

define({
  ConnectionType: {
    type: 'object',
    required: ['type', 'title', 'description', 'file', 'available', 'schema'],
    properties: {
      type: text,
      title: text,
      description: text,
      file: {
        type: 'boolean',
        description: 'It reads a file, in the folder that the operator of the server has named.',
      },
      available: { type: 'boolean', description: 'Its driver is installed.' },
      schema: {
        type: 'object',
        description: 'JSON Schema (draft 2020-12) of `config`; secrets are marked with `x-secret` and `writeOnly`.',
      },
    },
  },
  ConnectionTypeList: listOf('ConnectionType'),
  Connection: {
    type: 'object',
    required: [
      'id',
      'name',
      'type',
      'title',
      'description',
      'origin',
      'permission',
      'owner',
      'config',
      'status',
      'published',
      'default',
      'version',
    ],
    properties: {
      id: text,
      name: text,
      type: text,
      title: text,
      description: text,
      origin: {
        type: 'string',
        enum: ['api', 'config'],
        description: '`config`: of the configuration of the server; it is changed there.',
      },
      permission: { ...permission, description: 'The caller’s.' },
      owner: { ...optional, description: 'The username of whoever made it.' },
      config: { type: ['object', 'null'], description: 'For those who may change it; secrets as `***`.' },
      status: { type: 'string', enum: connectionStatuses },
      published: {
        type: 'boolean',
        description: 'Its model is part of the workspace’s, so that everybody in it may ask it.',
      },
      default: { type: 'boolean' },
      created_at: optionalTime,
      changed_at: optionalTime,
      version: { type: 'integer', minimum: 1 },
    },
  },
  ConnectionList: listOf('Connection'),
  NewConnection: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'type', 'config'],
    properties: { name, type, description, config },
  },
  NewConnectionFromUrl: {
    type: 'object',
    additionalProperties: false,
    required: ['url'],
    properties: {
      url: { ...url, description: '`scheme://user:password@host:port/database?sslmode=verify-full`' },
      name: { ...name, description: 'From the name of the database when absent.' },
      description,
      config: { ...config, description: 'Settings that the URL does not say; they win.' },
    },
  },
  ConnectionChange: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      name,
      description,
      config: {
        ...config,
        description:
          'Settings that change: what is not named stays, `null` takes away, `***` is the secret that is kept. Where the connection leads elsewhere, its secrets are sent again.',
      },
    },
  },
  ConnectionToTest: {
    type: 'object',
    additionalProperties: false,
    required: ['type', 'config'],
    properties: { type, config, name, description },
  },
  ConnectionTest: {
    type: 'object',
    required: ['success'],
    properties: {
      success: { type: 'boolean' },
      latency_ms: { type: 'integer', minimum: 0 },
      code: text,
      message: text,
      hint: text,
    },
  },
  ConnectionSchema: {
    type: 'object',
    required: ['tables', 'schemas', 'total_rows', 'last_updated'],
    properties: {
      tables: {
        type: 'array',
        items: {
          type: 'object',
          required: ['schema', 'name', 'columns', 'rowCount'],
          properties: {
            schema: optional,
            name: text,
            columns: {
              type: 'array',
              items: {
                type: 'object',
                required: ['name', 'type', 'nullable', 'primary_key'],
                properties: { name: text, type: text, nullable: { type: 'boolean' }, primary_key: { type: 'boolean' } },
              },
            },
            rowCount: { type: ['number', 'null'], description: 'The database’s estimate.' },
          },
        },
      },
      schemas: { type: 'array', items: text },
      total_rows: { type: 'number' },
      last_updated: time,
      warning: { type: 'string', description: 'Why this is not what the database has now.' },
    },
  },
  ConnectionStatus: {
    type: 'object',
    required: [
      'id',
      'name',
      'status',
      'code',
      'message',
      'checked_at',
      'latency_ms',
      'analysed_at',
      'schema_changed_at',
      'schema_changes',
    ],
    properties: {
      id: text,
      name: text,
      status: { type: 'string', enum: connectionStatuses },
      code: { ...optional, description: 'Why it is in error.' },
      message: optional,
      checked_at: optionalTime,
      latency_ms: whole,
      analysed_at: optionalTime,
      schema_changed_at: optionalTime,
      schema_changes: {
        type: ['object', 'null'],
        description:
          'Tables that were added, removed or changed when it was read for the last time that it had changed.',
        properties: {
          added: { type: 'array', items: text },
          removed: { type: 'array', items: text },
          changed: { type: 'array', items: text },
        },
      },
    },
  },
  ConnectionDraft: {
    type: 'object',
    required: ['text', 'file', 'published'],
    properties: {
      text: { ...text, description: 'YAML, a document for each table.' },
      file: { ...text, description: 'The file of the model that it becomes when it is published.' },
      published: { type: 'boolean' },
    },
  },
  ConnectionShare: {
    type: 'object',
    required: ['user', 'group', 'permission', 'created_by', 'created_at'],
    properties: {
      user: { type: ['string', 'null'], description: 'A username.' },
      group: {
        type: ['object', 'null'],
        description: 'What it was shared with, where that is a group.',
        required: ['id', 'name'],
        properties: { id: text, name: text },
      },
      permission,
      created_by: text,
      created_at: time,
    },
  },
  ConnectionShareList: listOf('ConnectionShare'),
  NewConnectionShare: {
    type: 'object',
    additionalProperties: false,
    required: ['permission'],
    oneOf: [{ required: ['user'] }, { required: ['group'] }],
    properties: {
      group: { type: 'string', minLength: 1, maxLength: 100, description: 'An id or a name: everybody in it.' },
      user: { type: 'string', minLength: 1, maxLength: 320, description: 'An id, a username or an e-mail address.' },
      permission: {
        ...permission,
        description: '`view`: sees what it has; `chat`: asks it too; `owner`: changes and shares it too.',
      },
    },
  },
});
