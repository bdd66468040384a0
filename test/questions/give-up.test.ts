import { once } from 'node:events';
import { expect } from 'chai';
import { io, type Socket } from 'socket.io-client';
import type { Llm } from '../../core/plugin/llm.js';
import type { Row } from '../../core/result/column.js';
import { ask } from '../api/request.js';
import { type StagedExecutor, stageExecutor, startTestServer, type TestServer } from '../api/start-test-server.js';

/** Reads every question as the same query. */
const reader: Llm = {
  start: async () => undefined,
  health: async () => ({ status: 'up', latencyMs: 0 }),
  stop: async () => undefined,
  interpretation: {
    interpret: async () => ({
      outcome: 'query',
      query: { metrics: ['revenue'] },
      confidence: 1,
      reading: 'Revenue.',
      notes: [],
    }),
  },
};

describe('a question that is given up while the database works', () => {
  let executor: StagedExecutor;
  let server: TestServer;
  before(async () => {
    executor = Object.assign(stageExecutor(), { llms: () => [{ name: 'reader', instance: reader }] });
    // biome-ignore lint/correctness/useYield: it never comes to a row
    executor.batches = async function* ({ signal }): AsyncGenerator<readonly Row[]> {
      if (!signal.aborted) await once(signal, 'abort');
      throw signal.reason;
    };
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, executor);
  });
  after(() => server?.close());
  const connect = async (): Promise<Socket> => {
    const socket = io(server.url, { forceNew: true, transports: ['websocket'] });
    await once(socket as never, 'connect');
    return socket;
  };
  const running = async (runs: number): Promise<void> => {
    while (executor.runs < runs) await new Promise((resolve) => setImmediate(resolve));
  };

  it('ends there too, whether it is cancelled or its asker leaves', async () => {
    const socket = await connect();
    const first = await socket.emitWithAck('ask', { question: 'Revenue?' });
    await running(1);
    const failed = once(socket as never, 'error');
    await socket.emitWithAck('cancel', { id: first.id });
    const [problem] = (await failed) as [{ code: string }];
    expect([problem.code, executor.signals[0]!.aborted]).to.deep.equal(['QUERY_CANCELLED', true]);
    await socket.emitWithAck('ask', { question: 'Revenue?' });
    await running(2);
    const { signal } = { signal: executor.signals[1]! };
    socket.close();
    if (!signal.aborted) await once(signal, 'abort');
  });

  it('ends there too when a client of REST hangs up', async () => {
    const runs = executor.runs + 1;
    const gone = new AbortController();
    const asked = fetch(`${server.url}/api/v1/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"question": "Revenue?"}',
      signal: gone.signal,
    }).catch(() => null);
    await running(runs);
    const signal = executor.signals.at(-1)!;
    gone.abort();
    if (!signal.aborted) await once(signal, 'abort');
    expect(await asked).to.equal(null);
  });

  it('is refused where nothing reads questions', async () => {
    const deaf = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor());
    try {
      const { status, body } = await ask(deaf.url, 'POST', '/api/v1/ask', { body: { question: 'Revenue?' } });
      expect([status, body.code]).to.deep.equal([503, 'LLM_UNAVAILABLE']);
    } finally {
      await deaf.close();
    }
  });
});
