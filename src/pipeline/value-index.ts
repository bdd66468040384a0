/** Values of dimensions, found by what people call them: the very words, other inflections, small misspellings. */
import { LRUCache } from 'lru-cache';
import type { ValueMatch } from '../../core/plugin/llm.js';

/** Letters and digits of every script, in lower case and without accents; all else is one space. */
export const plainWords = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** `shoe` and `shoes` are one, and `berry` and `berries`. */
const stem = (words: string): string =>
  words.replace(/(\p{L}{2,})ies(?= |$)/gu, '$1y').replace(/(\p{L}{3,}?)(?:es|e|s)(?= |$)/gu, '$1');

interface Entry {
  readonly dimension: string;
  readonly value: string;
  readonly words: string;
}

export interface ValueIndex {
  find(phrase: string, limit: number): readonly ValueMatch[];
}

/** How many letters may be wrong. */
const slack = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2);

const digitsOf = (words: string): string => words.replace(/\P{N}+/gu, ' ').trim();

/** Whether two words are within so many single edits (insertion, deletion, change, swap of neighbours). */
const isWithin = (a: string, b: string, most: number): boolean => {
  if (Math.abs(a.length - b.length) > most) return false;
  let previous: number[] = [];
  let current = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const before = previous;
    previous = current;
    current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      current.push(best);
      least = Math.min(least, best);
    }
    if (least > most) return false;
  }
  return current[b.length]! <= most;
};

const push = <K>(map: Map<K, Entry[]>, key: K, entry: Entry): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, [entry]);
  else known.push(entry);
};

export const createValueIndex = (
  values: readonly { readonly dimension: string; readonly values: readonly string[] }[],
): ValueIndex => {
  const exact = new Map<string, Entry[]>();
  const stems = new Map<string, Entry[]>();
  const byLength = new Map<number, Entry[]>();
  const byWord = new Map<string, Entry[]>();
  for (const { dimension, values: all } of values) {
    for (const value of all) {
      const words = plainWords(value);
      if (words === '') continue;
      const entry = { dimension, value, words };
      push(exact, words, entry);
      push(stems, stem(words), entry);
      push(byLength, words.length, entry);
      const parts = words.split(' ');
      if (parts.length > 1) for (const part of new Set(parts)) push(byWord, part, entry);
    }
  }
  const known = new LRUCache<string, readonly ValueMatch[]>({ max: 1_000 });
  const look = (words: string): readonly ValueMatch[] => {
    const found = new Map<Entry, number>();
    const add = (entries: readonly Entry[] = [], score: number): void => {
      for (const entry of entries) if ((found.get(entry) ?? 0) < score) found.set(entry, score);
    };
    add(exact.get(words), 1);
    add(stems.get(stem(words)), 0.95);
    const most = slack(words.length);
    // Another number is no slip: it is another one of the same series.
    const digits = digitsOf(words);
    if (found.size === 0 && most > 0) {
      for (let length = words.length - most; length <= words.length + most; length += 1) {
        for (const entry of byLength.get(length) ?? []) {
          if (digitsOf(entry.words) === digits && isWithin(words, entry.words, most))
            add([entry], (85 - 5 * Math.abs(words.length - length)) / 100);
        }
      }
    }
    // The phrase is some of the words of a value, all of them in it.
    const parts = words.split(' ');
    const [first = '', ...others] = parts;
    const holding = (byWord.get(first) ?? []).filter(({ words: whole }) =>
      others.every((part) => ` ${whole} `.includes(` ${part} `)),
    );
    for (const entry of holding) add([entry], Math.max(0.3, (0.75 * words.length) / entry.words.length));
    return [...found]
      .map(([{ dimension, value }, score]) => ({ dimension, value, score }))
      .sort((a, b) => b.score - a.score || (a.dimension < b.dimension ? -1 : 1) || (a.value < b.value ? -1 : 1))
      .slice(0, 50);
  };
  return {
    find: (phrase, limit) => {
      const words = plainWords(phrase);
      if (words === '') return [];
      let matches = known.get(words);
      if (matches === undefined) {
        matches = look(words);
        known.set(words, matches);
      }
      return matches.slice(0, limit);
    },
  };
};
