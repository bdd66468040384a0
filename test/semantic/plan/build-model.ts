/** Models for tests, written as an author would write the YAML. */
import type { Expr, ValueType } from '../../../core/sql/expression.js';
import type { Grain } from '../../../core/query/semantic-query.js';
import type {
  Aggregation,
  Described,
  Dimension,
  DialectExpr,
  Entity,
  Hierarchy,
  Join,
  Measure,
  Metric,
  MetricBody,
  Model,
  Project,
  TimeStorage,
} from '../../../semantic/model/model.js';

const described = (name: string): Described => ({
  name,
  label: name,
  description: null,
  synonyms: [],
  owner: null,
  certified: false,
  tags: [],
  hidden: false,
  meta: {},
  source: { file: 'test.yaml', line: 1 },
});

export const field = (column: string, type: ValueType = 'unknown', ...path: readonly string[]): Expr => ({
  kind: 'field',
  path,
  column,
  type,
});
export const text = (value: string): Expr => ({ kind: 'literal', type: 'string', value });
export const number = (value: number): Expr => ({ kind: 'literal', type: 'number', value: String(value) });
export const binary = (left: Expr, operator: Extract<Expr, { kind: 'binary' }>['operator'], right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
});
export const everywhere = (expr: Expr): DialectExpr => ({ default: expr, dialects: {} });

const fitting: Readonly<Record<'date' | 'time', readonly Grain[]>> = {
  date: ['day', 'week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year'],
  time: ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year'],
};

export interface DimensionSpec {
  readonly type?: Dimension['type'];
  readonly expr?: Expr;
  readonly stores?: TimeStorage;
}

const dimension = (name: string, spec: DimensionSpec | Dimension['type'] | TimeStorage): Dimension => {
  const times = ['date', 'local', 'utc', 'instant'];
  const full: DimensionSpec =
    typeof spec !== 'string'
      ? spec
      : times.includes(spec)
        ? { stores: spec as TimeStorage }
        : { type: spec as Dimension['type'] };
  const stores = full.stores ?? null;
  const types: Record<TimeStorage, ValueType> = {
    date: 'date',
    local: 'timestamp',
    utc: 'timestamp',
    instant: 'instant',
  };
  const type = stores === null ? (full.type ?? 'string') : 'time';
  const valueType = stores === null ? (type as ValueType) : types[stores];
  return {
    ...described(name),
    type,
    expr: everywhere(full.expr ?? field(name, valueType)),
    column: full.expr === undefined ? name : null,
    stores,
    grains: stores === null ? [] : fitting[stores === 'date' ? 'date' : 'time'],
    values: [],
    sample_values: [],
    unit: null,
    format: null,
    pii: null,
  };
};

export type MeasureSpec = { readonly [A in Aggregation]?: string | Expr } & {
  readonly at?: number;
  readonly where?: Expr;
  readonly time?: string;
  readonly semi_additive?: Measure['semi_additive'];
  readonly default?: number;
  readonly type?: ValueType;
};

const aggregations: readonly Aggregation[] = [
  'sum',
  'count',
  'count_distinct',
  'approx_distinct',
  'average',
  'min',
  'max',
  'median',
  'percentile',
  'count_if',
];

const measure = (name: string, spec: MeasureSpec): Measure => {
  const aggregation = aggregations.find((candidate) => candidate in spec)!;
  const operand = spec[aggregation]!;
  const type = spec.type ?? 'number';
  const expr = operand === '*' ? null : everywhere(typeof operand === 'string' ? field(operand, type) : operand);
  return {
    ...described(name),
    aggregation,
    expr,
    at: spec.at ?? null,
    where: spec.where === undefined ? null : everywhere(spec.where),
    time: spec.time ?? null,
    semi_additive: spec.semi_additive ?? null,
    default: spec.default ?? null,
    type,
    unit: null,
    format: null,
  };
};

export interface EntitySpec {
  readonly table?: string;
  readonly schema?: string;
  readonly sql?: string;
  readonly key?: readonly string[];
  /** `to` or `to: cardinality`, then the columns. */
  readonly joins?: Readonly<
    Record<string, Partial<Omit<Join, 'on'>> & { readonly to: string; readonly on?: Readonly<Record<string, string>> }>
  >;
  readonly dimensions?: Readonly<Record<string, DimensionSpec | Dimension['type'] | TimeStorage>>;
  readonly measures?: Readonly<Record<string, MeasureSpec>>;
  readonly filters?: Readonly<Record<string, Expr>>;
  readonly hierarchies?: Readonly<Record<string, readonly string[] | { readonly parent: string }>>;
  readonly time?: string;
}

const mapped = <S, T>(
  record: Readonly<Record<string, S>> | undefined,
  make: (name: string, spec: S) => T,
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record ?? {}).map(([name, spec]) => [name, make(name, spec)]));

export const entity = (name: string, spec: EntitySpec): Entity => ({
  ...described(name),
  from:
    spec.sql === undefined
      ? { kind: 'table', catalog: null, schema: spec.schema ?? null, table: spec.table ?? name }
      : { kind: 'query', sql: { default: spec.sql } },
  connection: null,
  beneath: null,
  key: spec.key ?? [],
  joins: mapped(spec.joins, (join, { to, on, cardinality, through, inverse }) => ({
    name: join,
    label: join,
    description: null,
    to,
    cardinality: cardinality ?? 'many_to_one',
    on: Object.entries(on ?? {}).map(([from, other]) => ({ from, to: other })),
    through: through ?? null,
    inverse: inverse ?? null,
    role: false,
  })),
  dimensions: mapped(spec.dimensions, dimension),
  measures: mapped(spec.measures, measure),
  filters: mapped(spec.filters, (filter, expr) => ({ ...described(filter), expr: everywhere(expr) })),
  hierarchies: mapped(
    spec.hierarchies,
    (hierarchy, levels): Hierarchy =>
      'parent' in levels
        ? { ...described(hierarchy), kind: 'parent', parent: levels.parent, display: null }
        : { ...described(hierarchy), kind: 'levels', levels },
  ),
  default_time: spec.time ?? null,
});

export type MetricSpec = MetricBody & { readonly default?: number };

export const model = (
  entities: Readonly<Record<string, EntitySpec>>,
  metrics: Readonly<Record<string, MetricSpec>> = {},
  project: Partial<Project> = {},
): Model => ({
  format: 1,
  hash: '',
  project: {
    name: 'test',
    description: null,
    version: 1,
    connection: null,
    timezone: 'UTC',
    week_start: 'monday',
    fiscal_year_start: 1,
    currency: null,
    default_access: 'open',
    pii: null,
    ...project,
  },
  entities: mapped(entities, entity),
  metrics: mapped(metrics, (name, { default: fallback, ...body }) => ({
    ...described(name),
    unit: null,
    format: null,
    default: fallback ?? null,
    ...body,
  })) as Readonly<Record<string, Metric>>,
  glossary: {},
  verified_queries: {},
  policies: {},
});
