import { expect } from 'chai';
import type { LlmChainState } from '../../src/llm/chain.js';
import { llmComponent } from '../../src/llm/llm-health.js';

const model = (name: string, over: Partial<LlmChainState> = {}): LlmChainState => ({
  name,
  model: `${name}-1`,
  up: true,
  breaker: 'closed',
  ...over,
});
const interpreter = model('interpreter', { model: null });
const gone = { up: false, model: null };

const rows: readonly [title: string, chain: readonly LlmChainState[], down: readonly string[], status: string][] = [
  ['nothing reads questions', [], [], 'not_configured'],
  ['what needs no model is there alone', [interpreter], [], 'up'],
  ['all answer', [model('a'), model('b'), interpreter], [], 'up'],
  ['one is down', [model('a'), model('b'), interpreter], ['a'], 'degraded'],
  ['one is left alone', [model('a', { breaker: 'open' }), model('b'), interpreter], [], 'degraded'],
  ['one is tried again', [model('a', { breaker: 'half_open' }), interpreter], [], 'up'],
  ['the only one did not start', [model('a', gone), interpreter], [], 'down'],
  ['none answers', [model('a'), model('b', { breaker: 'open' }), interpreter], ['a'], 'down'],
];

describe('how language models are', () => {
  for (const [title, chain, down, status] of rows) {
    it(`${status} when ${title}`, () => {
      const healths = chain
        .filter(({ up }) => up)
        .map(({ name }) => ({ name, status: down.includes(name) ? ('down' as const) : ('up' as const), latencyMs: 7 }));
      const component = llmComponent(chain, healths);
      expect(component.status).to.equal(status);
      const models = chain.filter(({ up, model: named }) => !up || named !== null).map(({ name }) => name);
      expect(Object.keys(component.models ?? {})).to.deep.equal(models);
    });
  }
});
