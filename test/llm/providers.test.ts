import { expect } from 'chai';
import type { CompletionRequest } from '../../core/plugin/contract.js';
import { ask, type Got } from './servers/ask.js';
import { faultCases, pieces, said, value } from './servers/fault-cases.js';
import { openLlm, type OpenedLlm } from './servers/open-plugin.js';
import { type ProviderServer, startProviderServer } from './servers/provider-server.js';
import { protocols } from './servers/protocols.js';

const key = 'sk-PLANTED-9F27-key';
const ownKey = 'sk-PLANTED-workspace-key';
const marker = 'PROMPT-MARKER-7781';

const schema = {
  name: 'semantic_query',
  description: 'What is asked, as a semantic query.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['metrics', 'note'],
    properties: { metrics: { type: 'array', items: { type: 'string' } }, note: { type: 'string' } },
  },
} as const;

const request: CompletionRequest = {
  system: [
    { text: `Rules. ${marker}`, stable: true },
    { text: `The model. ${marker}`, stable: true },
    { text: 'Today is Monday.' },
  ],
  messages: [
    { role: 'user', content: `Revenue? ${marker}` },
    { role: 'assistant', content: 'By what?' },
    { role: 'user', content: 'By country.' },
  ],
  schema,
  maxTokens: 500,
  timeoutMs: 5_000,
};
const inWords = (): CompletionRequest => {
  const { schema: _, ...rest } = request;
  return rest;
};

const limits = {
  timeouts: { firstByteMs: 4_000, silenceMs: 4_000, totalMs: 5_000 },
  retry: { tries: 3, delayMs: 4 },
  prices: {
    currency: 'USD',
    models: { 'answering-1': { input: 10, output: 100, cachedInput: 1 } },
  },
};

/** An error with all that hangs on it. */
const spell = (error: unknown, depth = 0): string => {
  if (typeof error !== 'object' || error === null || depth > 5) return String(error);
  const own = Object.getOwnPropertyNames(error).map((name) => {
    const inner = (error as Readonly<Record<string, unknown>>)[name];
    return `${name}: ${spell(inner, depth + 1)}`;
  });
  return `${String(error)} ${own.join(' ')}`;
};

/** What came of each case at each provider. */
const table = new Map<string, string>();

for (const protocol of protocols) {
  describe(`${protocol.name}: what is asked and what comes of it`, () => {
    let server: ProviderServer;
    let opened: OpenedLlm;
    let hurried: OpenedLlm;
    const errors: unknown[] = [];
    const lines: string[] = [];
    const printed: string[] = [];
    const silenced = ['log', 'info', 'warn', 'error', 'debug'] as const;
    const kept = silenced.map((name) => [name, console[name]] as const);

    const open = (over: Readonly<Record<string, unknown>> = {}) =>
      openLlm(protocol.plugin, { ...protocol.config, baseUrl: server.url, apiKey: key, ...limits, ...over });
    const run = async (asked: CompletionRequest, by = opened): Promise<Got> => {
      const got = await ask(by.llm.completion, asked);
      if (got.error !== undefined) errors.push(got.error);
      return got;
    };

    before(async () => {
      server = await startProviderServer();
      opened = await open();
      hurried = await open({
        timeouts: { firstByteMs: 150, silenceMs: 150, totalMs: 5_000 },
        retry: { tries: 2, delayMs: 4 },
      });
      // What a client library prints by itself is looked through too.
      for (const name of silenced)
        console[name] = (...words: unknown[]) => void printed.push(words.map((word) => spell(word)).join(' '));
    });
    after(async () => {
      for (const [name, print] of kept) console[name] = print;
      await opened.llm.stop();
      await hurried.llm.stop();
      await server.close();
    });

    for (const { title, steps, words = false, hasty = false, timeoutMs, gets, asked, also } of faultCases) {
      const differs = protocol.differs?.[title];
      const expected = differs ?? { gets, asked };
      if (steps(protocol, '') === null) {
        table.set(`${title} ${protocol.name}`, '–');
        continue;
      }
      it(`${title}: ${expected.gets}`, async () => {
        server.script(...(steps(protocol, `${marker} ${key}`) ?? []));
        const got = await run(
          { ...(words ? inWords() : request), ...(timeoutMs !== undefined && { timeoutMs }) },
          hasty ? hurried : opened,
        );
        table.set(`${title} ${protocol.name}`, `${got.code ?? 'answer'}, asked ${server.received.length}×`);
        expect(got.code ?? 'answer', spell(got.error)).to.equal(expected.gets);
        expect(server.received).to.have.length(expected.asked);
        if (got.code === undefined) {
          if (!words) expect(got.value).to.deep.equal(value);
          expect(got.text).to.equal(pieces.join(''));
          expect(got.heard).to.equal(pieces.join(''));
          expect(got.usage?.model).to.equal(said.model);
        }
        if (also !== undefined && differs === undefined) {
          expect(also(got), JSON.stringify({ ...got, error: undefined })).to.equal(true);
        }
      });
    }

    it('counts tokens and what they cost', async () => {
      server.script(protocol.structured(pieces, said));
      const { usage } = await run(request);
      const cached = protocol.countsCached ? said.cachedTokens : 0;
      expect(usage).to.deep.equal({
        model: said.model,
        inputTokens: said.inputTokens,
        outputTokens: said.outputTokens,
        cachedTokens: cached,
        cost: {
          amount: ((said.inputTokens - cached) * 10 + cached + said.outputTokens * 100) / 1_000_000,
          currency: 'USD',
        },
        tries: 1,
      });
    });

    it('says in the request what is asked for', async () => {
      server.script(protocol.structured(pieces, said));
      await run(request);
      const [{ path, headers, body }] = server.received as [(typeof server.received)[number]];
      expect(path.split('?')[0]).to.equal(protocol.path);
      const [name, sent] = protocol.keyHeader(key);
      expect(headers[name]).to.equal(sent);
      protocol.checkRequest(JSON.parse(body) as Record<string, unknown>, request);
    });

    it('takes the key of a workspace in place of its own', async () => {
      server.script(protocol.structured(pieces, said));
      await run({ ...request, key: ownKey });
      const [{ headers, body }] = server.received as [(typeof server.received)[number]];
      const [name, sent] = protocol.keyHeader(ownKey);
      expect(headers[name]).to.equal(sent);
      expect(JSON.stringify(headers) + body).to.not.contain(key);
    });

    for (const when of ['before the first byte', 'in the middle']) {
      it(`closes the connection when whoever asked leaves ${when}`, async () => {
        server.script(
          when === 'in the middle'
            ? { ...protocol.structured(pieces, said), after: { events: 4, next: 'hang' } }
            : 'hang',
        );
        const leaving = new AbortController();
        const reason = new Error('left');
        const heard = ask(opened.llm.completion, request, leaving.signal, (event) => {
          if (event.kind === 'text') leaving.abort(reason);
        });
        if (when !== 'in the middle') {
          while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
          leaving.abort(reason);
        }
        const { error } = await heard;
        expect(error).to.equal(reason);
        await server.received[0]!.left;
      });
    }

    it('closes the connection when whoever listens stops', async () => {
      server.script({ ...protocol.structured(pieces, said), after: { events: 4, next: 'hang' } });
      for await (const event of opened.llm.completion.complete(request, new AbortController().signal)) {
        if (event.kind === 'text') break;
      }
      await server.received[0]!.left;
    });

    it('ends what runs when it is stopped', async () => {
      const own = await open();
      server.script('hang');
      const asked = ask(own.llm.completion, request);
      while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      await own.llm.stop();
      await own.llm.stop();
      expect((await asked).code).to.equal('LLM_UNAVAILABLE');
      await server.received[0]!.left;
    });

    it('reaches no address that is not permitted', async () => {
      const asked: string[] = [];
      const refuse = (name: string, _: unknown, done: (error: Error) => void): void => {
        asked.push(name);
        done(Object.assign(new Error('no address that is permitted'), { code: 'ENOTFOUND' }));
      };
      server.script(protocol.structured(pieces, said));
      for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
        const baseUrl = server.url.replace('127.0.0.1', host);
        const guarded = await openLlm(
          protocol.plugin,
          { ...protocol.config, baseUrl, apiKey: key, ...limits },
          { lookup: refuse as never },
        );
        const { code } = await ask(guarded.llm.completion, request);
        expect(code).to.equal('LLM_UNAVAILABLE');
        await guarded.llm.stop();
      }
      expect(server.received).to.have.length(0);
      expect(new Set(asked)).to.deep.equal(new Set(['127.0.0.1', 'localhost', '::1']));
    });

    it('starts while the provider is away, and not with a key or a model that it does not take', async () => {
      const own = await open();
      const { signal } = new AbortController();
      await own.llm.start(signal);
      expect((await own.llm.health(signal)).status).to.equal('up');
      await own.llm.stop();
      if (!protocol.canBeLookedAt) return;
      for (const [status, usual] of [
        [503, null],
        [401, 'LLM_REJECTED'],
        [404, 'LLM_REJECTED'],
      ] as const) {
        const code = status === 404 && protocol.startsAt404 === true ? null : usual;
        server.look(protocol.error(status, `${marker} ${key}`));
        const other = await open();
        const failure = await other.llm.start(signal).catch((error: unknown) => error);
        expect((failure as { code?: string } | undefined)?.code ?? null).to.equal(code);
        errors.push(failure);
        if (status === 503) {
          expect(other.lines).to.have.length(1);
          expect((await other.llm.health(signal)).status).to.equal('down');
        }
        lines.push(...other.lines);
        await other.llm.stop();
      }
      server.look({ status: 200, body: '{}' });
    });

    it('leaves no trace of a key or a prompt in what is logged and thrown', () => {
      lines.push(...opened.lines, ...hurried.lines);
      expect(errors).to.have.length.greaterThan(15);
      const all = [...lines, ...printed, ...errors.map((error) => spell(error))].join('\n');
      for (const planted of [key, ownKey, marker, 'Revenue?']) expect(all).to.not.contain(planted);
      expect(printed).to.deep.equal([]);
    });
  });
}

after(() => {
  const rows = faultCases.map(({ title }) => [
    title,
    ...protocols.map(({ name }) => table.get(`${title} ${name}`) ?? ''),
  ]);
  const all = [['what the provider does', ...protocols.map(({ name }) => name)], ...rows];
  const widths = all[0]!.map((_, at) => Math.max(...all.map((row) => row[at]!.length)));
  const lines = all.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd());
  console.log(['', ...lines].join('\n'));
});
