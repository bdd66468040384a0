/** What a draft says at a glance: values beside each other, whose rows are listed. */
import type { Condition, VocabularyMetric } from 'datamind/contract';
import { type Draft, type Option, toBeAsked } from './draft.js';
import { type Failure, outside } from './failure.js';
import { near } from './near-members.js';
import { stemsOf, wordsOfName } from './phrases.js';
import type { Group, Mention, Sketch } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** Whether a value is named of which there may be another beside it. */
export const isSeveral = (options: readonly Option[], _: number, all: readonly (readonly Option[])[]): boolean => {
  const [{ filters = [] } = {}] = options;
  const member = filters[0]?.condition.member;
  if (filters.filter(({ condition }) => condition.member === member).length > 1) return true;
  const same = all.filter(([first]) => first?.filters?.[0]?.condition.member === member);
  return member !== undefined && same.length > 1;
};

/** Of the values that are asked for beside each other, the dimension. */
const severalOf = ({ query }: Draft): Condition | null => {
  const { filters } = query;
  const conditions = filters === undefined ? [] : 'and' in filters ? filters.and : [filters];
  const many = conditions.flatMap((one) => ('member' in one && one.op === 'in' ? [one] : []));
  return many.length === 1 ? many[0]! : null;
};

/**
 * `Globex against Acme`: a row for each.
 * @param isSplit whether the question says itself what else to split by
 */
export const besideEachOther = (draft: Draft, isSplit: boolean, { language }: VocabularyIndex): Draft => {
  const several = severalOf(draft);
  if (several === null) return draft;
  const isKind = stemsOf(wordsOfName(several.member), language).some((stem) => language.kindWords.includes(stem));
  // `club against private customers` are two kinds of them.
  const dimensions = isSplit || !isKind ? (draft.query.dimensions ?? []) : [];
  const isThere = dimensions.some((one) => (typeof one === 'string' ? one : one.name) === several.member);
  if (isThere) return draft;
  // `the Munich and Berlin stores`: of a town there may be several, and they were named.
  const cost = draft.cost + (isSplit || dimensions.length === 0 ? 0 : toBeAsked);
  return { ...draft, cost, query: { ...draft.query, dimensions: [...dimensions, several.member] } };
};

/** `small, medium and large ones`: who names all that there are wants them one by one. */
export const namesAll = (index: VocabularyIndex, draft: Draft): boolean => {
  const several = severalOf(draft);
  const known = several === null ? 0 : (index.dimensions.get(several.member)?.values.length ?? 0);
  return known > 1 && several?.values?.length === known;
};

/** Listed rows are the entity's own, not those of something that is joined to it. */
export const isOwn = ({ dimensions = [] }: Option, root: string): boolean =>
  dimensions.every(({ name }) => name.startsWith(`${root}.`));

export const rootsOf = (mention: Mention): readonly string[] => [
  ...new Set(
    mention.readings.flatMap((one) =>
      one.kind === 'entity' ? [one.entity.name] : one.kind === 'dimension' ? [one.dimension.entity] : [],
    ),
  ),
];

/** How fine what is shown over time is, of a time that says it not. */
export const fittingGrain = ({ times }: Sketch): 'day' | 'month' => {
  const expression = times[0]?.expression;
  if (expression?.low == null || expression.high === null) return 'month';
  return expression.high - expression.low <= 45 * 86_400_000 ? 'day' : 'month';
};

export const notGrouped = (index: VocabularyIndex, group: Group, metrics: readonly VocabularyMetric[]): Failure => {
  const text = group.mention?.item.text ?? group.grain ?? '';
  const names = metrics.map(({ label }) => label.toLowerCase()).join(' and ');
  const what = names === '' ? 'It' : names.charAt(0).toUpperCase() + names.slice(1);
  return outside(
    `${what} cannot be split by "${text}".`,
    [text],
    group.mention === null ? [] : near(index, group.mention),
  );
};
