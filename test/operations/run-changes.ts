/**
 * `node dist/test/operations/run-changes.js`: while users ask without pause, the signing keys and the encryption key are rotated
 * and the next version's migration changes the store, on SQLite and on PostgreSQL. No request may fail. Exits with 1 when one did.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createLogger } from '../../core/logging/create-logger.js';
import { packageRoot } from '../../core/package-root.js';
import type { StorePlace } from '../../src/store/engine.js';
import type { Migration } from '../../src/store/migration.js';
import { createTable } from '../../src/store/migration.js';
import { openStore } from '../../src/store/open-store.js';
import { migrations } from '../../src/store/schema.js';
import { ask } from '../api/request.js';
import type { UsersJob, UsersResult } from '../bench/users-load.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine, stopEngines } from '../engines/start-engine.js';
import { createPlace } from '../store/store-places.js';
import { customers, fillSales, type SalesServer, startSalesServer } from './sales-server.js';

const seconds = 20;
const users = 20;

const kinds: UsersJob['kinds'] = {
  'look-up': {
    weight: 1,
    path: '/api/v1/semantic/query',
    body: '{"metrics": ["revenue"], "filters": {"member": "buyer_id", "op": "eq", "values": [$N]}}',
  },
};

const nextVersion: readonly Migration[] = [
  ...migrations,
  {
    id: 'of-the-next-version',
    steps: [
      createTable('later_things', { id: 'id', workspace_id: 'text', note: 'text?' }),
      () => ['alter table users add column nickname text', 'create index later_nicknames on users (nickname)'],
    ],
  },
];

const program = async (server: SalesServer, args: readonly string[], env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [join(packageRoot(), 'dist/src/cli/datamind.cjs'), ...args], {
    cwd: join(server.home, '..'),
    env: { ...process.env, SALES_PASSWORD: 'unused', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
};

const run = async (engine: TestEngine, name: 'sqlite' | 'postgres'): Promise<boolean> => {
  const kept = name === 'postgres' ? await createPlace.postgres() : null;
  const env: Readonly<Record<string, string>> =
    kept?.place.engine === 'postgres' ? { DATABASE_URL: kept.place.url } : {};
  const server = await startSalesServer(engine, { env: { ...env, DATAMIND_RATE_LIMIT: '0' } });
  const place: StorePlace = kept?.place ?? { engine: 'sqlite', file: join(server.home, 'datamind.db') };
  const worker = new Worker(new URL('../bench/users-load.js', import.meta.url));
  try {
    const service = await server.makeTokens(users / 2);
    // Half of the users have sessions, whose tokens are signed.
    const sessions: string[] = [];
    for (let n = 0; n < users / 2; n += 1) sessions.push(await server.login());
    const root = { authorization: `Bearer ${sessions[0]}` };
    const { body: me } = await ask(server.url, 'GET', '/api/v1/auth/me', { headers: root });
    const given = await ask(server.url, 'PUT', `/api/v1/users/${String(me.id)}/attributes`, {
      headers: root,
      body: { attributes: { regions: ['EU', 'CN'] } },
    });
    if (given.status >= 300) throw new Error(`no attributes: ${given.text}`);
    const driven = new Promise<UsersResult>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    const job: UsersJob = {
      port: server.port,
      seconds,
      thinkMs: 20,
      kinds,
      tokens: [...service, ...sessions],
      upTo: customers,
    };
    worker.postMessage(job);
    await pause(2_000);
    for (let n = 0; n < 3; n += 1) {
      const { status, text } = await ask(server.url, 'POST', '/api/v1/security/keys/rotate', { headers: root });
      if (status >= 300) throw new Error(`no new signing key: ${text}`);
      await server.login();
      await pause(500);
    }
    await program(server, ['keys', 'rotate'], env);
    await pause(1_000);
    const changed = await openStore(place, { log: createLogger({ level: 'silent' }), migrations: nextVersion });
    await changed.close();
    await server.login();
    const result = await driven;
    const failed = Object.entries(result.failed).map(([status, count]) => `${count} × ${status}`);
    const worst = result.kinds['look-up']!.longest.toFixed(0);
    console.log(
      `${name}: 3 signing keys, 1 encryption key, 1 migration meanwhile; ${result.answered} answered, failed: ${failed.join(', ') || 0}, longest ${worst} ms`,
    );
    if (result.complaint !== null) console.log(result.complaint);
    return failed.length === 0;
  } finally {
    await worker.terminate();
    await server.stop();
    await kept?.remove();
  }
};

const engine = await startEngine('postgres');
if (isMissing(engine)) {
  console.log(`skipped: ${engine.missing}`);
  process.exit(0);
}
await fillSales(engine);
const fine = [await run(engine, 'sqlite'), await run(engine, 'postgres')];
await stopEngines();
process.exit(fine.every(Boolean) ? 0 : 1);
