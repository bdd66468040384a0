/** `Out of all 2026 revenue, how much …, as a percentage`: the words before say only that it is a part of the whole. */
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const classes: ReadonlySet<WordClass> = new Set<WordClass>(['filler', 'outOfAll']);

export const readOutOfAll = (items: readonly Item[], { language }: VocabularyIndex): readonly Item[] => {
  const phrases = language.words.outOfAll ?? [];
  if (!items.some((item) => item.classes.has('share'))) return items;
  for (const [at, first] of items.entries()) {
    let said = '';
    for (let end = at; end < items.length && said.length < 40; end += 1) {
      said = `${said} ${items[end]!.text.toLowerCase()}`.trim();
      if (!phrases.includes(said)) continue;
      const quiet: Item = {
        ...first,
        ...{ to: items[end]!.to, text: said, classes, readings: [], isUnknown: false, grain: null, time: null },
      };
      return [...items.slice(0, at), quiet, ...items.slice(end + 1)];
    }
  }
  return items;
};
