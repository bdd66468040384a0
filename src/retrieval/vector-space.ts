/** The vectors of all texts that one embedder was asked for, by their hash; who may see which is not known here. */
import { createHash } from 'node:crypto';
import type { Embedding, Logger } from '../../core/plugin/contract.js';
import { bestOf, type Scored } from '../../semantic/prompt/best-of.js';
import { createVectorGraph } from './vector-graph.js';
import { hashOf, openVectorFile } from './vector-file.js';

/** Some of the rows of a space: what a search may find. */
export interface RowSet {
  readonly rows: Uint32Array;
  has(row: number): boolean;
}

export interface VectorSpace {
  /** The row of each text; what was never embedded is embedded now. */
  rowsOf(texts: readonly string[], signal: AbortSignal): Promise<Uint32Array>;
  /** Rows of the set that are nearest, with their cosines, best first. */
  nearest(vector: Float32Array, among: RowSet, limit: number): readonly Scored[];
  /** The same, certain to be the nearest: each is looked at. */
  exact(vector: Float32Array, among: RowSet, limit: number): readonly Scored[];
  /** Takes what is new into the graph, where there are so many that one is worth it. */
  settle(): Promise<void>;
  count(): number;
  close(): void;
}

export interface SpaceOptions {
  readonly embedding: Embedding;
  /** Where it is kept; only in memory when `null`. */
  readonly folder: string | null;
  readonly log: Logger;
  /** As many are looked at one by one. */
  readonly exactLimit?: number;
}

const mostRows = 500_000;
const atOnce = 256;

export const rowSet = (rows: Uint32Array): RowSet => {
  const most = rows.reduce((highest, row) => Math.max(highest, row), -1);
  const members = new Uint8Array(most + 1);
  for (const row of rows) members[row] = 1;
  return { rows, has: (row) => members[row] === 1 };
};

export const openVectorSpace = async (options: SpaceOptions): Promise<VectorSpace> => {
  const { embedding, folder, log, exactLimit = 8_000 } = options;
  const { id, dimensions } = embedding;
  const rowByHash = new Map<string, number>();
  const hashes: string[] = [];
  let matrix = new Float32Array(1_024 * dimensions);

  const take = (hash: string, vector: Float32Array): void => {
    if (rowByHash.has(hash)) return;
    const row = hashes.length;
    if ((row + 1) * dimensions > matrix.length) {
      const larger = new Float32Array(matrix.length * 2);
      larger.set(matrix);
      matrix = larger;
    }
    matrix.set(vector, row * dimensions);
    rowByHash.set(hash, row);
    hashes.push(hash);
  };

  const file = folder === null ? null : openVectorFile(folder, embedding, mostRows);
  await file?.read(take);
  const graph = createVectorGraph(
    {
      embedder: id,
      dimensions,
      count: () => hashes.length,
      vectorAt: (row) => matrix.subarray(row * dimensions, (row + 1) * dimensions),
      digest: (count) => {
        const hash = createHash('sha256');
        for (let at = 0; at < count; at += 1) hash.update(hashes[at]!);
        return hash.digest('hex');
      },
    },
    folder,
    log,
  );

  const embedNew = async (wanted: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void> => {
    const missing = [...wanted].filter(([hash]) => !rowByHash.has(hash));
    for (let at = 0; at < missing.length; at += atOnce) {
      const some = missing.slice(at, at + atOnce);
      const vectors = await embedding.embed(
        some.map(([, text]) => text),
        signal,
      );
      const records = some.map(([hash], nth) => ({ hash, vector: vectors[nth]! }));
      if (records.some(({ vector }) => vector?.length !== dimensions))
        throw new Error('an embedder gave other vectors');
      for (const { hash, vector } of records) take(hash, vector);
      await file?.append(records).catch((error: unknown) => log.warn('vectors could not be kept', { error }));
    }
  };

  /** One after another, so that nothing is embedded twice. */
  let last: Promise<unknown> = Promise.resolve();

  const exact: VectorSpace['exact'] = (vector, { rows }, limit) => {
    const best = bestOf(limit);
    for (const row of rows) {
      const from = row * dimensions;
      let a = 0;
      let b = 0;
      for (let at = 0; at < dimensions; at += 2) {
        a += vector[at]! * matrix[from + at]!;
        if (at + 1 < dimensions) b += vector[at + 1]! * matrix[from + at + 1]!;
      }
      if (a + b > 0) best.offer(row, a + b);
    }
    return best.list();
  };

  return {
    exact,
    count: () => hashes.length,
    rowsOf: async (texts, signal) => {
      const keys = texts.map(hashOf);
      const wanted = new Map(keys.map((key, at) => [key, texts[at]!]));
      if (keys.some((key) => !rowByHash.has(key))) {
        const work = last.catch(() => undefined).then(() => embedNew(wanted, signal));
        last = work;
        await work;
      }
      return Uint32Array.from(keys, (key) => rowByHash.get(key)!);
    },
    settle: async () => {
      if (hashes.length > exactLimit && graph.size() < hashes.length) await graph.grow();
    },
    nearest: (vector, among, limit) => {
      const { rows } = among;
      const inGraph = graph.size();
      // What is a small part of all is found sooner one by one, and the graph might not lead there at all.
      const isWorth = rows.length > exactLimit && inGraph === hashes.length && rows.length * 2 > inGraph;
      if (!isWorth) return exact(vector, among, limit);
      const found = graph.search(vector, limit, rows.length === inGraph ? null : among.has);
      if (found.length < Math.min(limit, rows.length)) return exact(vector, among, limit);
      const best = bestOf(limit);
      for (const [row, score] of found) if (score > 0 && among.has(row)) best.offer(row, score);
      return best.list();
    },
    close: graph.close,
  };
};
