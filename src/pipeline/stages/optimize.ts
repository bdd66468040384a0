/** Fourth stage: the same answer for less. Nothing here changes what is asked. */
import type { SemanticQuery } from '../../../core/query/semantic-query.js';

const nameOf = (dimension: NonNullable<SemanticQuery['dimensions']>[number]): string =>
  typeof dimension === 'string' ? dimension : JSON.stringify([dimension.name, dimension.grain ?? null]);

const distinct = <T>(list: readonly T[], keyOf: (one: T) => string): readonly T[] => [
  ...new Map(list.map((one) => [keyOf(one), one])).values(),
];

/** What is asked for twice is asked for once. */
export const optimize = (query: SemanticQuery): SemanticQuery => {
  const { metrics, dimensions, segments } = query;
  return {
    ...query,
    ...(metrics !== undefined && { metrics: distinct(metrics, (name) => name) }),
    ...(dimensions !== undefined && { dimensions: distinct(dimensions, nameOf) }),
    ...(segments !== undefined && { segments: distinct(segments, (name) => name) }),
  };
};
