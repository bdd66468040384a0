/** What somebody did, in a word of its own that the model does not have: who bought has an order. */
import type { Language } from './language.js';
import type { Reading } from './phrases.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const cost = 0.15;
const longest = 2;

/** Verbs of a language by their stems, each with the nouns of what is done. */
const stemsOfVerbs = new WeakMap<Language, ReadonlyMap<string, readonly string[]>>();

const verbsOf = (language: Language): ReadonlyMap<string, readonly string[]> => {
  let found = stemsOfVerbs.get(language);
  if (found === undefined) {
    const stem = (phrase: string): string => phrase.split(' ').map(language.stem).join(' ');
    found = new Map(Object.entries(language.verbs).map(([verb, nouns]) => [stem(verb), nouns.map(stem)]));
    stemsOfVerbs.set(language, found);
  }
  return found;
};

export interface VerbPhrase {
  readonly length: number;
  readonly readings: readonly Reading[];
}

/**
 * The rows that a verb tells of, or the time of the event: of its nouns the first that the model has.
 * @param words of the question, in lower case, from the place where the verb may begin
 */
export const readVerb = (words: readonly string[], index: VocabularyIndex): VerbPhrase | null => {
  const { language } = index;
  const verbs = verbsOf(language);
  for (let length = Math.min(longest, words.length); length > 0; length -= 1) {
    const stems = words.slice(0, length).map(language.stem).join(' ');
    const nouns = verbs.get(stems);
    if (nouns === undefined) continue;
    const said = words.slice(0, length).join(' ');
    // What the model itself calls so is meant.
    if (index.lookUp(stems).length > 0) return null;
    for (const noun of nouns) {
      const readings = index.lookUp(noun).flatMap((one): Reading[] => {
        if (one.kind === 'entity' && one.via === undefined)
          return [{ ...one, cost: cost + one.cost, form: noun, note: `"${said}" was taken as ${one.entity.label}.` }];
        return one.kind === 'event' ? [{ ...one, cost: cost + one.cost, form: said }] : [];
      });
      if (readings.length > 0) return { length, readings };
    }
  }
  return null;
};
