/** What is sent where settings or servers are otherwise than usual. */
import { expect } from 'chai';
import type { CompletionRequest } from '../../core/plugin/contract.js';
import { anthropicProtocol } from './servers/anthropic-protocol.js';
import { ask } from './servers/ask.js';
import { said } from './servers/fault-cases.js';
import { ollamaProtocol } from './servers/ollama-protocol.js';
import { openLlm } from './servers/open-plugin.js';
import { openAiProtocol } from './servers/openai-protocol.js';
import { type ProviderServer, startProviderServer, type Step } from './servers/provider-server.js';

const closed = {
  name: 'semantic_query',
  description: 'A query.',
  schema: { type: 'object', additionalProperties: false, required: ['a'], properties: { a: { type: 'integer' } } },
};
const open = { ...closed, schema: { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } } };
const request: CompletionRequest = {
  system: [{ text: 'Rules.', stable: true }, { text: 'Names.', stable: true }, { text: '' }],
  messages: [{ role: 'user', content: 'x' }],
  maxTokens: 50,
  timeoutMs: 5_000,
};
const pieces = ['{"a"', ': 1}'];
const apiKey = 'sk-some-key';

interface Way {
  readonly title: string;
  readonly plugin: 'anthropic' | 'openai';
  readonly config: Readonly<Record<string, unknown>>;
  readonly schema: NonNullable<CompletionRequest['schema']>;
  readonly answer: Step;
  readonly sent: (body: Readonly<Record<string, unknown>>) => void;
}

const words = (protocol: typeof openAiProtocol): Step => protocol.words(pieces, said);
const called = (): Step => {
  const { events, contentType } = openAiProtocol.wrongTool!(said);
  const mended = events.map((event) =>
    event
      .replace('delete_everything', 'semantic_query')
      .replace(JSON.stringify('{"all":'), JSON.stringify(pieces[0]))
      .replace(JSON.stringify('true}'), JSON.stringify(pieces[1])),
  );
  return { events: mended, contentType };
};

const ways: readonly Way[] = [
  {
    title: 'Anthropic holds to a schema that permits it',
    plugin: 'anthropic',
    config: { model: 'm', apiKey, structuredOutput: 'schema', promptCache: '1h' },
    schema: closed,
    answer: words(anthropicProtocol),
    sent: ({ output_config, tools, system }) => {
      expect(output_config).to.deep.equal({ format: { type: 'json_schema', schema: closed.schema } });
      expect(tools).to.equal(undefined);
      const kept = { type: 'ephemeral', ttl: '1h' };
      expect(system).to.deep.equal([
        { type: 'text', text: 'Rules.', cache_control: kept },
        { type: 'text', text: 'Names.', cache_control: kept },
      ]);
    },
  },
  {
    title: 'Anthropic is asked by a tool for one that does not',
    plugin: 'anthropic',
    config: { model: 'm', apiKey, structuredOutput: 'schema', promptCache: 'off', temperature: 0 },
    schema: open,
    answer: anthropicProtocol.structured(pieces, said),
    sent: ({ output_config, tool_choice, system, temperature }) => {
      expect(output_config).to.equal(undefined);
      expect(tool_choice).to.deep.include({ type: 'tool', name: 'semantic_query' });
      expect(JSON.stringify(system)).to.not.contain('cache_control');
      expect(temperature).to.equal(0);
    },
  },
  {
    title: 'OpenAI is asked by a function where a schema cannot be held to',
    plugin: 'openai',
    config: { model: 'm', apiKey },
    schema: open,
    answer: called(),
    sent: ({ tools, response_format }) => {
      expect(tools).to.have.length(1);
      expect(response_format).to.equal(undefined);
    },
  },
  {
    title: 'OpenAI is told the schema, and not held to it strictly',
    plugin: 'openai',
    config: { model: 'm', apiKey, structuredOutput: 'json_schema' },
    schema: open,
    answer: words(openAiProtocol),
    sent: ({ response_format }) => expect(response_format).to.nested.include({ 'json_schema.strict': false }),
  },
  {
    title: 'a server of one’s own, without a key, promises JSON and no more',
    plugin: 'openai',
    config: { model: 'm', structuredOutput: 'json_object', streamUsage: false },
    schema: closed,
    answer: words(openAiProtocol),
    sent: ({ response_format, messages, max_tokens, max_completion_tokens, stream_options }) => {
      expect(response_format).to.deep.equal({ type: 'json_object' });
      expect((messages as { content: string }[])[0]!.content).to.contain(JSON.stringify(closed.schema));
      expect([max_tokens, max_completion_tokens, stream_options]).to.deep.equal([50, undefined, undefined]);
    },
  },
];

describe('ways to ask for a structured answer', () => {
  let server: ProviderServer;
  before(async () => {
    server = await startProviderServer();
  });
  after(() => server.close());
  for (const { title, plugin, config, schema, answer, sent } of ways) {
    it(title, async () => {
      const { llm } = await openLlm(plugin, { ...config, baseUrl: server.url });
      server.script(answer);
      const { value, code } = await ask(llm.completion, { ...request, schema });
      expect(code).to.equal(undefined);
      expect(value).to.deep.equal({ a: 1 });
      const [{ body, headers }] = server.received as [(typeof server.received)[number]];
      sent(JSON.parse(body) as Record<string, unknown>);
      expect(headers.authorization).to.equal(config.apiKey === undefined ? undefined : `Bearer ${apiKey}`);
      await llm.stop();
    });
  }

  it('takes no key, organization or address of the environment', async () => {
    const names = ['OPENAI_API_KEY', 'OPENAI_ORG_ID', 'OPENAI_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY'];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = `http://planted.invalid/${name}`;
    try {
      for (const protocol of [openAiProtocol, anthropicProtocol]) {
        const { llm } = await openLlm(protocol.plugin, { model: 'm', baseUrl: server.url });
        server.script(protocol.words(pieces, said));
        const { code } = await ask(llm.completion, request);
        // One's own server may need no key; Anthropic does.
        expect(code).to.equal(protocol === openAiProtocol ? undefined : 'LLM_REJECTED');
        expect(JSON.stringify(server.received)).to.not.contain('planted');
        await llm.stop();
      }
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  describe('Ollama, which shortens prompts without a word', () => {
    const config = { model: 'small', contextTokens: 2_048 };
    const rows: readonly [title: string, words: number, counted: number, code: string | undefined, asked: number][] = [
      ['a prompt that fits', 100, 100, undefined, 1],
      ['one that was shortened, as its counts show', 1_200, 2_040, 'LLM_CUT_OFF', 1],
      ['one that is clearly too long', 5_000, 0, 'LLM_REJECTED', 0],
    ];
    for (const [title, length, counted, code, asked] of rows) {
      it(`${title}: ${code ?? 'an answer'}`, async () => {
        const { llm } = await openLlm('ollama', { ...config, baseUrl: server.url });
        server.script(ollamaProtocol.words(pieces, { ...said, inputTokens: counted, cachedTokens: 0 }));
        const system = [{ text: 'word '.repeat(length) }];
        expect((await ask(llm.completion, { ...request, system })).code).to.equal(code);
        expect(server.received).to.have.length(asked);
        await llm.stop();
      });
    }
    it('reads a last line that has no end, and none that is cut', async () => {
      const { llm } = await openLlm('ollama', { ...config, baseUrl: server.url, retry: { tries: 1 } });
      const { events, contentType } = ollamaProtocol.words(pieces, said);
      const whole = events.join('').trimEnd();
      server.script({ events: [whole], contentType }, { events: [whole.slice(0, -1)], contentType });
      expect((await ask(llm.completion, request)).text).to.equal(pieces.join(''));
      expect((await ask(llm.completion, request)).code).to.equal('LLM_UNAVAILABLE');
      await llm.stop();
    });
  });

  const refusals: readonly [title: string, body: object, status: number, code: string][] = [
    ['a filter before the model', { code: 'content_filter' }, 400, 'LLM_DECLINED'],
    ['a used-up quota', { code: 'insufficient_quota', type: 'insufficient_quota' }, 429, 'LLM_RATE_LIMITED'],
    ['a prompt that is too long', { code: 'context_length_exceeded' }, 400, 'LLM_REJECTED'],
  ];
  for (const [title, error, status, code] of refusals) {
    it(`tells ${title} by the code, and does not ask again`, async () => {
      const { llm } = await openLlm('openai', { model: 'm', apiKey, baseUrl: server.url });
      server.script({ status, body: JSON.stringify({ error: { message: 'x', ...error } }) });
      expect((await ask(llm.completion, request)).code).to.equal(code);
      expect(server.received).to.have.length(1);
      await llm.stop();
    });
  }
});
