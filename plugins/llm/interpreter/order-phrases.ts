/** Orders in the words of ranks, made of what a language has for both. */
import { keyOf, type LanguageFile, type WordClass } from './language.js';

/**
 * Orders that are said with the words of ranks: `worst first`, `sorted from weakest to strongest`, `sort by the smallest`. Of those
 * that are phrases of their own nothing is made.
 */
export const orderPhrases = (
  { words, orderFirst, orderFrom, orderTo }: LanguageFile,
  known: ReadonlyMap<string, readonly WordClass[]>,
): ReadonlyMap<string, WordClass[]> => {
  const found = new Map<string, WordClass[]>();
  const put = (phrase: string, ...classes: readonly WordClass[]): void => {
    const key = keyOf(phrase);
    if (!known.has(key)) found.set(key, [...classes]);
  };
  const ends = [
    { own: words.top ?? [], other: words.bottom ?? [], to: 'descending' },
    { own: words.bottom ?? [], other: words.top ?? [], to: 'ascending' },
  ] as const;
  for (const { own, other, to } of ends) {
    for (const word of own.filter((one) => !one.includes(' '))) {
      for (const first of orderFirst) put(`${word} ${first}`, to);
      for (const from of orderFrom) {
        put(`${from} ${word}`, to, 'sort');
        for (const last of other.filter((one) => !one.includes(' ')))
          put(`${from} ${word} ${orderTo} ${last}`, to, 'sort');
      }
    }
  }
  return found;
};
