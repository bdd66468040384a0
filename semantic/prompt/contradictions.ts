/**
 * What a query demands of rows that its own metrics leave out, or that another condition of it does: nothing is ever counted
 * then, and a column of zeros looks like an answer. The planner plans such a query, for whoever writes one means it; what was
 * read from words was misread.
 */
import type { QueryProblem } from '../../core/plugin/llm.js';
import type { Condition, Filter, SemanticQuery } from '../../core/query/semantic-query.js';
import type { Expr, FieldExpr } from '../../core/sql/expression.js';
import type { DialectExpr, Entity, Model } from '../model/model.js';
import { leavesOf } from '../policy/metric-leaves.js';

/** A column, by its entity, its name in it, and the roles in which the entity was reached. */
type ColumnKey = string;

interface Reached {
  readonly entity: Entity;
  readonly roles: readonly string[];
}

/** What rows must have in a column; `null`s stand for nothing said. */
interface Demand {
  readonly key: ColumnKey;
  readonly among: ReadonlySet<string> | null;
  readonly without: ReadonlySet<string> | null;
  readonly isNull: boolean | null;
}

const keyOf = ({ entity, roles }: Reached, column: string): ColumnKey =>
  JSON.stringify([entity.name, column, ...roles]);

const walk = (model: Model, from: Entity, joins: readonly string[]): Reached | null => {
  let at: Reached = { entity: from, roles: [] };
  for (const name of joins) {
    const join = at.entity.joins[name];
    const next = join === undefined ? undefined : model.entities[join.to];
    if (join === undefined || next === undefined) return null;
    at = { entity: next, roles: join.role ? [...at.roles, name] : at.roles };
  }
  return at;
};

const only = (key: ColumnKey, part: Partial<Omit<Demand, 'key'>>): Demand => ({
  key,
  among: null,
  without: null,
  isNull: null,
  ...part,
});

const literalsIn = (exprs: readonly Expr[]): ReadonlySet<string> | null => {
  const values = exprs.map((one) => (one.kind === 'literal' ? one.value : null));
  return values.some((value) => value === null) ? null : new Set(values as string[]);
};

const spelled = (value: string | number | boolean): string => String(value);

/** What an authored condition demands, as far as it is a plain one; the rest of it demands more, so nothing is missed wrongly. */
const demandsOf = (model: Model, entity: Entity, expr: Expr): readonly Demand[] => {
  const about = (field: FieldExpr, part: Partial<Omit<Demand, 'key'>>): readonly Demand[] => {
    const owner = walk(model, entity, field.path);
    return owner === null ? [] : [only(keyOf(owner, field.column), part)];
  };
  switch (expr.kind) {
    case 'field':
      return expr.type === 'boolean' ? about(expr, { among: new Set(['true']) }) : [];
    case 'unary':
      return expr.operator === 'not' && expr.operand.kind === 'field'
        ? about(expr.operand, { among: new Set(['false']) })
        : [];
    case 'is_null':
      return expr.operand.kind === 'field' ? about(expr.operand, { isNull: !expr.negated }) : [];
    case 'in': {
      const values = literalsIn(expr.values);
      if (expr.operand.kind !== 'field' || values === null) return [];
      return about(expr.operand, expr.negated ? { without: values } : { among: values });
    }
    case 'binary': {
      if (expr.operator === 'and')
        return [...demandsOf(model, entity, expr.left), ...demandsOf(model, entity, expr.right)];
      const values = literalsIn([expr.right]);
      if (expr.left.kind !== 'field' || values === null) return [];
      if (expr.operator === '=') return about(expr.left, { among: values });
      return expr.operator === '<>' ? about(expr.left, { without: values }) : [];
    }
    default:
      return [];
  }
};

/** The entity and the dimension that a name of a query stands for, seen from the entity of a metric. */
const dimensionOf = (model: Model, fact: Entity, name: string): readonly [Reached, string] | null => {
  const parts = name.split('.');
  const last = parts.pop()!;
  const start = parts[0] !== undefined && fact.joins[parts[0]] === undefined ? model.entities[parts.shift()!] : fact;
  const reached = start === undefined ? null : walk(model, start, parts);
  if (reached?.entity.dimensions[last] !== undefined) return [reached, last];
  if (name.includes('.')) return null;
  const owners = Object.values(model.entities).filter(({ dimensions }) => dimensions[last] !== undefined);
  return owners.length === 1 ? [{ entity: owners[0]!, roles: [] }, last] : null;
};

const trees = ({ default: tree, dialects }: DialectExpr): readonly Expr[] =>
  tree === null ? Object.values(dialects) : [tree];

/** What a condition of a query demands of the rows of a metric. */
const demandsOfCondition = (model: Model, fact: Entity, { member, op, values = [] }: Condition): readonly Demand[] => {
  const found = dimensionOf(model, fact, member);
  if (found === null) return [];
  const [reached, name] = found;
  const { entity } = reached;
  const dimension = entity.dimensions[name]!;
  if (dimension.type === 'boolean' && dimension.column === null) {
    // A computed one demands what it is computed from.
    const isWanted = op === 'eq' && values[0] === true;
    return isWanted ? trees(dimension.expr).flatMap((tree) => demandsOf(model, entity, tree)) : [];
  }
  if (dimension.column === null) return [];
  const key = keyOf(reached, dimension.column);
  if (op === 'is_null') return [only(key, { isNull: true })];
  const among = op === 'eq' || op === 'in' ? new Set(values.map(spelled)) : null;
  const without = op === 'ne' || op === 'not_in' ? new Set(values.map(spelled)) : null;
  return [only(key, { among, without, isNull: false })];
};

const conflict = (a: Demand, b: Demand): boolean => {
  if (a.key !== b.key) return false;
  if (a.isNull !== null && b.isNull !== null && a.isNull !== b.isNull) return true;
  if (a.isNull === true && (b.among !== null || b.without !== null)) return true;
  if (a.among === null) return false;
  const left = [...a.among].filter((value) => (b.among?.has(value) ?? true) && !(b.without?.has(value) ?? false));
  return left.length === 0;
};

const eitherWay = (a: Demand, b: Demand): boolean => conflict(a, b) || conflict(b, a);

/** Conditions that hold all at once; what stands under `or` and `not` demands nothing for sure. */
const together = (filter: Filter | undefined): readonly Condition[] => {
  if (filter === undefined || 'or' in filter || 'not' in filter) return [];
  if ('and' in filter) return filter.and.flatMap(together);
  return 'member' in filter ? [filter] : [];
};

/** What a named filter demands, wherever its entity is. */
const demandsOfSegment = (model: Model, name: string): readonly Demand[] => {
  const [first, second] = name.split('.') as [string, string | undefined];
  const owners = Object.values(model.entities).filter(
    (entity) => (second === undefined || entity.name === first) && entity.filters[second ?? first] !== undefined,
  );
  if (owners.length !== 1) return [];
  const [owner] = owners as [Entity];
  return trees(owner.filters[second ?? first]!.expr).flatMap((tree) => demandsOf(model, owner, tree));
};

/** @param model as whoever asks may see it */
export const contradictionsIn = (model: Model, query: SemanticQuery): readonly QueryProblem[] => {
  const { metrics = [], filters, time, segments = [] } = query;
  const conditions = together(filters);
  const timed: readonly Condition[] =
    time?.dimension !== undefined && time.dimension !== 'metric_time' && time.range !== undefined
      ? [{ member: time.dimension, op: 'not_null' }]
      : [];
  for (const name of metrics) {
    for (const { entity: factName, measure, where } of leavesOf(model, name) ?? []) {
      const fact = model.entities[factName];
      if (fact === undefined) continue;
      const own = [measure.where, where].flatMap((one) =>
        one === null ? [] : trees(one).flatMap((tree) => demandsOf(model, fact, tree)),
      );
      const asked = [
        ...[...conditions, ...timed].map((condition) => ({
          member: condition.member,
          demands: demandsOfCondition(model, fact, condition),
        })),
        ...segments.map((segment) => ({ member: segment, demands: demandsOfSegment(model, segment) })),
      ];
      for (const [at, { member, demands }] of asked.entries()) {
        if (demands.some((one) => own.some((other) => eitherWay(one, other))))
          return [problem(`"${name}" leaves out what "${member}" is to be here`)];
        const other = asked
          .slice(at + 1)
          .find((later) => later.demands.some((b) => demands.some((a) => eitherWay(a, b))));
        if (other !== undefined) return [problem(`"${member}" and "${other.member}" cannot both be so`)];
      }
    }
  }
  return [];
};

const problem = (what: string): QueryProblem => ({
  code: 'WOULD_BE_WRONG',
  message: `${what}: nothing would ever be counted.`,
});
