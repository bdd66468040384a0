/**
 * Finds texts by words, by BM25 (Robertson and Zaragoza, 2009): rare words say more than common ones, a word in a short text more
 * than in a long one. What a word counts in a text is computed when the index is made, so that asking only adds up.
 */
import { bestOf, type Scored } from './best-of.js';

/** Words in lower case, without accents and the commonest endings. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1)
    .map((word) => (word.length > 4 ? word.replace(/(?:ing|ies|ed|es|s)$/, '') : word.replace(/s$/, '')));

export interface Worded {
  /** What it is called: counts most. */
  readonly names: readonly string[];
  /** What is said of it. */
  readonly texts: readonly string[];
}

export interface WordIndex {
  /** Those that share a word with the question, by their place, best first. */
  search(question: string, limit: number): readonly Scored[];
}

const nameWeight = 3;
/** How soon a word that comes again counts no more, and how much long texts are held down. */
const [saturation, lengthWeight] = [1.2, 0.4];

interface Postings {
  readonly at: Uint32Array;
  readonly counts: Float32Array;
}

export const createWordIndex = (all: readonly Worded[]): WordIndex => {
  const found = new Map<string, { readonly at: number[]; readonly weights: number[] }>();
  const lengths = new Float64Array(all.length);
  for (const [at, { names, texts }] of all.entries()) {
    const weights = new Map<string, number>();
    for (const word of names.flatMap(wordsOf)) weights.set(word, (weights.get(word) ?? 0) + nameWeight);
    for (const word of texts.flatMap(wordsOf)) weights.set(word, (weights.get(word) ?? 0) + 1);
    for (const [word, weight] of weights) {
      const known = found.get(word) ?? { at: [], weights: [] };
      known.at.push(at);
      known.weights.push(weight);
      found.set(word, known);
      lengths[at] = lengths[at]! + weight;
    }
  }
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, all.length) || 1;
  const postings = new Map<string, Postings>();
  for (const [word, { at, weights }] of found) {
    const rarity = Math.log(1 + (all.length - at.length + 0.5) / (at.length + 0.5));
    const counts = weights.map((weight, nth) => {
      const held = saturation * (1 - lengthWeight + (lengthWeight * lengths[at[nth]!]!) / average);
      return (rarity * weight * (saturation + 1)) / (weight + held);
    });
    postings.set(word, { at: Uint32Array.from(at), counts: Float32Array.from(counts) });
  }
  const scores = new Float64Array(all.length);
  const touched = new Uint32Array(all.length);
  return {
    search: (question, limit) => {
      let count = 0;
      for (const word of new Set(wordsOf(question))) {
        const known = postings.get(word);
        if (known === undefined) continue;
        const { at, counts } = known;
        for (let nth = 0; nth < at.length; nth += 1) {
          const place = at[nth]!;
          const score = scores[place]!;
          if (score === 0) {
            touched[count] = place;
            count += 1;
          }
          scores[place] = score + counts[nth]!;
        }
      }
      const best = bestOf(limit);
      for (let nth = 0; nth < count; nth += 1) {
        const place = touched[nth]!;
        best.offer(place, scores[place]!);
        scores[place] = 0;
      }
      return best.list();
    },
  };
};
