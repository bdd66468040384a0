import type { Schema } from '../api/route.js';
import { define } from '../api/schemas.js';
import '../query/schemas.js';

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'array', items: text };
const query: Schema = { $ref: '#/$defs/SemanticQuery' };
const question: Schema = { type: 'string', minLength: 1, maxLength: 2_000, description: 'In words.' };
const context: Schema = {
  type: 'object',
  additionalProperties: false,
  description: 'What was asked before: "and for Germany?" means the question before it.',
  properties: {
    previous: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['question'],
        properties: { question, query, sql: { type: 'string', maxLength: 100_000 } },
      },
    },
  },
};
const asked: Readonly<Record<string, Schema>> = {
  question,
  context,
  connection: { type: 'string', minLength: 1, maxLength: 300, description: 'Default: where the model says.' },
  timezone: {
    type: 'string',
    minLength: 1,
    maxLength: 100,
    description: 'Where "yesterday" is; the model’s when absent.',
  },
};

const named: Schema = {
  type: 'object',
  required: ['name', 'label', 'description'],
  properties: { name: text, label: text, description: { type: ['string', 'null'] } },
};
const readBy: Schema = {
  type: 'object',
  required: ['kind', 'provider', 'model'],
  description:
    'Who read the question: a verified query, the built-in interpreter, a language model; or the asker, who chose what it means.',
  properties: {
    kind: { enum: ['verified', 'interpreter', 'model', 'asker'] },
    provider: { type: ['string', 'null'] },
    model: { type: ['string', 'null'] },
  },
};
const tokens: Schema = {
  type: ['object', 'null'],
  description: 'What language models took; null where none was asked.',
  properties: {
    input: { type: 'integer' },
    output: { type: 'integer' },
    cached: { type: 'integer' },
    calls: { type: 'integer' },
    cost: {
      type: ['object', 'null'],
      properties: { amount: { type: 'number' }, currency: text },
    },
  },
};
const choice: Schema = { type: 'object', required: ['label', 'query'], properties: { label: text, query } };
const confidence: Schema = { type: 'number', minimum: 0, maximum: 1 };
const outcomes: Schema = {
  type: 'string',
  enum: ['answered', 'clarify', 'abstained'],
  description: '`clarify`: asked back, with choices. `abstained`: rather no answer than a wrong one.',
};

define({
  QuestionRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['question'],
    properties: {
      ...asked,
      query: {
        $ref: '#/$defs/SemanticQuery',
        description: 'What the question means, where that is known: one of the `choices` of an earlier answer.',
      },
      conversation_id: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'The conversation that it is asked in, in the place of `context`.',
      },
      limit: { type: 'integer', minimum: 1, maximum: 2147483647, description: 'Rows at most.' },
      words: {
        type: 'string',
        enum: ['template', 'model'],
        description:
          'Who writes the answer in words. A language model’s are used only when each number in them is one of the rows.',
      },
    },
  },
  QuestionAnswer: {
    type: 'object',
    required: ['outcome', 'question', 'answer', 'read_by', 'warnings', 'timings', 'tokens', 'correlation_id'],
    properties: {
      outcome: outcomes,
      question: text,
      answer: { type: 'string', description: 'In words: the answer, what is asked back, or why there is none.' },
      read_by: readBy,
      reading: { type: 'string', description: 'The question as it was understood.' },
      answered_with: { type: 'string', enum: ['semantic_query', 'sql'] },
      query: { anyOf: [query, { type: 'null' }] },
      written_sql: {
        type: ['string', 'null'],
        description: 'Where no query of the model could say it: SQL, as it was written.',
      },
      columns: { type: 'array', items: { type: 'object' } },
      rows: { type: 'array', items: { type: 'array' } },
      row_count: { type: 'integer', minimum: 0 },
      truncated: { type: 'boolean' },
      totals: { type: 'array', items: { type: 'array' } },
      sql: {
        type: 'string',
        description: 'What ran; values were bound as parameters, and keys that are closed to you have other names.',
      },
      query_id: text,
      connection: text,
      chart: { type: ['object', 'null'], description: 'A Vega-Lite specification with its data.' },
      follow_ups: {
        type: 'array',
        items: { type: 'object', required: ['question', 'query'], properties: { question: text, query } },
      },
      metrics: { type: 'array', items: named },
      dimensions: { type: 'array', items: named },
      filters: texts,
      time_range: {
        type: ['object', 'null'],
        properties: {
          dimension: text,
          words: { type: ['string', 'null'] },
          from: { type: ['string', 'null'] },
          to: { type: ['string', 'null'], description: 'Not in it any more.' },
          compared_with: { type: ['string', 'null'] },
        },
      },
      policies: texts,
      confidence,
      notes: texts,
      read_with: { type: 'string', description: 'SHA-256 of what the question was read with; it is in the proof too.' },
      choices: { type: 'array', items: choice },
      reason: { type: 'string', enum: ['outside', 'unclear', 'unsafe'] },
      unknown: { ...texts, description: 'Words that nothing stands for.' },
      near: { type: 'array', items: named },
      warnings: texts,
      timings: { type: 'object', description: 'Milliseconds of each stage, and `cache`.' },
      tokens,
      correlation_id: text,
      conversation_id: text,
      message_id: text,
    },
  },
  InterpretRequest: { type: 'object', additionalProperties: false, required: ['question'], properties: asked },
  InterpretedQuestion: {
    type: 'object',
    required: ['outcome', 'question', 'query', 'sql', 'read_by', 'warnings', 'correlation_id'],
    properties: {
      outcome: { type: 'string', enum: ['query', 'sql', 'clarify', 'abstained'] },
      question: text,
      query: { anyOf: [query, { type: 'null' }] },
      sql: { type: ['string', 'null'], description: 'Where no query of the model can say it.' },
      reading: text,
      confidence,
      notes: texts,
      message: text,
      choices: { type: 'array', items: choice },
      reason: { type: 'string', enum: ['outside', 'unclear', 'unsafe'] },
      unknown: texts,
      near: texts,
      read_by: readBy,
      read_with: text,
      warnings: texts,
      tokens,
      correlation_id: text,
    },
  },
  GenerateRequest: { type: 'object', additionalProperties: false, required: ['question'], properties: asked },
  GeneratedSql: {
    type: 'object',
    required: ['query_id', 'sql', 'explanation', 'confidence_score', 'correlation_id', 'generated_at'],
    properties: {
      query_id: { type: 'string', description: 'For `sql/execute`: with the SQL unchanged, this very query runs.' },
      sql: { type: 'string', description: 'Before any policy. It runs under yours.' },
      explanation: text,
      confidence_score: confidence,
      query: { anyOf: [query, { type: 'null' }] },
      read_by: readBy,
      warnings: texts,
      tokens,
      correlation_id: text,
      generated_at: { type: 'string', format: 'date-time' },
    },
  },
});
