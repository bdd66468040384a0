/** Which columns of a table the model knows. What it does not know does not exist. */
import type { Expr, FieldExpr, ValueType } from '../../core/sql/expression.js';
import type { DialectExpr, Entity, Model } from '../model/model.js';
import type { KnownColumn } from './mask-value.js';
import type { Lineages } from './lineage.js';
import type { TableName } from './permission.js';
import { eachField, entityOf, joinGraphOf } from './row-condition.js';

const valueTypes: Readonly<Record<'date' | 'local' | 'utc' | 'instant', ValueType>> = {
  date: 'date',
  local: 'timestamp',
  utc: 'timestamp',
  instant: 'instant',
};

/** Columns that the entity's key and joins stand on, in the order of the model. */
const keyColumns = (model: Model, entity: Entity): readonly string[] => {
  const own = Object.values(entity.joins).flatMap(({ on }) => on.map(({ from }) => from));
  const others = Object.values(model.entities).flatMap(({ joins }) =>
    Object.values(joins).flatMap(({ to, on }) => (to === entity.name ? on.map((pair) => pair.to) : [])),
  );
  return [...entity.key, ...own, ...others];
};

/** Keys and columns of joins first, then dimensions in the order of their authoring. */
const computeColumns = (model: Model, entity: Entity): readonly KnownColumn[] => {
  const dimensions = Object.values(entity.dimensions)
    .filter(({ column }) => column !== null)
    .sort((a, b) => a.source.line - b.source.line);
  const columns = new Map<string, KnownColumn>();
  const declared = new Set(dimensions.map(({ column }) => column));
  for (const name of keyColumns(model, entity)) {
    if (!declared.has(name)) columns.set(name, { name, type: null, stores: null });
  }
  for (const { column, type, stores } of dimensions) {
    if (columns.has(column!)) continue;
    columns.set(column!, { name: column!, type: type === 'time' ? valueTypes[stores ?? 'local'] : type, stores });
  }
  return [...columns.values()];
};

const perModel = <T>(compute: (model: Model, entity: Entity) => T): ((model: Model, entity: Entity) => T) => {
  const known = new WeakMap<Model, Map<string, T>>();
  return (model, entity) => {
    let found = known.get(model);
    if (found === undefined) {
      found = new Map();
      known.set(model, found);
    }
    if (!found.has(entity.name)) found.set(entity.name, compute(model, entity));
    return found.get(entity.name)!;
  };
};

/** The columns that exist for those who may see all of the entity. */
export const knownColumns = perModel(computeColumns);

/** All trees of an expression, one for each dialect that has its own. */
export const treesOf = (expr: DialectExpr): readonly Expr[] => [
  ...(expr.default === null ? [] : [expr.default]),
  ...Object.values(expr.dialects),
];

export interface ColumnRead {
  readonly entity: Entity;
  readonly column: string;
  readonly path: readonly string[];
  /** The entities from which the path goes on. */
  readonly through: readonly Entity[];
}

/** Every column that an expression reads, and of which entity. */
export const columnsRead = (model: Model, entity: Entity, expr: DialectExpr): readonly ColumnRead[] => {
  const graph = joinGraphOf(model);
  const found: ColumnRead[] = [];
  const visit = ({ path, column }: FieldExpr): void => {
    let at = entity;
    const through: Entity[] = [];
    for (const name of path) {
      through.push(at);
      const steps = graph.join(at.name, name);
      if (steps === undefined) throw new Error(`the model has no join ${at.name}.${name}`);
      at = entityOf(model, steps.at(-1)!.to);
    }
    found.push({ entity: at, column, path, through });
  };
  for (const tree of treesOf(expr)) eachField(tree, visit);
  return found;
};

/** Expressions of an entity, each with the members that are made of it. */
const expressionsOf = ({ dimensions, measures, filters }: Entity): readonly DialectExpr[] => [
  ...Object.values(dimensions).map(({ expr }) => expr),
  ...Object.values(measures).flatMap(({ expr, where }) => [expr, where].filter((one) => one !== null)),
  ...Object.values(filters).map(({ expr }) => expr),
];

/** Columns that planned queries need besides those that exist for SQL text: what measures and derived dimensions read. */
const computeReadColumns = (model: Model, entity: Entity): ReadonlySet<string> => {
  const names = new Set<string>();
  const add = (owner: Entity, expr: DialectExpr | null): void => {
    if (expr === null) return;
    for (const { entity: read, column } of columnsRead(model, owner, expr)) if (read === entity) names.add(column);
  };
  for (const owner of Object.values(model.entities)) for (const expr of expressionsOf(owner)) add(owner, expr);
  for (const { semi_additive: semi } of Object.values(entity.measures)) {
    for (const name of semi?.per ?? []) if (entity.dimensions[name] === undefined) names.add(name);
  }
  for (const metric of Object.values(model.metrics)) {
    if (metric.kind === 'simple') add(entityOf(model, metric.measure.entity), metric.where);
    if (metric.kind === 'conversion') {
      if (metric.base.entity === entity.name) for (const { base } of metric.by) names.add(base);
      if (metric.conversion.entity === entity.name) for (const { conversion } of metric.by) names.add(conversion);
    }
  }
  for (const { on, aggregate_only: aggregate } of Object.values(model.policies)) {
    if (on !== entity.name || aggregate === null) continue;
    names.add(columnOf(entity, aggregate.of) ?? aggregate.of);
  }
  return names;
};

export const readColumns = perModel(computeReadColumns);

/** The column that a dimension or column of a policy is, `null` for a derived dimension. */
export const columnOf = (entity: Entity, name: string): string | null => {
  const dimension = Object.hasOwn(entity.dimensions, name) ? entity.dimensions[name] : undefined;
  return dimension === undefined ? name : dimension.column;
};

const equal = (a: string | null, b: string | null): boolean =>
  a === null || b === null || a.toLowerCase() === b.toLowerCase();

/** Whether both may be the same table; a part that is not said may be anything. */
export const isSameTable = (a: TableName, b: TableName): boolean =>
  a.table.toLowerCase() === b.table.toLowerCase() && equal(a.schema, b.schema) && equal(a.catalog, b.catalog);

const byTable = new WeakMap<Model, ReadonlyMap<string, readonly Entity[]>>();

/** Entities by the name of their table in lower case. */
const tableIndex = (model: Model): ReadonlyMap<string, readonly Entity[]> => {
  let known = byTable.get(model);
  if (known === undefined) {
    const found = new Map<string, Entity[]>();
    for (const entity of Object.values(model.entities)) {
      if (entity.from.kind !== 'table') continue;
      const name = entity.from.table.toLowerCase();
      found.set(name, [...(found.get(name) ?? []), entity]);
    }
    known = found;
    byTable.set(model, known);
  }
  return known;
};

/** The entities that stand on a table, however they spell it. @param connection `undefined`: those of every connection */
export const entitiesOn = (
  model: Model,
  table: TableName,
  lineages: Lineages,
  connection?: string | null,
): readonly Entity[] =>
  (tableIndex(model).get(table.table.toLowerCase()) ?? []).filter(({ from, connection: own }) => {
    if (from.kind !== 'table') return false;
    if (connection !== undefined && lineages.nameOf(own) !== lineages.nameOf(connection)) return false;
    if (isSameTable(from, table)) return true;
    const lineage = lineages.of(own);
    const named = lineage.namedBy({ kind: 'table', ...table });
    return [...lineage.namedBy(from)].some((name) => named.has(name));
  });
