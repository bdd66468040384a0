/** Which parts of a vocabulary a question is about, by its words. */
import type { Vocabulary } from '../../core/plugin/llm.js';
import { createWordIndex, type Worded, type WordIndex } from './word-index.js';

/** Finds what is relevant. Another way to find it takes the place of this one behind the same interface. */
export interface Retriever {
  /** Keys of {@link partsOf}, each with a score above 0, best first. */
  rank(vocabulary: Vocabulary, question: string): readonly { readonly key: string; readonly score: number }[];
}

export interface Part extends Worded {
  /** A kind and a name: `metric revenue`. */
  readonly key: string;
}

interface Said {
  readonly name: string;
  readonly label: string;
  readonly synonyms: readonly string[];
  readonly description: string | null;
}

const part = (kind: string, said: Said, more: readonly string[] = []): Part => ({
  key: `${kind} ${said.name}`,
  names: [said.name, said.label, ...said.synonyms],
  texts: [...(said.description === null ? [] : [said.description]), ...more],
});

export const partsOf = (vocabulary: Vocabulary): readonly Part[] => [
  ...vocabulary.metrics.map((one) => part('metric', one)),
  ...vocabulary.dimensions.map((one) =>
    part('dimension', one, [
      ...one.values.flatMap(({ value, label, synonyms }) => [
        String(value),
        ...(label === null ? [] : [label]),
        ...synonyms,
      ]),
      ...one.samples.map(String),
    ]),
  ),
  ...vocabulary.entities.map((one) => part('entity', one)),
  ...vocabulary.segments.map((one) => part('segment', one)),
  ...vocabulary.hierarchies.map((one) => part('hierarchy', one)),
  ...vocabulary.glossary.map((one) => part('term', one, one.refersTo)),
  ...vocabulary.verified.map(({ question }, at) => ({ key: `verified ${at}`, names: [question], texts: [] })),
];

/** More are never looked at. */
const mostRanked = 2_000;

const indexes = new WeakMap<Vocabulary, { readonly keys: readonly string[]; readonly index: WordIndex }>();

const indexOf = (vocabulary: Vocabulary): { readonly keys: readonly string[]; readonly index: WordIndex } => {
  let known = indexes.get(vocabulary);
  if (known === undefined) {
    const parts = partsOf(vocabulary);
    known = { keys: parts.map(({ key }) => key), index: createWordIndex(parts) };
    indexes.set(vocabulary, known);
  }
  return known;
};

export const lexicalRetriever: Retriever = {
  rank: (vocabulary, question) => {
    const { keys, index } = indexOf(vocabulary);
    return index.search(question, mostRanked).map(({ at, score }) => ({ key: keys[at]!, score }));
  },
};
