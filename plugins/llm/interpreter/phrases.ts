/** What stands in a vocabulary under a phrase, and phrases in the form in which they are looked up. */
import type {
  VocabularyDimension,
  VocabularyEntity,
  VocabularyHierarchy,
  VocabularyMetric,
  VocabularySegment,
} from 'datamind/contract';
import type { Language } from './language.js';
import { splitName, tokenize } from './tokens.js';

export interface Via {
  readonly from: string;
  readonly join: string;
}

/** One thing that a phrase may mean. `cost` grows with the distance between the phrase and the thing's own name. */
/** `form`: the phrase in the singular, as {@link formsOf} makes it. */
export type Reading = { readonly cost: number; readonly note?: string; readonly form?: string } & (
  | { readonly kind: 'metric'; readonly metric: VocabularyMetric }
  | { readonly kind: 'dimension'; readonly dimension: VocabularyDimension }
  | {
      readonly kind: 'entity';
      readonly entity: VocabularyEntity;
      /** The join that it is reached by, where that is what was named: the seller of an order. */
      readonly via?: Via;
    }
  | { readonly kind: 'value'; readonly dimension: VocabularyDimension; readonly value: string | number | boolean }
  /** A yes or no: `online`, `has a coupon`. */
  | {
      readonly kind: 'flag';
      readonly dimension: VocabularyDimension;
      readonly isTrue: boolean;
      readonly needsHave: boolean;
    }
  | { readonly kind: 'segment'; readonly segment: VocabularySegment }
  | { readonly kind: 'hierarchy'; readonly hierarchy: VocabularyHierarchy }
  /** What happened at a time: `launched` of `launched_on`. */
  | { readonly kind: 'event'; readonly dimension: VocabularyDimension }
  /** A word of the glossary that stands for no single thing. */
  | { readonly kind: 'term'; readonly refersTo: readonly string[] }
);

export const readingKey = (reading: Reading): string => {
  switch (reading.kind) {
    case 'metric':
      return `metric ${reading.metric.name}`;
    case 'dimension':
    case 'event':
      return `${reading.kind} ${reading.dimension.name}`;
    case 'entity':
      return `entity ${reading.entity.name} ${reading.via?.from ?? ''} ${reading.via?.join ?? ''}`;
    case 'value':
      return `value ${reading.dimension.name} ${String(reading.value)}`;
    case 'flag':
      return `flag ${reading.dimension.name} ${reading.isTrue}`;
    case 'segment':
      return `segment ${reading.segment.name}`;
    case 'hierarchy':
      return `hierarchy ${reading.hierarchy.name}`;
    case 'term':
      return `term ${reading.refersTo.join(' ')}`;
  }
};

const simple = /^[a-z0-9]+(?: [a-z0-9]+)*$/;

/** The words of a phrase, without the little ones that a question may leave out. */
export const keptWords = (phrase: string, language: Language): readonly string[] => {
  const lower = phrase.toLowerCase();
  // Most names are plain: reading them needs no scanner, and a model has many.
  const words = simple.test(lower)
    ? lower.split(' ')
    : tokenize(phrase).flatMap(({ kind, norm }) => (kind === 'mark' ? [] : norm.split(/\s+/)));
  const kept = words.filter((word) => !language.inPhrases.includes(word));
  return kept.length > 0 ? kept : words;
};

export const stemsOf = (phrase: string, language: Language): readonly string[] =>
  keptWords(phrase, language).map(language.stem);

/** The same words in the singular and otherwise as they are: `opened` is not `open`. */
export const formsOf = (phrase: string, language: Language): readonly string[] =>
  keptWords(phrase, language).map(language.singular);

/** The last part of a dotted name, as words. */
export const wordsOfName = (name: string): string => splitName(name.slice(name.lastIndexOf('.') + 1));

/** A thing's own names, with what each costs. */
export const namesOf = (object: {
  readonly name: string;
  readonly label: string;
  readonly synonyms: readonly string[];
}): readonly (readonly [phrase: string, cost: number])[] => [
  [wordsOfName(object.name), 0],
  [object.label, 0.02],
  ...object.synonyms.map((synonym) => [synonym, 0.1] as const),
];
