import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };
const readOnly: Schema = { type: 'boolean', description: 'Made by another capability, and changed there.' };

define({
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
