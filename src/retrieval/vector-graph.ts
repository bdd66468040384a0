/**
 * A graph over vectors for when they are too many to look at each (HNSW, by hnswlib): made in slices beside other work, kept on
 * the disk with a digest, grown by what is new. Without the package there is none, and every vector is looked at.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { HierarchicalNSW } from 'hnswlib-node';
import type { Logger } from '../../core/plugin/contract.js';
import { nameOf } from './vector-file.js';

/** Neighbours of a vector, and how widely they are looked for: when the graph is made, and when it is asked. */
const neighbours = 16;
const widthWhenMade = 100;
const widthWhenAsked = 160;
/** It works so long, and leaves as long to others. */
const sliceMs = 5;

type Library = typeof import('hnswlib-node');
let library: Promise<Library | null> | undefined;
const loadLibrary = (log: Logger): Promise<Library | null> => {
  library ??= import('hnswlib-node').then(
    (module) => (module as unknown as { readonly default?: Library }).default ?? module,
    () => {
      log.warn('hnswlib-node is not installed: every vector is looked at, which takes longer the more there are');
      return null;
    },
  );
  return library;
};

export interface GraphSource {
  readonly embedder: string;
  readonly dimensions: number;
  /** How many vectors there are; never fewer than before. */
  count(): number;
  vectorAt(row: number): Float32Array;
  /** Stands for the texts of the first so many, in their order. */
  digest(count: number): string;
}

export interface VectorGraph {
  /** How many of the first vectors are in it. */
  size(): number;
  /** Takes in what is not there yet; one at a time. */
  grow(): Promise<void>;
  /** Rows and their cosines, best first: perhaps not all, never one that `isMember` does not take. */
  search(
    vector: Float32Array,
    limit: number,
    isMember: ((row: number) => boolean) | null,
  ): readonly (readonly [row: number, score: number])[];
  close(): void;
}

interface Kept {
  readonly rows: number;
  readonly texts: string;
  /** Of the graph's file. */
  readonly sha256: string;
}

export const createVectorGraph = (source: GraphSource, folder: string | null, log: Logger): VectorGraph => {
  const { embedder, dimensions } = source;
  let graph: HierarchicalNSW | null = null;
  let size = 0;
  let kept = 0;
  let closed = false;
  let growing: Promise<void> | null = null;
  const path = folder === null ? null : join(folder, `${nameOf(embedder)}.graph`);

  const open = async (lib: Library): Promise<HierarchicalNSW> => {
    const made = new lib.HierarchicalNSW('ip', dimensions);
    if (path !== null) {
      try {
        const note = JSON.parse(await readFile(`${path}.json`, 'utf8')) as Kept;
        const isOurs = note.rows <= source.count() && note.texts === source.digest(note.rows);
        if (
          isOurs &&
          createHash('sha256')
            .update(await readFile(path))
            .digest('hex') === note.sha256
        ) {
          await made.readIndex(path);
          size = note.rows;
          kept = note.rows;
          return made;
        }
      } catch (error) {
        log.debug('there is no graph of vectors on the disk that can be used', { error });
      }
    }
    const fresh = new lib.HierarchicalNSW('ip', dimensions);
    fresh.initIndex(source.count(), neighbours, widthWhenMade);
    return fresh;
  };

  const keep = async (whole: HierarchicalNSW, rows: number): Promise<void> => {
    if (path === null || folder === null) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}`;
    await whole.writeIndex(draft);
    const sha256 = createHash('sha256')
      .update(await readFile(draft))
      .digest('hex');
    await rename(draft, path);
    const note: Kept = { rows, texts: source.digest(rows), sha256 };
    await writeFile(`${draft}.json`, JSON.stringify(note), { mode: 0o600 });
    await rename(`${draft}.json`, `${path}.json`);
    kept = rows;
  };

  const work = async (): Promise<void> => {
    const lib = await loadLibrary(log);
    if (lib === null || closed) return;
    const whole = graph ?? (await open(lib));
    if (source.count() > whole.getMaxElements()) whole.resizeIndex(Math.ceil(source.count() * 1.5));
    whole.setEf(widthWhenAsked);
    let began = performance.now();
    while (size < source.count() && size < whole.getMaxElements()) {
      whole.addPoint([...source.vectorAt(size)], size);
      size += 1;
      if (performance.now() - began < sliceMs) continue;
      await wait(sliceMs);
      if (closed) return;
      began = performance.now();
    }
    graph = whole;
    // What is added one by one is not worth writing all of it each time.
    if (size > kept * 1.05) await keep(whole, size);
  };

  return {
    size: () => (graph === null ? 0 : size),
    grow: () => {
      growing ??= work()
        .catch((error: unknown) => log.warn('the graph of vectors could not be made', { error }))
        .finally(() => {
          growing = null;
        });
      return growing;
    },
    search: (vector, limit, isMember) => {
      if (graph === null) return [];
      const wanted = Math.min(limit, size);
      const { neighbors, distances } = graph.searchKnn([...vector], wanted, isMember ?? undefined);
      return neighbors.map((row, nth) => [row, 1 - distances[nth]!] as const);
    },
    close: () => {
      closed = true;
    },
  };
};
