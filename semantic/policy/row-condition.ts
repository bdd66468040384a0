/**
 * A policy's expression as a condition on the rows of a table. It is true of exactly the rows for which the expression is
 * true; each part that walks a join is true only where the join finds a row, so a null key is never admitted. Negations are
 * pushed down to the comparisons first (which changes nothing in three-valued logic), so that "the join finds no row" cannot
 * be turned into "admitted".
 */
import type { DialectName } from '../../core/plugin/contract.js';
import { expressionType } from '../../core/sql/expression-type.js';
import type { BinaryOperator, Expr, FieldExpr, InExpr, ValueType } from '../../core/sql/expression.js';
import { functions, isFunctionName, type ParameterType } from '../../core/sql/functions.js';
import {
  column,
  compare,
  plainSelect,
  type QuerySource,
  type Sql,
  type TableSource,
} from '../../core/sql/statement.js';
import type { Subject } from '../../core/subject/subject.js';
import { mapFields } from '../check/map-fields.js';
import type { DialectExpr, Entity, Model } from '../model/model.js';
import { JoinGraph, type Step } from '../plan/join-graph.js';
import { exprFor, freshAlias } from '../plan/query-context.js';
import { allOf, anyOf, type Condition, whereOf } from './logic.js';
import { literalOf, sqlOf, subjectValue, subjectValues } from './subject-value.js';

export interface RowContext {
  readonly model: Model;
  readonly subject: Subject;
  readonly dialect: DialectName;
  /** Aliases that are taken in the statement. */
  readonly taken: Set<string>;
  /** Entities beside the table itself that are read, by name. */
  readonly reads: Set<string>;
}

const graphs = new WeakMap<Model, JoinGraph>();

export const joinGraphOf = (model: Model): JoinGraph => {
  let graph = graphs.get(model);
  if (graph === undefined) {
    graph = new JoinGraph(model);
    graphs.set(model, graph);
  }
  return graph;
};

export const entityOf = (model: Model, name: string): Entity => {
  const entity = Object.hasOwn(model.entities, name) ? model.entities[name] : undefined;
  if (entity === undefined) throw new Error(`the model has no entity ${name}`);
  return entity;
};

/** The bare table or query of an entity. */
export const bareSource = ({ name, from }: Entity, dialect: DialectName, alias: string): TableSource | QuerySource => {
  if (from.kind === 'table') {
    const { catalog, schema, table } = from;
    return { kind: 'table', entity: name, catalog, schema, table, alias };
  }
  const text = from.sql[dialect] ?? from.sql.default;
  if (text === undefined) throw new Error(`${name} is a query without a text for ${dialect}`);
  return { kind: 'query', entity: name, text, alias };
};

const stepsOf = (context: RowContext, entity: Entity, join: string): readonly Step[] => {
  const steps = joinGraphOf(context.model).join(entity.name, join);
  if (steps === undefined) throw new Error(`the model has no join ${entity.name}.${join}`);
  return steps;
};

/** Rows whose key leads to a row, along a path of joins, of which the inner condition is true. */
export const along = (
  context: RowContext,
  entity: Entity,
  alias: string,
  path: readonly string[],
  inner: (entity: Entity, alias: string) => Condition,
): Condition =>
  walk(
    context,
    entity,
    alias,
    path.flatMap((name, index) => stepsAt(context, entity, path, index, name)),
    inner,
  );

const stepsAt = (
  context: RowContext,
  start: Entity,
  path: readonly string[],
  index: number,
  name: string,
): readonly Step[] => {
  let at = start;
  for (const before of path.slice(0, index)) at = entityOf(context.model, stepsOf(context, at, before).at(-1)!.to);
  return stepsOf(context, at, name);
};

const walk = (
  context: RowContext,
  entity: Entity,
  alias: string,
  steps: readonly Step[],
  inner: (entity: Entity, alias: string) => Condition,
): Condition => {
  const [step, ...rest] = steps;
  if (step === undefined) return inner(entity, alias);
  const to = entityOf(context.model, step.to);
  const other = freshAlias(to.name, to, context);
  context.reads.add(to.name);
  const condition = walk(context, to, other, rest, inner);
  if (condition === false) return false;
  const columns = step.on.map((pair, index) => ({ as: `key_${index + 1}`, value: column(other, pair.to) }));
  return {
    kind: 'in_query',
    operands: step.on.map((pair) => column(alias, pair.from)),
    query: { ...plainSelect(columns, bareSource(to, context.dialect, other)), where: whereOf(condition) },
  };
};

/** @throws DataMindError `ATTRIBUTE_MISSING` */
export const rowCondition = (
  context: RowContext,
  entity: Entity,
  alias: string,
  expr: DialectExpr,
  what: string,
): Condition => convert(context, entity, alias, exprFor(expr, context.dialect, what), false);

const opposite: Partial<Record<BinaryOperator, BinaryOperator>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

const convert = (context: RowContext, entity: Entity, alias: string, expr: Expr, negated: boolean): Condition => {
  if (expr.kind === 'binary' && (expr.operator === 'and' || expr.operator === 'or')) {
    const parts = [expr.left, expr.right].map((part) => convert(context, entity, alias, part, negated));
    return (expr.operator === 'and') === negated ? anyOf(parts) : allOf(parts);
  }
  if (expr.kind === 'unary' && expr.operator === 'not') return convert(context, entity, alias, expr.operand, !negated);
  if (expr.kind === 'literal' && expr.type === 'boolean') return (expr.value === 'true') !== negated;
  if (expr.kind === 'literal' && expr.type === 'null') return false;
  if (expr.kind === 'subject')
    return (subjectValue(context.subject, expr.attribute, 'boolean').value === true) !== negated;
  return atom(context, entity, alias, negated ? negate(expr) : expr);
};

const negate = (expr: Expr): Expr => {
  if (expr.kind === 'binary') {
    const operator = opposite[expr.operator];
    if (operator !== undefined) return { ...expr, operator };
  }
  if (expr.kind === 'in' || expr.kind === 'between' || expr.kind === 'like' || expr.kind === 'is_null') {
    return { ...expr, negated: !expr.negated };
  }
  return { kind: 'unary', operator: 'not', operand: expr };
};

export const eachField = (expr: Expr, visit: (field: FieldExpr) => void): void => {
  mapFields(expr, (field) => {
    visit(field);
    return field;
  });
};

/** One comparison, or whatever else is true or false. */
const atom = (context: RowContext, entity: Entity, alias: string, expr: Expr): Condition => {
  const paths = new Map<string, readonly string[]>();
  eachField(expr, ({ path }) => paths.set(path.join('.'), path));
  const [first, ...more] = [...paths.values()];
  if (first === undefined || (more.length === 0 && first.length === 0)) return plain(context, expr, { '': alias });
  const join = first[0];
  if (join !== undefined && more.every((path) => path[0] === join)) {
    const stripped = mapFields(expr, (field) => ({ ...field, path: field.path.slice(1) }));
    return along(context, entity, alias, [join], (to, other) => atom(context, to, other, stripped));
  }
  return across(context, entity, alias, expr, [...paths.values()]);
};

/** A comparison between columns of different rows: that all of them are there, and it is true of them. */
const across = (
  context: RowContext,
  entity: Entity,
  alias: string,
  expr: Expr,
  paths: readonly (readonly string[])[],
): Condition => {
  const aliases: Record<string, string> = { '': alias };
  const sources: (TableSource | QuerySource)[] = [];
  const where: Sql[] = [];
  const known = new Map<string, string>();
  for (const path of paths) {
    let at = alias;
    let key = '';
    for (const step of path.flatMap((name, index) => stepsAt(context, entity, path, index, name))) {
      key += `/${step.id}`;
      let next = known.get(key);
      if (next === undefined) {
        const to = entityOf(context.model, step.to);
        next = freshAlias(step.to, to, context);
        known.set(key, next);
        context.reads.add(step.to);
        sources.push(bareSource(to, context.dialect, next));
        const from = at;
        where.push(...step.on.map((pair) => compare(column(next!, pair.to), '=', column(from, pair.from))));
      }
      at = next;
    }
    aliases[path.join('.')] = at;
  }
  const condition = plain(context, expr, aliases);
  if (condition === false) return false;
  const [from, ...others] = sources;
  return {
    kind: 'exists',
    query: {
      ...plainSelect([{ as: 'found', value: { kind: 'number', value: '1' } }], from!),
      joins: others.map((source) => ({ kind: 'cross', source, on: [] })),
      where: [...where, ...whereOf(condition)],
    },
  };
};

type Aliases = Readonly<Record<string, string>>;

/** A comparison whose columns are all at hand. Attributes are bound where they stand alone on a side. */
const plain = (context: RowContext, expr: Expr, aliases: Aliases): Condition => {
  const authored = (part: Expr, wanted: ValueType = 'unknown'): Sql => ({
    kind: 'authored',
    expr: withAttributes(context.subject, part, wanted),
    aliases,
  });
  if (expr.kind === 'in') return contained(context, expr, authored);
  if (expr.kind === 'binary' && opposite[expr.operator] !== undefined) {
    const { left, right } = expr;
    const operator = expr.operator as '=';
    if (left.kind === 'subject' && right.kind === 'subject') {
      const value = subjectValue(context.subject, left.attribute, 'unknown');
      return compare(sqlOf(value), operator, attribute(context, right.attribute, value.type));
    }
    if (right.kind === 'subject' && !isTime(expressionType(left))) {
      return compare(authored(left), operator, attribute(context, right.attribute, expressionType(left)));
    }
    if (left.kind === 'subject' && !isTime(expressionType(right))) {
      return compare(attribute(context, left.attribute, expressionType(right)), operator, authored(right));
    }
  }
  return authored(expr);
};

/** The value of an attribute beside something of the type. */
const attribute = ({ subject }: RowContext, name: string, type: ValueType): Sql =>
  sqlOf(subjectValue(subject, name, type));

const contained = (context: RowContext, expr: InExpr, authored: (part: Expr, type?: ValueType) => Sql): Condition => {
  if (!expr.values.some(({ kind }) => kind === 'subject')) return authored(expr);
  const type = expressionType(expr.operand);
  const operand = authored(expr.operand);
  const values = expr.values.flatMap((value): readonly Sql[] =>
    value.kind === 'subject'
      ? subjectValues(context.subject, value.attribute, type).map(sqlOf)
      : [authored(value, type)],
  );
  if (values.length > 0 && isTime(type)) return authored(expr);
  if (values.length > 0) return { kind: 'in', operand, values, negated: expr.negated };
  return expr.negated ? { kind: 'is_null', operand, negated: true } : false;
};

/** Where engines keep times as texts, both sides need one spelling, which the printer of whole expressions sees to. */
const isTime = (type: ValueType): boolean => type === 'date' || type === 'timestamp' || type === 'instant';

const argumentTypes: Partial<Record<ParameterType, ValueType>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
};

/** The expression with the subject's attributes in it as constants. @throws DataMindError `ATTRIBUTE_MISSING` */
export const withAttributes = (subject: Subject, expr: Expr, wanted: ValueType = 'unknown'): Expr => {
  const put = (part: Expr, type: ValueType = 'unknown'): Expr => withAttributes(subject, part, type);
  switch (expr.kind) {
    case 'field':
    case 'literal':
      return expr;
    case 'subject':
      return literalOf(subjectValue(subject, expr.attribute, wanted));
    case 'call': {
      const parameters = !expr.native && isFunctionName(expr.function) ? functions[expr.function].parameters : [];
      return {
        ...expr,
        args: expr.args.map((arg, index) => {
          const parameter = parameters[Math.min(index, parameters.length - 1)];
          return put(arg, parameter === undefined ? 'unknown' : argumentTypes[parameter.type]);
        }),
      };
    }
    case 'binary': {
      const { operator, left, right } = expr;
      if (operator === 'and' || operator === 'or')
        return { ...expr, left: put(left, 'boolean'), right: put(right, 'boolean') };
      if (opposite[operator] !== undefined) {
        return { ...expr, left: put(left, expressionType(right)), right: put(right, expressionType(left)) };
      }
      const type = operator === '||' ? 'string' : 'number';
      return { ...expr, left: put(left, type), right: put(right, type) };
    }
    case 'unary':
      return { ...expr, operand: put(expr.operand, expr.operator === 'not' ? 'boolean' : 'number') };
    case 'cast':
    case 'is_null':
      return { ...expr, operand: put(expr.operand) };
    case 'case':
      return {
        ...expr,
        branches: expr.branches.map((branch) => ({
          when: put(branch.when, 'boolean'),
          // biome-ignore lint/suspicious/noThenProperty: the tree's own word; it is never awaited
          then: put(branch.then, wanted),
        })),
        otherwise: expr.otherwise === null ? null : put(expr.otherwise, wanted),
      };
    case 'in': {
      const type = expressionType(expr.operand);
      const values = expr.values.flatMap((value) =>
        value.kind === 'subject' ? subjectValues(subject, value.attribute, type).map(literalOf) : [put(value, type)],
      );
      // An empty list has no spelling: nothing is in it.
      if (values.length === 0) return { kind: 'literal', type: 'boolean', value: String(expr.negated) };
      return { ...expr, operand: put(expr.operand), values };
    }
    case 'between': {
      const type = expressionType(expr.operand);
      return { ...expr, operand: put(expr.operand), low: put(expr.low, type), high: put(expr.high, type) };
    }
    case 'like':
      return { ...expr, operand: put(expr.operand, 'string'), pattern: put(expr.pattern, 'string') };
  }
};

/** The attributes that an expression uses. */
export const attributesIn = (node: unknown, found: Set<string> = new Set()): ReadonlySet<string> => {
  if (typeof node !== 'object' || node === null) return found;
  const { kind, attribute: name } = node as { readonly kind?: unknown; readonly attribute?: unknown };
  if (kind === 'subject' && typeof name === 'string') found.add(name);
  else for (const value of Object.values(node)) attributesIn(value, found);
  return found;
};
