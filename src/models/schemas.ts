import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };
const readOnly: Schema = { type: 'boolean', description: 'Made by another capability, and changed there.' };

define({
  ModelVersionList: {
    type: 'object',
    required: ['data', 'count'],
    properties: {
      data: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'version', 'text', 'changed_at', 'changed_by'],
          properties: {
            name: text,
            version: { type: 'integer', minimum: 1 },
            text: { type: ['string', 'null'], description: 'Null: it was removed.' },
            changed_at: text,
            changed_by: { type: ['string', 'null'] },
          },
        },
      },
      count: { type: 'integer', minimum: 0 },
    },
  },
  ModelFile: {
    type: 'object',
    required: ['name', 'etag', 'size_bytes', 'read_only'],
    properties: {
      name: { type: 'string', description: 'The path of the file.' },
      etag: text,
      size_bytes: { type: 'integer' },
      read_only: readOnly,
    },
  },
  ModelFileText: {
    type: 'object',
    required: ['name', 'etag', 'size_bytes', 'read_only', 'text'],
    properties: {
      name: text,
      etag: text,
      size_bytes: { type: 'integer' },
      read_only: readOnly,
      text: { type: 'string', description: 'The YAML, comments and all.' },
    },
  },
  ModelFileList: listOf('ModelFile'),
  NewModelFile: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'text'],
    properties: {
      name: { type: 'string', examples: ['sales/orders.yaml'], minLength: 1 },
      text: { type: 'string', description: 'The YAML.' },
    },
  },
  ModelFileBody: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: { text: { type: 'string', description: 'The YAML.' } },
  },
});
