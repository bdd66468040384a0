/** `Which cities do our members live in? top 10 with counts`: how many there are of what is split. */
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import { hasKind } from './sketch-state.js';

const silent: ReadonlySet<WordClass> = new Set(['filler']);
const howMany: ReadonlySet<WordClass> = new Set(['howMany']);

const splitting: readonly WordClass[] = ['by', 'which'];

/** Whether it is what something is split by. */
const isSplitter = (items: readonly Item[], at: number): boolean => {
  const before = items.slice(0, at).findLast(({ classes, readings }) => !classes.has('filler') || readings.length > 0);
  return before !== undefined && splitting.some((one) => before.classes.has(one));
};

export const readCountsAsked = (items: readonly Item[]): readonly Item[] => {
  const asked = items.find(({ classes }) => classes.has('withCounts'));
  if (asked === undefined) return items;
  const isCount = (item: Item): boolean =>
    item.classes.has('howMany') ||
    item.readings.some((one) => one.kind === 'metric' && one.metric.aggregation?.startsWith('count') === true);
  if (items.some(isCount)) return items.map((one) => (one === asked ? { ...one, classes: silent } : one));
  if (items.some((item) => hasKind(item, 'metric')) || !items.some((_, at) => isSplitter(items, at))) return items;
  const others = items.filter((_, at) => !isSplitter(items, at));
  const nouns = others.filter((item) => hasKind(item, 'entity'));
  const found = nouns.length > 0 ? nouns : others.filter((item) => hasKind(item, 'segment', 'value'));
  const [counted, ...more] = found;
  if (counted === undefined || more.length > 0) return items;
  const word: Item = { ...asked, classes: howMany };
  return items.flatMap((one) => (one === asked ? [] : one === counted ? [word, one] : [one]));
};
