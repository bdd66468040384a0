import type { MetricCondition } from '../../core/query/semantic-query.js';
import { isCount, type MetricTree } from './metric-tree.js';

/** What a metric is for a row that nothing belongs to; `undefined` where that is computed from several. */
const valueOfNone = (tree: MetricTree): number | null | undefined => {
  if (tree.kind !== 'leaf') return undefined;
  return isCount(tree.leaf.measure) ? 0 : tree.default;
};

const compared: Partial<Record<MetricCondition['op'], (value: number, values: readonly number[]) => boolean>> = {
  eq: (value, [one]) => value === one,
  ne: (value, [one]) => value !== one,
  in: (value, values) => values.includes(value),
  not_in: (value, values) => !values.includes(value),
  gt: (value, [one]) => value > one!,
  gte: (value, [one]) => value >= one!,
  lt: (value, [one]) => value < one!,
  lte: (value, [one]) => value <= one!,
  between: (value, [low, high]) => value >= low! && value <= high!,
};

/**
 * Whether a comparison, or its negation, is true for a row that nothing belongs to. `null`: only the database can tell.
 */
export const holdsForNone = (
  tree: MetricTree,
  { op, values = [] }: Pick<MetricCondition, 'op' | 'values'>,
  negated: boolean,
): boolean | null => {
  const value = valueOfNone(tree);
  if (value === undefined) return null;
  if (op === 'is_null' || op === 'not_null') return ((value === null) === (op === 'is_null')) !== negated;
  if (value === null) return false;
  const compare = compared[op];
  const numbers = values.filter((one) => typeof one === 'number');
  if (compare === undefined || numbers.length < values.length) return null;
  return compare(value, numbers) !== negated;
};
