import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import { profileStates } from './store.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const optionalTime: Schema = { type: ['string', 'null'], format: 'date-time' };
const count: Schema = { type: 'integer', minimum: 0 };
const optionalCount: Schema = { type: ['integer', 'null'], minimum: 0 };
const names: Schema = { type: 'array', items: text };
const flag: Schema = { type: 'boolean' };
const state: Schema = { type: 'string', enum: profileStates };
const progress: Schema = { type: 'integer', minimum: 0, maximum: 100 };
const origin: Schema = {
  type: ['string', 'null'],
  enum: ['database', 'model', 'person', null],
  description: 'Whose words they are; `model`: a language model’s.',
};

define({
  InsightColumn: {
    type: 'object',
    required: ['id', 'name', 'type', 'native_type', 'nullable', 'description', 'personal', 'strategy', 'values'],
    properties: {
      ...{ id: text, name: text, type: text, native_type: text, nullable: flag, description: optional },
      described_by: origin,
      personal: { ...optional, description: 'A class of personal data; no value is kept then.' },
      strategy: {
        type: 'string',
        enum: ['categorical', 'vector', 'skip'],
        description:
          '`categorical`: all values are here; `vector`: some; `skip`: none are kept, or you may not see them.',
      },
      nulls: optionalCount,
      distinct: optionalCount,
      values: { type: 'array', items: { type: ['string', 'number', 'boolean'] } },
    },
  },
  InsightReference: {
    type: 'object',
    required: ['columns', 'to_schema', 'to_table', 'to_columns', 'by', 'evidence'],
    properties: {
      ...{ columns: names, to_schema: optional, to_table: text, to_columns: names },
      by: { type: 'string', enum: ['declared', 'inferred'] },
      evidence: text,
    },
  },
  Insight: {
    type: 'object',
    description: 'What is known of a table.',
    required: ['id', 'name', 'kind', 'entities', 'description', 'figures', 'rows', 'key', 'references', 'columns'],
    properties: {
      ...{ id: text, name: text, kind: { type: 'string', enum: ['table', 'view'] }, entities: names },
      ...{ description: optional, described_by: origin },
      figures: {
        type: 'boolean',
        description: 'Whether you may see every row: only then figures and values are here.',
      },
      part: { type: 'boolean', description: 'The profile was made by somebody who may not see every row.' },
      rows: optionalCount,
      counted: {
        type: 'boolean',
        description: 'All rows were counted; else figures are of those that were looked at.',
      },
      sampled: { ...count, description: 'Rows that were looked at one by one.' },
      key: names,
      key_by: { type: ['string', 'null'], enum: ['declared', 'inferred', null] },
      key_evidence: optional,
      references: { type: 'array', items: { $ref: '#/$defs/InsightReference' } },
      columns: { type: 'array', items: { $ref: '#/$defs/InsightColumn' } },
    },
  },
  InsightList: listOf('Insight'),
  InsightChange: {
    type: 'object',
    additionalProperties: false,
    required: ['description'],
    properties: { description: { type: 'string', maxLength: 2000 } },
  },
  ProfileStats: {
    type: 'object',
    description: 'How far the profile of a connection is, and what is in it as far as you may see.',
    required: ['connection', 'state', 'progress', 'tables', 'columns', 'rows', 'strategies', 'references'],
    properties: {
      ...{ connection: text, state, progress, code: optional, message: optional },
      ...{ tables: count, columns: count, rows: count, personal: count, described: count },
      strategies: { type: 'object', additionalProperties: count },
      references: { type: 'object', additionalProperties: count },
      ...{ asked_at: optionalTime, profiled_at: optionalTime, next_at: optionalTime },
      schema_changes: {
        type: ['object', 'null'],
        description: 'Tables that were added, removed or changed between the last two profiles that differ.',
        properties: { added: names, removed: names, changed: names },
      },
      schema_changed_at: optionalTime,
    },
  },
  ProfileAsked: {
    type: 'object',
    required: ['connection', 'state', 'progress', 'asked_at'],
    properties: { connection: text, state, progress, asked_at: optionalTime },
  },
});
