/** What is known of the type of a number before the database is asked. */
import type { Sql } from './statement.js';

/** A whole number that every type of number can hold. */
export const isPlainWhole = (node: Sql): boolean => node.kind === 'number' && /^\d{1,4}$/.test(node.value);

/** Of a type that no sum or product of two takes over its edge: what `widen` made wide, or a float. */
export const isWide = (node: Sql): boolean => {
  switch (node.kind) {
    case 'divide':
    case 'arithmetic':
    case 'ranked_percentile':
      return true;
    case 'aggregate':
      return node.function === 'sum' || node.function === 'average' || node.function === 'percentile';
    case 'negate':
    case 'abs':
    case 'round':
      return isWide(node.operand);
    default:
      return false;
  }
};

export const isFraction = (node: Sql): boolean =>
  node.kind === 'parameter' && (node.parameter.type === 'decimal' || node.parameter.type === 'float');
