/** `the three best products of each department`: the first rows of each group, where the words say of each of what. */
import type { SemanticQuery } from 'datamind/contract';
import type { Draft, Option } from './draft.js';
import type { Item } from './items.js';
import type { Group, Sketch } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

type Groups = readonly Group[];

export const itemOf = ({ items }: Sketch, { mention, grain }: Group): Item | undefined =>
  mention?.item ?? items.find((item) => item.grain === grain && item.time === null);

export const isQuiet = ({ classes, readings, amount }: Item): boolean =>
  readings.length === 0 && amount === null && classes.has('filler');

/** What stands before a name, articles left out. */
const before = (items: readonly Item[], at: number): number =>
  items.slice(0, at).findLastIndex((item) => !isQuiet(item));

const after = (items: readonly Item[], at: number): number =>
  items.findIndex((item, place) => place > at && !isQuiet(item));

/**
 * What is measured says only by what is ranked: `by revenue`, `the highest revenue`, `sold the most`. `revenue of the top 3 in each`
 * is that of the same three everywhere, or of others in each: it does not say.
 */
const isOfRank = ({ items, rank, metrics, counted }: Sketch): boolean =>
  [...metrics, ...counted].every(({ item }) => {
    const at = items.indexOf(item);
    const word = before(items, at);
    const isMost = rank?.count === null && items[rank.at]!.classes.has('extreme');
    return items[word]?.classes.has('by') === true || word === rank?.at || (isMost && after(items, at) === rank.at);
  });

/** What is more than a choice of rows. */
const isMore = (sketch: Sketch): boolean =>
  sketch.isCount ||
  sketch.isOverTime ||
  sketch.isShare ||
  sketch.isGrowth ||
  sketch.isCompared ||
  sketch.aggregates.length > 0 ||
  sketch.previous !== null ||
  sketch.times.length > 1;

/** `of each department`, `every month`. */
export const saysEach = ({ language }: VocabularyIndex, { text, classes }: Item): boolean =>
  classes.has('by') &&
  text
    .toLowerCase()
    .split(' ')
    .some((word) => language.time.each.includes(word));

/** Of each of these something is asked for: there is no first one among them. */
export const isOfEach = (index: VocabularyIndex, sketch: Sketch, group: Group): boolean => {
  const item = itemOf(sketch, group);
  const said = item === undefined ? undefined : sketch.items[before(sketch.items, sketch.items.indexOf(item))];
  return group.by === 'by' && said !== undefined && saysEach(index, said);
};

/**
 * The group of each of which the first are asked for. `each` says so wherever it stands; `per` may be of the measure (`by revenue
 * per store`), unless it stands right after what is ranked, or before all of it.
 */
export const eachOf = (index: VocabularyIndex, sketch: Sketch, groups: Groups, subject: Group): Group | null => {
  const others = groups.filter((group) => group !== subject);
  const [other] = others;
  const { items, rank } = sketch;
  const own = itemOf(sketch, subject);
  const item = other === undefined ? undefined : itemOf(sketch, other);
  if (others.length !== 1 || other!.by !== 'by' || other!.isEnd === true || rank === null) return null;
  if (own === undefined || item === undefined || own === item) return null;
  if (isMore(sketch) || !isOfRank(sketch)) return null;
  const word = before(items, items.indexOf(item));
  const said = items[word];
  if (said === undefined || !said.classes.has('by') || subject.by === 'by') return null;
  const isEach = saysEach(index, said);
  const isPer = said.classes.has('per') && (before(items, word) === items.indexOf(own) || word < rank.at);
  return isEach || isPer ? other! : null;
};

/** Where the options of a group stand: each set of metrics is one slot, and comes first. */
const namesIn = (slot: readonly Option[]): ReadonlySet<string> =>
  new Set(slot.flatMap(({ dimensions = [] }) => dimensions.map(({ name }) => name)));

/**
 * The draft with so many rows of each; `null` where it cannot be told by which of its columns.
 * @param each the slot of what there are some of each of
 * @param subject the slot of what these are
 */
export const firstOfEach = (
  draft: Draft,
  count: number,
  each: readonly Option[],
  subject: readonly Option[],
): Draft | null => {
  const [ofEach, ofSubject] = [namesIn(each), namesIn(subject)];
  const columns = (draft.query.dimensions ?? [])
    .map((one) => (typeof one === 'string' ? one : one.name))
    .filter((name) => ofEach.has(name) && !ofSubject.has(name));
  if (columns.length === 0) return null;
  const { limit: _, ...query } = draft.query;
  const order: SemanticQuery['order'] = [...columns.map((by) => ({ by })), ...(query.order ?? [])];
  return { ...draft, query: { ...query, order, limit_per: { dimensions: columns, limit: count } } };
};
