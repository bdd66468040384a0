/** Words that a model does not have, for things that it has: who bought has an order, a branch is a store. */
import type { Language } from './language.js';
import type { Reading } from './phrases.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const cost = 0.15;
const longest = 2;

type Nouns = ReadonlyMap<string, readonly string[]>;

/** The lists of a language, by stems. */
const lists = new WeakMap<Language, { readonly verbs: Nouns; readonly synonyms: Nouns }>();

const listsOf = (language: Language): { readonly verbs: Nouns; readonly synonyms: Nouns } => {
  let found = lists.get(language);
  if (found === undefined) {
    const stem = (phrase: string): string => phrase.split(' ').map(language.stem).join(' ');
    const byStem = (list: Readonly<Record<string, readonly string[]>>): Nouns =>
      new Map(Object.entries(list).map(([word, nouns]) => [stem(word), nouns.map(stem)]));
    found = { verbs: byStem(language.verbs), synonyms: byStem(language.synonyms) };
    lists.set(language, found);
  }
  return found;
};

export interface OtherWord {
  readonly length: number;
  readonly isVerb: boolean;
  readonly readings: readonly Reading[];
}

const labelOf = (one: Reading): string | null =>
  one.kind === 'entity'
    ? one.entity.label
    : one.kind === 'metric'
      ? one.metric.label
      : one.kind === 'dimension'
        ? one.dimension.label
        : null;

const first = (
  nouns: readonly string[],
  index: VocabularyIndex,
  said: string,
  kinds: readonly Reading['kind'][],
): readonly Reading[] => {
  for (const noun of nouns) {
    const readings = index
      .lookUp(noun)
      .filter((one) => kinds.includes(one.kind) && !(one.kind === 'entity' && one.via !== undefined))
      .map((one): Reading => {
        const form = one.kind === 'event' ? said : noun;
        const label = labelOf(one);
        return {
          ...one,
          cost: cost + one.cost,
          form,
          ...(label !== null && { note: `"${said}" was taken as ${label}.` }),
        };
      });
    if (readings.length > 0) return readings;
  }
  return [];
};

/**
 * What a word is for: the rows that a verb tells of, or the time of the event; the thing of another word. Of its nouns the first
 * that the model has.
 * @param words of the question, in lower case, from the place where it may begin
 */
export const readOtherWord = (words: readonly string[], index: VocabularyIndex): OtherWord | null => {
  const { language } = index;
  const { verbs, synonyms } = listsOf(language);
  for (let length = Math.min(longest, words.length); length > 0; length -= 1) {
    const stems = words.slice(0, length).map(language.stem).join(' ');
    // What the model itself calls so is meant.
    if (index.lookUp(stems).length > 0) return null;
    const said = words.slice(0, length).join(' ');
    const done = first(verbs.get(stems) ?? [], index, said, ['entity', 'event']);
    if (done.length > 0) return { length, isVerb: true, readings: done };
    const same = first(synonyms.get(stems) ?? [], index, said, ['entity', 'metric', 'dimension']);
    if (same.length > 0) return { length, isVerb: false, readings: same };
  }
  return null;
};
