import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import '../query/schemas.js';

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };
const query: Schema = { $ref: '#/$defs/SemanticQuery' };
const queryOrNull: Schema = { anyOf: [{ type: 'object' }, { type: 'null' }] };
const sql: Schema = { type: 'string', minLength: 1, maxLength: 100_000 };
const question: Schema = { type: 'string', minLength: 1, maxLength: 2_000, description: 'In words, written out.' };
const id: Schema = { type: 'string', minLength: 1, maxLength: 200 };
const reference: Schema = {
  type: 'object',
  additionalProperties: false,
  description: 'Rows that are known to be right, or what gives them: the answer must have the same.',
  oneOf: [{ required: ['columns', 'rows'] }, { required: ['query'] }, { required: ['sql'] }],
  properties: {
    columns: { type: 'array', minItems: 1, maxItems: 100, items: text },
    rows: {
      type: 'array',
      maxItems: 1_000,
      items: { type: 'array', items: { type: ['string', 'number', 'boolean', 'null'] } },
    },
    query,
    sql,
  },
};

define({
  FeedbackFlag: {
    type: 'object',
    required: ['query_id'],
    additionalProperties: false,
    properties: {
      query_id: { ...id, description: 'Of an answer to a question of one’s own.' },
      comment: { type: 'string', maxLength: 2_000, description: 'What is wrong. Only admins read it.' },
      rating: {
        anyOf: [
          { type: 'integer', minimum: -1, maximum: 10 },
          { type: 'string', maxLength: 20, pattern: '^[a-z_-]+$' },
        ],
        description: 'As your client counts.',
      },
    },
  },
  FeedbackFlagged: {
    type: 'object',
    required: ['feedback_id', 'status', 'message', 'correlation_id'],
    properties: { feedback_id: text, status: { enum: ['flagged_for_review'] }, message: text, correlation_id: text },
  },
  Correction: {
    type: 'object',
    required: ['flagged_entry_id', 'question'],
    additionalProperties: false,
    properties: {
      flagged_entry_id: id,
      question,
      corrected_query: query,
      corrected_sql: { ...sql, description: 'Beside a query: what it must agree with, row by row.' },
      reference,
    },
  },
  Rejection: {
    type: 'object',
    required: ['flagged_entry_id'],
    additionalProperties: false,
    properties: { flagged_entry_id: id, reason: { type: 'string', maxLength: 2_000 } },
  },
  NewTrainingPair: {
    type: 'object',
    required: ['question'],
    additionalProperties: false,
    properties: {
      question,
      query,
      sql,
      name: { ...id, description: 'Of a verified query: this takes its place, or it is reviewed again.' },
      reference,
    },
  },
  TrainingPair: {
    type: 'object',
    required: ['name', 'file', 'question', 'query', 'sql', 'verified_by', 'verified_at', 'verified_with', 'in_use'],
    properties: {
      name: text,
      file: { type: 'string', description: 'Of the model.' },
      question: text,
      query: queryOrNull,
      sql: textOrNull,
      verified_by: text,
      verified_at: text,
      verified_with: { type: 'string', description: 'SHA-256 of the definitions that it names.' },
      in_use: { type: 'boolean', description: 'Not while its question is flagged.' },
      flagged_entry_id: text,
      status: text,
      correlation_id: text,
    },
  },
  TrainingReviewed: {
    type: 'object',
    required: ['flagged_entry_id', 'status', 'correlation_id'],
    properties: { flagged_entry_id: text, status: text, correlation_id: text },
  },
  TrainingItem: {
    type: 'object',
    required: ['id', 'tag', 'question', 'name', 'query', 'sql'],
    properties: {
      id: text,
      tag: text,
      question: text,
      name: { ...textOrNull, description: 'Of the verified query that it is, or was.' },
      query: queryOrNull,
      sql: textOrNull,
      read_by: { type: ['object', 'null'] },
      follow_up: { type: 'boolean', description: 'It was asked after other questions.' },
      query_id: text,
      model_hash: text,
      asked_by: text,
      flagged_by: text,
      comment: text,
      rating: textOrNull,
      created_at: { type: 'string', format: 'date-time' },
      reviewed_by: textOrNull,
      reviewed_at: textOrNull,
      note: textOrNull,
      label: text,
      file: text,
      verified_by: textOrNull,
      verified_at: textOrNull,
      verified_with: textOrNull,
    },
  },
  TrainingItemList: listOf('TrainingItem'),
});
