/** Names of the model that are like a word that nobody knows. */
import type { VocabularyIndex } from './vocabulary-index.js';
import { stemsOf } from './phrases.js';

const trigrams = (word: string): ReadonlySet<string> => {
  const padded = ` ${word} `;
  return new Set(Array.from({ length: Math.max(0, padded.length - 2) }, (_, at) => padded.slice(at, at + 3)));
};

const alike = (one: ReadonlySet<string>, other: ReadonlySet<string>): number => {
  let common = 0;
  for (const part of one) if (other.has(part)) common += 1;
  return (2 * common) / (one.size + other.size);
};

type Stems = ReadonlyMap<string, { readonly parts: ReadonlySet<string>; readonly names: readonly string[] }>;

const kept = new WeakMap<VocabularyIndex, Stems>();
/** Of a word that hundreds of things share, a few stand for all. */
const mostOfOne = 5;

const stemsIn = (index: VocabularyIndex): Stems => {
  let stems = kept.get(index);
  if (stems === undefined) {
    const found = new Map<string, { parts: ReadonlySet<string>; names: string[] }>();
    const { metrics, dimensions } = index.vocabulary;
    for (const { name, label, synonyms } of [...metrics, ...dimensions]) {
      for (const stem of new Set([label, ...synonyms].flatMap((phrase) => stemsOf(phrase, index.language)))) {
        const known = found.get(stem);
        if (known === undefined) found.set(stem, { parts: trigrams(stem), names: [name] });
        else if (known.names.length < mostOfOne) known.names.push(name);
      }
    }
    stems = found;
    kept.set(index, stems);
  }
  return stems;
};

/** @param words at most a handful: each is compared with all words of names */
export const nearNames = (index: VocabularyIndex, words: readonly string[]): readonly string[] => {
  const wanted = words.slice(0, 4).map((word) => trigrams(index.language.stem(word.toLowerCase())));
  const best = new Map<string, number>();
  for (const { parts, names } of stemsIn(index).values()) {
    const score = Math.max(0, ...wanted.map((one) => alike(one, parts)));
    if (score < 0.5) continue;
    for (const name of names) best.set(name, Math.max(score, best.get(name) ?? 0));
  }
  return [...best]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 5)
    .map(([name]) => name);
};
