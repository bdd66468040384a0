import { DataMindError } from '../../core/errors/datamind-error.js';
import { dialects } from '../../core/sql/dialects/index.js';
import type { Expr } from '../../core/sql/expression.js';
import { and, column, compare, or, plainSelect, type Select, type Sql } from '../../core/sql/statement.js';
import type { Dimension, Entity, Hierarchy } from '../model/model.js';
import { type FactSource, sourceOf } from './fact-source.js';
import { freshTable, type QueryContext, resolveDimension } from './query-context.js';
import type { Condition, Filter, MetricCondition } from '../../core/query/semantic-query.js';
import type { Resolved, ResolvedDimension } from './resolve-member.js';
import { timeCondition } from './time-condition.js';
import { valueCondition, valueParameter } from './value-condition.js';

/** A part of the filter tree, and where it stands in the request. */
export interface Placed {
  readonly filter: Filter;
  readonly at: string;
}

/** The filter tree, its top-level `and`s taken apart. */
export interface SplitFilters {
  /** About dimensions only: for the rows of each fact. */
  readonly rows: readonly Placed[];
  /** With metrics in them: for the finished rows. */
  readonly finished: readonly Placed[];
}

export const splitFilters = (
  filters: Filter | null,
  isMetric: (member: string, at: string) => boolean,
): SplitFilters => {
  const rows: Placed[] = [];
  const finished: Placed[] = [];
  const visit = (filter: Filter, at: string): void => {
    if ('and' in filter) for (const [index, part] of filter.and.entries()) visit(part, `${at}/and/${index}`);
    else (hasMetric(filter, at, isMetric) ? finished : rows).push({ filter, at });
  };
  if (filters !== null) visit(filters, '/filters');
  return { rows, finished };
};

const hasMetric = (filter: Filter, at: string, isMetric: (member: string, at: string) => boolean): boolean => {
  let found = false;
  let perEntity: string | null = null;
  eachCondition(filter, at, (condition, place) => {
    if ('metric' in condition) perEntity ??= place;
    else found ||= isMetric(condition.member, place);
  });
  if (!found || perEntity === null) return found;
  // The one is about rows before they are grouped, the other about groups.
  throw new DataMindError(
    'QUERY_INVALID',
    'A condition per entity cannot stand under "or" or "not" beside one on a metric.',
    { at: perEntity, hint: 'Put the two beside each other under "and".' },
  );
};

/** Visits the conditions of a tree; those within a condition on a metric per entity are its own. */
export const eachCondition = (
  filter: Filter,
  at: string,
  visit: (condition: Condition | MetricCondition, at: string) => void,
): void => {
  if ('and' in filter) {
    for (const [index, part] of filter.and.entries()) eachCondition(part, `${at}/and/${index}`, visit);
  } else if ('or' in filter) {
    for (const [index, part] of filter.or.entries()) eachCondition(part, `${at}/or/${index}`, visit);
  } else if ('not' in filter) eachCondition(filter.not, `${at}/not`, visit);
  else visit(filter, at);
};

const hasMetricCondition = (filter: Filter): boolean => {
  let found = false;
  eachCondition(filter, '', (condition) => {
    found ||= 'metric' in condition;
  });
  return found;
};

/** How the conditions of a tree are said. */
export interface ConditionSql {
  condition(condition: Condition, at: string): Sql;
  /** True where the condition is, or with `negated` where it is false, and never true where it is unknown. */
  perEntity(condition: MetricCondition, at: string, negated: boolean): Sql;
}

/**
 * Turns a filter tree into SQL, condition by condition. A condition on a metric per entity is looked up among keys, where
 * unknown and false are one: so `not` is carried down to it.
 */
export const filterSql = (filter: Filter, at: string, say: ConditionSql, negated = false): Sql => {
  const join = (parts: readonly Filter[], word: 'and' | 'or'): Sql => {
    const sql = parts.map((part, index) => filterSql(part, `${at}/${word}/${index}`, say, negated));
    return (word === 'and') === negated ? or(sql) : and(sql);
  };
  if ('and' in filter) return join(filter.and, 'and');
  if ('or' in filter) return join(filter.or, 'or');
  if ('metric' in filter) return say.perEntity(filter, at, negated);
  if ('member' in filter) {
    const sql = say.condition(filter, at);
    return negated ? { kind: 'not', operand: sql } : sql;
  }
  if (negated || hasMetricCondition(filter.not)) return filterSql(filter.not, `${at}/not`, say, !negated);
  return { kind: 'not', operand: filterSql(filter.not, `${at}/not`, say) };
};

/** A condition on a metric per entity, over rows of a fact. */
export type PerEntity = (
  source: FactSource,
  fact: Entity,
  condition: MetricCondition,
  at: string,
  negated: boolean,
) => Sql;

/** A condition on rows of a fact. */
export const rowCondition = (
  context: QueryContext,
  source: FactSource,
  fact: Entity,
  time: string | null,
  condition: Condition,
  at: string,
): Sql => {
  if (condition.op === 'under') return underCondition(context, source, fact, condition, at);
  const resolved = resolveDimension(context, fact, time, condition.member, `${at}/member`);
  return dimensionCondition(context, source.stored(resolved), resolved, condition, at);
};

/** @param stored the dimension as it is stored */
const dimensionCondition = (
  context: QueryContext,
  stored: Sql,
  { item }: ResolvedDimension,
  { member, op, values = [] }: Condition,
  at: string,
): Sql => {
  const place = `${at}/values`;
  if (item.type === 'time') {
    return timeCondition(stored, item.stores ?? 'local', op, values, context.clock, context.zone, place);
  }
  return valueCondition(stored, item.type, op, values, member, place);
};

const underCondition = (
  context: QueryContext,
  source: FactSource,
  fact: Entity,
  condition: Condition,
  at: string,
): Sql => {
  const { members } = context;
  const resolved = members.resolve('hierarchies', fact, condition.member, `${at}/member`);
  const { item } = resolved;
  return item.kind === 'levels'
    ? underLevels(context, source, resolved, item.levels, condition, at)
    : underParent(context, source, resolved, item, condition, at);
};

/** Values are a path from the top, level by level. */
const underLevels = (
  context: QueryContext,
  source: FactSource,
  { steps, entity }: Resolved<Hierarchy>,
  levels: readonly string[],
  { member, values = [] }: Condition,
  at: string,
): Sql => {
  if (values.length > levels.length) {
    throw new DataMindError('QUERY_INVALID', `"${member}" has ${levels.length} levels (${levels.join(', ')}).`, {
      at: `${at}/values`,
    });
  }
  return and(
    values.map((value, index) => {
      const level = context.members.definedDimension(entity, levels[index]!, at);
      const resolved = { ...level, steps: [...steps, ...level.steps] };
      const equal: Condition = { member: level.qualified, op: 'eq', values: [value] };
      return dimensionCondition(context, source.stored(resolved), resolved, equal, at);
    }),
  );
};

/** Values are keys of members: a member is one of them, or below one. */
const underParent = (
  context: QueryContext,
  source: FactSource,
  { steps, entity }: Resolved<Hierarchy>,
  { parent, name }: Extract<Hierarchy, { kind: 'parent' }>,
  { values = [] }: Condition,
  at: string,
): Sql => {
  const join = entity.joins[parent]!;
  const [pair] = join.on;
  const [key] = entity.key;
  if (join.on.length !== 1 || entity.key.length !== 1 || pair!.to !== key) {
    throw new DataMindError(
      'WOULD_BE_WRONG',
      `The hierarchy "${name}" of "${entity.name}" must join one column to the entity's only key.`,
      { at },
    );
  }
  const kind = keyKind(entity, key!, values);
  const table = freshTable(`datamind_${name}`, context);
  // ClickHouse's recursion keeps duplicates, so that on a cycle it would not end: there each row knows the way it came.
  const { cycles } = dialects[context.dialect].shape;
  const keepsWay = cycles === 'way';
  const way = (name: string, ...args: readonly Expr[]): Sql => ({
    kind: 'authored',
    expr: { kind: 'call', function: name, native: true, args, type: 'unknown' },
    aliases: { '': 'member', above: 'above' },
  });
  const own: Expr = { kind: 'field', path: [], column: key!, type: 'unknown' };
  const come: Expr = { kind: 'field', path: ['above'], column: 'way', type: 'unknown' };
  const memberKey = { as: 'member_key', value: column('member', key!) };
  const from = sourceOf(context, entity, 'member');
  const parameters = values.map((value) => valueParameter(value, kind, `${entity.name}.${key}`, `${at}/values`));
  const chosen: Select = {
    ...plainSelect([memberKey, ...(keepsWay ? [{ as: 'way', value: way('array', own) }] : [])], from),
    where: [{ kind: 'in', operand: column('member', key!), values: parameters, negated: false }],
  };
  const below: Select = {
    ...plainSelect([memberKey, ...(keepsWay ? [{ as: 'way', value: way('arrayPushBack', come, own) }] : [])], from),
    joins: [
      {
        kind: 'inner',
        source: { kind: 'named', name: table, alias: 'above' },
        on: [compare(column('member', pair!.from), '=', column('above', 'member_key'))],
      },
    ],
    where: keepsWay ? [{ kind: 'not', operand: way('has', come, own) }] : [],
  };
  context.tables.push({
    name: table,
    recursive: true,
    body: { kind: 'union', distinct: cycles === 'dropped', parts: [chosen, below] },
  });
  return {
    kind: 'in_query',
    operands: [column(source.alias(steps), key!)],
    query: plainSelect([{ as: 'member_key', value: column('above', 'member_key') }], {
      kind: 'named',
      name: table,
      alias: 'above',
    }),
  };
};

/** What the key's values are: as its dimension says, else as the values themselves look. */
const keyKind = (entity: Entity, key: string, values: Condition['values'] = []): 'string' | 'number' => {
  const known = Object.values(entity.dimensions).find((dimension: Dimension) => dimension.column === key);
  if (known?.type === 'number' || known?.type === 'string') return known.type;
  return values.every((value) => typeof value === 'number') ? 'number' : 'string';
};
