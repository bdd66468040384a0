/**
 * `germans`, `french guests`: people and things by where they are from. Where a model has such a word for a value of another
 * kind, a language, either may be meant.
 */
import type { Item } from './items.js';
import { type Reading, stemsOf } from './phrases.js';
import { isNoun } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const byWord = new WeakMap<object, ReadonlyMap<string, readonly string[]>>();

/** Places by the stem of the word for who is from there. */
const placesOf = ({ language }: VocabularyIndex): ReadonlyMap<string, readonly string[]> => {
  let found = byWord.get(language.demonyms);
  if (found === undefined) {
    found = new Map(Object.entries(language.demonyms).map(([word, places]) => [language.stem(word), places]));
    byWord.set(language.demonyms, found);
  }
  return found;
};

const valuesOf = (place: string, index: VocabularyIndex): readonly Reading[] =>
  index.lookUp(stemsOf(place, index.language).join(' ')).filter(({ kind }) => kind === 'value');

/** The readings of one word with those of the place added; as it was where it says something else, or no place is known. */
const withPlace = (item: Item, beside: Item | undefined, index: VocabularyIndex): Item => {
  const isSaid = item.readings.length > 0;
  // `orders by austrians` are those of people, and not of the shops that are there: only what is said of a name is sure.
  if (!isSaid && (!isNoun(beside) || beside!.from !== item.to)) return item;
  if (item.to - item.from > 1 || item.corrections.length > 0 || (!isSaid && !item.isUnknown)) return item;
  if (item.readings.some(({ kind }) => kind !== 'value')) return item;
  const places = placesOf(index).get(index.language.stem(item.text.toLowerCase())) ?? [];
  const [place] = places.filter((one) => valuesOf(one, index).length > 0);
  if (place === undefined) return item;
  const known = new Set(item.readings.flatMap((one) => (one.kind === 'value' ? [one.dimension.name] : [])));
  const note = `"${item.text}" was taken as ${place}.`;
  const own = item.readings.map(({ cost }) => cost);
  const added = valuesOf(place, index)
    .filter((one) => one.kind !== 'value' || !known.has(one.dimension.name))
    .map((one): Reading => (isSaid ? { ...one, cost: Math.min(...own) } : { ...one, cost: one.cost + 0.1 }));
  if (added.length === 0) return item;
  const stems = isSaid ? item.stems : stemsOf(place, index.language);
  return { ...item, stems, readings: [...item.readings, ...added], isUnknown: false, ...(!isSaid && { note }) };
};

export const nameByPlace = (items: readonly Item[], index: VocabularyIndex): readonly Item[] =>
  items.map((item, at) => withPlace(item, items[at + 1], index));
