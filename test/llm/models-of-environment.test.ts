import { expect } from 'chai';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { withLanguageModels } from '../../src/llm/with-language-models.js';
import { modelsOfEnvironment } from '../../src/llm/models-of-environment.js';

const key = 'sk-PLANTED-environment-key';

const rows: readonly [title: string, env: Readonly<Record<string, string>>, models: readonly string[]][] = [
  ['nothing', {}, []],
  ['keys alone, which other programs have too', { ANTHROPIC_API_KEY: key, OPENAI_API_KEY: key }, []],
  ['a model of Ollama', { OLLAMA_MODEL: 'qwen3:8b' }, ['ollama ollama qwen3:8b']],
  [
    'a key and a model',
    { OPENAI_API_KEY: key, OPENAI_MODEL: 'gpt-x', OLLAMA_MODEL: 'small' },
    ['openai openai gpt-x', 'ollama ollama small'],
  ],
  [
    'the order that is wished',
    { LLM_PROVIDER: 'ollama, Anthropic', ANTHROPIC_API_KEY: key, OPENAI_API_KEY: key, OPENAI_MODEL: 'gpt-x' },
    ['ollama ollama llama3.1', 'anthropic anthropic claude-sonnet-4-5'],
  ],
  [
    'Azure',
    {
      LLM_PROVIDER: 'azure_openai',
      AZURE_OPENAI_API_KEY: key,
      AZURE_OPENAI_ENDPOINT: 'https://r.openai.azure.com/',
      AZURE_OPENAI_DEPLOYMENT: 'mine',
    },
    ['azure openai mine'],
  ],
  ['none', { LLM_PROVIDER: 'none', OLLAMA_MODEL: 'small' }, []],
];

const faults: readonly [title: string, env: Readonly<Record<string, string>>, says: RegExp][] = [
  ['a provider that is not known', { LLM_PROVIDER: 'bard' }, /LLM_PROVIDER must name anthropic, openai, azure, ollama/],
  ['a missing key', { LLM_PROVIDER: 'openai' }, /"openai" is chosen, but OPENAI_API_KEY must be set/],
  [
    'an address with a password in it',
    { OLLAMA_MODEL: 'small', OLLAMA_BASE_URL: `http://me:${key}@gpu:11434` },
    /the environment of "ollama" \/config\/baseUrl/,
  ],
];

describe('language models of the environment', () => {
  for (const [title, env, models] of rows) {
    it(`${title}: ${models.length === 0 ? 'no model' : models.join(', ')}`, () => {
      const plans = modelsOfEnvironment(env);
      const told = plans.map(({ name, candidate: { manifest, config } }) => `${name} ${manifest.id} ${config.model}`);
      expect(told).to.deep.equal(models);
      for (const { onFailure, candidate } of plans) {
        expect(onFailure).to.equal('degrade');
        expect(candidate.secrets).to.deep.equal(candidate.config.apiKey === undefined ? [] : [key]);
      }
    });
  }
  for (const [title, env, says] of faults) {
    it(`refuses ${title}, without quoting it`, () => {
      expect(() => modelsOfEnvironment(env))
        .to.throw(DataMindError, says)
        .and.not.have.property('message', key);
      try {
        modelsOfEnvironment(env);
      } catch (error) {
        expect(String(error)).to.not.contain(key);
      }
    });
  }
  it('are not added to those of the configuration', () => {
    const env = { OLLAMA_MODEL: 'small' };
    const [own] = modelsOfEnvironment({ OLLAMA_MODEL: 'own' });
    const plan = { file: '/x', plugins: [{ ...own!, name: 'mine' }] };
    const names = withLanguageModels(plan, env).plugins.map(({ name }) => name);
    expect(names.filter((name) => !['interpreter', 'hashing'].includes(name))).to.deep.equal(['mine']);
    const added = withLanguageModels({ file: '/x', plugins: [] }, env).plugins.map(({ name }) => name);
    expect(added[0]).to.equal('ollama');
  });
});
