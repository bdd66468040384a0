/** How long it takes to find what is relevant among 50,000 objects, and how much of what is nearest is found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../core/plugin/contract.js';
import { createWordIndex } from '../../semantic/prompt/word-index.js';
import { partsOf } from '../../semantic/prompt/lexical-retrieval.js';
import hashing from '../../plugins/llm/hashing/index.js';
import { textsOf } from '../../src/retrieval/create-retrieval.js';
import { fuseRanks } from '../../src/retrieval/fuse-ranks.js';
import { openVectorSpace, rowSet } from '../../src/retrieval/vector-space.js';
import { thousandsOf } from '../retrieval/thousands-of-objects.js';

export interface RetrievalFigures {
  readonly embedMs: number;
  readonly graphMs: number;
  readonly reopenMs: number;
  /** Of a whole search: words, vector, both rankings, fused; and its parts. */
  readonly median: number;
  readonly p95: number;
  readonly wordsMedian: number;
  readonly nearMedian: number;
  readonly exactMedian: number;
  readonly recall: number;
  /** The same for a subject that may see two thirds. */
  readonly partMedian: number;
  readonly partRecall: number;
}

const top = 20;
const log: Logger = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };

const at = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * share)]!;

export const measureRetrieval = async (count = 50_000): Promise<RetrievalFigures> => {
  const { vocabulary, questions } = thousandsOf(count);
  const { embedding } = hashing.create({ dimensions: 256 });
  const folder = mkdtempSync(join(tmpdir(), 'datamind-vectors-'));
  const signal = new AbortController().signal;
  try {
    const { texts, keys } = textsOf(vocabulary);
    const began = performance.now();
    const space = await openVectorSpace({ embedding: embedding!, folder, log });
    const rows = await space.rowsOf(texts, signal);
    const embedded = performance.now();
    await space.settle();
    const settled = performance.now();
    const words = createWordIndex(partsOf(vocabulary));
    const all = rowSet(rows);
    const part = rowSet(rows.filter((_, nth) => nth % 3 > 0));
    const asked = questions(220);
    const times = {
      whole: [] as number[],
      words: [] as number[],
      near: [] as number[],
      exact: [] as number[],
      part: [] as number[],
    };
    const found = { all: 0, part: 0, of: 0 };
    for (const [nth, question] of asked.entries()) {
      const start = performance.now();
      const [vector] = await embedding!.embed([question], signal);
      const before = performance.now();
      const near = space.nearest(vector!, all, top);
      const between = performance.now();
      const worded = words.search(question, 200);
      const after = performance.now();
      fuseRanks([worded.map((one) => keys[one.at]!), near.map((one) => keys[one.at]!)]).slice(0, top);
      const end = performance.now();
      const partly = space.nearest(vector!, part, top);
      const partEnd = performance.now();
      const exact = space.exact(vector!, all, top);
      const exactEnd = performance.now();
      // The first ones warm the compiler up.
      if (nth < 20) continue;
      times.whole.push(end - start);
      times.near.push(between - before);
      times.words.push(after - between);
      times.part.push(partEnd - end);
      times.exact.push(exactEnd - partEnd);
      // Of equally near ones any will do.
      const worst = exact.at(-1)!.score - 1e-6;
      found.all += near.filter(({ score }) => score >= worst).length;
      const partWorst = space.exact(vector!, part, top).at(-1)!.score - 1e-6;
      found.part += partly.filter(({ score }) => score >= partWorst).length;
      found.of += top;
    }
    space.close();
    const again = performance.now();
    const second = await openVectorSpace({ embedding: embedding!, folder, log });
    await second.rowsOf(texts, signal);
    await second.settle();
    const reopened = performance.now();
    second.close();
    return {
      embedMs: embedded - began,
      graphMs: settled - embedded,
      reopenMs: reopened - again,
      median: at(times.whole, 0.5),
      p95: at(times.whole, 0.95),
      wordsMedian: at(times.words, 0.5),
      nearMedian: at(times.near, 0.5),
      exactMedian: at(times.exact, 0.5),
      recall: found.all / found.of,
      partMedian: at(times.part, 0.5),
      partRecall: found.part / found.of,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
