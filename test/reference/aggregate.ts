import { refuse } from './refusal.js';
import { add, compareValues, isNumeric, keyOf, toDouble, type Value, whole } from './value.js';

const sum = (values: readonly Value[]): Value =>
  values.length === 0
    ? null
    : values.map((value) => (isNumeric(value) ? value : refuse('TYPE_MISMATCH', 'sum'))).reduce(add);

const doubles = (values: readonly Value[]): number[] =>
  values.map((value) => toDouble(value as number)).sort((a, b) => a - b);

/** Interpolates between neighbours, at position `at × (n − 1)`. */
function percentile(values: readonly Value[], at: number): Value {
  const sorted = doubles(values);
  if (sorted.length === 0) return null;
  const position = at * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (position - below);
}

const best = (values: readonly Value[], sign: number): Value =>
  values.length === 0 ? null : values.reduce((a, b) => (compareValues(b, a) * sign > 0 ? b : a));

export const isCount = (kind: string): boolean =>
  ['count', 'count_distinct', 'approx_distinct', 'count_if'].includes(kind);

const distinct = (values: readonly Value[]): Value => whole(new Set(values.map(keyOf)).size);

/** @param values without nulls; for `count_if` the truth for each row */
const aggregates: Readonly<Record<string, (values: readonly Value[], at: number) => Value>> = {
  sum,
  count: (values) => whole(values.length),
  count_distinct: distinct,
  approx_distinct: distinct,
  count_if: (values) => whole(values.filter((value) => value === true).length),
  average: (values) => (values.length === 0 ? null : toDouble(sum(values) as number) / values.length),
  min: (values) => best(values, -1),
  max: (values) => best(values, 1),
  median: (values) => percentile(values, 0.5),
  percentile,
};

export const aggregate = (kind: string, values: readonly Value[], at: number): Value =>
  aggregates[kind]!(
    values.filter((value) => value !== null),
    at,
  );
