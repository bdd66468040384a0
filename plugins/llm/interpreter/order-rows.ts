/** Top and bottom, the one with the most, and orders that were asked for. */
import type { SemanticQuery, VocabularyDimension, VocabularyMetric } from 'datamind/contract';
import { type Draft, type Option, toBeAsked } from './draft.js';
import type { Drafter } from './draft-queries.js';
import { type Failure, unclear } from './failure.js';
import { eachOf, firstOfEach, isOfEach } from './first-of-each.js';
import { stemsOf, wordsOfName } from './phrases.js';
import type { Group } from './sketch.js';
import { hasKind } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

export interface Ordered {
  readonly slots: readonly (readonly Option[])[];
  readonly rest: Partial<SemanticQuery>;
  finish(draft: Draft): Draft;
}

const mostRows = 1_000;

const asIs = (draft: Draft): Draft => draft;

/** Entities that groups may be of. */
const ownersOf = (groups: readonly Group[]): readonly string[] => [
  ...new Set(
    groups.flatMap(({ mention }) =>
      (mention?.readings ?? []).flatMap((one) =>
        one.kind === 'entity' ? [one.entity.name] : one.kind === 'dimension' ? [one.dimension.entity] : [],
      ),
    ),
  ),
];

/** The number that an adjective is about: the price of what is expensive. */
const measuredBy = (
  { index }: Drafter,
  groups: readonly Group[],
  words: readonly string[],
): VocabularyDimension | null => {
  const owners = ownersOf(groups);
  const found = index.vocabulary.dimensions.filter(
    ({ entity, type, name, synonyms }) =>
      type === 'number' &&
      owners.includes(entity) &&
      [wordsOfName(name), ...synonyms].some((phrase) =>
        stemsOf(phrase, index.language).some((stem) => words.some((word) => index.language.stem(word) === stem)),
      ),
  );
  return found.length === 1 ? found[0]! : null;
};

/** Rows that share the last place are cut: a query has no ties. */
const tieNote = (count: number): string =>
  count === 1
    ? 'Where several share the first place, one of them is shown.'
    : 'Where several share the last place, some of them are not shown.';

/** Whether it is not known if much of a metric is good. */
export const mayBeBad = (metric: VocabularyMetric, { language }: VocabularyIndex): boolean => {
  const words = [wordsOfName(metric.name), metric.label].flatMap((name) => {
    const parts = name.toLowerCase().split(/[^\p{L}]+/u);
    return [...parts, ...parts.slice(1).map((part, at) => `${parts[at]}_${part}`)];
  });
  return words.some(
    (word) => language.betterLow.includes(word) || language.betterLow.includes(language.singular(word)),
  );
};

export const notJudged = ({ label, name }: VocabularyMetric): Failure =>
  unclear(`Is much ${label.toLowerCase()} good or bad? Say highest or lowest.`, [name]);

export const orderOf = (
  drafter: Drafter,
  metrics: readonly VocabularyMetric[],
  groups: readonly Group[],
  slots: readonly (readonly Option[])[],
): Ordered | Failure => {
  const { rank, order } = drafter.sketch;
  if (rank === null && order === null) return { slots, rest: {}, finish: asIs };
  const isGrouped = groups.length > 0;
  if (rank !== null) {
    if (!isGrouped)
      return unclear(
        'The highest or lowest of what? Say, for example, which country or which month.',
        metrics.map(({ name }) => name),
      );
    const { count } = rank;
    if (count !== null && (!Number.isInteger(count) || count < 1 || count > mostRows))
      return unclear('So many rows cannot be shown.');
    return ranked(drafter, metrics, groups, slots);
  }
  if (order === null) return { slots, rest: {}, finish: asIs };
  const [metric] = metrics;
  const isDimension =
    order.mention !== null && hasKind(order.mention, 'dimension') && !hasKind(order.mention, 'metric');
  if (isDimension) return orderByDimension(drafter, groups, slots, metrics.length === 0);
  const named =
    order.mention === null
      ? metric
      : metrics.find(({ name }) =>
          order.mention!.readings.some((one) => one.kind === 'metric' && one.metric.name === name),
        );
  // `compare Acme and Globex by revenue`: what is compared, and no order of it.
  if (named !== undefined && !isGrouped && drafter.sketch.isCompared && !order.isDirected)
    return { slots, rest: {}, finish: asIs };
  if (named === undefined || !isGrouped) return unclear('It is not clear by what the rows are to be ordered.');
  if (order.isJudged && mayBeBad(named, drafter.index)) return notJudged(named);
  return { slots, rest: {}, finish: (draft) => withOrder(draft, named.name, order.isDescending, null) };
};

/** Whether each of what is listed has at most one of these. */
const belongs = ({ index }: Drafter, groups: readonly Group[], { entity }: VocabularyDimension): boolean =>
  ownersOf(groups).some(
    (owner) => owner === entity || index.ways.ways(owner, entity).some((way) => way.every(({ toMany }) => !toMany)),
  );

const orderByDimension = (
  drafter: Drafter,
  groups: readonly Group[],
  slots: readonly (readonly Option[])[],
  isList: boolean,
): Ordered | Failure => {
  const order = drafter.sketch.order!;
  const wanted = new Set(
    order.mention!.readings.flatMap((one) =>
      one.kind === 'dimension' && (!isList || belongs(drafter, groups, one.dimension)) ? [one.dimension.name] : [],
    ),
  );
  const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  const ends = new Set([...wanted].map(last));
  if (groups.length === 0 || wanted.size === 0) return unclear('It is not clear by what the rows are to be ordered.');
  const isThere = groups.some(({ mention }) =>
    mention?.readings.some((one) => one.kind === 'dimension' && wanted.has(one.dimension.name)),
  );
  // What a list is put in order by is shown in it.
  const added = isThere || !isList ? [] : [...wanted].map((name): Option => ({ dimensions: [{ name }], cost: 0.05 }));
  return {
    slots: added.length === 0 ? slots : [...slots, added],
    rest: {},
    finish: (draft) => {
      const column = (draft.query.dimensions ?? [])
        .map((one) => (typeof one === 'string' ? one : one.name))
        .find((name) => ends.has(last(name)));
      return column === undefined
        ? { ...draft, cost: draft.cost + 2 }
        : withOrder(draft, column, order.isDescending && order.isDirected, null);
    },
  };
};

/** Nobody said how many. */
const unsure = 0.35;

const withOrder = (
  draft: Draft,
  by: string,
  isDescending: boolean,
  limit: number | null,
  notes: readonly string[] = [],
): Draft => ({
  ...draft,
  notes: [...draft.notes, ...notes],
  query: { ...draft.query, order: [isDescending ? { by, desc: true } : { by }], ...(limit !== null && { limit }) },
});

/** The one time that is listed: its latest is asked for, whatever it is the time of. */
const timeOf = ({ mention }: Group): string | null => {
  const [first, ...others] = mention?.readings ?? [];
  const isTime = first?.kind === 'dimension' && first.dimension.type === 'time' && others.length === 0;
  return isTime ? first.dimension.name : null;
};

const ranked = (
  drafter: Drafter,
  metrics: readonly VocabularyMetric[],
  groups: readonly Group[],
  slots: readonly (readonly Option[])[],
): Ordered | Failure => {
  const { rank, order } = drafter.sketch;
  const { isTop, adjective } = rank!;
  // The five highest, the lowest of them first: rows cannot be put in another order than that in which they were chosen.
  if (order?.isDirected === true && order.isDescending !== isTop)
    return unclear('It is not clear in which order the rows are to be.');
  const subject = groups.find(({ by }) => by === 'which' || by === 'rank') ?? groups[0]!;
  const isOne = rank!.count === null && !(subject.mention?.isPlural ?? false);
  const count = rank!.count ?? (isOne ? 1 : null);
  // One row of several groups is not what `the best product by country` asks for: it does not say of each.
  const each = count === null || groups.length < 2 ? null : eachOf(drafter.index, drafter.sketch, groups, subject);
  if (count !== null && groups.length > 1 && each === null)
    return unclear(
      'It is not clear whether the first few of all are meant, or of each: say, for example, of each country.',
    );
  if (count !== null && groups.length === 1 && isOfEach(drafter.index, drafter.sketch, subject))
    return unclear('It is not clear what the first of each is to be: say, for example, which product of each country.');
  const slotOf = (group: Group): readonly Option[] => slots[groups.indexOf(group) + (metrics.length > 0 ? 1 : 0)]!;
  const within = (draft: Draft): Draft => {
    if (each === null) return draft;
    const found = firstOfEach(draft, count!, slotOf(each), slotOf(subject));
    return found ?? { ...draft, cost: draft.cost + toBeAsked };
  };
  const notes = count === null ? ['All rows are shown, in that order.'] : [tieNote(count)];
  const named = order?.mention?.readings.flatMap((one) => (one.kind === 'metric' ? [one.metric.name] : [])) ?? [];
  const metric = metrics.find(({ name }) => named.includes(name)) ?? metrics[0];
  // `the longest average wait` is about the metric, whatever else may be long.
  if (adjective !== null && metric === undefined) {
    const dimension = measuredBy(drafter, groups, adjective);
    if (dimension === null) return unclear('It is not clear by what the rows are to be compared.');
    const slot: readonly Option[] = [{ dimensions: [{ name: dimension.name }], cost: 0.05 }];
    return {
      slots: [...slots, slot],
      rest: {},
      finish: (draft) => within(withOrder(draft, dimension.name, isTop, count, notes)),
    };
  }
  const time = timeOf(subject);
  if (metric === undefined && time !== null && count !== null) {
    const condition = { member: time, op: 'not_null' } as const;
    const there: readonly Option[] = [{ filters: [{ condition, link: null, isOnMetric: false }], cost: 0 }];
    return { slots: [...slots, there], rest: {}, finish: (draft) => withOrder(draft, time, isTop, count) };
  }
  if (metric === undefined) return { ...unclear('By what are they to be put in order?'), needs: 'measure' };
  if (rank!.isJudged && mayBeBad(metric, drafter.index)) return notJudged(metric);
  const finish = (draft: Draft): Draft => {
    const made = within(withOrder(draft, metric.name, isTop, count, notes));
    return count === null ? { ...made, cost: made.cost + unsure } : made;
  };
  return { slots, rest: {}, finish };
};
