/** Answers from the cache against a bare Express JSON POST with the same answer, in the same process, turn by turn. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import express from 'express';
import { ask } from '../api/request.js';
import { stageExecutor, startTestServer } from '../api/start-test-server.js';
import type { LoadJob, LoadResult } from './http-load.js';

export interface ServeFigures {
  readonly barePerSecond: number;
  readonly cachedPerSecond: number;
  /** At least 0.8 is asked for. */
  readonly ratio: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const query = {
  metrics: ['revenue'],
  dimensions: ['country', { name: 'metric_time', grain: 'month' }],
  time: { range: 'last 3 months' },
  limit: 100,
};

const startBare = async (answer: unknown) => {
  const app = express();
  app.use(express.json());
  app.post('/query', (_, response) => {
    response.json(answer);
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

/** @param rows of the answer */
export const benchServe = async (rows = 12, rounds = 5, seconds = 2): Promise<ServeFigures> => {
  const executor = stageExecutor();
  executor.batches = async function* () {
    yield Array.from({ length: rows }, (_, row) => [`country ${row}`, `${row * 1000}.25`]);
  };
  const server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, executor, { cacheTtlSeconds: 3600 });
  const path = '/api/v1/semantic/query';
  const { body: answer } = await ask(server.url, 'POST', path, { body: query });
  const bare = await startBare(answer);
  const worker = new Worker(new URL('./http-load.js', import.meta.url));
  const load = (job: Omit<LoadJob, 'connections' | 'seconds' | 'body'>, time: number): Promise<LoadResult> =>
    new Promise((resolve) => {
      worker.once('message', resolve);
      worker.postMessage({ ...job, body: JSON.stringify(query), connections: 32, seconds: time } satisfies LoadJob);
    });
  const bareRuns: number[] = [];
  const cachedRuns: number[] = [];
  try {
    for (let round = -1; round < rounds; round += 1) {
      const time = round < 0 ? 1 : seconds;
      const first = await load({ port: bare.port, path: '/query' }, time);
      const second = await load({ port: server.port, path }, time);
      if (first.failed + second.failed > 0) throw new Error('requests failed under load');
      if (round < 0) continue;
      bareRuns.push(first.perSecond);
      cachedRuns.push(second.perSecond);
    }
  } finally {
    await worker.terminate();
    bare.close();
    await server.close();
  }
  const [barePerSecond, cachedPerSecond] = [median(bareRuns), median(cachedRuns)];
  return { barePerSecond, cachedPerSecond, ratio: cachedPerSecond / barePerSecond };
};

if (process.argv[1]?.endsWith('serve-bench.js')) {
  for (const rows of [12, 1000]) {
    const { barePerSecond, cachedPerSecond, ratio } = await benchServe(rows);
    console.log(
      `semantic/query from the cache, ${rows} rows: ${Math.round(cachedPerSecond)}/s, bare Express: ${Math.round(barePerSecond)}/s, ratio ${ratio.toFixed(2)}`,
    );
  }
}
