import { expect } from 'chai';
import fc from 'fast-check';
import type { CompletionRequest } from '../../core/plugin/contract.js';
import { PluginError } from '../../core/plugin/contract.js';
import {
  type Attempt,
  type AttemptEvent,
  costOf,
  createCompletion,
  estimateTokens,
  faultOfNetwork,
  faultOfStatus,
  holdsStrictly,
  readRetryAfter,
} from '../../core/plugin/llm-kit.js';
import { answerSchema } from '../../semantic/prompt/answer-schema.js';
import { ask } from './servers/ask.js';

const now = Date.parse('2026-03-01T12:00:00Z');
const headers = (given: Readonly<Record<string, string>>): Headers => new Headers(given);

describe('Retry-After', () => {
  const rows: readonly [given: Readonly<Record<string, string>>, seconds: number | null][] = [
    [{}, null],
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': '1.5' }, 1.5],
    [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }, 30],
    [{ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '' }, null],
    [{ 'retry-after': '99999999999' }, 86_400],
    [{ 'retry-after': '9', 'retry-after-ms': '250' }, 0.25],
    [{ 'retry-after': '9', 'retry-after-ms': 'x' }, 9],
  ];
  for (const [given, seconds] of rows) {
    it(`${JSON.stringify(given)}: ${seconds}`, () => {
      expect(readRetryAfter(headers(given), now)).to.equal(seconds);
    });
  }
});

describe('a fault of a provider', () => {
  const rows: readonly [status: number, given: Readonly<Record<string, string>>, code: string, retryable: boolean][] = [
    [400, {}, 'LLM_REJECTED', false],
    [401, {}, 'LLM_REJECTED', false],
    [404, {}, 'LLM_REJECTED', false],
    [302, {}, 'LLM_REJECTED', false],
    [408, {}, 'LLM_TIMEOUT', true],
    [429, {}, 'LLM_RATE_LIMITED', true],
    [429, { 'x-should-retry': 'false' }, 'LLM_RATE_LIMITED', false],
    [400, { 'x-should-retry': 'true' }, 'LLM_REJECTED', true],
    [500, {}, 'LLM_UNAVAILABLE', true],
    [503, {}, 'LLM_UNAVAILABLE', true],
    [504, {}, 'LLM_TIMEOUT', true],
    [529, {}, 'LLM_UNAVAILABLE', true],
    [599, {}, 'LLM_UNAVAILABLE', true],
  ];
  for (const [status, given, code, retryable] of rows) {
    it(`${status} ${JSON.stringify(given)}: ${code}${retryable ? ', tried again' : ''}`, () => {
      const fault = faultOfStatus(status, headers(given), now);
      expect([fault.code, fault.retryable]).to.deep.equal([code, retryable]);
    });
  }
  it('of the network has its code and none of its words', () => {
    const inner = Object.assign(new Error('connect to secret-host'), { code: 'ECONNREFUSED' });
    const fault = faultOfNetwork(new TypeError('fetch failed', { cause: inner }));
    expect(fault.message).to.equal('The provider cannot be reached (ECONNREFUSED).');
    expect([fault.cause, fault.retryable]).to.deep.equal([undefined, true]);
    const lasting = faultOfNetwork(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }));
    expect(lasting.retryable).to.equal(false);
    expect(faultOfNetwork(Object.assign(new Error('x'), { code: 'sk-secret' })).message).to.not.contain('sk-secret');
  });
});

describe('what an answer costs', () => {
  const counts = { inputTokens: 1_000_000, outputTokens: 100_000, cachedTokens: 600_000, writtenTokens: 300_000 };
  const models = {
    full: { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 },
    plain: { input: 3, output: 15 },
  };
  const rows: readonly [names: readonly string[], amount: number | null][] = [
    [['full'], 0.1 * 3 + 0.6 * 0.3 + 0.3 * 3.75 + 1.5],
    [['plain'], 3 + 1.5],
    [['full-2026', 'full'], 0.1 * 3 + 0.6 * 0.3 + 0.3 * 3.75 + 1.5],
    [['other'], null],
    [['toString'], null],
  ];
  for (const [names, amount] of rows) {
    it(`of ${names.join(' or ')}: ${amount}`, () => {
      const cost = costOf(counts, { currency: 'EUR', models }, names);
      if (amount === null) expect(cost).to.equal(null);
      else expect(cost?.amount).to.be.closeTo(amount, 1e-9);
    });
  }
  it('is not known without a table', () => {
    expect(costOf(counts, undefined, ['full'])).to.equal(null);
  });
});

describe('the estimate of tokens', () => {
  /** As OpenAI's o200k counts, written down once. */
  const rows: readonly [text: string, tokens: number][] = [
    ['', 0],
    ['Revenue by country, last quarter?', 7],
    ['SELECT c.name, SUM(o.amount) AS revenue FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1', 27],
    ['{"metrics":["revenue"],"dimensions":[{"name":"customer.country","grain":null}]}', 20],
    ['Wie hoch war der Umsatz nach Bundesländern, verglichen mit dem Vorjahreszeitraum?', 20],
    ['上个季度按国家划分的收入是多少？', 11],
    ['12345.68, 24691.36, 37037.03', 16],
  ];
  for (const [text, tokens] of rows) {
    it(`${JSON.stringify(text.slice(0, 40))}: enough, and not many times too many`, () => {
      const estimate = estimateTokens(text);
      expect(estimate).to.be.at.least(tokens * 0.9);
      expect(estimate).to.be.at.most(tokens * 2.5 + 1);
    });
  }
  it('grows with the text, and costs little', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(estimateTokens(`${a}\n${b}`)).to.be.at.least(Math.max(estimateTokens(a), estimateTokens(b)) - 1);
      }),
      { numRuns: 200 },
    );
    const began = performance.now();
    estimateTokens('a word and another one, 12.5;\n'.repeat(10_000));
    expect(performance.now() - began).to.be.lessThan(1_500);
  });
});

describe('a schema that models are held to', () => {
  const closed = { type: 'object', additionalProperties: false };
  const text = { type: 'string' };
  const rows: readonly [title: string, schema: Readonly<Record<string, unknown>>, holds: boolean][] = [
    ['all required', { ...closed, required: ['a'], properties: { a: text } }, true],
    ['one optional', { ...closed, required: [], properties: { a: text } }, false],
    ['open', { type: 'object', required: ['a'], properties: { a: text } }, false],
    [
      'a keyword that is not known',
      { ...closed, required: ['a'], properties: { a: { ...text, minLength: 1 } } },
      false,
    ],
    ['a choice at the top', { ...closed, required: [], properties: {}, anyOf: [] }, false],
    ['a reference to itself', { ...closed, required: ['a'], properties: { a: { $ref: '#' } } }, true],
    ['a reference elsewhere', { ...closed, required: ['a'], properties: { a: { $ref: 'https://x' } } }, false],
    [
      'an open object inside',
      { ...closed, required: ['a'], properties: { a: { type: 'array', items: { type: 'object' } } } },
      false,
    ],
    [
      'too many values',
      { ...closed, required: ['a'], properties: { a: { enum: Array.from({ length: 1_001 }, (_, at) => `v${at}`) } } },
      false,
    ],
  ];
  for (const [title, schema, holds] of rows) {
    it(`${title}: ${holds ? 'yes' : 'no'}`, () => {
      expect(holdsStrictly(schema)).to.equal(holds);
    });
  }
  it('is the one that questions are answered with', () => {
    const names = {
      entities: ['orders'],
      metrics: ['revenue'],
      dimensions: ['country'],
      segments: [],
      hierarchies: [],
      sql: true,
    };
    expect(holdsStrictly(answerSchema(names))).to.equal(true);
  });
});

describe('one completion', () => {
  const request: CompletionRequest = {
    system: [],
    messages: [{ role: 'user', content: 'x' }],
    maxTokens: 10,
    timeoutMs: 3_000,
  };
  const limits = { firstByteMs: 500, silenceMs: 500, totalMs: 5_000, tries: 3, delayMs: 2 };
  const said: readonly AttemptEvent[] = [
    { kind: 'begun', model: 'm-1' },
    { kind: 'text', text: 'yes' },
    { kind: 'counts', counts: { inputTokens: 5, outputTokens: 1 } },
    { kind: 'done' },
  ];
  const make = (tries: readonly (readonly (AttemptEvent | Error)[])[], over: object = {}) => {
    let asked = 0;
    const waited: number[] = [];
    const attempt: Attempt = async function* () {
      const events = tries[Math.min(asked, tries.length - 1)]!;
      asked += 1;
      for (const event of events) {
        if (event instanceof Error) throw event;
        yield event;
      }
    };
    const completion = createCompletion({
      model: 'm',
      contextTokens: 1_000,
      limits,
      attempt,
      countTokens: (text) => text.length,
      ending: new AbortController().signal,
      random: () => 1,
      wait: async (ms: number) => waited.push(ms),
      ...over,
    });
    return { completion, waited, asked: () => asked };
  };
  const limited = (retryAfterSeconds: number): PluginError =>
    new PluginError('LLM_RATE_LIMITED', 'later', { retryable: true, retryAfterSeconds });

  it('waits as long as the provider says', async () => {
    const { completion, waited } = make([[limited(1)], said]);
    const got = await ask(completion, request);
    expect(got.text).to.equal('yes');
    // A quarter of its own wait besides, so that not all come back at once.
    expect(waited).to.deep.equal([1_000.5]);
  });

  it('does not wait past the time of the request, and says when to ask again', async () => {
    const { completion, waited } = make([[limited(2.2)], said]);
    const got = await ask(completion, { ...request, timeoutMs: 1_000 });
    expect([got.code, got.retryAfterSeconds, waited]).to.deep.equal(['LLM_RATE_LIMITED', 3, []]);
  });

  it('waits longer each time, with chance in it', async () => {
    const failing = [[new PluginError('LLM_UNAVAILABLE', 'gone', { retryable: true })]];
    const slow = { limits: { ...limits, delayMs: 40 } };
    const { completion, waited } = make(failing, slow);
    await ask(completion, request);
    expect(waited).to.deep.equal([40, 80]);
    const lucky = make(failing, { ...slow, random: () => 0 });
    await ask(lucky.completion, request);
    expect(lucky.waited).to.deep.equal([20, 40]);
  });

  it('adds up what all tries took, and tells it when there is no answer', async () => {
    const cut: readonly (AttemptEvent | Error)[] = [
      { kind: 'begun', model: 'm-1' },
      { kind: 'counts', counts: { inputTokens: 7, outputTokens: 2 } },
      { kind: 'text', text: 'ye' },
    ];
    const good = await ask(make([cut, said]).completion, request);
    expect(good.usage).to.deep.include({ inputTokens: 12, outputTokens: 3, tries: 2, model: 'm-1' });
    expect([good.heard, good.restarts]).to.deep.equal(['yes', 1]);
    const bad = await ask(make([cut]).completion, request);
    expect(bad.code).to.equal('LLM_UNAVAILABLE');
    expect(bad.usage).to.deep.include({ inputTokens: 21, outputTokens: 6, tries: 3 });
  });

  it('estimates where nothing is counted', async () => {
    const uncounted = said.filter(({ kind }) => kind !== 'counts');
    const { usage } = await ask(make([uncounted]).completion, { ...request, system: [{ text: 'rules' }] });
    expect(usage).to.deep.include({ inputTokens: 6, outputTokens: 3 });
  });

  it('reads JSON that stands in one block of code, and no other', async () => {
    const schema = { name: 'x', description: 'x', schema: {} };
    const saying = (text: string) => make([[{ kind: 'text', text }, { kind: 'done' }]]).completion;
    expect((await ask(saying('```json\n{"a": 1}\n```'), { ...request, schema })).value).to.deep.equal({ a: 1 });
    expect((await ask(saying('Here: {"a": 1}'), { ...request, schema })).code).to.equal('LLM_ANSWER_INVALID');
  });

  it('quotes no error that it does not know', async () => {
    const { completion } = make([[new Error('the prompt was SECRET')]]);
    const { code, error } = await ask(completion, request);
    expect(code).to.equal('LLM_UNAVAILABLE');
    expect(String(error) + String((error as Error).cause)).to.not.contain('SECRET');
  });

  it('asks nobody for a caller who has left', async () => {
    const { completion, asked } = make([said]);
    const leaving = AbortSignal.abort(new Error('left'));
    expect(((await ask(completion, request, leaving)).error as Error).message).to.equal('left');
    expect(asked()).to.equal(0);
  });
});
