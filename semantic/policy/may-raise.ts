/**
 * Whether a condition of a planned query could fail on a row that a policy keeps back. Aggregates, and what is grouped by,
 * are computed from rows that are there; conditions are not: engines order those of a policy and of a query as they like. A
 * subject chooses values for what an author computed, so that the error of one hidden row would tell of it.
 */
import type { Expr } from '../../core/sql/expression.js';
import type { Entity, Model } from '../model/model.js';
import { columnsRead, treesOf } from './table-columns.js';

/** Not for any value whatever, on any engine. `substring` fails on lengths below zero, arithmetic and casts by overflow. */
const total: ReadonlySet<string> = new Set(['lower', 'upper', 'length', 'coalesce', 'nullif', 'trim', 'strpos']);

const isTotal = (expr: Expr): boolean => {
  switch (expr.kind) {
    case 'field':
    case 'literal':
      return true;
    case 'is_null':
      return isTotal(expr.operand);
    case 'unary':
      return expr.operator === 'not' && isTotal(expr.operand);
    case 'binary':
      return !'+-*/%'.includes(expr.operator) && isTotal(expr.left) && isTotal(expr.right);
    case 'between':
      return [expr.operand, expr.low, expr.high].every(isTotal);
    case 'in':
      return isTotal(expr.operand) && expr.values.every(isTotal);
    case 'like':
      return expr.pattern.kind === 'literal' && isTotal(expr.operand);
    case 'case':
      return (
        expr.branches.every(({ when, then: value }) => isTotal(when) && isTotal(value)) &&
        (expr.otherwise === null || isTotal(expr.otherwise))
      );
    case 'call':
      return !expr.native && total.has(expr.function) && expr.args.every(isTotal);
    default:
      return false;
  }
};

const known = new WeakMap<Model, ReadonlySet<string>>();

const find = (model: Model): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const owner of Object.values(model.entities)) {
    const conditions = [...Object.values(owner.dimensions), ...Object.values(owner.filters)].map(({ expr }) => expr);
    for (const expr of conditions) {
      if (treesOf(expr).every(isTotal)) continue;
      found.add(owner.name);
      for (const { entity, through } of columnsRead(model, owner, expr))
        for (const { name } of [entity, ...through]) found.add(name);
    }
  }
  return found;
};

/** Whether a dimension or a filter that reads the entity could fail. */
export const conditionsMayRaise = (model: Model, entity: Entity): boolean => {
  let names = known.get(model);
  if (names === undefined) {
    names = find(model);
    known.set(model, names);
  }
  return names.has(entity.name);
};
