/**
 * A semantic query planned for a subject. Where the subject may have groups of an entity only, the statement gives its rows
 * when every group in it is large enough, and none otherwise; see `CONTEXT.md`, "Groups only".
 */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { printStatement } from '../../core/sql/print-statement.js';
import { column, compare, plainSelect, type Query, type Select, type Sql } from '../../core/sql/statement.js';
import type { Expr } from '../../core/sql/expression.js';
import type { Subject } from '../../core/subject/subject.js';
import type { DialectExpr, Entity, Measure, Metric, Model } from '../model/model.js';
import { createPlanner, type Plan, type Planner, type PlanOptions } from '../plan/create-planner.js';
import { exprFor } from '../plan/query-context.js';
import type { SemanticQuery } from '../plan/query.js';
import type { AggregateLimit } from './entity-access.js';
import type { PermissionOptions } from './permission.js';
import { type GovernedPlanning, planOptionsFor } from './plan-options.js';
import { columnsRead } from './table-columns.js';

export type SubjectPlanOptions = PermissionOptions & Pick<PlanOptions, 'features' | 'maxLimit'>;

const planners = new WeakMap<Model, Planner>();

const plannerOf = (model: Model): Planner => {
  let planner = planners.get(model);
  if (planner === undefined) {
    planner = createPlanner(model);
    planners.set(model, planner);
  }
  return planner;
};

/** @throws DataMindError as the planner does, and `FORBIDDEN`, `ATTRIBUTE_MISSING` */
export const planForSubject = (
  model: Model,
  query: SemanticQuery,
  subject: Subject,
  options: SubjectPlanOptions,
): Plan => {
  const governed = planOptionsFor(model, subject, options);
  const { dialect, features, maxLimit } = options;
  const base = { dialect, features, now: options.now.getTime(), ...(maxLimit === undefined ? {} : { maxLimit }) };
  const guarded = Object.values(model.entities).find(
    (entity) => governed.aggregatesOf(entity.name).length > 0 && asksOf(governed.model, query, entity.name),
  );
  if (guarded === undefined) return plannerOf(governed.model).plan(query, { ...base, relation: governed.relation });
  return planGroups(governed, guarded, query, base);
};

const refuse = (message: string, hint: string): DataMindError => new DataMindError('FORBIDDEN', message, { hint });

/** The measures that a metric stands on, with the metric's own conditions; `null` when it is more than arithmetic on them. */
const leavesOf = (model: Model, name: string, depth = 0): readonly Leaf[] | null => {
  if (depth > 20) return null;
  const metric: Metric | undefined = Object.hasOwn(model.metrics, name) ? model.metrics[name] : undefined;
  const part = (inner: string): readonly Leaf[] | null => leavesOf(model, inner, depth + 1);
  const all = (names: readonly string[]): readonly Leaf[] | null => {
    const found = names.map(part);
    return found.includes(null) ? null : found.flatMap((leaves) => leaves ?? []);
  };
  switch (metric?.kind) {
    case undefined: {
      const [first, second] = name.split('.') as [string, string | undefined];
      const owners = Object.values(model.entities).filter(
        (entity) => (second === undefined || entity.name === first) && Object.hasOwn(entity.measures, second ?? first),
      );
      if (owners.length !== 1) return null;
      return [{ entity: owners[0]!.name, measure: owners[0]!.measures[second ?? first]!, where: null }];
    }
    case 'simple': {
      const { entity, measure } = metric.measure;
      const found = model.entities[entity]?.measures[measure];
      return found === undefined ? null : [{ entity, measure: found, where: metric.where }];
    }
    case 'ratio':
      return all([metric.numerator, metric.denominator]);
    case 'formula':
      return all(metricsIn(metric.expr));
    default:
      return null;
  }
};

interface Leaf {
  readonly entity: string;
  readonly measure: Measure;
  readonly where: DialectExpr | null;
}

const metricsIn = (node: unknown): readonly string[] => {
  if (typeof node !== 'object' || node === null) return [];
  const { kind, metric } = node as { readonly kind?: unknown; readonly metric?: unknown };
  if (kind === 'metric' && typeof metric === 'string') return [metric];
  return Object.values(node).flatMap(metricsIn);
};

/** Whether all metrics of the query are of this entity. Others that read it are refused where they do. */
const asksOf = (model: Model, { metrics = [] }: SemanticQuery, entity: string): boolean =>
  metrics.length > 0 &&
  metrics.every((name) => leavesOf(model, name)?.every((leaf) => leaf.entity === entity) ?? false);

const summing: ReadonlySet<Measure['aggregation']> = new Set([
  'sum',
  'count',
  'count_distinct',
  'approx_distinct',
  'average',
  'median',
  'count_if',
]);
const allowedParts: ReadonlySet<string> = new Set(['metrics', 'dimensions', 'order', 'limit', 'offset', 'timezone']);

const planGroups = (
  governed: GovernedPlanning,
  whole: Entity,
  query: SemanticQuery,
  base: Omit<PlanOptions, 'relation'>,
): Plan => {
  const { model } = governed;
  const entity = model.entities[whole.name]!;
  const limits = governed.aggregatesOf(entity.name);
  const only = `Of "${entity.name}" you may have groups only`;
  for (const [part, value] of Object.entries(query)) {
    const isEmpty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    if (!allowedParts.has(part) && !isEmpty) {
      throw refuse(
        `${only}, so "${part}" is not possible: the difference of two answers would tell of single rows.`,
        'Split by a dimension instead.',
      );
    }
  }
  const units = new Set([...whole.key, ...limits.flatMap(({ of }) => of)]);
  checkDimensions(model, entity, query, units, only);
  const leaves = (query.metrics ?? []).flatMap((name) => leavesOf(model, name) ?? []);
  for (const { measure } of leaves) {
    if (!summing.has(measure.aggregation) || measure.semi_additive !== null) {
      throw refuse(
        `${only}, and "${measure.name}" may show the value of a single row.`,
        'Ask for a sum, a count, an average or a median.',
      );
    }
  }
  const guards = guardsOf(
    leaves,
    namesOf(limits, (column) => governed.nameAsIs(whole.name, column)),
    base.dialect,
  );
  const widened: Model = {
    ...model,
    entities: { ...model.entities, [entity.name]: { ...entity, measures: { ...entity.measures, ...guards } } },
  };
  const { limit: _limit, offset: _offset, order: _order, ...rest } = query;
  const asked: SemanticQuery = {
    ...rest,
    metrics: [...(query.metrics ?? []), ...Object.keys(guards).map((name) => `${entity.name}.${name}`)],
  };
  const relation = governed.relationFor(entity.name);
  // What is asked for is planned as it stands too: its order and limit, and every refusal.
  const plain = plannerOf(model).plan(query, { ...base, relation });
  const inner = createPlanner(widened).plan(asked, { ...base, relation });
  const minimum = Math.max(...limits.map((limit) => limit.minimum));
  const statement = { dialect: base.dialect, query: withheld(inner, plain, Object.keys(guards).length, minimum) };
  const { text, parameters } = printStatement(statement);
  return { ...plain, text, parameters, statement };
};

const checkDimensions = (
  model: Model,
  entity: Entity,
  query: SemanticQuery,
  units: ReadonlySet<string>,
  only: string,
): void => {
  for (const asked of query.dimensions ?? []) {
    const name = typeof asked === 'string' ? asked : asked.name;
    const own = name.startsWith(`${entity.name}.`) ? name.slice(entity.name.length + 1) : name;
    const dimension = Object.hasOwn(entity.dimensions, own) ? entity.dimensions[own] : undefined;
    if (dimension === undefined)
      throw refuse(`${only}, split by its own dimensions; "${name}" is none.`, 'Leave it away.');
    const reads = columnsRead(model, entity, dimension.expr);
    const isUnit = reads.some(({ path, column: read }) => path.length === 0 && units.has(read));
    if (isUnit || dimension.pii !== null || reads.some((read) => read.entity === entity && read.path.length > 0)) {
      throw refuse(`${only}, and "${name}" tells single ones apart.`, 'Split by something that many have in common.');
    }
  }
};

const both = (left: Expr | null, right: Expr | null): Expr | null =>
  left === null || right === null ? (left ?? right) : { kind: 'binary', operator: 'and', left, right };

const namesOf = (limits: readonly AggregateLimit[], nameOf: (column: string) => string): readonly string[] => [
  ...new Set(limits.flatMap(({ of }) => of.map(nameOf))),
];

/** For each measure, how many of the unit it is computed from, and how many it leaves out. */
const guardsOf = (
  leaves: readonly Leaf[],
  units: readonly string[],
  dialect: PlanOptions['dialect'],
): Readonly<Record<string, Measure>> => {
  const guards: Record<string, Measure> = {};
  const treeOf = (expr: DialectExpr | null): Expr | null =>
    expr === null ? null : exprFor(expr, dialect, 'a measure');
  leaves.forEach(({ measure, where }, index) => {
    const counted = measure.aggregation === 'count_if' ? treeOf(measure.expr) : null;
    const value = measure.aggregation === 'count_if' ? null : treeOf(measure.expr);
    // Rows without a value are not in a sum, so they do not make it safer.
    const present: Expr | null = value === null ? null : { kind: 'is_null', operand: value, negated: true };
    const condition = both(both(treeOf(measure.where), treeOf(where)), both(counted, present));
    units.forEach((unit, place) => {
      const guard = (kind: string, test: Expr | null): void => {
        const name = `datamind_${kind}_${index}_${place}`;
        guards[name] = {
          ...measure,
          name,
          label: name,
          aggregation: 'count_distinct',
          expr: { default: { kind: 'field', path: [], column: unit, type: 'unknown' }, dialects: {} },
          where: test === null ? null : { default: test, dialects: {} },
          default: null,
          type: 'number',
        };
      };
      guard('units', condition);
      guard('rest', condition === null ? no : unless(condition));
    });
  });
  return guards;
};

/** Whether a condition is anything but true. */
const unless = (condition: Expr): Expr => ({
  kind: 'case',
  // biome-ignore lint/suspicious/noThenProperty: the tree's own word; it is never awaited
  branches: [{ when: condition, then: no }],
  otherwise: yes,
});

const yes: Expr = { kind: 'literal', type: 'boolean', value: 'true' };
const no: Expr = { kind: 'literal', type: 'boolean', value: 'false' };
const number = (value: number): Sql => ({ kind: 'number', value: String(value) });

/** The rows of the inner plan when all of them may be seen, else none. */
const withheld = (inner: Plan, plain: Plan, guards: number, minimum: number): Query => {
  const names = inner.columns.map(({ name }) => name);
  const shown = names.slice(0, names.length - guards);
  const { with: tables, body } = inner.statement.query;
  const enough: Sql[] = names.slice(shown.length).map((name) => {
    const count = column('groups', name);
    const isEnough = compare(count, '>=', number(minimum));
    return name.includes('.datamind_rest_')
      ? { kind: 'or', parts: [compare(count, '=', number(0)), isEnough] }
      : isEnough;
  });
  const flag: Sql = { kind: 'case', when: { kind: 'and', parts: enough }, result: number(1), otherwise: number(0) };
  const flagged: Select = plainSelect(
    [...shown.map((as) => ({ as, value: column('groups', as) })), { as: 'datamind_enough', value: flag }],
    {
      kind: 'derived',
      query: body.kind === 'select' ? { ...body, order: [], limit: null, offset: 0 } : body,
      alias: 'groups',
    },
  );
  const least: Sql = { kind: 'window', function: 'min', operand: column('flagged', 'datamind_enough'), partition: [] };
  const judged: Select = plainSelect(
    [...shown.map((as) => ({ as, value: column('flagged', as) })), { as: 'datamind_all', value: least }],
    { kind: 'derived', query: flagged, alias: 'flagged' },
  );
  const asked = plain.statement.query.body;
  const { order, limit, offset } = asked.kind === 'select' ? asked : { order: [], limit: null, offset: 0 };
  return {
    with: tables,
    body: {
      ...plainSelect(
        shown.map((as) => ({ as, value: column('judged', as) })),
        { kind: 'derived', query: judged, alias: 'judged' },
      ),
      where: [compare(column('judged', 'datamind_all'), '=', number(1))],
      ...{ order, limit, offset },
    },
  };
};
