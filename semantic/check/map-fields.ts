import type { Expr, FieldExpr } from '../../core/sql/expression.js';

/** The same tree with every field changed. */
export const mapFields = (expr: Expr, change: (field: FieldExpr) => FieldExpr): Expr => {
  const map = (inner: Expr): Expr => mapFields(inner, change);
  switch (expr.kind) {
    case 'field':
      return change(expr);
    case 'literal':
    case 'subject':
      return expr;
    case 'call':
      return { ...expr, args: expr.args.map(map) };
    case 'binary':
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case 'unary':
    case 'cast':
    case 'is_null':
      return { ...expr, operand: map(expr.operand) };
    case 'case':
      return {
        ...expr,
        // biome-ignore lint/suspicious/noThenProperty: the tree's own word; it is never awaited
        branches: expr.branches.map((branch) => ({ when: map(branch.when), then: map(branch.then) })),
        otherwise: expr.otherwise === null ? null : map(expr.otherwise),
      };
    case 'in':
      return { ...expr, operand: map(expr.operand), values: expr.values.map(map) };
    case 'between':
      return { ...expr, operand: map(expr.operand), low: map(expr.low), high: map(expr.high) };
    case 'like':
      return { ...expr, operand: map(expr.operand), pattern: map(expr.pattern) };
  }
};
