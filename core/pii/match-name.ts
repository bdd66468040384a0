/** What the name of a column or a dimension says of personal data. */
import { changers, companions, persons, places, vocabulary } from './name-words.js';
import { type PiiClass, piiClasses } from './pii-class.js';
import { splitName } from './split-name.js';

export interface NameMatch {
  readonly class: PiiClass;
  /** `certain` says it by itself, `perhaps` only together with values. */
  readonly strength: 'certain' | 'perhaps';
}

export interface NameContext {
  /** The table or entity that the name is in: `name` of `customers` is a person's, that of `products` is none. */
  readonly owner?: string;
  /** The type of a dimension: a time can be a birth date and nothing else, a truth value nothing. */
  readonly type?: 'string' | 'number' | 'boolean' | 'time';
}

type Certainty = 'certain' | 'ofPersons' | 'perhaps';

const phrases: ReadonlyMap<string, readonly [PiiClass, Certainty]> = new Map(
  piiClasses.flatMap((name) =>
    (['perhaps', 'ofPersons', 'certain'] as const).flatMap((certainty) =>
      vocabulary[name][certainty].map((word) => [splitName(word).join(''), [name, certainty]] as const),
    ),
  ),
);

const longestPhrase = 5;

const singular = (word: string): readonly string[] => [
  word,
  ...(/[^s]s$/.test(word) ? [word.slice(0, -1)] : []),
  ...(/(?:ss|[sxz]|ch|sh)es$/.test(word) ? [word.slice(0, -2)] : []),
  ...(word.endsWith('ies') ? [`${word.slice(0, -3)}y`] : []),
];

const isIn = (set: ReadonlySet<string>, word: string): boolean => singular(word).some((one) => set.has(one));
const phraseOf = (word: string): readonly [PiiClass, Certainty] | undefined => {
  for (const one of singular(word)) {
    const phrase = phrases.get(one);
    if (phrase !== undefined) return phrase;
  }
  return undefined;
};

interface Found {
  readonly class: PiiClass;
  readonly certainty: Certainty;
  readonly from: number;
  readonly to: number;
  /** A word for a person that is run together with the phrase. */
  readonly person: boolean;
}

/** `customeremail`, `kundentelefon`: a person's word and a phrase in one, with what German puts between. */
const runTogether = (word: string): readonly [PiiClass, Certainty] | undefined => {
  for (let at = 3; at < word.length - 1; at += 1) {
    const owner = word.slice(0, at);
    if (!persons.has(owner) && !persons.has(owner.replace(/[ns]$/, ''))) continue;
    const phrase = phrases.get(word.slice(at));
    if (phrase !== undefined) return phrase;
  }
  return undefined;
};

/** Scripts without blanks put the thing at the end: 客户电话. */
const endOfScript = (word: string): readonly [PiiClass, Certainty] | undefined => {
  if (!/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/.test(word)) return undefined;
  for (let at = 1; at < word.length; at += 1) {
    const phrase = phrases.get(word.slice(at));
    if (phrase !== undefined) return [phrase[0], phrase[1] === 'ofPersons' ? 'perhaps' : phrase[1]];
  }
  return undefined;
};

/** The longest phrase; of two as long the later one, since the thing meant stands last in most names. */
const findPhrase = (words: readonly string[]): Found | null => {
  for (let size = Math.min(longestPhrase, words.length); size > 0; size -= 1) {
    for (let from = words.length - size; from >= 0; from -= 1) {
      const phrase = phraseOf(words.slice(from, from + size).join(''));
      if (phrase !== undefined) return { class: phrase[0], certainty: phrase[1], from, to: from + size, person: false };
    }
  }
  for (let from = words.length - 1; from >= 0; from -= 1) {
    const phrase = runTogether(words[from]!) ?? endOfScript(words[from]!);
    if (phrase !== undefined) return { class: phrase[0], certainty: phrase[1], from, to: from + 1, person: true };
  }
  return null;
};

/** Classes that a type can hold; a text can hold each. */
const classesOf: Readonly<Record<'number' | 'boolean' | 'time', readonly PiiClass[]>> = {
  number: ['phone', 'national_id', 'card', 'birth_date', 'salary'],
  boolean: [],
  time: ['birth_date'],
};

const isNumber = (word: string): boolean => /^\d+$/.test(word);

/** @returns `null` when the name says nothing of personal data */
export const matchName = (name: string, { owner, type }: NameContext = {}): NameMatch | null => {
  const words = splitName(name);
  const found = findPhrase(words);
  if (found === null) return null;
  if (type !== undefined && type !== 'string' && !classesOf[type].includes(found.class)) return null;
  const before = words.slice(0, found.from);
  const after = words.slice(found.to);
  const around = [...before, ...after];
  if (before.some((word) => isIn(changers, word))) return null;
  if (after.some((word) => !isNumber(word) && !isIn(companions, word) && !isIn(persons, word))) return null;
  const owners = owner === undefined ? [] : splitName(owner);
  const nearest = before.filter((word) => !isNumber(word) && !isIn(companions, word)).at(-1);
  const isOfPerson =
    found.person ||
    after.some((word) => isIn(persons, word)) ||
    (nearest === undefined ? owners.some((word) => isIn(persons, word)) : isIn(persons, nearest));
  if (isOfPerson && found.certainty !== 'perhaps') return { class: found.class, strength: 'certain' };
  const isOfPlace = [...around, ...owners].some((word) => isIn(places, word));
  if (found.certainty === 'certain' && !isOfPlace) return { class: found.class, strength: 'certain' };
  // A name has no pattern that values could confirm.
  if (found.class === 'name') return null;
  return { class: found.class, strength: 'perhaps' };
};
