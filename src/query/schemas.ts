import type { Schema } from '../api/route.js';
import { define } from '../api/schemas.js';

const name: Schema = { type: 'string', minLength: 1, maxLength: 400 };
const scalar: Schema = { type: ['string', 'number', 'boolean'] };
const grain: Schema = {
  type: 'string',
  enum: ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year'],
};

const operators = [
  'eq',
  'ne',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'like',
  'not_like',
  'contains',
  'starts_with',
  'ends_with',
  'is_null',
  'not_null',
  'under',
];

const queryProperties: Readonly<Record<string, Schema>> = {
  metrics: {
    type: 'array',
    maxItems: 100,
    items: name,
    description: 'Names of metrics, or of measures (`revenue`, `orders.revenue`).',
  },
  dimensions: {
    type: 'array',
    maxItems: 100,
    description: 'What to split by. `metric_time` is each metric’s own time.',
    items: {
      anyOf: [
        name,
        {
          type: 'object',
          additionalProperties: false,
          required: ['name'],
          properties: { name, grain },
        },
      ],
    },
  },
  filters: { $ref: '#/$defs/Filter' },
  time: {
    type: 'object',
    additionalProperties: false,
    properties: {
      dimension: { ...name, description: '`metric_time` when absent.' },
      range: {
        description:
          'Words (`last 3 months`, `this year`, `2024-Q3`), or a half-open pair `[from, to)`; null leaves a side open.',
        anyOf: [
          { type: 'string', minLength: 1, maxLength: 200 },
          { type: 'array', minItems: 2, maxItems: 2, items: { type: ['string', 'null'], maxLength: 40 } },
        ],
        examples: ['last 3 months', ['2026-01-01', '2026-04-01']],
      },
      compare: { type: 'string', minLength: 1, maxLength: 100, examples: ['previous year', 'previous period'] },
      compare_as: { type: 'string', enum: ['previous', 'change', 'percent'] },
    },
  },
  segments: { type: 'array', maxItems: 100, items: name, description: 'Named filters of the model.' },
  order: {
    type: 'array',
    maxItems: 50,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['by'],
      properties: { by: name, desc: { type: 'boolean' } },
    },
  },
  limit: { type: 'integer', minimum: 0, maximum: 2147483647 },
  offset: { type: 'integer', minimum: 0, maximum: 2147483647 },
  timezone: { type: 'string', minLength: 1, maxLength: 64, examples: ['Europe/Berlin'] },
  fill: { type: 'boolean', description: 'Show periods without rows too.' },
  totals: { type: 'boolean', description: 'Add one row over everything.' },
};

define({
  Filter: {
    description: 'A condition (`member`, `op`, `values`), or `and`, `or`, `not` of filters.',
    type: 'object',
    additionalProperties: false,
    properties: {
      and: { type: 'array', maxItems: 200, items: { $ref: '#/$defs/Filter' } },
      or: { type: 'array', maxItems: 200, items: { $ref: '#/$defs/Filter' } },
      not: { $ref: '#/$defs/Filter' },
      member: { ...name, description: 'A dimension, a metric, or for `under` a hierarchy.' },
      op: { type: 'string', enum: operators },
      values: { type: 'array', maxItems: 10000, items: scalar },
    },
    oneOf: [
      { required: ['member', 'op'] },
      { required: ['and'], maxProperties: 1 },
      { required: ['or'], maxProperties: 1 },
      { required: ['not'], maxProperties: 1 },
    ],
    examples: [{ member: 'status', op: 'in', values: ['paid'] }],
  },
  SemanticQuery: { type: 'object', additionalProperties: false, properties: queryProperties },
  SemanticQueryRequest: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...queryProperties,
      connection: { ...name, description: 'Where to run; default: where the model says the entities live.' },
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
      sql: { type: 'string', description: 'What ran; values were bound as parameters.' },
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
