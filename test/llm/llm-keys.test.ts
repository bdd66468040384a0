import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { createSealer } from '../../core/secrets/create-sealer.js';
import { assertKeys, resealSecrets } from '../../src/keys/sealed-secrets.js';
import { keyedModels, readLlmKey } from '../../src/llm/service.js';
import { llmKeys } from '../../src/llm/store.js';
import { startIdentity, type TestIdentity } from '../identity/start-identity.js';
import { engines } from '../store/store-places.js';

const path = '/api/v1/settings/llm-keys';
const key = 'sk-PLANTED-own-key-0815';
const claude = { name: 'claude', title: 'Anthropic', model: 'claude-x', place: 'anthropic https://api.example.com' };

for (const engine of engines) {
  describe(`keys of workspaces for language models, kept on ${engine}`, () => {
    let at: TestIdentity;
    let root: Readonly<Record<string, string>>;
    let eli: Readonly<Record<string, string>>;
    const lines: string[] = [];
    const write = (message: string, fields?: object): void => void lines.push(JSON.stringify([message, fields]));
    const log = { debug: write, info: write, warn: write, error: write };

    before(async () => {
      at = await startIdentity(engine);
      await at.addWorkspace('elsewhere');
      await at.add('eli', { elsewhere: 'admin' });
      [root, eli] = await Promise.all([at.login('root'), at.login('eli')]);
    });
    after(() => at.close());
    const set = (headers: Readonly<Record<string, string>>, provider = 'claude', text: unknown = key) =>
      at.ask('PUT', `${path}/${provider}`, { headers, body: { key: text } });
    const read = (workspace: string, models = [claude], keys = at.encryptionKeys) =>
      readLlmKey({ store: at.store, sealer: createSealer(keys), models, log }, 'claude', workspace);

    it('come in and never go out', async () => {
      const made = await set(root);
      expect(made.status, made.text).to.equal(200);
      const listed = await at.ask('GET', path, { headers: root });
      expect(listed.body.data).to.have.length(1);
      expect((listed.body.data as unknown as object[])[0]).to.deep.include({
        provider: 'claude',
        has_key: true,
        in_use: true,
      });
      const [row] = await at.store.read((db) => db.find(llmKeys));
      const trail = JSON.stringify(at.trail.entries());
      for (const text of [made.text, listed.text, JSON.stringify(row), trail]) expect(text).to.not.contain(key);
      expect(await read('default')).to.equal(key);
    });

    it('are of one workspace', async () => {
      const listed = await at.ask('GET', path, { headers: eli });
      expect((listed.body.data as unknown as object[])[0]).to.deep.include({ has_key: false, set_by: null });
      expect(await read('elsewhere')).to.equal(null);
      expect((await at.ask('DELETE', `${path}/claude`, { headers: eli })).status).to.equal(404);
      expect(await read('default')).to.equal(key);
    });

    it('go to the provider that they were given for, and nowhere else', async () => {
      expect(await read('default', [{ ...claude, place: 'anthropic https://elsewhere.example.com' }])).to.equal(null);
      expect(await read('default', [])).to.equal(null);
      expect(lines).to.have.length(2);
      expect(lines.join('\n')).to.not.contain(key);
    });

    it('are sealed anew with the others', async () => {
      const next = [randomBytes(32), ...at.encryptionKeys];
      await resealSecrets(at.store, createSealer(next));
      await assertKeys(at.store, createSealer([next[0]!]));
      expect(await read('default', [claude], [next[0]!])).to.equal(key);
    });

    for (const [title, provider, text, status] of [
      ['a model that is not there', 'nobody', key, 404],
      ['a key with a line break', 'claude', 'sk-one\r\nx-header: two', 400],
      ['a key that is none', 'claude', '', 400],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const { status: got, text: said } = await set(root, provider, text);
        expect(got, said).to.equal(status);
        expect(said).to.not.contain('x-header');
      });
    }

    it('are forgotten', async () => {
      expect((await at.ask('DELETE', `${path}/claude`, { headers: root })).status).to.equal(204);
      expect(await read('default')).to.equal(null);
    });
  });
}

describe('language models that take a key', () => {
  it('are those with a setting for one, and where it leads', () => {
    const manifest = (id: string, properties: object) => ({ id, kind: 'llm', title: id, config: { properties } });
    const plugins = [
      {
        name: 'a',
        candidate: { manifest: manifest('openai', { apiKey: {} }), config: { model: 'm', baseUrl: 'https://x' } },
      },
      { name: 'b', candidate: { manifest: manifest('interpreter', {}), config: {} } },
      {
        name: 'c',
        candidate: { manifest: { ...manifest('postgres', { apiKey: {} }), kind: 'connector' }, config: {} },
      },
    ];
    expect(keyedModels({ plugins } as never)).to.deep.equal([
      { name: 'a', title: 'openai', model: 'm', place: 'openai https://x' },
    ]);
  });
});
