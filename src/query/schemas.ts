import { bundledSchemas } from '../api/bundled-schemas.js';
import { define } from '../api/schemas.js';

const { root: semanticQuery, parts } = bundledSchemas('semantic-query');

define({
  ...parts,
  SemanticQuery: semanticQuery,
  SemanticQueryRequest: {
    ...semanticQuery,
    title: 'A semantic query, and how to run it',
    properties: {
      ...(semanticQuery.properties as object),
      connection: {
        type: 'string',
        minLength: 1,
        maxLength: 300,
        description: 'Where to run; default: where the model says the entities live.',
      },
      dry_run: { type: 'boolean', description: 'Only plan: the SQL, and no rows.' },
    },
  },
  AnswerColumn: {
    type: 'object',
    required: ['name', 'type', 'kind', 'unit', 'format', 'label', 'description', 'grain', 'member'],
    properties: {
      name: { type: 'string' },
      type: { type: 'string', enum: ['string', 'number', 'boolean', 'date', 'timestamp'] },
      kind: { type: 'string', enum: ['metric', 'dimension'] },
      unit: { type: ['string', 'null'] },
      format: { type: ['string', 'null'] },
      label: { type: 'string' },
      description: { type: ['string', 'null'] },
      grain: { type: ['string', 'null'] },
      member: { type: 'string', description: 'The qualified name of the dimension or metric.' },
      precision: {
        type: 'string',
        enum: ['double', 'estimate'],
        description:
          'How sure the digits are: 15 significant ones, or within 5 %. Absent where the number is as exact as what is stored, and of floats as long as the database has not answered.',
      },
    },
  },
  Answer: {
    type: 'object',
    required: [
      'columns',
      'rows',
      'row_count',
      'truncated',
      'sql',
      'query_id',
      'policies',
      'warnings',
      'timings',
      'correlation_id',
    ],
    properties: {
      columns: { type: 'array', items: { $ref: '#/$defs/AnswerColumn' } },
      rows: {
        type: 'array',
        items: { type: 'array' },
        description: 'Numbers are JSON numbers where that is exact, else texts of digits.',
      },
      row_count: { type: 'integer', minimum: 0 },
      truncated: { type: 'boolean', description: 'There are more rows than are shown; stream them as NDJSON.' },
      totals: { type: 'array', items: { type: 'array' } },
      sql: {
        type: 'string',
        description: 'What ran; values were bound as parameters, and keys that are closed to you have other names.',
      },
      query_id: { type: 'string' },
      policies: { type: 'array', items: { type: 'string' } },
      warnings: { type: 'array', items: { type: 'string' } },
      timings: {
        type: 'object',
        properties: {
          plan_ms: { type: 'number' },
          execute_ms: { type: 'number' },
          total_ms: { type: 'number' },
          cache: { type: 'string', enum: ['hit', 'miss', 'shared', 'bypass', 'none'] },
        },
      },
      correlation_id: { type: 'string' },
    },
  },
  AnswerRecord: {
    description:
      'One line of the stream: first a header with `columns`, then one array a row, last a trailer with `complete: true`, or one with `error`.',
    anyOf: [{ type: 'object' }, { type: 'array' }],
  },
});
