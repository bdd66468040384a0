import type { Sql } from '../../core/sql/statement.js';
import type { FormulaExpr, Period } from '../model/model.js';
import type { Leaf, MetricTree } from './metric-tree.js';

/** An expression of a finished row, and whether it can be null. */
export interface Value {
  readonly sql: Sql;
  readonly notNull: boolean;
}

/** Visits the leaves a metric stands on, each with its offset in time. */
export const eachLeaf = (
  tree: MetricTree,
  offset: Period | null,
  visit: (leaf: Leaf, offset: Period | null) => void,
): void => {
  switch (tree.kind) {
    case 'leaf':
      visit(tree.leaf, offset);
      return;
    case 'ratio':
      eachLeaf(tree.numerator, offset, visit);
      eachLeaf(tree.denominator, offset, visit);
      return;
    case 'formula':
      for (const part of tree.parts.values()) eachLeaf(part, offset, visit);
      return;
    case 'change':
      // For `previous` too: which rows there are does not depend on what is shown.
      eachLeaf(tree.of, offset, visit);
      eachLeaf(tree.of, tree.against, visit);
  }
};

const minus = (left: Sql, right: Sql): Sql => ({ kind: 'arithmetic', operator: '-', left, right });

export const changeOf = (now: Sql, previous: Sql, as: 'previous' | 'difference' | 'percent'): Sql => {
  if (as === 'previous') return previous;
  const difference = minus(now, previous);
  return as === 'difference'
    ? difference
    : { kind: 'divide', left: difference, right: { kind: 'abs', operand: previous } };
};

/** A metric's value in a finished row, over the values of its leaves. */
export const metricValue = (
  tree: MetricTree,
  offset: Period | null,
  leafValue: (leaf: Leaf, offset: Period | null) => Value,
): Value => {
  const value = rawValue(tree, offset, leafValue);
  if (tree.default === null || value.notNull) return value;
  const fallback: Sql = { kind: 'number', value: String(tree.default) };
  return { sql: { kind: 'coalesce', args: [value.sql, fallback] }, notNull: true };
};

const rawValue = (
  tree: MetricTree,
  offset: Period | null,
  leafValue: (leaf: Leaf, offset: Period | null) => Value,
): Value => {
  const part = (inner: MetricTree, at: Period | null): Sql => metricValue(inner, at, leafValue).sql;
  switch (tree.kind) {
    case 'leaf':
      return leafValue(tree.leaf, offset);
    case 'ratio':
      return {
        sql: { kind: 'divide', left: part(tree.numerator, offset), right: part(tree.denominator, offset) },
        notNull: false,
      };
    case 'formula':
      return { sql: formula(tree.expr, (name) => part(tree.parts.get(name)!, offset)), notNull: false };
    case 'change': {
      const previous = part(tree.of, tree.against);
      const now = tree.as === 'previous' ? previous : part(tree.of, offset);
      return { sql: changeOf(now, previous, tree.as), notNull: false };
    }
  }
};

const formula = (expr: FormulaExpr, metric: (name: string) => Sql): Sql => {
  const of = (inner: FormulaExpr): Sql => formula(inner, metric);
  switch (expr.kind) {
    case 'number':
      return { kind: 'number', value: expr.value };
    case 'metric':
      return metric(expr.metric);
    case 'binary':
      return expr.operator === '/'
        ? { kind: 'divide', left: of(expr.left), right: of(expr.right) }
        : { kind: 'arithmetic', operator: expr.operator, left: of(expr.left), right: of(expr.right) };
    case 'negate':
      return { kind: 'negate', operand: of(expr.operand) };
    case 'call': {
      const args = expr.args.map(of);
      switch (expr.function) {
        case 'coalesce':
          return { kind: 'coalesce', args };
        case 'abs':
          return { kind: 'abs', operand: args[0]! };
        case 'round': {
          return { kind: 'round', operand: args[0]!, digits: wholeNumber(expr.args[1]) };
        }
        case 'least':
        case 'greatest':
          return { kind: 'extreme', which: expr.function, args };
        // Null when either is, unlike SQL's own.
        case 'nullif': {
          const when: Sql = { kind: 'compare', operator: '<>', left: args[0]!, right: args[1]! };
          return { kind: 'case', when, result: args[0]!, otherwise: null };
        }
      }
    }
  }
};

/** The constant digits of `round`. */
const wholeNumber = (expr: FormulaExpr | undefined): number => {
  if (expr?.kind === 'number') return Number(expr.value);
  return expr?.kind === 'negate' ? -wholeNumber(expr.operand) : 0;
};
