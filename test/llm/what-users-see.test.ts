/** Each fault of a provider, and what whoever asked a question gets of it. */
import { expect } from 'chai';
import { ask } from '../api/request.js';
import { type QuestionServer, startQuestions } from '../questions/start-questions.js';
import { anthropicProtocol } from './servers/anthropic-protocol.js';
import { faultCases, said } from './servers/fault-cases.js';
import { type ProviderServer, startProviderServer, type Step } from './servers/provider-server.js';

const key = 'sk-PLANTED-9F27-key';
const empty = { filters: [], time: null, segments: [], order: [], limit: null, totals: false, fill: false };
const answer = JSON.stringify({
  kind: 'query',
  reading: 'Revenue by country.',
  confidence: 0.9,
  query: { metrics: ['revenue'], dimensions: [{ name: 'regions.country', grain: null }], ...empty },
  sql: null,
  choices: [],
  message: null,
  missing: [],
});

/** The answer of cases that end well is that of this question. */
const mended = (step: Step, good: string): Step => {
  if (step === 'hang' || !('events' in step)) return step;
  const events = step.events.map((event) => event.replaceAll('"semantic_query"', '"answer"'));
  return { ...step, events: events.join('') === good ? whole().events : events };
};
const whole = () => {
  const { events, contentType } = anthropicProtocol.structured([answer], said);
  return { events: events.map((event) => event.replaceAll('"semantic_query"', '"answer"')), contentType };
};

describe('what users see of a fault of a language model', () => {
  let provider: ProviderServer;
  let server: QuestionServer;
  let clock = Date.now();
  const rows: string[][] = [];

  before(async () => {
    provider = await startProviderServer();
    const config = {
      ...anthropicProtocol.config,
      baseUrl: provider.url,
      apiKey: { $env: 'KEY' },
      timeouts: { firstByteMs: 250, silenceMs: 250, totalMs: 3_000 },
      retry: { tries: 3, delayMs: 4 },
    };
    const entries = [
      { use: 'datamind/plugins/llm/anthropic', as: 'claude', config },
      { use: 'datamind/plugins/llm/interpreter', as: 'built-in', config: {} },
    ];
    server = await startQuestions([], { now: () => clock }, undefined, entries, { KEY: key });
  });
  after(async () => {
    await server?.close();
    await provider.close();
    const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => row[at]!.length)));
    const lines = rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd());
    console.log(['', ...lines].join('\n'));
  });

  for (const { title, steps, gets, words = false, timeoutMs } of faultCases) {
    // Those are about what is below: chunks of bytes, and the time of a request.
    if (words || timeoutMs !== undefined || title.includes('every byte')) continue;
    it(`${title}: ${gets === 'answer' ? 'the answer of the model' : 'the answer without one, and why'}`, async () => {
      // The breaker has forgotten the case before.
      clock += 60_000;
      const wellFormed = (faultCases[0]!.steps(anthropicProtocol, '')![0] as { events: readonly string[] }).events;
      const plain = wellFormed.map((event) => event.replaceAll('"semantic_query"', '"answer"')).join('');
      provider.script(...(steps(anthropicProtocol, `the prompt and ${key}`) ?? []).map((step) => mended(step, plain)));
      const { status, body, text } = await ask(server.url, 'POST', '/api/v1/ask', {
        body: { question: 'Revenue by country?' },
      });
      const warnings = (body.warnings ?? []) as unknown as string[];
      const { kind } = body.read_by as unknown as { kind: string };
      rows.push([title, `${status}, read by the ${kind}`, warnings.join(' ')]);
      expect(status, text).to.equal(200);
      expect(body.rows, text).to.have.length(3);
      expect(kind, text).to.equal(gets === 'answer' ? 'model' : 'interpreter');
      expect(warnings).to.have.length(gets === 'answer' ? 0 : 1);
      if (gets !== 'answer') expect(warnings[0]).to.match(/"claude" .+ may be less accurate\.$/);
      expect(text).to.not.contain(key).and.not.contain('the prompt and');
    });
  }
});
