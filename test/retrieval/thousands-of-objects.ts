/** A vocabulary of many objects, as a large business has them: names of a few words each, with descriptions, drawn by a seed. */
import type { Vocabulary, VocabularyDimension } from '../../core/plugin/contract.js';

const nouns =
  'customer order invoice shipment product supplier warehouse contract employee campaign ticket visit claim policy account payment refund machine sensor route driver vehicle store region budget forecast asset loan deposit patient'.split(
    ' ',
  );
const traits =
  'gross net first last planned actual open closed active average total internal external primary secondary estimated approved rejected monthly annual early late shared domestic foreign original current previous returned cancelled'.split(
    ' ',
  );
const facts =
  'amount date name code status type number weight price quantity duration score rate margin cost category channel owner reason source target level share balance volume distance priority language currency version'.split(
    ' ',
  );
const areas = 'sales finance logistics support marketing production quality legal research service'.split(' ');

/** A generator of numbers below 1 (mulberry32). */
const numbers = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export const thousandsOf = (
  count: number,
  seed = 7,
): { readonly vocabulary: Vocabulary; questions(n: number): readonly string[] } => {
  const next = numbers(seed);
  const one = (list: readonly string[]): string => list[Math.floor(next() * list.length)]!;
  const dimensions = Array.from({ length: count }, (_, nth): VocabularyDimension => {
    const entity = `${one(areas)}_${one(nouns)}_${nth % 997}`;
    const words = [one(traits), one(nouns), one(facts)];
    return {
      name: `${entity}.${words.join('_')}_${nth}`,
      label: words.join(' '),
      description: `The ${one(traits)} ${one(facts)} of a ${one(nouns)} in ${one(areas)}, ${one(traits)} ${one(nouns)}`,
      synonyms: next() < 0.3 ? [`${one(facts)} of ${one(nouns)}`] : [],
      ...{ entity, type: 'string', grains: [], unit: null, isKey: false, values: [], samples: [] },
    };
  });
  return {
    vocabulary: {
      ...{ hash: `${count} ${seed}`, currency: null, timezone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
      ...{ entities: [], metrics: [], segments: [], hierarchies: [], glossary: [], verified: [], dimensions },
    },
    questions: (n) =>
      Array.from(
        { length: n },
        () => `what is the ${one(traits)} ${one(facts)} by ${one(nouns)} and ${one(facts)} in ${one(areas)}`,
      ),
  };
};
