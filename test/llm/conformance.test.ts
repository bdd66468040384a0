import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import { testPlugin } from '../../core/plugin/test-plugin.js';
import { said } from './servers/fault-cases.js';
import { protocols } from './servers/protocols.js';
import { type ProviderServer, startProviderServer } from './servers/provider-server.js';

const folderOf = (plugin: string): string => join(packageRoot(), 'plugins', 'llm', plugin);

describe('the conformance of language models', () => {
  let server: ProviderServer;
  let folder: string;
  before(async () => {
    server = await startProviderServer();
    folder = mkdtempSync(join(tmpdir(), 'datamind-llm-'));
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const plugin of new Set(protocols.map((protocol) => protocol.plugin))) {
    it(`${plugin}: without a configuration what asks nobody is run`, async () => {
      const { rows } = await testPlugin(folderOf(plugin), { env: {} });
      expect(rows.filter(({ status }) => status === 'failed')).to.deep.equal([]);
      const passed = rows.filter(({ status }) => status === 'passed').map((row) => row.case);
      expect(passed).to.include.members(['life-cycle/stop-twice', 'completion/tokens', 'completion/left-before']);
    });
  }

  for (const protocol of protocols) {
    it(`${protocol.name}: keeps the contract`, async () => {
      const { config, plugin, words, structured } = protocol;
      const text = JSON.stringify({ answer: 'yes' });
      // Each answers what it is asked for: words, or the call of what was offered.
      const rename = (step: ReturnType<typeof structured>) => ({
        ...step,
        events: step.events.map((event) => event.replaceAll('"semantic_query"', '"answer"')),
      });
      server.script(words(['yes'], said), rename(structured([text], said)), words(['yes'], said));
      const file = join(folder, `${protocol.name}.json`);
      const apiKey = { $env: 'KEY' };
      writeFileSync(file, JSON.stringify({ ...config, baseUrl: server.url, apiKey }));
      const { rows } = await testPlugin(folderOf(plugin), { configFile: file, env: { KEY: 'sk-conformance-own' } });
      expect(rows.filter(({ status }) => status !== 'passed')).to.deep.equal([]);
      expect(rows).to.have.length(12);
    });
  }

  /** @returns the folder of a plugin whose `create` returns this, besides its life */
  const pluginOf = (what: string): string => {
    const at = mkdtempSync(join(folder, 'plugin-'));
    const manifest = { id: 'made', kind: 'llm', api: 1, version: '1.0.0', title: 'Made', main: 'index.js' };
    const config = { type: 'object', additionalProperties: false, properties: {} };
    writeFileSync(join(at, 'plugin.json'), JSON.stringify({ ...manifest, needs: { network: true }, config }));
    writeFileSync(join(at, 'package.json'), '{"type": "module"}');
    const life = 'start: async () => {}, health: async () => ({}), stop: async () => {}';
    writeFileSync(join(at, 'index.js'), `export default { create: () => ({ ${life}, ${what} }) };`);
    return at;
  };

  const invalid: readonly [what: string, says: string][] = [
    ['', 'its llm has none of "completion", "interpretation", "embedding"'],
    ['completion: {}', 'its "completion" lacks "complete()", "countTokens()"'],
    ['completion: null', 'its "completion" lacks "complete()", "countTokens()"'],
    ['completion: { complete() {}, countTokens() {} }', 'its "completion" lacks the name of a "model"'],
    [
      'completion: { model: "m", contextTokens: 0.5, complete() {}, countTokens() {} }',
      'the "contextTokens" of its "completion" must be a whole number',
    ],
    ['interpretation: { interpret: 5 }', 'its "interpretation" lacks "interpret()"'],
    ['embedding: { embed() {} }', 'its "embedding" lacks an "id"'],
    ['embedding: { id: "e", embed() {} }', 'the "dimensions" of its "embedding" must be a whole number'],
    ['interpretation: { interpret() {} }, embedding: { id: "e", dimensions: 3 }', 'its "embedding" lacks "embed()"'],
  ];
  for (const [what, says] of invalid) {
    it(`refuses {${what}}: ${says}`, async () => {
      const refused = await testPlugin(pluginOf(what), { env: {} }).catch((error: unknown) => error);
      expect(refused).to.include({ code: 'PLUGIN_INVALID', message: says });
    });
  }

  const broken: readonly [title: string, code: string, fails: string][] = [
    ['counts no tokens', 'countTokens: () => 0', 'completion/tokens'],
    [
      'asks for who has left',
      'async *complete() { yield { kind: "end", text: "x", usage: {} }; }',
      'completion/left-before',
    ],
  ];
  for (const [title, code, fails] of broken) {
    it(`finds a model that ${title}`, async () => {
      const sound = `model: 'm', contextTokens: 1, countTokens: (text) => Math.ceil(text.length / 4),
        async *complete(request, signal) { signal.throwIfAborted(); }`;
      const { rows } = await testPlugin(pluginOf(`completion: { ${sound}, ${code} }`), { env: {} });
      expect(rows.filter(({ status }) => status === 'failed').map((row) => row.case)).to.deep.equal([fails]);
    });
  }
});
