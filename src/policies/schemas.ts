import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import { subjectSchema } from '../identity/read-subject.js';

const text: Schema = { type: 'string' };
const names: Schema = { type: 'array', items: text };
const audience: Schema = { type: 'object', description: 'Everyone, or roles, groups, users and projects.' };

define({
  Policy: {
    type: 'object',
    required: ['name', 'label', 'description', 'for', 'except', 'on', 'effect', 'rows', 'columns', 'read_only'],
    properties: {
      name: text,
      label: text,
      description: { type: ['string', 'null'] },
      for: audience,
      except: audience,
      on: { type: 'string', description: 'The entity.' },
      effect: { type: 'string', enum: ['permissive', 'restrictive'] },
      rows: { type: ['string', 'null'], description: 'The predicate; `subject.…` are attributes of whoever asks.' },
      columns: { type: 'object', description: 'What is masked or denied, and how.' },
      allow_only: { anyOf: [names, { type: 'null' }] },
      follows: names,
      aggregate_only: { type: ['object', 'null'] },
      valid: { type: 'object' },
      read_only: { type: 'boolean', description: 'Written in a file, so that it cannot be changed here.' },
    },
  },
  PolicyList: listOf('Policy'),
  PolicyExplainRequest: {
    type: 'object',
    additionalProperties: false,
    properties: {
      sql: { type: 'string', minLength: 1, maxLength: 100_000 },
      query: { $ref: '#/$defs/SemanticQuery' },
      connection: { type: 'string', minLength: 1, maxLength: 400 },
      subject: { ...subjectSchema, description: 'Somebody else, in the caller’s workspace; for admins only.' },
    },
    oneOf: [{ required: ['sql'] }, { required: ['query'] }],
  },
  PolicyExplanation: {
    type: 'object',
    required: [
      'decision',
      'code',
      'message',
      'sql_before',
      'sql_after',
      'policies',
      'tables',
      'proof',
      'correlation_id',
    ],
    properties: {
      subject: { type: 'object' },
      decision: { type: 'string', enum: ['allow', 'refuse'] },
      code: { type: ['string', 'null'] },
      message: { type: ['string', 'null'] },
      sql_before: { type: ['string', 'null'] },
      sql_after: { type: ['string', 'null'] },
      policies: { type: 'array', items: { $ref: '#/$defs/Policy' } },
      tables: { type: 'array', items: { type: 'object' }, description: 'What each policy touched.' },
      proof: { type: ['object', 'null'], description: 'As it would be written into the audit trail.' },
      correlation_id: text,
    },
  },
});
