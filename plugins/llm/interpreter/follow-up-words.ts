/** What goes before a question that goes on from another one, and what it says of how. */
import type { FollowUpWords } from './is-follow-up.js';
import type { Language, WordClass } from './language.js';
import type { Token } from './tokens.js';

/** Words that begin a follow-up and mean something in it all the same. */
const meant: readonly WordClass[] = ['not', 'without', 'by', 'top', 'bottom', 'compare', 'share', 'sort', 'list'];

const phraseAt = (tokens: readonly Token[], from: number, language: Language, one: WordClass): number => {
  let key = '';
  let longest = 0;
  for (let to = from + 1; to <= Math.min(tokens.length, from + language.longestPhrase); to += 1) {
    key = key === '' ? tokens[to - 1]!.norm : `${key} ${tokens[to - 1]!.norm}`;
    const isMeant = language.phrases.get(key)?.some((other) => meant.includes(other)) ?? false;
    if (!isMeant && language.asides.get(key)?.includes(one)) longest = to - from;
  }
  return longest;
};

export interface FollowUpStart extends FollowUpWords {
  /** The tokens that are left. */
  readonly rest: readonly Token[];
}

export const readFollowUpWords = (tokens: readonly Token[], language: Language): FollowUpStart => {
  const has = (one: WordClass): boolean => tokens.some((_, at) => phraseAt(tokens, at, language, one) > 0);
  const endsWith = (one: WordClass): boolean => {
    const words = tokens.filter(({ kind }) => kind !== 'mark');
    return words.some(
      (_, at) =>
        at > 0 && at + phraseAt(words, at, language, one) === words.length && phraseAt(words, at, language, one) > 0,
    );
  };
  let start = 0;
  for (;;) {
    const length = phraseAt(tokens, start, language, 'followUp');
    if (length === 0) break;
    start += length;
  }
  return {
    rest: tokens.slice(start),
    starts: start > 0,
    isInstead: has('instead'),
    isAddition: has('addition'),
    isOnly: has('onlyWord'),
    pointsBack: has('pointing'),
    asksOfAll: endsWith('wasThat'),
    isOfAll: has('allTogether'),
  };
};
