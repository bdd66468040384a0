import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import { described } from '../catalogue/schemas.js';

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };

const kinds = ['simple', 'ratio', 'formula', 'cumulative', 'change', 'conversion', 'measure'];
const metric: Readonly<Record<string, Schema>> = {
  ...described,
  kind: { type: 'string', enum: kinds },
  entity: { ...textOrNull, description: 'Of a measure.' },
  unit: textOrNull,
  format: textOrNull,
  depends_on: { type: 'array', items: text, description: 'The metrics and measures that it is made of.' },
};

/** The keys of a metric in YAML. What is in them is the compiler’s to judge. */
const definition: Readonly<Record<string, Schema>> = {
  label: text,
  description: text,
  synonyms: { type: 'array', items: text },
  owner: text,
  certified: { type: 'boolean' },
  tags: { type: 'array', items: text },
  hidden: { type: 'boolean' },
  meta: { type: 'object' },
  unit: text,
  format: text,
  default: { type: 'number' },
  measure: text,
  where: { type: ['string', 'object'] },
  ratio: { type: 'array', items: text, minItems: 2, maxItems: 2 },
  formula: { type: ['string', 'number'] },
  running: text,
  rolling: text,
  to_date: text,
  over: text,
  change: text,
  against: text,
  as: { type: 'string', enum: ['previous', 'difference', 'percent'] },
  conversion: { type: 'object' },
};

define({
  Metric: { type: 'object', required: Object.keys(metric), properties: metric },
  MetricDetail: {
    type: 'object',
    required: [...Object.keys(metric), 'definition'],
    properties: {
      ...metric,
      definition: {
        type: ['object', 'null'],
        description: 'As it is authored, to be edited and sent back with PUT; null for a measure.',
      },
    },
  },
  MetricList: listOf('Metric'),
  MetricDefinition: { type: 'object', additionalProperties: false, minProperties: 1, properties: definition },
  NewMetric: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: { type: 'string', pattern: '^[a-z][a-z0-9_]*$', maxLength: 100, examples: ['average_order_value'] },
      ...definition,
    },
  },
  MetricTemplate: {
    type: 'object',
    required: ['name', 'label', 'description', 'placeholders', 'definition'],
    properties: {
      name: text,
      label: text,
      description: text,
      placeholders: { type: 'object', additionalProperties: text },
      definition: { type: 'object' },
    },
  },
  MetricTemplateList: listOf('MetricTemplate'),
  MetricImport: {
    type: 'object',
    additionalProperties: false,
    required: ['format', 'text'],
    properties: {
      format: { type: 'string', examples: ['csv'] },
      text: { type: 'string' },
    },
  },
  MetricImportResult: {
    type: 'object',
    required: ['imported', 'written'],
    properties: {
      imported: {
        type: 'array',
        items: {
          type: 'object',
          properties: { name: text, line: { type: 'integer' }, definition: { type: 'object' } },
        },
      },
      written: { type: 'boolean' },
    },
  },
});
