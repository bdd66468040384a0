import { expect } from 'chai';
import type { Protocol, Said } from './protocol.js';
import type { Stream } from './provider-server.js';

const event = (data: { readonly type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

const start = ({ model, inputTokens, cachedTokens }: Said): string =>
  event({
    type: 'message_start',
    message: {
      id: 'msg_01EhbBXUzzYgGbk2cf6CH2mP',
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: inputTokens - cachedTokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: cachedTokens,
        output_tokens: 1,
        service_tier: 'standard',
      },
    },
  } as never);

const block = (index: number, content_block: object): string =>
  event({ type: 'content_block_start', index, content_block } as never);
const delta = (index: number, inner: object): string =>
  event({ type: 'content_block_delta', index, delta: inner } as never);
const ping = event({ type: 'ping' });

const end = ({ outputTokens }: Said, index: number, stop_reason: string): readonly string[] => [
  event({ type: 'content_block_stop', index } as never),
  event({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens: outputTokens },
  } as never),
  event({ type: 'message_stop' }),
];

const stream = (...events: readonly string[]): Stream => ({ events, contentType: 'text/event-stream; charset=utf-8' });

const text = (pieces: readonly string[], said: Said, reason: string): Stream =>
  stream(
    start(said),
    block(0, { type: 'text', text: '' }),
    ping,
    ...pieces.map((piece) => delta(0, { type: 'text_delta', text: piece })),
    ...end(said, 0, reason),
  );

const call = (name: string, pieces: readonly string[], said: Said, reason: string): Stream =>
  stream(
    start(said),
    block(0, { type: 'tool_use', id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6', name, input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '' }),
    ...pieces.map((piece) => delta(0, { type: 'input_json_delta', partial_json: piece })),
    ...end(said, 0, reason),
  );

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'api_error',
  529: 'overloaded_error',
};

const errorOf = (type: string, quote: string) => ({
  type: 'error',
  error: { type, message: `fault with ${quote}` },
  request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
});

/** `POST /v1/messages` of Anthropic: events by server-sent events. */
export const anthropicProtocol: Protocol = {
  name: 'Anthropic',
  plugin: 'anthropic',
  config: { model: 'claude-x' },
  path: '/v1/messages',
  keyHeader: (key) => ['authorization', `Bearer ${key}`],
  words: (pieces, said) => text(pieces, said, 'end_turn'),
  structured: (pieces, said) => call('semantic_query', pieces, said, 'tool_use'),
  refusal: (said) => stream(start(said), ...end(said, 0, 'refusal')),
  cutOff: (pieces, said) => call('semantic_query', pieces, said, 'max_tokens'),
  wrongTool: (said) => call('delete_everything', ['{"all":', 'true}'], said, 'tool_use'),
  empty: (said) => stream(start(said), ...end(said, 0, 'end_turn').slice(1)),
  errorInside: (said) =>
    stream(start(said), ping, event(errorOf('overloaded_error', 'what is asked') as { readonly type: string })),
  garbled: () => stream('event: message_start\ndata: {"type": "message_st\n\n'),
  countsCached: true,
  canBeLookedAt: true,
  checkRequest: (body, { system, messages, schema, maxTokens }) => {
    expect(body).to.deep.equal({
      model: 'claude-x',
      max_tokens: maxTokens,
      stream: true,
      system: system.map((part) => ({
        type: 'text',
        text: part.text,
        ...(part.stable === true && { cache_control: { type: 'ephemeral', ttl: '5m' } }),
      })),
      messages,
      tools: [{ name: schema?.name, description: schema?.description, input_schema: schema?.schema }],
      tool_choice: { type: 'tool', name: schema?.name, disable_parallel_tool_use: true },
    });
  },
  error: (status, quote, headers = {}) => ({
    status,
    headers: { 'request-id': 'req_011CSHoEeqs5C35K2UUqR7Fy', ...headers },
    body: JSON.stringify(errorOf(types[status] ?? 'api_error', quote)),
  }),
};
