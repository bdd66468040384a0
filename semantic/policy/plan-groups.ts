/**
 * A query for groups: its rows are shown when every combination of what tells rows apart in it has enough units, and none
 * otherwise. That is asked of all rows of the entity, not of those that a filter leaves; see `CONTEXT.md`, "Groups only".
 */
import { createHash } from 'node:crypto';
import { printStatement } from '../../core/sql/print-statement.js';
import { column, compare, plainSelect, type Select, type Sql, type SourceJoin } from '../../core/sql/statement.js';
import type { Expr } from '../../core/sql/expression.js';
import type { Described, Dimension, Entity, Measure } from '../model/model.js';
import { createPlanner } from '../plan/create-planner.js';
import type { Plan, PlanNote, PlanOptions } from '../plan/plan.js';
import { exprFor } from '../plan/query-context.js';
import type { Filter, SemanticQuery } from '../../core/query/semantic-query.js';
import { checkGroupQuery } from './check-group-query.js';
import type { AggregateLimit } from './entity-access.js';
import type { GroupQuestion } from './group-question.js';
import { leavesOf, type MetricLeaf } from './metric-leaves.js';
import type { GovernedPlanning } from './plan-options.js';
import { plannerOf } from './planner-of.js';
import { otherRow, othersName } from './visible-model.js';

export type PlanBase = Omit<PlanOptions, 'relation'>;

export interface GroupPlan {
  /** What is asked, as it stands, without anything withheld. */
  readonly plain: Plan;
  /** To be joined to whatever shows rows of it: they are there only when the condition holds. */
  readonly guard: { readonly join: SourceJoin; readonly condition: Sql };
  readonly question: GroupQuestion;
}

/** @param whole the entity as the model has it @throws DataMindError `FORBIDDEN`, and as the planner does */
export const planGroups = (
  governed: GovernedPlanning,
  whole: Entity,
  query: SemanticQuery,
  base: PlanBase,
  hasOwnRows: boolean,
): GroupPlan => {
  const { model } = governed;
  const entity = model.entities[whole.name]!;
  const limits = governed.aggregatesOf(whole.name);
  const relation = governed.relationFor(whole.name);
  // First, so that what is no query is refused as such.
  plannerOf(model).plan(query, { ...base, relation });
  const leaves = (query.metrics ?? []).flatMap((name) => leavesOf(model, name) ?? []);
  const units = new Set([...whole.key, ...limits.flatMap(({ of }) => of)]);
  const filtered = checkGroupQuery({ model, entity, limits, units }, query, leaves);
  // A metric of the same name would be looked up first.
  const own = (member: string): string => `${entity.name}.${member.slice(member.lastIndexOf('.') + 1)}`;
  const asked: SemanticQuery =
    query.filters === undefined ? query : { ...query, filters: mapMembers(query.filters, own) };
  const plain = plannerOf(model).plan(asked, { ...base, relation });

  const conditions = conditionsOf(leaves, base.dialect);
  const names = limits.flatMap(({ of }) => of);
  const unitNames = [...new Set(names)].map((name) =>
    hasOwnRows ? othersName(name) : governed.nameAsIs(whole.name, name),
  );
  const counted = widen(entity, conditions, hasOwnRows ? [...unitNames, otherRow] : unitNames);
  const splits = (query.dimensions ?? []).map((one) => (typeof one === 'string' ? { name: one } : one));
  const more = filtered.filter((name) => !splits.some((split) => own(split.name) === own(name)));
  const { timezone } = query;
  const inner = createPlanner({ ...model, entities: { ...model.entities, [entity.name]: counted.entity } }).plan(
    {
      metrics: counted.measures.map((name) => `${entity.name}.${name}`),
      dimensions: [...splits, ...[...more, ...counted.dimensions].map((name) => `${entity.name}.${name}`)],
      ...(timezone !== undefined && { timezone }),
    },
    { ...base, relation },
  );
  const minimum = Math.max(...limits.map((limit) => limit.minimum));
  const zone = timezone ?? model.project.timezone;
  const splitters = new Set([
    ...splits.map(({ name, grain }) => splitterOf(entity, own(name), grain ?? null, zone)),
    ...filtered.map((name) => splitterOf(entity, own(name), null, zone)),
    ...conditions.map((condition) => `condition ${sha256(condition)}`),
  ]);
  return {
    plain,
    guard: guardOf(inner, splits.length + more.length + counted.dimensions.length, minimum, hasOwnRows),
    question: {
      table: governed.tableOf(whole.name),
      entity: whole.name,
      signature: sha256([asked, hasOwnRows]),
      splitters: [...splitters].sort(),
      budget: budgetOf(limits),
    },
  };
};

/** The rows of a query for groups, or none. */
export const withheldUnless = ({ plain, guard }: GroupPlan): Select => {
  const { body } = plain.statement.query;
  const asked = body.kind === 'select' ? body : null;
  const shown = plain.columns.map(({ name }) => ({ as: name, value: column('groups', name) }));
  return {
    ...plainSelect(shown, {
      kind: 'derived',
      query: asked === null ? body : { ...asked, order: [], limit: null, offset: 0 },
      alias: 'groups',
    }),
    joins: [guard.join],
    where: [guard.condition],
    ...(asked === null ? {} : { order: asked.order, limit: asked.limit, offset: asked.offset }),
  };
};

const groupsOnly: PlanNote = {
  code: 'GROUPS_ONLY',
  message: 'You may have large enough groups only: when a part of the answer is too small, no rows are shown at all.',
};

/** The plan with another statement, which shows groups only. */
export const withStatement = (plan: Plan, body: Select): Plan => {
  const statement = { dialect: plan.dialect, query: { with: plan.statement.query.with, body } };
  const { text, parameters } = printStatement(statement);
  return { ...plan, text, parameters, statement, notes: [...plan.notes, groupsOnly] };
};

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

const budgetOf = (limits: readonly AggregateLimit[]): AggregateLimit['budget'] => {
  const answers = limits.flatMap(({ budget }) => budget.answers ?? []);
  return {
    answers: answers.length === 0 ? null : Math.min(...answers),
    days: Math.max(...limits.map(({ budget }) => budget.days)),
  };
};

/** The same dimension by another grain or zone tells other rows apart. */
const splitterOf = (entity: Entity, name: string, grain: string | null, zone: string): string => {
  const { type, stores } = entity.dimensions[name.slice(entity.name.length + 1)]!;
  if (type !== 'time') return name;
  const isShifted = stores === 'utc' || stores === 'instant';
  return [name, grain ?? 'value', ...(isShifted ? [zone] : [])].join(' ');
};

const mapMembers = (filter: Filter, name: (member: string) => string): Filter => {
  if ('and' in filter) return { and: filter.and.map((part) => mapMembers(part, name)) };
  if ('or' in filter) return { or: filter.or.map((part) => mapMembers(part, name)) };
  if ('not' in filter) return { not: mapMembers(filter.not, name) };
  if ('metric' in filter) throw new Error('groups are not filtered by a metric per entity');
  return { ...filter, member: name(filter.member) };
};

/** Each condition on which a row counts in a measure, once. A row without a value is not in a sum. */
const conditionsOf = (leaves: readonly MetricLeaf[], dialect: PlanOptions['dialect']): readonly Expr[] => {
  const found = new Map<string, Expr>();
  const add = (condition: Expr): void => void found.set(JSON.stringify(condition), condition);
  for (const { measure, where } of leaves) {
    for (const one of [measure.where, where]) if (one !== null) add(exprFor(one, dialect, measure.name));
    if (measure.expr === null) continue;
    const operand = exprFor(measure.expr, dialect, measure.name);
    add(measure.aggregation === 'count_if' ? operand : { kind: 'is_null', operand, negated: true });
  }
  return [...found.values()];
};

const literal = (value: 'true' | 'false'): Expr => ({ kind: 'literal', type: 'boolean', value });

/** Whether a condition is true, and not unknown. */
const isTrue = (condition: Expr): Expr => ({
  kind: 'case',
  // biome-ignore lint/suspicious/noThenProperty: the tree's own word; it is never awaited
  branches: [{ when: condition, then: literal('true') }],
  otherwise: literal('false'),
});

interface Widened {
  readonly entity: Entity;
  readonly dimensions: readonly string[];
  readonly measures: readonly string[];
}

/** The entity with dimensions that tell by the conditions, and counts of its units. */
const widen = (entity: Entity, conditions: readonly Expr[], units: readonly string[]): Widened => {
  const { label, description, synonyms, owner, certified, tags, meta, source } = entity;
  const described = (name: string): Described => ({
    ...{ name, label, description, synonyms, owner, certified, tags, meta, source },
    hidden: true,
  });
  const dimensions = conditions.map(
    (condition, index): Dimension => ({
      ...described(`datamind_split_${index}`),
      ...{ type: 'boolean', expr: { default: isTrue(condition), dialects: {} }, column: null, stores: null },
      ...{ grains: [], values: [], sample_values: [], unit: null, format: null, pii: null },
    }),
  );
  const measures = units.map(
    (unit, index): Measure => ({
      ...described(`datamind_units_${index}`),
      aggregation: unit === otherRow ? 'count' : 'count_distinct',
      expr: { default: { kind: 'field', path: [], column: unit, type: 'unknown' }, dialects: {} },
      ...{ at: null, where: null, time: entity.default_time, semi_additive: null, default: null },
      ...{ type: 'number', unit: null, format: null },
    }),
  );
  const added = <T extends Described>(known: Readonly<Record<string, T>>, more: readonly T[]) => ({
    ...known,
    ...Object.fromEntries(more.map((one) => [one.name, one])),
  });
  return {
    entity: {
      ...entity,
      dimensions: added(entity.dimensions, dimensions),
      measures: added(entity.measures, measures),
    },
    dimensions: dimensions.map(({ name }) => name),
    measures: measures.map(({ name }) => name),
  };
};

const number = (value: number): Sql => ({ kind: 'number', value: String(value) });

/** @param dimensions how many columns come before the counts */
const guardOf = (inner: Plan, dimensions: number, minimum: number, hasOwnRows: boolean): GroupPlan['guard'] => {
  const { with: tables, body } = inner.statement.query;
  if (tables.length > 0 || body.kind !== 'select') throw new Error('units are counted by one plain select');
  const counts = inner.columns.slice(dimensions).map(({ name }) => column('combinations', name));
  const units = hasOwnRows ? counts.slice(0, -1) : counts;
  const enough: Sql = { kind: 'and', parts: units.map((count) => compare(count, '>=', number(minimum))) };
  const known = counts.at(-1)!;
  const isEnough: Sql = hasOwnRows ? { kind: 'or', parts: [compare(known, '=', number(0)), enough] } : enough;
  const flag: Sql = { kind: 'case', when: isEnough, result: number(1), otherwise: number(0) };
  const judged = plainSelect([{ as: 'enough', value: flag }], {
    kind: 'derived',
    query: { ...body, order: [], limit: null, offset: 0 },
    alias: 'combinations',
  });
  const least: Select = {
    ...plainSelect(
      [{ as: 'enough', value: { kind: 'aggregate', function: 'min', operand: column('judged', 'enough'), at: null } }],
      { kind: 'derived', query: judged, alias: 'judged' },
    ),
    group: 0,
  };
  return {
    join: { kind: 'cross', source: { kind: 'derived', query: least, alias: 'guard' }, on: [] },
    condition: compare(column('guard', 'enough'), '=', number(1)),
  };
};
