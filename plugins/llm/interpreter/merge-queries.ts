/** How what a follow-up adds meets the query before it. */
import type { Condition, Filter, SemanticQuery } from 'datamind/contract';
import type { FollowUpWords } from './is-follow-up.js';
import type { SketchTime } from './sketch.js';
import { monthOf, yearOf } from './time/calendar.js';
import type { TimeExpression } from './time/expression.js';
import type { VocabularyIndex } from './vocabulary-index.js';

export type Dimension = NonNullable<SemanticQuery['dimensions']>[number];

export const nameIn = (one: Dimension): string => (typeof one === 'string' ? one : one.name);
export const isTime = (one: Dimension): boolean => typeof one !== 'string' && one.grain !== undefined;

export const conditionsOf = (filters: Filter | undefined): readonly Filter[] =>
  filters === undefined ? [] : 'and' in filters ? filters.and : [filters];

export const isCondition = (filter: Filter): filter is Condition => 'member' in filter;

export const factsOf = (index: VocabularyIndex, query: SemanticQuery): readonly string[] => {
  const metrics = (query.metrics ?? []).flatMap((name) => index.metrics.get(name)?.entities ?? []);
  if (metrics.length > 0) return [...new Set(metrics)];
  const [first] = query.dimensions ?? [];
  const entity = first === undefined ? undefined : index.dimensions.get(nameIn(first))?.entity;
  return entity === undefined ? [] : [entity];
};

/** New conditions in the place of old ones on the same members. */
export const mergeFilters = (before: Filter | undefined, added: readonly Filter[]): Filter | undefined => {
  const members = new Set(added.flatMap((one) => (isCondition(one) ? [one.member] : [])));
  const kept = conditionsOf(before).filter((one) => !isCondition(one) || !members.has(one.member));
  const all = [...kept, ...added];
  return all.length === 0 ? undefined : all.length === 1 ? all[0] : { and: all };
};

const sameSlot = (one: Dimension, other: Dimension): boolean =>
  nameIn(one) === nameIn(other) || (isTime(one) && isTime(other));

/** How the new grouping meets the old one. */
export const mergeDimensions = (
  before: readonly Dimension[],
  added: readonly Dimension[],
  { isInstead, isAddition }: FollowUpWords,
): readonly Dimension[] => {
  if (added.length === 0) return before;
  if (isInstead) return added;
  if (isAddition || before.length === 0)
    return [...before.filter((one) => !added.some((other) => sameSlot(one, other))), ...added];
  // `and by product?` asks for another view; a finer grain of time is of the same one.
  const sameKind = added.every((one) => before.some((other) => sameSlot(one, other)));
  return sameKind ? [...before.filter((one) => !added.some((other) => sameSlot(one, other))), ...added] : added;
};

/** Filters by what is grouped by now say nothing more that was asked for: they stay only where they are others. */
export const isStillMeant = (filter: Filter, dimensions: readonly Dimension[], added: readonly Dimension[]): boolean =>
  !isCondition(filter) ||
  !added.some((one) => nameIn(one) === filter.member) ||
  !dimensions.some((one) => nameIn(one) === filter.member) ||
  filter.op !== 'eq';

/** A part of a year without one is of the year that was asked about: `Q2?` after a question about Q1 of 2024. */
export const ofYear = (times: readonly SketchTime[], shown: TimeExpression | null): readonly SketchTime[] => {
  if (shown === null || shown.low === null || shown.high === null) return times;
  const year = yearOf(shown.low);
  if (yearOf(shown.high - 1) !== year) return times;
  return times.map((time) => {
    const { inYear, ...rest } = time.expression;
    if (inYear === undefined) return time;
    const span = inYear(year);
    return {
      ...time,
      expression: {
        ...rest,
        low: span.low ?? monthOf(year, 1),
        high: span.high ?? monthOf(year + 1, 1),
        words: null,
        note: null,
      },
    };
  });
};

export const withoutCompare = (time: SemanticQuery['time']): SemanticQuery['time'] => {
  if (time === undefined) return undefined;
  const { compare: _, compare_as: _as, ...rest } = time;
  return rest;
};
