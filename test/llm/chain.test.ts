import { expect } from 'chai';
import type { CompletionRequest } from '../../core/plugin/contract.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { createLlmChain, interpreterWarning, type LlmUse } from '../../src/llm/chain.js';
import { type ScriptedLlm, type Script, scriptedLlm } from './fake-llm.js';

const request: CompletionRequest = {
  system: [{ text: 'Answer.', stable: true }],
  messages: [{ role: 'user', content: 'PROMPT-7781' }],
  maxTokens: 100,
  timeoutMs: 2_000,
};
const never = new AbortController().signal;

describe('the chain of language models', () => {
  let lines: string[];
  let uses: LlmUse[];
  let clock: number;
  const make = (scripts: Readonly<Record<string, readonly Script[] | null>>, keys: Record<string, string> = {}) => {
    lines = [];
    uses = [];
    clock = 0;
    const write = (message: string, fields?: object): void => {
      lines.push(JSON.stringify([message, fields]));
    };
    const models: Record<string, ScriptedLlm> = {};
    const links = Object.entries(scripts).map(([name, given]) => {
      if (given === null) return { name, instance: null };
      models[name] = scriptedLlm(`${name}-1`, ...given);
      return { name, instance: models[name] };
    });
    const chain = createLlmChain({
      links,
      log: { debug: write, info: write, warn: write, error: write },
      now: () => clock,
      keyOf: async (provider, workspace) => keys[`${provider}/${workspace}`] ?? null,
      onUsed: (use) => uses.push(use),
    });
    return { chain, models };
  };
  const failureOf = async (work: Promise<unknown>): Promise<DataMindError> => {
    try {
      await work;
    } catch (error) {
      expect(error).to.be.instanceOf(DataMindError);
      return error as DataMindError;
    }
    throw new Error('it did not fail');
  };

  it('asks the first one, and says who answered and what it took', async () => {
    const { chain, models } = make({ a: [{ say: 'yes', value: { x: 1 } }], b: [{ say: 'no' }] });
    const pieces: string[] = [];
    const answer = await chain.complete(request, { workspace: 'w', onText: (piece) => pieces.push(piece) }, never);
    expect(answer).to.deep.include({ text: 'yes', value: { x: 1 }, provider: 'a', warnings: [] });
    expect(answer.attempts).to.have.length(1);
    expect(pieces).to.deep.equal(['yes']);
    expect(uses).to.have.length(1);
    expect(models.b!.requests).to.have.length(0);
  });

  for (const code of ['LLM_UNAVAILABLE', 'LLM_TIMEOUT', 'LLM_RATE_LIMITED', 'LLM_REJECTED', 'LLM_CUT_OFF'] as const) {
    it(`goes on to the next one after ${code}, with a warning, and takes back what was said`, async () => {
      const { chain } = make({ a: [{ fail: code, after: 'half' }], b: [{ say: 'whole' }] });
      const heard: string[] = [];
      const asker = {
        workspace: 'w',
        onText: (piece: string) => heard.push(piece),
        onRestart: () => heard.splice(0),
      };
      const answer = await chain.complete(request, asker, never);
      expect(answer.provider).to.equal('b');
      expect(answer.warnings).to.have.length(1);
      expect(answer.warnings[0]).to.match(/^The language model "a" .+, so "b" answered\.$/);
      expect(answer.attempts.map(({ code: each }) => each)).to.deep.equal([code, null]);
      expect(heard).to.deep.equal(['whole']);
    });
  }

  it('looks for nobody who would say what a model will not', async () => {
    const { chain, models } = make({ a: [{ fail: 'LLM_DECLINED' }], b: [{ say: 'well' }] });
    const failure = await failureOf(chain.complete(request, { workspace: 'w' }, never));
    expect(failure.code).to.equal('LLM_DECLINED');
    expect(models.b!.requests).to.have.length(0);
  });

  it('says of each why nobody answered, and when to ask again', async () => {
    const { chain } = make({
      a: [{ fail: 'LLM_RATE_LIMITED', retryAfterSeconds: 40 }],
      b: [{ fail: 'LLM_RATE_LIMITED', retryAfterSeconds: 7 }],
    });
    const failure = await failureOf(chain.complete(request, { workspace: 'w' }, never));
    expect(failure.code).to.equal('LLM_RATE_LIMITED');
    expect(failure.details.retryAfterSeconds).to.equal(7);
    expect(failure.details.errors).to.have.length(2);
    expect(interpreterWarning(failure)).to.match(/may be less accurate\.$/);
  });

  it('leaves alone who failed again and again, and tries again by itself', async () => {
    const failing: Script = { fail: 'LLM_UNAVAILABLE' };
    const { chain, models } = make({ a: [failing, failing, failing, { say: 'back' }], b: [{ say: 'b' }] });
    for (let at = 0; at < 5; at += 1) await chain.complete(request, { workspace: 'w' }, never);
    expect(models.a!.requests).to.have.length(3);
    expect(chain.health()[0]).to.deep.include({ name: 'a', breaker: 'open' });
    clock = 30_000;
    const answer = await chain.complete(request, { workspace: 'w' }, never);
    expect(answer.provider).to.equal('a');
    expect(chain.health()[0]!.breaker).to.equal('closed');
  });

  it('keeps the trouble of a key of a workspace to that workspace, and the key out of words', async () => {
    const failing: Script = { fail: 'LLM_RATE_LIMITED' };
    const { chain, models } = make({ a: [failing, failing, failing, { say: 'fine' }] }, { 'a/w': 'sk-own-key-5512' });
    for (let at = 0; at < 4; at += 1) await failureOf(chain.complete(request, { workspace: 'w' }, never));
    expect(models.a!.requests).to.have.length(3);
    expect(models.a!.requests[0]!.key).to.equal('sk-own-key-5512');
    const answer = await chain.complete(request, { workspace: 'other' }, never);
    expect(answer.text).to.equal('fine');
    expect(models.a!.requests[3]!).to.not.have.property('key');
    expect(lines.join('\n')).to.not.contain('sk-own-key-5512').and.not.contain('PROMPT-7781');
  });

  it('quotes no error that is not of the contract', async () => {
    const { chain } = make({ a: [{ throws: new Error('PROMPT-7781 was refused') }] });
    const failure = await failureOf(chain.complete(request, { workspace: 'w' }, never));
    expect(failure.code).to.equal('LLM_UNAVAILABLE');
    expect(JSON.stringify([lines, failure.message, failure.details, String(failure.cause)])).to.not.contain(
      'PROMPT-7781',
    );
  });

  it('ends with the reason of whoever leaves, which says nothing about the model', async () => {
    const { chain } = make({ a: ['hang', 'hang', 'hang', 'hang', { say: 'fine' }] });
    for (let at = 0; at < 4; at += 1) {
      const leaving = new AbortController();
      const reason = new Error('left');
      const asked = chain.complete(request, { workspace: 'w' }, leaving.signal).catch((error: unknown) => error);
      setImmediate(() => leaving.abort(reason));
      expect(await asked).to.equal(reason);
    }
    expect((await chain.complete(request, { workspace: 'w' }, never)).text).to.equal('fine');
  });

  it('leaves time for those that come after', async () => {
    const { chain, models } = make({ a: [{ fail: 'LLM_TIMEOUT' }], b: [{ say: 'b' }] });
    await chain.complete(request, { workspace: 'w' }, never);
    expect(models.a!.requests[0]!.timeoutMs).to.be.within(1_000, 1_200);
    expect(models.b!.requests[0]!.timeoutMs).to.be.within(1_500, 2_000);
  });

  it('has nobody to ask where none is configured', async () => {
    const { chain } = make({});
    expect(chain.hasModels).to.equal(false);
    expect((await failureOf(chain.complete(request, { workspace: 'w' }, never))).code).to.equal('LLM_UNAVAILABLE');
    expect(chain.interpretation()).to.equal(null);
    expect(chain.contextTokens()).to.equal(null);
  });
});
