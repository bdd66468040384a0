import type { DialectName } from '../../core/plugin/contract.js';
import type { FormulaExpr, Measure } from '../model/model.js';
import type { MetricTree } from './metric-tree.js';

/**
 * How sure the digits of a computed number are, where they are not those of exact arithmetic. `double`: 15 significant digits.
 * `estimate`: within 5 %.
 */
export type Precision = 'double' | 'estimate';

const order: readonly (Precision | null)[] = [null, 'double', 'estimate'];

const worst = (parts: readonly (Precision | null)[]): Precision | null =>
  order[Math.max(0, ...parts.map((part) => order.indexOf(part)))]!;

/** `null`: as exact as what is stored. */
export const precisionOf = (tree: MetricTree, dialect: DialectName): Precision | null => {
  const of = (part: MetricTree): Precision | null => precisionOf(part, dialect);
  switch (tree.kind) {
    case 'leaf':
      return precisionOfMeasure(tree.leaf.measure, dialect);
    case 'ratio':
      return worst(['double', of(tree.numerator), of(tree.denominator)]);
    case 'formula':
      return worst([divides(tree.expr) ? 'double' : null, ...[...tree.parts.values()].map(of)]);
    case 'change':
      return worst([tree.as === 'percent' ? 'double' : null, of(tree.of)]);
  }
};

/** SQLite keeps decimals as doubles. */
const precisionOfMeasure = ({ aggregation, type }: Measure, dialect: DialectName): Precision | null => {
  switch (aggregation) {
    case 'average':
    case 'median':
    case 'percentile':
      return 'double';
    case 'approx_distinct':
      return 'estimate';
    case 'sum':
      return dialect === 'sqlite' ? 'double' : null;
    case 'min':
    case 'max':
      return dialect === 'sqlite' && type === 'number' ? 'double' : null;
    default:
      return null;
  }
};

const divides = (expr: FormulaExpr): boolean => {
  switch (expr.kind) {
    case 'binary':
      return expr.operator === '/' || divides(expr.left) || divides(expr.right);
    case 'negate':
      return divides(expr.operand);
    case 'call':
      return expr.args.some(divides);
    default:
      return false;
  }
};
