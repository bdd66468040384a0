/**
 * Five hundred users at once, each with a token, a subject and a connection of its own, against a server with accounts, audit
 * and row policies over PostgreSQL; and the same look-up by a bare Express + pg handler, turn by turn.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ask } from '../api/request.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { customers, ended, fillSales, startSalesServer } from '../operations/sales-server.js';
import type { UsersJob, UsersResult } from './users-load.js';

export interface LoadFigures {
  readonly users: UsersResult;
  /** Seconds that the event loop was late in the meantime. */
  readonly eventLoop: { readonly p50: number; readonly p99: number; readonly longest: number };
  /** Look-ups a second with all users asking without pause. */
  readonly barePerSecond: number;
  readonly governedPerSecond: number;
  readonly failed: number;
}

const lookUp = {
  weight: 3,
  path: '/api/v1/semantic/query',
  body: JSON.stringify({
    metrics: ['revenue', 'sale_count'],
    filters: { member: 'buyer_id', op: 'eq', values: ['$N'] },
  }).replace('"$N"', '$N'),
};

const kinds: UsersJob['kinds'] = {
  'a dashboard tile': {
    weight: 6,
    path: '/api/v1/semantic/query',
    body: JSON.stringify({
      metrics: ['revenue'],
      dimensions: ['region', { name: 'metric_time', grain: 'month' }],
      time: { range: '2024' },
    }),
  },
  'a look-up of one of 30,000 customers': lookUp,
  'SQL text over three customers': {
    weight: 1,
    path: '/api/v1/sql/execute',
    body: JSON.stringify({
      sql: 'select region, sum(amount) as total from sales where buyer_id in ($N, $N, $N) group by region',
    }),
  },
};

interface Started {
  readonly port: number;
  stop(): Promise<void>;
}

const startBare = async ({ config }: TestEngine): Promise<Started> => {
  const { host, port, database, user, password: secret, tls } = config as Readonly<Record<string, unknown>>;
  const { ca } = tls as { readonly ca: string };
  const settings = { host, port, database, user, password: secret, ssl: { ca } };
  const child = fork(new URL('./bare-server.js', import.meta.url), {
    env: { ...process.env, BENCH_DATABASE: JSON.stringify(settings) },
  });
  const [chosen] = (await once(child, 'message')) as [number];
  return { port: chosen, stop: () => ended(child) };
};

const gaugeOf = (text: string, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+-]+)$`, 'm').exec(text)?.[1]);

/** @returns `null` where there is no PostgreSQL */
export const benchLoad = async (count = 500, seconds = 60): Promise<LoadFigures | null> => {
  const engine = await startEngine('postgres');
  if (isMissing(engine)) {
    console.log(`skipped: ${engine.missing}`);
    return null;
  }
  await fillSales(engine);
  const [governed, bare] = [await startSalesServer(engine), await startBare(engine)];
  const worker = new Worker(new URL('./users-load.js', import.meta.url));
  try {
    const tokens = await governed.makeTokens(count);
    const admin = await governed.login();
    const drive = (job: Omit<UsersJob, 'tokens' | 'upTo'>): Promise<UsersResult> =>
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.postMessage({ ...job, tokens, upTo: customers } satisfies UsersJob);
      });
    const unhurried = { thinkMs: 1_000, kinds, port: governed.port };
    await drive({ ...unhurried, seconds: 5 });
    const scrape = async (): Promise<string> =>
      (await ask(governed.url, 'GET', '/metrics', { headers: { authorization: `Bearer ${admin}` } })).text;
    // What was measured begins anew with each scrape.
    await scrape();
    const users = await drive({ ...unhurried, seconds });
    const text = await scrape();
    const lag = (part: string): number => gaugeOf(text, `nodejs_eventloop_lag_${part}_seconds`);
    const eventLoop = { p50: lag('p50'), p99: lag('p99'), longest: lag('max') };
    const pressed = { seconds: 8, thinkMs: 0 };
    const bareLookUp = { weight: 1, path: '/look-up', body: '{"buyer": $N}' };
    const rates = { bare: [] as number[], governed: [] as number[] };
    let failed = 0;
    for (let round = 0; round < 3; round += 1) {
      const first = await drive({ ...pressed, port: bare.port, kinds: { bareLookUp } });
      const second = await drive({ ...pressed, port: governed.port, kinds: { lookUp } });
      rates.bare.push(first.perSecond);
      rates.governed.push(second.perSecond);
      for (const result of [first, second]) failed += Object.values(result.failed).reduce((sum, n) => sum + n, 0);
    }
    const middle = (values: number[]): number => values.sort((a, b) => a - b)[1]!;
    return { users, eventLoop, barePerSecond: middle(rates.bare), governedPerSecond: middle(rates.governed), failed };
  } finally {
    await worker.terminate();
    await bare.stop();
    await governed.stop();
  }
};
