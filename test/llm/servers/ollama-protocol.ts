import { expect } from 'chai';
import type { Protocol, Said } from './protocol.js';
import type { Stream } from './provider-server.js';

const line = (value: object): string => `${JSON.stringify(value)}\n`;
const created_at = '2026-01-01T00:00:00.000000001Z';

const piece = (model: string, content: string): string =>
  line({ model, created_at, message: { role: 'assistant', content }, done: false });

const last = ({ model, inputTokens, outputTokens }: Said, reason: string): string =>
  line({
    model,
    created_at,
    message: { role: 'assistant', content: '' },
    done: true,
    done_reason: reason,
    total_duration: 4_883_583_458,
    load_duration: 1_334_875,
    prompt_eval_count: inputTokens,
    prompt_eval_duration: 342_546_000,
    eval_count: outputTokens,
    eval_duration: 4_535_599_000,
  });

const stream = (...events: readonly string[]): Stream => ({ events, contentType: 'application/x-ndjson' });

const answer = (pieces: readonly string[], said: Said): Stream =>
  stream(...pieces.map((text) => piece(said.model, text)), last(said, 'stop'));

/** `POST /api/chat` of Ollama: JSON objects, one a line. */
export const ollamaProtocol: Protocol = {
  name: 'Ollama',
  plugin: 'ollama',
  config: { model: 'small:8b', contextTokens: 8_192 },
  path: '/api/chat',
  keyHeader: (key) => ['authorization', `Bearer ${key}`],
  words: answer,
  structured: answer,
  refusal: (said) => answer(['I can', 'not help with that.'], said),
  cutOff: (pieces, said) => stream(...pieces.map((text) => piece(said.model, text)), last(said, 'length')),
  empty: (said) => stream(last(said, 'stop')),
  errorInside: (said) =>
    stream(piece(said.model, '{"me'), line({ error: 'an error was encountered while running the model' })),
  garbled: () => stream('<html>\n', '<body>\n'),
  countsCached: false,
  canBeLookedAt: true,
  // A model that will not says so in words, which no schema lets through.
  differs: { 'a refusal': { gets: 'LLM_ANSWER_INVALID', asked: 3 } },
  checkRequest: (body, { system, messages, schema }) => {
    const [first, ...rest] = body.messages as { role: string; content: string }[];
    expect(body).to.deep.include({ model: 'small:8b', stream: true, truncate: false, shift: false });
    expect(body.format).to.deep.equal(schema?.schema);
    expect(body.options).to.deep.equal({ num_ctx: 8_192, num_predict: 500, temperature: 0, seed: 0 });
    expect(first!.role).to.equal('system');
    expect(first!.content.startsWith(system.map(({ text }) => text).join('\n\n'))).to.equal(true);
    expect(rest).to.deep.equal(messages);
  },
  error: (status, quote, headers = {}) => ({ status, headers, body: JSON.stringify({ error: `fault with ${quote}` }) }),
};
