/** Values in the data that words of a question name, for whoever reads it. */
import type { ValueMatch } from '../../core/plugin/llm.js';

const longestPhrase = 3;
const mostPhrases = 80;
const mostValues = 20;
const leastScore = 0.8;
const shortestWord = 2;

/** Phrases of up to three words, longer ones first. */
const phrasesOf = (question: string): readonly string[] => {
  const words = question.match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu) ?? [];
  const phrases: string[] = [];
  for (let length = longestPhrase; length > 0; length -= 1)
    for (let at = 0; at + length <= words.length; at += 1) phrases.push(words.slice(at, at + length).join(' '));
  return [...new Set(phrases)].filter((phrase) => phrase.length >= shortestWord).slice(0, mostPhrases);
};

export const namedValues = async (
  question: string,
  find: (phrase: string, limit: number) => Promise<readonly ValueMatch[]>,
): Promise<readonly ValueMatch[]> => {
  const found = new Map<string, ValueMatch>();
  for (const phrase of phrasesOf(question)) {
    for (const match of await find(phrase, 3)) {
      const key = JSON.stringify([match.dimension, match.value]);
      if (match.score >= leastScore && (found.get(key)?.score ?? 0) < match.score) found.set(key, match);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score).slice(0, mostValues);
};
