import type { Described, Dimension, Entity, Measure, Metric, Model } from '../../semantic/model/model.js';

const described = (name: string, over: Partial<Described> = {}): Described => ({
  name,
  label: name,
  description: null,
  synonyms: [],
  owner: null,
  certified: false,
  tags: [],
  hidden: false,
  meta: {},
  source: { file: 'orders.yaml', line: 1 },
  ...over,
});

const dimension = (name: string, over: Partial<Dimension> = {}): Dimension => ({
  ...described(name),
  type: 'string',
  expr: { default: { kind: 'field', path: [], column: name, type: 'string' }, dialects: {} },
  column: name,
  stores: null,
  grains: [],
  values: [],
  sample_values: [],
  unit: null,
  format: null,
  pii: null,
  ...over,
});

const measure = (name: string, over: Partial<Measure> = {}): Measure => ({
  ...described(name),
  aggregation: 'count',
  expr: null,
  at: null,
  where: null,
  time: null,
  semi_additive: null,
  default: null,
  type: 'number',
  unit: null,
  format: null,
  ...over,
});

const entity = (name: string, over: Partial<Entity> = {}): Entity => ({
  ...described(name),
  from: { kind: 'table', catalog: null, schema: 'sales', table: name },
  connection: null,
  beneath: null,
  key: [],
  joins: {},
  dimensions: {},
  measures: {},
  filters: {},
  hierarchies: {},
  default_time: null,
  ...over,
});

const metric = (name: string, body: object): Metric =>
  ({
    ...described(name, { source: { file: 'metrics.yaml', line: 1 } }),
    unit: null,
    format: null,
    default: null,
    ...body,
  }) as Metric;

/** A model as the compiler would make it, small enough to be read here. */
export const handMadeModel = (hash = 'a'.repeat(64)): Model => ({
  format: 1,
  hash,
  project: {
    name: 'Test',
    description: null,
    version: 1,
    connection: 'main',
    timezone: 'UTC',
    week_start: 'monday',
    fiscal_year_start: 1,
    currency: null,
    default_access: 'open',
    pii: null,
  },
  entities: {
    customers: entity('customers', {
      key: ['customer_id'],
      label: 'Customers',
      synonyms: ['buyers'],
      dimensions: {
        country: dimension('country', { sample_values: ['DE'] }),
        email: dimension('email', { pii: 'email', sample_values: ['someone@example.com'] }),
        secret: dimension('secret', { hidden: true }),
        name: dimension('name'),
      },
      hierarchies: {
        geography: { ...described('geography'), kind: 'levels', levels: ['country', 'name'] },
      },
    }),
    orders: entity('orders', {
      key: ['order_id'],
      default_time: 'ordered_at',
      joins: {
        customer: {
          name: 'customer',
          label: 'Customer',
          description: null,
          to: 'customers',
          cardinality: 'many_to_one',
          on: [{ from: 'customer_id', to: 'customer_id' }],
          through: null,
          inverse: null,
          role: false,
        },
        ghost: {
          name: 'ghost',
          label: 'Ghost',
          description: null,
          to: 'shadow',
          cardinality: 'many_to_one',
          on: [{ from: 'x', to: 'x' }],
          through: null,
          inverse: null,
          role: false,
        },
      },
      dimensions: {
        name: dimension('name'),
        ordered_at: dimension('ordered_at', { type: 'time', stores: 'local', grains: ['day', 'month'] }),
      },
      measures: { revenue: measure('revenue', { unit: 'EUR' }), order_count: measure('order_count') },
      filters: {
        completed: {
          ...described('completed'),
          expr: { default: { kind: 'literal', type: 'boolean', value: 'true' }, dialects: {} },
        },
      },
    }),
    shadow: entity('shadow', { hidden: true, dimensions: { colour: dimension('colour') } }),
  },
  metrics: {
    average_order_value: metric('average_order_value', {
      kind: 'ratio',
      numerator: 'revenue',
      denominator: 'order_count',
    }),
    order_count: metric('order_count', {
      kind: 'simple',
      measure: { entity: 'orders', measure: 'order_count' },
      where: null,
    }),
  },
  glossary: { basket: { ...described('basket', { description: 'What is bought at once.' }), refers_to: [] } },
  verified_queries: {},
  policies: {},
});
