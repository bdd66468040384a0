import { expect } from 'chai';
import fc from 'fast-check';
import { hashFeatures } from './hash-features.js';
import plugin from './index.js';

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
const near = (a: string, b: string): number => cosine(hashFeatures(a, 256), hashFeatures(b, 256));

describe('vectors by feature hashing', () => {
  it('have length 1, whatever the text, and are the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 32, max: 600 }), (text, size) => {
        const vector = hashFeatures(text, size);
        expect(vector).to.have.length(size);
        expect(vector).to.deep.equal(hashFeatures(text, size));
        const length = Math.hypot(...vector);
        // Features may cancel each other out to nothing, or there are none.
        if (length !== 0) expect(length).to.be.closeTo(1, 1e-5);
      }),
    );
  });

  it('never change: what is kept on disk was made by the version before', () => {
    const vector = hashFeatures('Net revenue by country', 32);
    const found = [...vector].map((value) => Math.round(value * 1000) + 0).join(' ');
    expect(found).to.equal(
      '0 0 0 0 96 192 96 96 -155 96 241 0 -78 96 155 -192 0 590 0 0 -25 0 260 60 337 319 192 96 -192 0 -156 -155',
    );
  });

  for (const [one, like, unlike] of [
    ['net revenue', 'revenues, net', 'employee'],
    ['customer country', 'custmer countrys', 'order date'],
    ['Umsatz je Land', 'umsätze nach ländern', 'Mitarbeiter'],
    ['عدد العملاء', 'العملاء', 'تاريخ الطلب'],
    ['売上高', '売上高合計', '従業員'],
  ] as const) {
    it(`bring "${one}" nearer to "${like}" than to "${unlike}"`, () => {
      expect(near(one, like)).to.be.greaterThan(near(one, unlike) + 0.1);
    });
  }

  it('are an ability of the plugin, which stops when it is told to', async () => {
    const { embedding } = plugin.create({ dimensions: 64 });
    expect(embedding).to.include({ id: 'hashing-1-64', dimensions: 64 });
    const texts = Array.from({ length: 300 }, (_, nth) => `text ${nth}`);
    const vectors = await embedding!.embed(texts, new AbortController().signal);
    expect(vectors).to.deep.equal(texts.map((text) => hashFeatures(text, 64)));
    const gone = await embedding!.embed(texts, AbortSignal.abort()).catch((error: unknown) => error);
    expect(gone).to.have.property('name', 'AbortError');
  });
});
