import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Llm, PluginHost } from 'datamind/contract';
import plugin, { type TransformersSettings } from './index.js';
import { writeTinyModel } from './write-tiny-model.js';

const host = { log: { warn: () => undefined }, now: Date.now } as unknown as PluginHost;
const signal = new AbortController().signal;
const meanings = { revenue: [1, 0, 0, 0.1], turnover: [1, 0.1, 0, 0], people: [0, 0, 1, 0], staff: [0, 0.1, 1, 0] };

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);

describe('vectors by a model of Transformers.js', () => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-transformers-'));
  const settings: TransformersSettings = {
    ...{ model: 'tiny', dimensions: 4, folder, cacheFolder: join(folder, 'cache') },
    ...{ quantized: true, pooling: 'mean', prefix: '' },
  };
  const open: Llm[] = [];
  const start = async (over: Partial<TransformersSettings> = {}): Promise<Llm> => {
    const made = plugin.create({ ...settings, ...over }, host);
    open.push(made);
    await made.start(signal);
    return made;
  };
  before(() => writeTinyModel(join(folder, 'tiny'), meanings));
  after(async () => {
    await Promise.all(open.map((one) => one.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('are near for words that mean the same, have length 1, and do not depend on what is embedded beside', async () => {
    const { embedding } = await start();
    const texts = ['revenue', 'turnover', 'staff', 'people people staff'];
    const vectors = await embedding!.embed(texts, signal);
    const [revenue, turnover, staff, people] = vectors as [Float32Array, Float32Array, Float32Array, Float32Array];
    for (const vector of vectors) expect(Math.hypot(...vector)).to.be.closeTo(1, 1e-5);
    expect(cosine(revenue, turnover)).to.be.greaterThan(0.95);
    expect(cosine(people, staff)).to.be.greaterThan(0.95);
    expect(cosine(revenue, staff)).to.be.lessThan(0.1);
    const [alone] = await embedding!.embed(['revenue'], signal);
    expect(cosine(alone!, revenue)).to.be.closeTo(1, 1e-5);
  });

  it('are of another embedder once the files have changed', async () => {
    const before = (await start()).embedding!.id;
    expect((await start()).embedding!.id).to.equal(before);
    writeTinyModel(join(folder, 'tiny'), { ...meanings, country: [0, 1, 0, 0] });
    expect((await start()).embedding!.id).not.to.equal(before);
  });

  it('are refused where the model has another length, or a file is not there', async () => {
    const { embedding } = await start({ dimensions: 8 });
    const fault = await embedding!.embed(['revenue'], signal).catch((error: unknown) => error);
    expect(fault).to.include({ code: 'LLM_REJECTED' });
    const missing = await start({ model: 'other' }).catch((error: unknown) => error);
    expect(missing).to.include({ code: 'LLM_REJECTED', message: 'The folder of the model has no config.json.' });
  });

  it('are there again once a model that could not be loaded can be', async () => {
    const place = join(folder, 'broken');
    writeTinyModel(place, meanings);
    writeFileSync(join(place, 'config.json'), '{');
    const one = await start({ model: 'broken' });
    const fault = await one.embedding!.embed(['revenue'], signal).catch((error: unknown) => error);
    expect(fault).to.include({ code: 'LLM_UNAVAILABLE', message: 'The model in the folder cannot be loaded.' });
    expect(await one.health(signal)).to.include({ status: 'degraded' });
    writeTinyModel(place, meanings);
    expect(await one.embedding!.embed(['revenue'], signal)).to.have.length(1);
    expect(await one.health(signal)).to.include({ status: 'up' });
  });

  it('are not made after the end', async () => {
    const one = await start();
    await one.stop();
    const fault = await one.embedding!.embed(['revenue'], signal).catch((error: unknown) => error);
    expect(fault).to.include({ code: 'LLM_UNAVAILABLE' });
  });
});
