import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };

define({
  ModelFile: {
    type: 'object',
    required: ['name', 'etag', 'size_bytes'],
    properties: {
      name: { type: 'string', description: 'The path of the file in the ontology folder.' },
      etag: text,
      size_bytes: { type: 'integer' },
    },
  },
  ModelFileText: {
    type: 'object',
    required: ['name', 'etag', 'size_bytes', 'text'],
    properties: {
      name: text,
      etag: text,
      size_bytes: { type: 'integer' },
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
