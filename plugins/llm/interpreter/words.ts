/** Tokens with what they may be the forms of: clitics taken apart, slips of the fingers corrected. */
import type { Language } from './language.js';
import type { Word } from './items.js';
import { SpellingIndex } from './spelling.js';
import type { Token } from './tokens.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const grammars = new WeakMap<Language, SpellingIndex>();

/** Words of the grammar that are long enough to be told from others when they are misspelt. */
const grammarSpelling = (language: Language): SpellingIndex => {
  let index = grammars.get(language);
  if (index === undefined) {
    index = new SpellingIndex();
    const plain = new Set(language.plainWords.split(' '));
    const { months, weekdays, units, grains, ...rest } = language.time;
    const time = [
      ...[months, weekdays].flatMap(Object.keys),
      ...[units, grains].flatMap((lists) => Object.values(lists).flat()),
      ...Object.values(rest).flatMap((list) => (Array.isArray(list) ? (list as string[]) : [])),
    ];
    for (const phrase of [...language.phrases.keys(), ...time]) {
      for (const word of phrase.split(' '))
        if (word.length >= 4 && (!plain.has(word) || time.includes(word))) index.add(word);
    }
    grammars.set(language, index);
  }
  return index;
};

/** Forms that are no word of the grammar but no mistake either. */
const isKnown = (token: Token, index: VocabularyIndex): boolean => {
  const { language } = index;
  if (token.kind !== 'word' || token.norm.length < 4) return true;
  if (language.known.has(token.norm) || index.hasStem(language.stem(token.norm))) return true;
  return /\d/.test(token.norm);
};

const splitClitics = (tokens: readonly Token[], index: VocabularyIndex): readonly Token[] => {
  const { language } = index;
  if (language.clitics.length === 0) return tokens;
  const means = (word: string): boolean => language.known.has(word) || index.hasStem(language.stem(word));
  return tokens.flatMap((token) => {
    if (token.kind !== 'word' || language.known.has(token.norm) || index.hasStem(language.stem(token.norm)))
      return [token];
    for (const [clitic, word] of language.clitics) {
      const rest = token.norm.slice(clitic.length);
      if (!token.norm.startsWith(clitic) || rest.length < 2 || !means(rest)) continue;
      const parts = word.split(' ').filter((part) => part !== '');
      return [...parts.map((norm) => ({ ...token, norm, text: norm })), { ...token, norm: rest, text: rest }];
    }
    return [token];
  });
};

/** A few: a question of nothing but unknown words is not read at any rate. */
const mostCorrected = 12;

export const readWords = (tokens: readonly Token[], index: VocabularyIndex): readonly Word[] => {
  const { language } = index;
  let corrected = 0;
  // Words are written twice in some languages to say that there are many.
  const split = splitClitics(tokens, index).filter(
    (token, at, all) => token.kind !== 'word' || at === 0 || token.norm !== all[at - 1]!.norm,
  );
  return split.map((token): Word => {
    if (token.kind === 'quoted') {
      const stems = token.norm.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
      const kept = stems.filter((word) => !language.inPhrases.includes(word));
      return { ...token, stems: [(kept.length > 0 ? kept : stems).map(language.stem).join(' ')], correction: null };
    }
    const stem = language.stem(token.norm);
    if (isKnown(token, index) || corrected >= mostCorrected) return { ...token, stems: [stem], correction: null };
    corrected += 1;
    const [grammar, ...others] = grammarSpelling(language).nearest(token.norm);
    const names = index.spelling.nearest(stem);
    const nearest = names[0]?.distance ?? Number.POSITIVE_INFINITY;
    if (
      grammar !== undefined &&
      others.length === 0 &&
      (grammar.distance < nearest || (grammar.distance === nearest && names[0]!.word === language.stem(grammar.word)))
    ) {
      return {
        ...token,
        norm: grammar.word,
        stems: [language.stem(grammar.word)],
        correction: { from: token.text, to: grammar.word },
      };
    }
    if (names.length === 0 || names.length > 3) return { ...token, stems: [stem], correction: null };
    return { ...token, stems: names.map(({ word }) => word), correction: { from: token.text, to: names[0]!.word } };
  });
};
