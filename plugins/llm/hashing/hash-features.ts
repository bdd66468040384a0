/**
 * Feature hashing (Weinberger and others, 2009): each feature of a text adds its weight, with a sign, at a place that its hash
 * says. Texts that share words, pairs of words or pieces of words come out near to each other.
 */

const wordWeight = 1;
const pairWeight = 0.6;
/** Of all pieces of a word together: what is spelt or inflected otherwise is still near. */
const piecesWeight = 0.8;
const pieceLengths = [3, 4] as const;
/** Articles and prepositions are short in most languages, and say little. */
const shortWord = 2;
const shortWeight = 0.3;
const mostWords = 512;

/** FNV-1a over UTF-16, then the last mixing of MurmurHash3, so that all bits depend on all of the text. */
const hash = (text: string, seed: number): number => {
  let value = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};

const wordsOf = (text: string): readonly string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, mostWords);

const seeds = { word: 1, pair: 2, piece: 3 } as const;

/** A vector of length 1; of zeros where a text has no letter and no digit. */
export const hashFeatures = (text: string, dimensions: number): Float32Array => {
  const vector = new Float32Array(dimensions);
  const add = (feature: string, seed: number, weight: number): void => {
    const value = hash(feature, seed);
    const at = value % dimensions;
    vector[at] = vector[at]! + (hash(feature, seed + 16) & 1 ? weight : -weight);
  };
  const words = wordsOf(text);
  for (const [nth, word] of words.entries()) {
    const weight = word.length <= shortWord ? shortWeight : 1;
    add(word, seeds.word, weight * wordWeight);
    const before = words[nth - 1];
    if (before !== undefined) add(`${before} ${word}`, seeds.pair, weight * pairWeight);
    const marked = `^${word}$`;
    const count = pieceLengths.reduce((sum, length) => sum + Math.max(0, marked.length - length + 1), 0);
    // As many pieces as a word has, each counts less: a long word is no more than one.
    const pieceWeight = (weight * piecesWeight) / Math.sqrt(Math.max(1, count));
    for (const length of pieceLengths) {
      for (let from = 0; from + length <= marked.length; from += 1) {
        add(marked.slice(from, from + length), seeds.piece, pieceWeight);
      }
    }
  }
  let square = 0;
  for (const value of vector) square += value * value;
  if (square > 0) {
    const norm = Math.sqrt(square);
    for (let at = 0; at < dimensions; at += 1) vector[at] = vector[at]! / norm;
  }
  return vector;
};
