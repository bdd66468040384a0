import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Embedding, Logger, Vocabulary } from '../../core/plugin/contract.js';
import hashing from '../../plugins/llm/hashing/index.js';
import { bestOf } from '../../semantic/prompt/best-of.js';
import { lexicalRetriever } from '../../semantic/prompt/lexical-retrieval.js';
import { createRetrieval, type RetrievalOptions, textsOf } from '../../src/retrieval/create-retrieval.js';
import { fuseRanks } from '../../src/retrieval/fuse-ranks.js';
import { openVectorSpace, rowSet, type VectorSpace } from '../../src/retrieval/vector-space.js';
import { thousandsOf } from './thousands-of-objects.js';

const silent = () => undefined;
const log: Logger = { debug: silent, info: silent, warn: silent, error: silent };
const signal = new AbortController().signal;
/** Fewer dimensions than usual, so that much is tried in little time. */
const real = hashing.create({ dimensions: 64 }).embedding!;

/** Counts the texts that it was given. */
const counting = (id = real.id): Embedding & { texts: number } => {
  const one = {
    ...{ id, dimensions: real.dimensions, texts: 0 },
    embed: (texts: readonly string[], aborted: AbortSignal) => {
      one.texts += texts.length;
      return real.embed(texts, aborted);
    },
  };
  return one;
};

const withDimensions = (vocabulary: Vocabulary, keep: (nth: number) => boolean): Vocabulary => ({
  ...vocabulary,
  dimensions: vocabulary.dimensions.filter((_, nth) => keep(nth)),
});

describe('finding what a question is about', () => {
  const folders: string[] = [];
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'datamind-retrieval-'));
    folders.push(folder);
    return folder;
  };
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('keeps the best few of many, as sorting all of them would', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 0, max: 20 }), (all, limit) => {
        const best = bestOf(limit);
        for (const [at, score] of all.entries()) best.offer(at, score);
        const sorted = all.map((score, at) => ({ at, score })).sort((a, b) => b.score - a.score || a.at - b.at);
        expect(best.list()).to.deep.equal(sorted.slice(0, limit));
      }),
    );
  });

  it('makes one ranking of several, by place alone', () => {
    const fused = fuseRanks([
      ['a', 'b', 'c'],
      ['c', 'd', 'c'],
    ]);
    expect(fused.map(({ key }) => key)).to.deep.equal(['c', 'a', 'b', 'd']);
  });

  describe('by vectors', () => {
    const { vocabulary, questions } = thousandsOf(600);
    const { texts } = textsOf(vocabulary);
    const open = (folder: string | null, embedding: Embedding = real, exactLimit = 100): Promise<VectorSpace> =>
      openVectorSpace({ embedding, folder, log, exactLimit });

    it('embeds only what is new, also after a start; another embedder embeds all of it', async () => {
      const folder = newFolder();
      const first = counting();
      const space = await open(folder, first);
      await space.rowsOf(texts.slice(0, 500), signal);
      const distinct = new Set(texts).size;
      await Promise.all([space.rowsOf(texts, signal), space.rowsOf(texts, signal)]);
      expect(first.texts).to.equal(distinct);
      space.close();
      const second = counting();
      const again = await open(folder, second);
      const rows = await again.rowsOf([...texts, 'something new'], signal);
      expect(second.texts).to.equal(1);
      expect(rows).to.have.length(texts.length + 1);
      again.close();
      const other = counting('another');
      const fresh = await open(folder, other);
      expect(fresh.count()).to.equal(0);
      await fresh.rowsOf(texts, signal);
      expect(other.texts).to.equal(distinct);
      fresh.close();
    });

    it('has no text on the disk, and mends a file that was torn or written over', async () => {
      const folder = newFolder();
      const space = await open(folder);
      await space.rowsOf(texts, signal);
      space.close();
      const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.vectors'))!);
      const { size } = statSync(file);
      for (const [spoil, left] of [
        [() => truncateSync(file, size - 10), space.count() - 1],
        [() => appendFileSync(file, Buffer.alloc(50, 7)), space.count()],
        [() => writeFileSync(file, Buffer.alloc(size, 1)), 0],
      ] as const) {
        spoil();
        const mended = await open(folder);
        expect(mended.count()).to.equal(left);
        await mended.rowsOf(texts, signal);
        expect(mended.count()).to.equal(space.count());
        mended.close();
        expect(statSync(file).size).to.equal(size);
      }
    });

    it('finds by the graph what looking at each finds, also from the disk and after it has grown', async () => {
      const folder = newFolder();
      const check = async (space: VectorSpace, among: Uint32Array): Promise<void> => {
        const set = rowSet(among);
        let same = 0;
        for (const question of questions(30)) {
          const [vector] = await real.embed([question], signal);
          const exact = space.exact(vector!, set, 10);
          const near = space.nearest(vector!, set, 10);
          expect(near.every(({ at }) => set.has(at))).to.equal(true);
          same += near.filter(({ score }) => score >= exact.at(-1)!.score - 1e-6).length;
        }
        expect(same / 300).to.be.at.least(0.97);
      };
      const space = await open(folder);
      await space.rowsOf(texts.slice(0, 300), signal);
      await space.settle();
      const rows = await space.rowsOf(texts, signal);
      await space.settle();
      await check(space, rows);
      await check(
        space,
        rows.filter((_, nth) => nth % 4 > 0),
      );
      await check(space, rows.slice(0, 40));
      space.close();
      const graph = join(folder, readdirSync(folder).find((name) => name.endsWith('.graph'))!);
      const again = await open(folder);
      await again.settle();
      await check(again, await again.rowsOf(texts, signal));
      again.close();
      writeFileSync(graph, Buffer.alloc(statSync(graph).size, 3));
      const mended = await open(folder);
      await mended.settle();
      await check(mended, await mended.rowsOf(texts, signal));
      mended.close();
    });
  });

  describe('for a subject', () => {
    const { vocabulary, questions } = thousandsOf(400);
    const small = withDimensions(vocabulary, (nth) => nth % 5 === 0);
    const open = (over: Partial<RetrievalOptions> = {}) =>
      createRetrieval({ embedding: () => real, folder: null, log, patienceMs: 5_000, ...over });

    it('finds only what it may know, and the same whether there is more or not', async () => {
      const alone = open();
      const beside = open();
      await beside.retrieverFor(vocabulary, 'customer order date', signal);
      for (const question of questions(20)) {
        const expected = (await alone.retrieverFor(small, question, signal)).rank(small, question);
        const found = (await beside.retrieverFor(small, question, signal)).rank(small, question);
        expect(found).to.deep.equal(expected);
        const known = new Set(small.dimensions.map(({ name }) => `dimension ${name}`));
        expect(found.every(({ key }) => known.has(key))).to.equal(true);
      }
      alone.close();
      beside.close();
    });

    it('finds what is spelt otherwise, which words alone do not', async () => {
      const labels = ['warehouse', 'order date', 'customer country', 'ticket priority'];
      const dimensions = labels.map((label, nth) => ({
        ...vocabulary.dimensions[nth]!,
        ...{ name: `shop.${label.replace(' ', '_')}`, label, description: null, synonyms: [] },
      }));
      const shop = { ...vocabulary, dimensions };
      const retrieval = open();
      for (const [question, found] of [
        ['per warehuose', 'warehouse'],
        ['which contry', 'customer_country'],
        ['prioritised', 'ticket_priority'],
      ] as const) {
        expect(lexicalRetriever.rank(shop, question), question).to.deep.equal([]);
        const [first] = (await retrieval.retrieverFor(shop, question, signal)).rank(shop, question);
        expect(first!.key, question).to.equal(`dimension shop.${found}`);
      }
      retrieval.close();
    });

    it('goes on with words where the embedder fails, is slow, or there is none', async () => {
      const failing: Embedding = { ...real, id: 'failing', embed: () => Promise.reject(new Error('away')) };
      const never: Embedding = { ...real, id: 'never', embed: () => new Promise(() => undefined) };
      for (const embedding of [failing, never, null]) {
        const retrieval = open({ embedding: () => embedding, patienceMs: 20 });
        expect(await retrieval.retrieverFor(vocabulary, 'customer', signal)).to.equal(lexicalRetriever);
        retrieval.close();
      }
    });
  });
});
