import type { CaseExpr, Expr, ValueType } from './expression.js';

/** The type of the values of an expression; `unknown` of what compares with anything: NULL, an attribute of the subject. */
export const expressionType = (expr: Expr): ValueType => {
  switch (expr.kind) {
    case 'field':
    case 'call':
      return expr.type;
    case 'literal':
      return expr.type === 'null' ? 'unknown' : expr.type;
    case 'cast':
      return expr.to === 'integer' || expr.to === 'decimal' || expr.to === 'float' ? 'number' : expr.to;
    case 'case':
      return jointType(resultsOf(expr));
    case 'binary':
      if (expr.operator === '||') return 'string';
      return '+-*/%'.includes(expr.operator) ? 'number' : 'boolean';
    case 'unary':
      return expr.operator === '-' ? 'number' : 'boolean';
    case 'subject':
      return 'unknown';
    default:
      return 'boolean';
  }
};

export const resultsOf = ({ branches, otherwise }: CaseExpr): readonly Expr[] => [
  ...branches.map(({ then }) => then),
  ...(otherwise === null ? [] : [otherwise]),
];

/** The type that any of them is known to have: they all have the same. */
export const jointType = (exprs: readonly Expr[]): ValueType =>
  exprs.map(expressionType).find((type) => type !== 'unknown') ?? 'unknown';
