/** Names of metrics whose words stand apart in a question: `how many units did we sell`. */
import type { Item } from './items.js';
import { type Reading, stemsOf, wordsOfName } from './phrases.js';
import type { VocabularyIndex } from './vocabulary-index.js';

interface Phrase {
  readonly stems: readonly string[];
  readonly reading: Reading;
}

const kept = new WeakMap<VocabularyIndex, ReadonlyMap<string, readonly Phrase[]>>();
/** A word that more phrases have than this does not tell which of them is meant. */
const mostPhrases = 50;

/** Phrases of two or three words, by each of their words. */
const phrasesOf = (index: VocabularyIndex): ReadonlyMap<string, readonly Phrase[]> => {
  let found = kept.get(index);
  if (found === undefined) {
    const made = new Map<string, Phrase[]>();
    for (const metric of index.vocabulary.metrics) {
      for (const name of [wordsOfName(metric.name), metric.label, ...metric.synonyms]) {
        const stems = [...new Set(stemsOf(name, index.language))];
        if (stems.length < 2 || stems.length > 3) continue;
        for (const stem of stems) {
          const phrase = { stems, reading: { kind: 'metric', metric, cost: 0.1 } } as const;
          made.set(stem, [...(made.get(stem) ?? []), phrase]);
        }
      }
    }
    found = made;
    kept.set(index, made);
  }
  return found;
};

const silent = new Set(['filler'] as const);

/** `winter gear`: another word for what the value before it is one of. */
const isKindOf = (item: Item, before: Item | undefined): boolean => {
  if (item.note === undefined || before === undefined || before.to !== item.from) return false;
  const kinds = item.readings.flatMap((one) => (one.kind === 'entity' ? [one.entity.name] : []));
  const values = before.readings.filter((one) => one.kind === 'value');
  return values.length > 0 && values.every((one) => one.kind === 'value' && kinds.includes(one.dimension.entity));
};

/** `business class`, where the dimension is the cabin class: a part of its name after one of its values. */
const isPartOfName = (item: Item, before: Item | undefined, index: VocabularyIndex): boolean => {
  if (isKindOf(item, before)) return true;
  if (!item.isUnknown || before === undefined || before.to !== item.from) return false;
  const stem = index.language.stem(item.text.toLowerCase());
  const values = before.readings.filter((one) => one.kind === 'value');
  const isIn = (text: string): boolean => stemsOf(text, index.language).includes(stem);
  return (
    values.length > 0 &&
    values.every((one) => {
      if (one.kind !== 'value') return false;
      const entity = index.entities.get(one.dimension.entity);
      // `emergency stays`, where admissions are hospital stays.
      return isIn(wordsOfName(one.dimension.name)) || (entity?.synonyms.some(isIn) ?? false);
    })
  );
};

/**
 * A word that is unknown by itself, and a part of one metric's name whose other words are in the question too, is that metric;
 * the other words have then been said.
 */
export const nameScattered = (found: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const currency = index.vocabulary.currency;
  const isOwnCurrency = ({ isUnknown, text }: Item): boolean =>
    isUnknown && currency !== null && index.language.currencies[text.toLowerCase()] === currency;
  const items = found.map((item, at) =>
    isOwnCurrency(item) || isPartOfName(item, found[at - 1], index)
      ? { ...item, isUnknown: false, readings: [], classes: silent }
      : item,
  );
  const unknown = items.findIndex(
    ({ isUnknown, text }) => isUnknown && index.hasStem(index.language.stem(text.toLowerCase())),
  );
  if (unknown < 0) return items;
  const stem = index.language.stem(items[unknown]!.text.toLowerCase());
  const phrases = phrasesOf(index).get(stem) ?? [];
  if (phrases.length > mostPhrases) return items;
  const others = ({ stems }: Phrase): readonly number[] =>
    stems
      .filter((one) => one !== stem)
      .map((one) =>
        items.findIndex(
          (item) =>
            (item.stems.length === 1 && item.stems[0] === one) ||
            (item.classes.size > 0 && item.stems.length === 0 && index.language.stem(item.text.toLowerCase()) === one),
        ),
      );
  const whole = phrases.filter((phrase) => others(phrase).every((at) => at >= 0));
  const metrics = new Set(whole.map(({ reading }) => (reading.kind === 'metric' ? reading.metric.name : '')));
  const [phrase] = whole;
  if (phrase === undefined || metrics.size !== 1) return items;
  const said = new Set(others(phrase));
  return items.map((item, at) => {
    if (at === unknown) return { ...item, isUnknown: false, readings: [phrase.reading], stems: phrase.stems };
    return said.has(at) ? { ...item, classes: silent, readings: [] } : item;
  });
};
