import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };
const texts: Schema = { type: 'array', items: text };

/** What every named object says about itself. */
export const described: Readonly<Record<string, Schema>> = {
  name: { type: 'string', description: 'The name to use in queries.' },
  label: text,
  description: textOrNull,
  synonyms: texts,
  owner: textOrNull,
  certified: { type: 'boolean' },
  tags: texts,
  meta: { type: 'object' },
  source: {
    type: ['object', 'null'],
    description: 'Where it is authored; not told within a project.',
    properties: { file: text, line: { type: 'integer' } },
  },
};

const objectOf = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  required: Object.keys({ ...described, ...properties }),
  properties: { ...described, ...properties },
});

define({
  Entity: objectOf({
    connection: textOrNull,
    table: { ...textOrNull, description: 'Null for an entity that is a query.' },
    key: texts,
    default_time: textOrNull,
    dimensions: texts,
    measures: texts,
    filters: texts,
    hierarchies: texts,
    joins: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: text,
          label: text,
          description: textOrNull,
          to: text,
          cardinality: { type: 'string', enum: ['many_to_one', 'one_to_one', 'one_to_many', 'many_to_many'] },
          inverse: textOrNull,
        },
      },
    },
  }),
  Dimension: objectOf({
    entity: text,
    dimension: { type: 'string', description: 'The name within the entity.' },
    type: { type: 'string', enum: ['string', 'number', 'boolean', 'time'] },
    grains: texts,
    values: { type: 'array', items: { type: 'object' } },
    sample_values: { type: 'array' },
    unit: textOrNull,
    format: textOrNull,
    pii: textOrNull,
  }),
  Hierarchy: objectOf({
    entity: text,
    kind: { type: 'string', enum: ['levels', 'parent'] },
    levels: texts,
    parent: textOrNull,
    display: textOrNull,
  }),
  NamedFilter: objectOf({ entity: text }),
  GlossaryTerm: objectOf({ refers_to: texts }),
  EntityList: listOf('Entity'),
  DimensionList: listOf('Dimension'),
  HierarchyList: listOf('Hierarchy'),
  NamedFilterList: listOf('NamedFilter'),
  GlossaryTermList: listOf('GlossaryTerm'),
});
