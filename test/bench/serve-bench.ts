/** Answers from the cache against a bare Express JSON POST with the same answer, in the same process, turn by turn. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import express from 'express';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { auditFiles, openAudit } from '../../src/audit/open-audit.js';
import type { RunOptions } from '../../src/pipeline/prepared.js';
import { openStore } from '../../src/store/open-store.js';
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

/** A trail on SQLite, as a server has it: each answer is noted in it. */
const openTrail = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-bench-'));
  const log = createLogger({ level: 'silent' });
  const store = await openStore({ engine: 'sqlite', file: join(folder, 'datamind.db') }, { log });
  const audit = openAudit(store, { files: auditFiles(folder, null), log, redact: createRedactor() });
  const detail = { query: 'q_1', proof: { before: '0'.repeat(64), after: 'f'.repeat(64) } };
  const actor = { user: 'ada', workspace: 'default', fingerprint: 'f'.repeat(64) };
  const close = async (): Promise<void> => {
    await audit.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const note = (asked: Pick<RunOptions, 'correlationId' | 'origin'>): Promise<void> | null =>
    audit.note({ action: 'statement.cached', actor, target: 'main', detail, ...asked });
  return { note, takesNotes: audit.takesNotes, close };
};

/** @param rows of the answer */
export const benchServe = async (rows = 12, rounds = 5, seconds = 2): Promise<ServeFigures> => {
  const trail = await openTrail();
  const executor = Object.assign(stageExecutor(), {
    answered: (_: unknown, asked: Pick<RunOptions, 'correlationId' | 'origin'>) => trail.note(asked),
    takesNotes: trail.takesNotes,
  });
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
    await trail.close();
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
