/**
 * Five hundred users at once, each with a token, a subject and a connection of its own, against a server with accounts, audit
 * and row policies over PostgreSQL; and the same look-up by a bare Express + pg handler, turn by turn.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packageRoot } from '../../core/package-root.js';
import { ask } from '../api/request.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
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

const customers = 30_000;
const model = `
project: { name: Sales, connection: sales, version: 1 }
---
entity: sales
table: public.sales
key: id
dimensions:
  buyer_id: { type: number }
  region: { type: string }
  amount: { type: number }
  sold_at: { type: time, stores: local, default: true }
measures:
  revenue: { sum: amount }
  sale_count: { count: "*" }
---
policies:
  - name: own_regions
    for: everyone
    on: sales
    rows: region in subject.regions
`;

const fill = (engine: TestEngine): Promise<unknown> =>
  engine.admin(
    'drop table if exists sales',
    'create table sales (id integer primary key, buyer_id integer, region text, amount numeric(12, 2), sold_at timestamp)',
    `insert into sales select n, n % ${customers}, (array['EU', 'US', 'APAC', 'CN'])[1 + n % 4], n * 1.25, timestamp '2024-01-01' + n * interval '2 minutes' from generate_series(0, 299999) n`,
    'create index on sales (buyer_id)',
    'grant select on sales to public',
    'analyze sales',
  );

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

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

const password = 'correct horse battery staple';

const startGoverned = async (engine: TestEngine): Promise<Started> => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-bench-'));
  mkdirSync(join(folder, 'ontology'));
  writeFileSync(join(folder, 'ontology', 'model.yaml'), model);
  const { password: secret, ...config } = engine.config;
  const plugin = {
    use: join(packageRoot(), engine.plugin),
    as: 'sales',
    config: { ...config, password: { $env: 'BENCH_PASSWORD' }, pool: { max: 10 } },
  };
  writeFileSync(join(folder, 'plugins.config.json'), JSON.stringify({ plugins: [plugin] }));
  const child = spawn(process.execPath, [join(packageRoot(), 'dist/src/cli/datamind.cjs'), 'serve', '--port', '0'], {
    cwd: folder,
    env: {
      ...process.env,
      BENCH_PASSWORD: String(secret),
      DATAMIND_ADMIN_EMAIL: 'root@example.com',
      DATAMIND_ADMIN_PASSWORD: password,
      DATAMIND_RATE_LIMIT_ADDRESS: '0',
      DATAMIND_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes('Stop with')) break;
  }
  child.stdout.resume();
  return {
    port: Number(/listens on http:\/\/[^:]+:(\d+)/.exec(said)![1]),
    stop: () => ended(child).finally(() => rmSync(folder, { recursive: true, force: true })),
  };
};

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

const makeTokens = async (
  url: string,
  count: number,
): Promise<{ readonly admin: string; readonly users: string[] }> => {
  const credentials = { username: 'root@example.com', password };
  const { body } = await ask(url, 'POST', '/api/v1/auth/login', { body: credentials });
  const headers = { authorization: `Bearer ${body.access_token}` };
  const users: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const made = await ask(url, 'POST', '/api/v1/security/service-tokens', {
      headers,
      body: {
        name: `user-${n}`,
        role: 'analyst',
        scopes: ['query:run', 'sql:run'],
        attributes: { regions: n % 2 === 0 ? ['EU', 'US'] : ['APAC', 'CN'] },
      },
    });
    if (made.status !== 201) throw new Error(`no token: ${made.text}`);
    users.push(String(made.body.token));
  }
  return { admin: String(body.access_token), users };
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
  await fill(engine);
  const [governed, bare] = [await startGoverned(engine), await startBare(engine)];
  const worker = new Worker(new URL('./users-load.js', import.meta.url));
  try {
    const url = `http://127.0.0.1:${governed.port}`;
    const { admin, users: tokens } = await makeTokens(url, count);
    const drive = (job: Omit<UsersJob, 'tokens' | 'upTo'>): Promise<UsersResult> =>
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.postMessage({ ...job, tokens, upTo: customers } satisfies UsersJob);
      });
    const unhurried = { thinkMs: 1_000, kinds, port: governed.port };
    await drive({ ...unhurried, seconds: 5 });
    const scrape = async (): Promise<string> =>
      (await ask(url, 'GET', '/metrics', { headers: { authorization: `Bearer ${admin}` } })).text;
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
