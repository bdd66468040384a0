/** Which rows a measure takes, said in values of dimensions: `status = 'done'`, and not how that is written in SQL. */
import type { VocabularyRows } from '../../core/plugin/llm.js';
import type { Expr } from '../../core/sql/expression.js';
import type { DialectExpr, Entity } from '../model/model.js';
import type { MetricLeaf } from '../policy/metric-leaves.js';

type Value = string | number | boolean;
type Rows = VocabularyRows;

const conjuncts = (expr: Expr): readonly Expr[] =>
  expr.kind === 'binary' && expr.operator === 'and' ? [...conjuncts(expr.left), ...conjuncts(expr.right)] : [expr];

const literalOf = (expr: Expr): Value | null => {
  if (expr.kind !== 'literal' || expr.value === null) return null;
  if (expr.type === 'number') return Number(expr.value);
  return expr.type === 'boolean' ? expr.value === 'true' : expr.value;
};

/** What is compared, and with which values; `null` for what is no such comparison. */
const comparisonOf = (
  expr: Expr,
): { readonly operand: Expr; readonly op: Rows['op']; readonly values: readonly (Value | null)[] } | null => {
  if (expr.kind === 'in') {
    const values = expr.values.map(literalOf);
    return { operand: expr.operand, op: expr.negated ? 'not_in' : 'in', values };
  }
  if (expr.kind !== 'binary' || (expr.operator !== '=' && expr.operator !== '<>')) return null;
  return { operand: expr.left, op: expr.operator === '=' ? 'in' : 'not_in', values: [literalOf(expr.right)] };
};

/** Two expressions are alike when they are the same data. */
const isAlike = (one: Expr, { default: other }: DialectExpr): boolean => JSON.stringify(one) === JSON.stringify(other);

const opposite = (expr: Expr): Expr => {
  if (expr.kind === 'is_null') return { ...expr, negated: !expr.negated };
  return expr.kind === 'unary' && expr.operator === 'not'
    ? expr.operand
    : { kind: 'unary', operator: 'not', operand: expr };
};

const rowsOf = (expr: Expr, entity: Entity): Rows | null => {
  const dimensions = Object.values(entity.dimensions);
  const named = (one: { readonly name: string }): string => `${entity.name}.${one.name}`;
  const flags = dimensions.filter(({ type }) => type === 'boolean');
  for (const value of [true, false]) {
    const flag = flags.find((one) => isAlike(value ? expr : opposite(expr), one.expr));
    if (flag !== undefined) return { dimension: named(flag), op: 'in', values: [value] };
  }
  const compared = comparisonOf(expr);
  const dimension = compared === null ? undefined : dimensions.find((one) => isAlike(compared.operand, one.expr));
  const values = compared?.values.filter((one) => one !== null) ?? [];
  if (compared === null || dimension === undefined || values.length < compared.values.length) return null;
  return { dimension: named(dimension), op: compared.op, values };
};

/**
 * The conditions on rows of a measure that are conditions on dimensions of its entity; others are left out.
 * @param mayShow whether values of a dimension (`entity.name`) may be said
 */
export const takenRows = (
  { measure, where }: MetricLeaf,
  entity: Entity,
  mayShow: (dimension: string) => boolean,
): readonly Rows[] => {
  const counted = measure.aggregation === 'count_if' ? measure.expr : null;
  const all = [measure.where, where, counted].flatMap((one) => one?.default ?? []);
  return all
    .flatMap(conjuncts)
    .flatMap((one) => rowsOf(one, entity) ?? [])
    .filter(({ dimension }) => mayShow(dimension));
};
