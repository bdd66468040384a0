/**
 * What of a model a question is about: by its words, and by what is near to it in the space of an embedder, the two rankings made
 * one. A vocabulary holds what one subject may know; words are counted in it alone, and only its own texts can be found.
 */
import type { Embedding, Logger, Vocabulary } from '../../core/plugin/contract.js';
import { lexicalRetriever, partsOf, type Retriever } from '../../semantic/prompt/lexical-retrieval.js';
import { fuseRanks } from './fuse-ranks.js';
import { openVectorSpace, type RowSet, rowSet, type VectorSpace } from './vector-space.js';

export interface Retrieval {
  /** A retriever for one question, to be asked without waiting. Where there are no vectors (yet), words find alone. */
  retrieverFor(vocabulary: Vocabulary, question: string, signal: AbortSignal): Promise<Retriever>;
  close(): void;
}

export interface RetrievalOptions {
  readonly embedding: () => Embedding | null;
  /** Where vectors are kept; only in memory when `null`. */
  readonly folder: string | null;
  readonly log: Logger;
  /** So long a question waits for vectors. */
  readonly patienceMs?: number;
}

const mostNear = 200;
const mostText = 400;
const mostValues = 200;

interface Texts {
  readonly keys: readonly string[];
  readonly texts: readonly string[];
}

/** What is embedded: each part by its names and what is said of it, and each value of a dimension by itself. */
export const textsOf = (vocabulary: Vocabulary): Texts => {
  const keys: string[] = [];
  const texts: string[] = [];
  const add = (key: string, text: string): void => {
    keys.push(key);
    texts.push(text.slice(0, mostText));
  };
  const described = new Map(vocabulary.dimensions.map((one) => [`dimension ${one.name}`, one]));
  for (const { key, names, texts: said } of partsOf(vocabulary)) {
    const dimension = described.get(key);
    const about = dimension === undefined ? said : said.slice(0, dimension.description === null ? 0 : 1);
    add(key, [...new Set(names.map((name) => name.replaceAll(/[._]/g, ' '))), ...about].join('. '));
    if (dimension === undefined) continue;
    const { label, values, samples } = dimension;
    const named = values.map((one) => [one.label ?? String(one.value), ...one.synonyms].join(', '));
    for (const value of [...named, ...samples.map(String)].slice(0, mostValues)) add(key, `${label}: ${value}`);
  }
  return { keys, texts };
};

interface View {
  readonly rows: RowSet;
  readonly keysAt: ReadonlyMap<number, readonly string[]>;
}

const viewOf = async (space: VectorSpace, vocabulary: Vocabulary, signal: AbortSignal): Promise<View> => {
  const { keys, texts } = textsOf(vocabulary);
  const rows = await space.rowsOf(texts, signal);
  const keysAt = new Map<number, string[]>();
  for (const [at, row] of rows.entries()) {
    const known = keysAt.get(row);
    if (known === undefined) keysAt.set(row, [keys[at]!]);
    else known.push(keys[at]!);
  }
  return { rows: rowSet(Uint32Array.from(keysAt.keys())), keysAt };
};

interface Opened {
  readonly embedder: string;
  readonly embedding: Embedding;
  readonly space: Promise<VectorSpace>;
  readonly views: WeakMap<Vocabulary, Promise<View>>;
}

export const createRetrieval = ({ embedding: given, folder, log, patienceMs = 150 }: RetrievalOptions): Retrieval => {
  const ending = new AbortController();
  let opened: Opened | null = null;

  const open = (): Opened | null => {
    const embedding = given();
    if (embedding === null) return null;
    if (opened?.embedder !== embedding.id) {
      opened?.space.then((space) => space.close()).catch(() => undefined);
      const space = openVectorSpace({ embedding, folder, log });
      const now: Opened = { embedder: embedding.id, embedding, space, views: new WeakMap() };
      space.catch((error: unknown) => {
        log.warn('the vectors of an embedder cannot be kept', { error });
        if (opened === now) opened = null;
      });
      opened = now;
    }
    return opened;
  };

  const look = async (vocabulary: Vocabulary): Promise<{ readonly space: VectorSpace; readonly view: View } | null> => {
    const now = open();
    if (now === null) return null;
    const space = await now.space;
    let view = now.views.get(vocabulary);
    if (view === undefined) {
      view = viewOf(space, vocabulary, ending.signal);
      view.catch(() => now.views.delete(vocabulary));
      now.views.set(vocabulary, view);
      view.then(() => space.settle()).catch(() => undefined);
    }
    return { space, view: await view };
  };

  /** Keys, best first. */
  const nearTo = async (vocabulary: Vocabulary, question: string): Promise<readonly string[]> => {
    const found = await look(vocabulary);
    const vector = (await opened?.embedding.embed([question], ending.signal))?.[0];
    if (found === null || vector === undefined) return [];
    const { space, view } = found;
    return space.nearest(vector, view.rows, mostNear).flatMap(({ at }) => view.keysAt.get(at) ?? []);
  };

  return {
    retrieverFor: async (vocabulary, question, signal) => {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<readonly string[]>((resolve) => {
        timer = setTimeout(resolve, patienceMs, []);
      });
      const near = nearTo(vocabulary, question).catch((error: unknown) => {
        log.debug('a question is looked for by its words alone', { error });
        return [];
      });
      const nearest = await Promise.race([near, patience]);
      clearTimeout(timer);
      signal.throwIfAborted();
      if (nearest.length === 0) return lexicalRetriever;
      return {
        rank: (asked, words) => {
          const byWords = lexicalRetriever.rank(asked, words);
          return asked === vocabulary ? fuseRanks([byWords.map(({ key }) => key), nearest]) : byWords;
        },
      };
    },
    close: () => {
      ending.abort();
      opened?.space.then((space) => space.close()).catch(() => undefined);
    },
  };
};
