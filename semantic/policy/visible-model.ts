/**
 * A model as a subject may know it: what is denied is not in it, so that a name that is denied and one that never was are
 * refused alike, by the same words, and no suggestion names it. Joins stay, for the planner's use; where their columns may
 * not be seen as they are, they walk over the reserved names of {@link hiddenName}.
 */
import type { DialectExpr, Entity, Hierarchy, Measure, Metric, Model } from '../model/model.js';
import type { TableAccess } from './permitted-relation.js';
import { isThere } from './show.js';
import { columnsRead } from './table-columns.js';

/** The name under which planned statements have a column as it is. */
export const hiddenName = (column: string): string => `datamind_key__${column}`;

/** The unit of a group, where the row is not among the subject's own: null where it is. */
export const othersName = (column: string): string => `datamind_others__${column}`;

/** The column that one of these names stands for; `null`: it is none of them. */
export const columnBehind = (name: string): string | null =>
  [hiddenName(''), othersName('')].flatMap((start) => (name.startsWith(start) ? [name.slice(start.length)] : []))[0] ??
  null;

/** Null in the subject's own rows, and nowhere else. */
export const otherRow = 'datamind_other_row';

/** `undefined`: it is refused when it is read, with its own error. */
export type AccessOf = (entity: Entity) => TableAccess | null | undefined;

const kept = <T>(record: Readonly<Record<string, T>>, keep: (value: T) => boolean): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => keep(value)));

export const visibleModel = (model: Model, accessOf: AccessOf): Model => {
  const entityNamed = (name: string): Entity => model.entities[name]!;
  const isSeen = (entity: Entity, column: string): boolean => {
    const access = accessOf(entity);
    return access === undefined || (access !== null && isThere(access.show(column)));
  };
  const isClear = (entity: Entity, column: string): boolean => {
    const access = accessOf(entity);
    return access === undefined || access === null || access.show(column).kind === 'clear';
  };
  const reads = (entity: Entity, expr: DialectExpr | null): boolean =>
    expr === null ||
    columnsRead(model, entity, expr).every(
      (read) => isSeen(read.entity, read.column) && read.through.every((entity) => accessOf(entity) !== null),
    );
  const walked = (entity: Entity, column: string): string => (isClear(entity, column) ? column : hiddenName(column));

  const narrow = (entity: Entity): Entity => {
    const access = accessOf(entity);
    const joins = Object.fromEntries(
      Object.entries(entity.joins).map(([name, join]) => [
        name,
        {
          ...join,
          on: join.on.map(({ from, to }) => ({ from: walked(entity, from), to: walked(entityNamed(join.to), to) })),
        },
      ]),
    );
    const walking = { ...entity, joins, key: entity.key.map((column) => walked(entity, column)) };
    if (access === null) {
      return { ...walking, dimensions: {}, measures: {}, filters: {}, hierarchies: {}, default_time: null };
    }
    const isDenied = (name: string): boolean =>
      access?.accesses.some(({ deniedDimensions }) => deniedDimensions.has(name)) ?? false;
    const dimensions = kept(entity.dimensions, ({ name, expr }) => !isDenied(name) && reads(entity, expr));
    const has = (name: string | null): boolean => name === null || Object.hasOwn(dimensions, name);
    const isMeasured = ({ expr, where, time, semi_additive: semi }: Measure): boolean =>
      reads(entity, expr) &&
      reads(entity, where) &&
      (time === false || has(time)) &&
      (semi === null || [semi.over, ...semi.per].every((name) => isWhole(entity, name, has)));
    const isWalked = (hierarchy: Hierarchy): boolean => {
      if (hierarchy.kind === 'levels') return hierarchy.levels.every(has);
      const columns = [...entity.key, ...(entity.joins[hierarchy.parent]?.on.map(({ from }) => from) ?? [])];
      return has(hierarchy.display) && columns.every((column) => isClear(entity, column));
    };
    return {
      ...walking,
      dimensions,
      measures: kept(entity.measures, isMeasured),
      filters: kept(entity.filters, ({ expr }) => reads(entity, expr)),
      hierarchies: kept(entity.hierarchies, isWalked),
      default_time: has(entity.default_time) ? entity.default_time : null,
    };
  };

  /** The last moment among masked ones would be another row's. */
  const isWhole = (entity: Entity, name: string, has: (name: string | null) => boolean): boolean => {
    const dimension = Object.hasOwn(entity.dimensions, name) ? entity.dimensions[name] : undefined;
    if (dimension === undefined) return isClear(entity, name);
    return has(name) && columnsRead(model, entity, dimension.expr).every((read) => isClear(read.entity, read.column));
  };

  const entities = Object.fromEntries(Object.values(model.entities).map((entity) => [entity.name, narrow(entity)]));
  return { ...model, entities, metrics: narrowMetrics(model, entities, reads, walked) };
};

const narrowMetrics = (
  model: Model,
  entities: Readonly<Record<string, Entity>>,
  reads: (entity: Entity, expr: DialectExpr | null) => boolean,
  walked: (entity: Entity, column: string) => string,
): Model['metrics'] => {
  const hasMeasure = ({ entity, measure }: { readonly entity: string; readonly measure: string }): boolean =>
    Object.hasOwn(entities[entity]?.measures ?? {}, measure);
  const answers = new Map<string, boolean>();
  const isThereNamed = (name: string): boolean => {
    if (Object.hasOwn(model.metrics, name)) return stands(model.metrics[name]!);
    const dot = name.indexOf('.');
    if (dot > 0) return hasMeasure({ entity: name.slice(0, dot), measure: name.slice(dot + 1) });
    return Object.values(entities).some(({ measures }) => Object.hasOwn(measures, name));
  };
  const stands = (metric: Metric): boolean => {
    const known = answers.get(metric.name);
    if (known !== undefined) return known;
    // A metric that is defined by itself is refused by the planner.
    answers.set(metric.name, true);
    const found = judge(metric);
    answers.set(metric.name, found);
    return found;
  };
  const judge = (metric: Metric): boolean => {
    switch (metric.kind) {
      case 'simple':
        return hasMeasure(metric.measure) && reads(model.entities[metric.measure.entity]!, metric.where);
      case 'ratio':
        return isThereNamed(metric.numerator) && isThereNamed(metric.denominator);
      case 'formula':
        return metricNames(metric.expr).every(isThereNamed);
      case 'cumulative':
      case 'change':
        return isThereNamed(metric.metric);
      case 'conversion':
        return hasMeasure(metric.base) && hasMeasure(metric.conversion);
    }
  };
  const named = Object.entries(model.metrics).filter(([, metric]) => stands(metric));
  return Object.fromEntries(
    named.map(([name, metric]): [string, Metric] => {
      if (metric.kind !== 'conversion') return [name, metric];
      const [base, conversion] = [metric.base, metric.conversion].map(({ entity }) => model.entities[entity]!);
      const by = metric.by.map((pair) => ({
        base: walked(base!, pair.base),
        conversion: walked(conversion!, pair.conversion),
      }));
      return [name, { ...metric, by }];
    }),
  );
};

const metricNames = (node: unknown): readonly string[] => {
  if (typeof node !== 'object' || node === null) return [];
  const { kind, metric } = node as { readonly kind?: unknown; readonly metric?: unknown };
  if (kind === 'metric' && typeof metric === 'string') return [metric];
  return Object.values(node).flatMap(metricNames);
};
