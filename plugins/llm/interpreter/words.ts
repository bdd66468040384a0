/** Tokens with what they may be the forms of: clitics taken apart, slips of the fingers corrected. */
import { type Language, plainWordsOf } from './language.js';
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
  const stem = language.stem(token.norm);
  if (language.known.has(token.norm) || plainWordsOf(language).has(language.singular(token.norm))) return true;
  if (index.hasStem(stem) || Object.hasOwn(language.verbs, stem)) return true;
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
/** Of words that are near, as many as may stand for one that only a longer name tells. */
const mostWeak = 5;
/** Parts of words that were written together. */
const shortestPart = 3;

interface Part {
  readonly norm: string;
  readonly cost: number;
}

/** What a part of a word may be: itself where it is known, else the one word of a name that it is a slip of. */
const partOf = (text: string, index: VocabularyIndex): Part | null => {
  const { language } = index;
  if (language.known.has(text) || index.hasStem(language.stem(text))) return { norm: text, cost: 0 };
  if (text.length < 5) return null;
  const near = index.forms.nearest(text);
  return near.length === 1 ? { norm: near[0]!.word, cost: 1 } : null;
};

/** `lastmonth`, `ticketcount`: two words that are one phrase, of the grammar, of times or of the model, and in one way only. */
const splitTogether = (token: Token, index: VocabularyIndex): readonly [string, string] | null => {
  const { language } = index;
  const { units, last, this: now, next, past } = language.time;
  const all = Object.values(units).flat();
  const isPhrase = (a: string, b: string): boolean =>
    index.lookUp(`${language.stem(a)} ${language.stem(b)}`).length > 0 ||
    language.phrases.has(`${a} ${b}`) ||
    ([last, now, next, past].some((words) => words.includes(a)) && all.includes(b));
  const found: { readonly words: readonly [string, string]; readonly cost: number }[] = [];
  for (let at = shortestPart; at <= token.norm.length - shortestPart; at += 1) {
    const [a, b] = [partOf(token.norm.slice(0, at), index), partOf(token.norm.slice(at), index)];
    if (a !== null && b !== null && a.cost + b.cost < 2 && isPhrase(a.norm, b.norm))
      found.push({ words: [a.norm, b.norm], cost: a.cost + b.cost });
  }
  const least = Math.min(...found.map(({ cost }) => cost));
  const best = found.filter(({ cost }) => cost === least);
  return best.length === 1 ? best[0]!.words : null;
};

/** Stems of names that a word is a fumbled form of; those of the grammar among them make it unsure. */
const fumbledNames = (token: Token, index: VocabularyIndex): readonly string[] => {
  const { language, forms } = index;
  const written = new Set([token.norm, language.singular(token.norm)]);
  return [...new Set([...written].flatMap((one) => forms.fumbled(one)).map(({ word }) => language.stem(word)))];
};

const correct = (token: Token, index: VocabularyIndex): readonly Word[] => {
  const { language } = index;
  const stem = language.stem(token.norm);
  const to = (norm: string, stems: readonly string[]): Word => ({
    ...token,
    norm,
    stems,
    correction: { from: token.text, to: norm },
  });
  const spelling = grammarSpelling(language);
  const near = spelling.nearest(token.norm);
  const [grammar, ...others] = near.length > 0 ? near : spelling.fumbled(token.norm);
  const names = index.spelling.nearest(stem);
  const nearest = names[0]?.distance ?? Number.POSITIVE_INFINITY;
  const fumbled = names.length > 0 ? [] : fumbledNames(token, index);
  const isOther = fumbled.some((one) => grammar === undefined || one !== language.stem(grammar.word));
  if (
    grammar !== undefined &&
    others.length === 0 &&
    !isOther &&
    (grammar.distance < nearest || (grammar.distance === nearest && names[0]!.word === language.stem(grammar.word)))
  ) {
    return [to(grammar.word, [language.stem(grammar.word)])];
  }
  if (names.length > 0 && names.length <= 3)
    return [
      {
        ...token,
        stems: names.map(({ word }) => word),
        correction: { from: token.text, to: names[0]!.word },
      },
    ];
  if (fumbled.length === 1 && grammar === undefined)
    return [{ ...token, stems: fumbled, correction: { from: token.text, to: fumbled[0]! } }];
  if (names.length + fumbled.length > 0 || grammar !== undefined)
    return [{ ...token, stems: [stem], correction: null }];
  const parts = splitTogether(token, index);
  if (parts !== null) {
    const correction = { from: token.text, to: parts.join(' ') };
    return parts.map((norm): Word => ({ ...token, norm, text: norm, stems: [language.stem(norm)], correction }));
  }
  // Too short to be told by itself: only as a part of a longer name.
  const weak = token.norm.length > 5 ? [] : index.forms.oneSlip(token.norm);
  return [
    {
      ...token,
      stems: [stem],
      correction: null,
      ...(weak.length > 0 && weak.length <= mostWeak && { weak }),
    },
  ];
};

export const readWords = (tokens: readonly Token[], index: VocabularyIndex): readonly Word[] => {
  const { language } = index;
  let corrected = 0;
  // Words are written twice in some languages to say that there are many.
  const split = splitClitics(tokens, index).filter(
    (token, at, all) => token.kind !== 'word' || at === 0 || token.norm !== all[at - 1]!.norm,
  );
  return split.flatMap((token): readonly Word[] => {
    if (token.kind === 'quoted') {
      const stems = token.norm.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
      const kept = stems.filter((word) => !language.inPhrases.includes(word));
      return [{ ...token, stems: [(kept.length > 0 ? kept : stems).map(language.stem).join(' ')], correction: null }];
    }
    if (isKnown(token, index) || corrected >= mostCorrected)
      return [{ ...token, stems: [language.stem(token.norm)], correction: null }];
    corrected += 1;
    return correct(token, index);
  });
};
