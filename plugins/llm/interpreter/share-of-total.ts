/** What part of a total each group is, where the model has no metric for such a share: said for sure, or to be asked about. */
import type { Condition, SemanticQuery } from 'datamind/contract';
import { type Draft, toBeAsked } from './draft.js';
import { type Failure, unclear } from './failure.js';
import { isQuiet, itemOf, saysEach } from './first-of-each.js';
import type { Item } from './items.js';
import { conditionsOf, isCondition, nameIn } from './merge-queries.js';
import type { Group, Mention, Sketch } from './sketch.js';
import { hasKind, only } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** `total revenue`, `all revenue`. */
const isAll = ({ classes }: Item): boolean => classes.has('sum') || classes.has('every') || classes.has('pleaseAll');

const isBeside = (item: Item): boolean =>
  isQuiet(item) || isAll(item) || item.time !== null || (item.readings.length === 0 && item.classes.has('prep'));

const isPlain = (sketch: Sketch): boolean =>
  sketch.events.length + sketch.scopes.length === 0 &&
  sketch.rank === null &&
  sketch.order === null &&
  sketch.previous === null &&
  sketch.times.length < 2 &&
  sketch.aggregates.every((one) => one === 'sum') &&
  !(sketch.isGrowth || sketch.isCompared || sketch.isOverTime || sketch.isDistinct || sketch.isList);

/**
 * Whether the words themselves make each group a part of one whole: `each department's share of sales`, `the share of each category
 * in revenue`, `share of total revenue by country`, `revenue by country as a share of the total`, `out of all revenue, how much …`.
 * `share of refunds by store` does not: it may be that of refunds in what each store sold.
 */
const saysOfWhole = (index: VocabularyIndex, sketch: Sketch, group: Group): boolean => {
  const { items, metrics, counted, subjects, filters } = sketch;
  const [measured, ...others] = [...metrics, ...counted];
  const shares = items.flatMap(({ classes }, at) => (classes.has('share') ? [at] : []));
  const own = itemOf(sketch, group);
  if (measured === undefined || others.length + subjects.length > 0 || own === undefined || shares.length !== 1)
    return false;
  if (group.by !== 'by' || group.isEnd === true || !isPlain(sketch)) return false;
  const [share, metric, split] = [shares[0]!, items.indexOf(measured.item), items.indexOf(own)];
  const word = items.slice(0, split).findLastIndex((item) => !isQuiet(item));
  const isEach = word >= 0 && saysEach(index, items[word]!);
  const between = (from: number, to: number): readonly Item[] => items.slice(from + 1, to);
  const isSplitByTime = group.grain !== null;
  const isUnfiltered = filters.length === 0;
  const isNarrowed = filters.every((one) => one.kind === 'value');
  if (split < share && share < metric)
    return isEach && isNarrowed && between(split, share).every(isQuiet) && between(share, metric).every(isBeside);
  if (isSplitByTime) return false;
  if (share < split && split < metric) {
    const isOf =
      between(share, word).every(isQuiet) && between(split, metric).some(({ classes }) => classes.has('prep'));
    return isEach && isOf && isUnfiltered && between(split, metric).every(isBeside);
  }
  const outOfAll = items.findIndex(({ classes }) => classes.has('outOfAll'));
  if (outOfAll >= 0) return isUnfiltered && outOfAll < metric && between(outOfAll, metric).every(isBeside);
  if (share < metric) {
    const said = between(share, metric);
    return isUnfiltered && said.every(isBeside) && said.some(isAll);
  }
  const rest = items.slice(share + 1).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  return metric < share && split < share && isNarrowed && rest.every(isBeside) && rest.some(isAll);
};

/** The same by what the share is of, with all its parts. */
const allParts = (sketch: Sketch): Sketch | null => {
  const part = sketch.filters.find(
    (filter) => filter.kind === 'value' && filter.mention.readings.some(({ kind }) => kind === 'value'),
  );
  if (part === undefined) return sketch.groups.length === 0 ? null : { ...sketch, isShare: false };
  const { mention } = part as { mention: Mention };
  const readings = mention.readings.flatMap((one): Mention['readings'] =>
    one.kind === 'value' ? [{ kind: 'dimension', dimension: one.dimension, cost: one.cost }] : [],
  );
  const group: Group = { mention: { ...mention, readings }, grain: null, by: 'by' };
  return {
    ...sketch,
    isShare: false,
    groups: [...sketch.groups, group],
    filters: sketch.filters.filter((one) => one !== part),
  };
};

/** `each department's share of sales`: after what it is split by, sales were taken for another of these, or for an order. */
const measuredLast = (sketch: Sketch): Sketch => {
  const { order, items, groups } = sketch;
  if (sketch.metrics.length + sketch.counted.length > 0 || order?.isDirected === true) return sketch;
  const share = items.findIndex(({ classes }) => classes.has('share'));
  const isOf = ({ item }: Mention): boolean => {
    const at = items.indexOf(item);
    return share >= 0 && at > share && items.slice(share + 1, at).every(isBeside);
  };
  if (order?.mention != null)
    return isOf(order.mention) ? { ...sketch, metrics: [order.mention], order: null } : sketch;
  const last = groups.at(-1)?.mention ?? null;
  if (groups.length < 2 || last === null || !isOf(last)) return sketch;
  const named = { ...last, readings: last.item.readings };
  const rest = { ...sketch, groups: groups.slice(0, -1) };
  if (hasKind(named, 'metric')) return { ...rest, metrics: [only(named, 'metric', 'entity')] };
  return hasKind(named, 'entity') ? { ...rest, counted: [only(named, 'entity')] } : sketch;
};

/** What to ask in the place of a share that the model has no metric for; `null` where no parts are named. */
export const partsOfWhole = (index: VocabularyIndex, whole: Sketch): NonNullable<Failure['instead']> | null => {
  const sketch = measuredLast(whole);
  const [group, ...more] = sketch.groups;
  const ask = 'There is no metric for that share. The parts can be shown with their shares of the total:';
  if (group !== undefined && more.length === 0 && saysOfWhole(index, sketch, group))
    return { ask, sketch: { ...sketch, isShare: false }, shares: 'sure' };
  const parts = allParts(sketch);
  return parts === null ? null : { ask, sketch: parts, shares: 'maybe' };
};

/** A condition on what is split by is one on the total too: its parts were not those of all. */
const narrowsParts = ({ filters, dimensions = [] }: SemanticQuery): boolean => {
  const names = dimensions.map(nameIn);
  return conditionsOf(filters).some((one) => !isCondition(one) || names.includes((one as Condition).member));
};

/** The draft with the shares of the total; beside it within each of two dimensions, where it may be any of these. */
export const withShares = (draft: Draft, isSure: boolean): readonly Draft[] => {
  const { query } = draft;
  const [metric, ...others] = query.metrics ?? [];
  const names = (query.dimensions ?? []).map(nameIn);
  if (metric === undefined || others.length > 0 || names.length === 0) return [];
  if (query.time?.compare !== undefined || narrowsParts(query)) return [];
  const whole: Draft = { ...draft, cost: draft.cost + 0.1, query: { ...query, shares: [{ metric }] } };
  if (isSure || names.length !== 2 || names[0] === names[1]) return [whole];
  return [whole, ...names.map((name) => ({ ...whole, query: { ...query, shares: [{ metric, within: [name] }] } }))];
};

/**
 * `as a share of the total`, of what was shown before. Where the total is not named and the metric is a part of something itself, it
 * is asked.
 */
export const asShare = (
  index: VocabularyIndex,
  { items, filters, groups, subjects }: Sketch,
  draft: Draft,
): Draft | Failure => {
  const [shared] = withShares(draft, true);
  if (shared === undefined || filters.length + groups.length + subjects.length > 0)
    return unclear('It is not clear of what that is to be the share.');
  const share = items.findIndex(({ classes }) => classes.has('share'));
  const metric = index.metrics.get(draft.query.metrics![0]!);
  const isSure = items.slice(share + 1).some(isAll) || (metric?.kind === 'measure' && !metric.isPart);
  return isSure ? shared : { ...shared, cost: shared.cost + toBeAsked };
};
