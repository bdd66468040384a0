import { expect } from 'chai';
import type { Protocol, Said } from './protocol.js';
import type { Stream } from './provider-server.js';

interface Choice {
  readonly delta: object;
  readonly finish_reason?: string;
}

const chunk = ({ model }: Said, choice: Choice | null, usage: object | null = null): string => {
  const choices =
    choice === null
      ? []
      : [{ index: 0, delta: choice.delta, logprobs: null, finish_reason: choice.finish_reason ?? null }];
  const data = {
    id: 'chatcmpl-C9BnS1zcXq7mVG0BcUYtVJ5bnrEdq',
    object: 'chat.completion.chunk',
    created: 1_767_225_600,
    model,
    service_tier: 'default',
    system_fingerprint: 'fp_44added55e',
    choices,
    usage,
  };
  return `data: ${JSON.stringify(data)}\n\n`;
};

const done = 'data: [DONE]\n\n';

const used = (said: Said): string =>
  chunk(said, null, {
    prompt_tokens: said.inputTokens,
    completion_tokens: said.outputTokens,
    total_tokens: said.inputTokens + said.outputTokens,
    prompt_tokens_details: { cached_tokens: said.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  });

const stream = (...events: readonly string[]): Stream => ({ events, contentType: 'text/event-stream; charset=utf-8' });

const begin = (said: Said): string => chunk(said, { delta: { role: 'assistant', content: '', refusal: null } });

const finish = (said: Said, reason: string): readonly string[] => [
  chunk(said, { delta: {}, finish_reason: reason }),
  used(said),
  done,
];

const text = (pieces: readonly string[], said: Said, reason: string): Stream =>
  stream(begin(said), ...pieces.map((content) => chunk(said, { delta: { content } })), ...finish(said, reason));

const call = (name: string, pieces: readonly string[], said: Said, reason: string): Stream =>
  stream(
    chunk(said, {
      delta: {
        role: 'assistant',
        content: null,
        tool_calls: [
          { index: 0, id: 'call_RzfkBpJgzeR0S242qfvjadNe', type: 'function', function: { name, arguments: '' } },
        ],
      },
    }),
    ...pieces.map((piece) => chunk(said, { delta: { tool_calls: [{ index: 0, function: { arguments: piece } }] } })),
    ...finish(said, reason),
  );

const codes: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ['invalid_request_error', 'invalid_value'],
  401: ['invalid_request_error', 'invalid_api_key'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['tokens', 'rate_limit_exceeded'],
};

const errorOf = (status: number, quote: string) => {
  const [type, code] = codes[status] ?? ['server_error', null];
  return { error: { message: `fault with ${quote}`, type, param: null, code } };
};

/** `POST /chat/completions` of OpenAI: chunks by server-sent events, the answer held to a schema. */
export const openAiProtocol: Protocol = {
  name: 'OpenAI',
  plugin: 'openai',
  config: { model: 'gpt-x', maxTokensField: 'max_completion_tokens' },
  path: '/chat/completions',
  keyHeader: (key) => ['authorization', `Bearer ${key}`],
  words: (pieces, said) => text(pieces, said, 'stop'),
  structured: (pieces, said) => text(pieces, said, 'stop'),
  refusal: (said) =>
    stream(begin(said), chunk(said, { delta: { refusal: "I'm sorry, I cannot" } }), ...finish(said, 'stop')),
  cutOff: (pieces, said) => text(pieces, said, 'length'),
  wrongTool: (said) => call('delete_everything', ['{"all":', 'true}'], said, 'tool_calls'),
  empty: (said) => stream(used(said), done),
  errorInside: (said) => stream(begin(said), `data: ${JSON.stringify(errorOf(500, 'what is asked'))}\n\n`, done),
  garbled: () => stream('data: {"id": "chatcm\n\n'),
  countsCached: true,
  startsAt404: true,
  canBeLookedAt: true,
  checkRequest: (body, { system, messages, schema, maxTokens }) => {
    expect(body).to.deep.equal({
      model: 'gpt-x',
      messages: [{ role: 'system', content: system.map((part) => part.text).join('\n\n') }, ...messages],
      max_completion_tokens: maxTokens,
      response_format: {
        type: 'json_schema',
        json_schema: { name: schema?.name, description: schema?.description, schema: schema?.schema, strict: true },
      },
      stream_options: { include_usage: true },
      stream: true,
    });
  },
  error: (status, quote, headers = {}) => ({
    status,
    headers: { 'x-request-id': 'req_3a2b', ...headers },
    body: JSON.stringify(errorOf(status, quote)),
  }),
};

/** The same by a deployment of Azure, the answer as the call of a function. */
export const azureProtocol: Protocol = {
  ...openAiProtocol,
  name: 'Azure OpenAI',
  canBeLookedAt: false,
  config: {
    model: 'gpt-x',
    structuredOutput: 'tool',
    azure: { apiVersion: '2024-10-21', deployment: 'my-deployment' },
  },
  path: '/openai/deployments/my-deployment/chat/completions',
  keyHeader: (key) => ['api-key', key],
  structured: (pieces, said) => call('semantic_query', pieces, said, 'stop'),
  refusal: (said) => stream(begin(said), ...finish(said, 'content_filter')),
  cutOff: (pieces, said) => call('semantic_query', pieces, said, 'length'),
  // It begins with what it thinks of the prompt, and no choice.
  words: (pieces, said) => {
    const { events, contentType } = text(pieces, said, 'stop');
    return { events: [chunk({ ...said, model: '' }, null), ...events], contentType };
  },
  checkRequest: (body, { messages, schema }) => {
    expect(body.tools).to.deep.equal([
      {
        type: 'function',
        function: { name: schema?.name, description: schema?.description, parameters: schema?.schema },
      },
    ]);
    expect(body.tool_choice).to.deep.equal({ type: 'function', function: { name: schema?.name } });
    expect((body.messages as unknown[]).slice(1)).to.deep.equal(messages);
  },
};
