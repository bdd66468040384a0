import type { Schema } from '../api/route.js';
import { define } from '../api/schemas.js';

const sql: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 100_000,
  description: 'One query, in the words of the connection.',
};
const connection: Schema = { type: 'string', minLength: 1, maxLength: 400, description: 'Default: the model’s own.' };
const names: Schema = { type: 'array', items: { type: 'string' } };

define({
  SqlRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['sql'],
    properties: {
      sql,
      connection,
      limit: { type: 'integer', minimum: 1, maximum: 2147483647, description: 'Rows at most.' },
      format: { type: 'string', enum: ['objects', 'rows'], description: '`objects` when absent.' },
      query_id: {
        type: 'string',
        maxLength: 200,
        description: 'Of the SQL that `sql/generate` gave: unchanged, the query that it stands for runs.',
      },
    },
  },
  SqlExplainRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['sql'],
    properties: { sql, connection },
  },
  SqlColumn: {
    type: 'object',
    required: ['name', 'type'],
    properties: { name: { type: 'string' }, type: { type: 'string' } },
  },
  SqlAnswer: {
    type: 'object',
    required: [
      'query_id',
      'rows_returned',
      'truncated',
      'sql',
      'policies',
      'execution_time_ms',
      'explanation',
      'correlation_id',
    ],
    properties: {
      query_id: { type: 'string' },
      results: { type: 'array', items: { type: 'object' }, description: 'With the format `objects`.' },
      columns: { type: 'array', items: { $ref: '#/$defs/SqlColumn' }, description: 'With the format `rows`.' },
      rows: { type: 'array', items: { type: 'array' }, description: 'With the format `rows`.' },
      rows_returned: { type: 'integer', minimum: 0 },
      truncated: { type: 'boolean' },
      sql: {
        type: 'string',
        description:
          'What ran: the query with each table replaced by what you may see of it. Of a question’s, keys that are closed to you have other names.',
      },
      policies: names,
      warnings: names,
      execution_time_ms: { type: 'number' },
      explanation: { type: 'string' },
      cache: { type: 'string', enum: ['hit', 'miss', 'shared', 'bypass'] },
      correlation_id: { type: 'string' },
    },
  },
  SqlExplanation: {
    type: 'object',
    required: ['sql', 'policies', 'tables', 'plan', 'cost', 'explanation', 'correlation_id'],
    properties: {
      query_id: { type: 'string' },
      sql: { type: 'string', description: 'As it would run.' },
      policies: names,
      tables: { type: 'array', items: { type: 'object' } },
      plan: {
        ...names,
        description:
          'Steps as they follow from the text. The database’s own plan is not shown: its estimates tell of rows that are hidden.',
      },
      cost: { type: 'string', enum: ['low', 'medium', 'high'], description: 'From the shape of the statement alone.' },
      explanation: { type: 'string' },
      correlation_id: { type: 'string' },
    },
  },
});
