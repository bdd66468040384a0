import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };
const name: Schema = { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S' };

const fields: Readonly<Record<string, Schema>> = {
  name,
  description: { type: 'string', maxLength: 2_000 },
  query: { type: 'object', description: 'A semantic query, as `semantic/query` takes it.' },
  sql: { type: 'string', minLength: 1, maxLength: 100_000 },
  connection: { type: 'string', minLength: 1, maxLength: 200 },
  shared: { type: 'boolean', description: 'With all of the workspace; each runs it under their own policies.' },
};

const saved: Readonly<Record<string, Schema>> = {
  id: text,
  name: text,
  description: text,
  owner: text,
  query: { type: ['object', 'null'] },
  sql: { type: ['string', 'null'] },
  connection: { type: ['string', 'null'] },
  shared: { type: 'boolean' },
  created_at: { type: 'string', format: 'date-time' },
  changed_at: { type: 'string', format: 'date-time' },
  version: { type: 'integer' },
};

define({
  NewSavedQuery: { type: 'object', required: ['name'], additionalProperties: false, properties: fields },
  SavedQueryChange: { type: 'object', minProperties: 1, additionalProperties: false, properties: fields },
  SavedQuery: { type: 'object', required: Object.keys(saved), properties: saved },
  SavedQueryList: listOf('SavedQuery'),
});
