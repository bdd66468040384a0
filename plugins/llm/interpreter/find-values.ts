/** Names in a question that are values of the data and not in the vocabulary. */
import type { InterpretRequest } from 'datamind/contract';
import type { FoundValue, Item, Word } from './items.js';
import { plainWordsOf } from './language.js';
import type { Reading } from './phrases.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const mostLookUps = 10;
const longest = 7;
/** As good as the very words. */
const exactly = 0.95;
const nearly = 0.8;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Stretches that may be one name: unknown words with the capitalised ones beside them first, then shorter ones. */
const stretches = (tokens: readonly Word[], items: readonly Item[]): readonly Stretch[] => {
  const isPart = (at: number): boolean => {
    const token = tokens[at];
    return token !== undefined && (token.kind === 'word' || token.kind === 'number') && token.capital && at > 0;
  };
  const isGlue = (at: number): boolean => {
    const norm = tokens[at]?.norm;
    return norm !== undefined && /^(of|and|the|&|de|la|von|van|der|al|bin|dan)$/.test(norm);
  };
  const unknown = items.filter(
    (item) => item.isUnknown || (tokens[item.from]!.kind === 'quoted' && item.readings.length === 0),
  );
  const wide = unknown.map(({ from, to }): Stretch => {
    let [low, high] = [from, to];
    for (;;) {
      if (isPart(low - 1) || items.some((item) => item.isUnknown && item.to === low)) low -= 1;
      else if (isGlue(low - 1) && isPart(low - 2)) low -= 2;
      else break;
    }
    for (;;) {
      if (isPart(high) || items.some((item) => item.isUnknown && item.from === high)) high += 1;
      else if (isGlue(high) && isPart(high + 1)) high += 2;
      else break;
    }
    return { from: low, to: Math.min(high, low + longest) };
  });
  const runs = unknown.map(({ from, to }): Stretch => {
    let high = to;
    while (items.some((item) => item.isUnknown && item.from === high) && high - from < longest) high += 1;
    return { from, to: high };
  });
  // A word of the grammar after an unknown one may belong to a name: `blue top`.
  const singles = unknown.map(({ from, to }): Stretch => ({ from, to }));
  // A sample is one of many values: the same word may be one of another dimension.
  const samples = items.filter(
    ({ isUnknown, readings, corrections }) =>
      !isUnknown &&
      corrections.length === 0 &&
      readings.length > 0 &&
      readings.every((one) => one.kind === 'value' && one.dimension.values.length === 0),
  );
  const sampled = samples.map(({ from, to }): Stretch => ({ from, to }));
  // `Dome 12` is one of a series: the number says which, and is no number of something else if that very name is there.
  const numbered = wide.flatMap(({ from, to }): readonly Stretch[] =>
    tokens[to]?.kind === 'number' ? [{ from, to: to + 1 }] : [],
  );
  const all = new Map(
    [...numbered, ...wide, ...runs, ...singles, ...sampled].map((one) => [`${one.from}-${one.to}`, one]),
  );
  return [...all.values()];
};

export const findValues = async (
  tokens: readonly Word[],
  items: readonly Item[],
  source: string,
  index: VocabularyIndex,
  ask: InterpretRequest['findValues'],
  signal: AbortSignal,
): Promise<readonly FoundValue[]> => {
  const found: FoundValue[] = [];
  const plain = plainWordsOf(index.language);
  let asked = 0;
  for (const { from, to } of stretches(tokens, items)) {
    if (asked >= mostLookUps || found.some((one) => one.from < to && from < one.to)) continue;
    const phrase =
      tokens[from]!.kind === 'quoted' && to === from + 1
        ? tokens[from]!.text
        : source.slice(tokens[from]!.start, tokens[to - 1]!.end);
    asked += 1;
    signal.throwIfAborted();
    const matches = await ask(phrase, 8);
    const [first] = tokens.slice(from, to);
    // A plain word of the language is no slip of a value, and a short one is soon another word.
    const isWord = to === from + 1 && first!.kind === 'word';
    const isNumbered = tokens[to - 1]!.kind === 'number' && tokens[to - 1]!.capital === false;
    const isSure =
      isNumbered ||
      (isWord &&
        (first!.norm.length < 5 ||
          [first!.norm, index.language.singular(first!.norm)].some((word) => plain.has(word))));
    const readings = matches.flatMap(({ dimension: name, value, score }): Reading[] => {
      const dimension = index.dimensions.get(name);
      const isExact = score >= exactly;
      if (dimension === undefined || score < nearly || (isSure && !isExact)) return [];
      const note = isExact ? {} : { note: `"${phrase}" was taken as "${String(value)}".` };
      return [{ kind: 'value', dimension, value, cost: isExact ? 0.03 : 0.15 + (1 - score), ...note }];
    });
    const best = Math.min(...readings.map(({ cost }) => cost));
    // Two values of one dimension that are both nearly what was said: it is not known which.
    const close = readings.filter(({ cost }) => cost <= best + 0.1);
    if (close.length > 0) found.push({ from, to, readings: close });
  }
  return found;
};
