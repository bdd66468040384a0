/**
 * `node dist/test/operations/run-faults.js`: breaks one thing after another under a running server and prints what callers got
 * meanwhile, the mode that the server said, and how long after the mending the first answer came. Exits with 1 when a caller
 * got what is no clear error, or the server did not come back by itself.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../core/package-root.js';
import { type Answered, ask } from '../api/request.js';
import { startProxy } from '../engines/breakable-proxy.js';
import type { TestEngine } from '../engines/engine.js';
import { redisMissing, startRedis } from '../engines/redis.js';
import { isMissing, startEngine, stopEngines } from '../engines/start-engine.js';
import { createPlace } from '../store/store-places.js';
import {
  customers,
  fillSales,
  operator,
  type SalesOptions,
  type SalesServer,
  startSalesServer,
} from './sales-server.js';

interface Finding {
  readonly fault: string;
  readonly callers: string;
  readonly mode: string;
  /** Milliseconds from the mending to the first right answer; `null` where nothing was to be mended. */
  readonly recoveredMs: number | null;
  readonly fine: boolean;
}

const path = '/api/v1/semantic/query';
const patienceMs = 60_000;
/** Nobody waits longer for an error. */
const answerMs = 40_000;

/** A question that no cache knows. */
const lookUp = (url: string, token: string, headers: Readonly<Record<string, string>> = {}): Promise<Answered> =>
  ask(url, 'POST', path, {
    headers: { authorization: `Bearer ${token}`, 'cache-control': 'no-cache', ...headers },
    body: {
      metrics: ['revenue'],
      filters: { member: 'buyer_id', op: 'eq', values: [Math.floor(Math.random() * customers)] },
    },
  });

const modeOf = async (url: string): Promise<string> => {
  const { body } = await ask(url, 'GET', '/health');
  return `${String(body.operational_mode)} (${String(body.health_score)}), ${String(body.status)}`;
};

const spell = ({ status, body }: Answered): string => (status === 200 ? '200' : `${status} ${String(body?.code)}`);

/** What callers got, with how often. */
const tally = (said: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const one of said) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].map(([one, count]) => `${count} × ${one}`).join(', ');
};

/** A server's own fault has a code and a sentence; a connection that broke, or `INTERNAL`, is none. */
const isClear = (said: string): boolean =>
  said === '200' || (/^\d{3} [A-Z_]+$/.test(said) && !said.endsWith('INTERNAL'));

const untilFine = async (probe: () => Promise<Answered>): Promise<number> => {
  const began = performance.now();
  for (;;) {
    const answer = await probe().catch(() => null);
    const passed = performance.now() - began;
    if (answer?.status === 200) return Math.round(passed);
    if (passed > patienceMs)
      throw new Error(`it did not come back in ${patienceMs} ms: ${answer?.text ?? 'no answer'}`);
    await pause(50);
  }
};

const tooLong = async (): Promise<string> => {
  await pause(answerMs);
  return `no answer in ${answerMs / 1000} s`;
};

const askMany = async (count: number, probe: () => Promise<Answered>): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: count }, () =>
      Promise.race([probe().then(spell, (error: Error) => `broke: ${error.message}`), tooLong()]),
    ),
  );

/** Breaks, asks twenty times, looks at the mode, mends, and waits for the first answer. */
const tryFault = async (
  fault: string,
  { url }: SalesServer,
  probe: () => Promise<Answered>,
  breakIt: () => void | Promise<void>,
  mend: () => void | Promise<void>,
): Promise<Finding> => {
  await untilFine(probe);
  await breakIt();
  const said = [...(await askMany(10, probe)), ...(await askMany(10, probe))];
  // What health knew a moment ago may be up to two seconds old.
  await pause(2_100);
  const mode = await modeOf(url);
  await mend();
  const recoveredMs = await untilFine(probe);
  return { fault, callers: tally(said), mode, recoveredMs, fine: said.every(isClear) };
};

type Run = (engine: TestEngine) => Promise<readonly Finding[] | string>;

const started = async <T>(
  engine: TestEngine,
  options: SalesOptions,
  work: (server: SalesServer, token: string) => Promise<T>,
): Promise<T> => {
  const server = await startSalesServer(engine, options);
  try {
    return await work(server, (await server.makeTokens(1))[0]!);
  } finally {
    await server.stop();
  }
};

const placeOfEngine = ({ config }: TestEngine) => config as { readonly host: string; readonly port: number };

const warehouse: Run = async (engine) => {
  const { host, port } = placeOfEngine(engine);
  const proxy = await startProxy(host, port);
  const options = { place: { host: '127.0.0.1', port: proxy.port }, env: { DATAMIND_QUERY_TIMEOUT_SECONDS: '3' } };
  try {
    return await started(engine, options, async (server, token) => {
      const probe = () => lookUp(server.url, token);
      return [
        await tryFault('warehouse down', server, probe, proxy.cut, proxy.mend),
        await tryFault('warehouse silent (time-out 3 s)', server, probe, proxy.stall, proxy.mend),
      ];
    });
  } finally {
    await proxy.stop();
  }
};

const store: Run = async (engine) => {
  const { place, remove } = await createPlace.postgres();
  if (place.engine !== 'postgres') throw new Error('a store in PostgreSQL was asked for');
  const url = new URL(place.url);
  const proxy = await startProxy(url.hostname, Number(url.port));
  url.port = String(proxy.port);
  try {
    return await started(engine, { env: { DATABASE_URL: url.href } }, async (server, token) => {
      const probe = () => lookUp(server.url, token);
      return [
        await tryFault('store down', server, probe, proxy.cut, proxy.mend),
        await tryFault('store silent', server, probe, proxy.stall, proxy.mend),
      ];
    });
  } finally {
    await proxy.stop();
    await remove();
  }
};

/** Nobody is to notice: each process goes on with a cache and limits of its own. */
const redis: Run = async (engine) => {
  const missing = redisMissing();
  if (missing !== null) return `Redis: skipped, ${missing}`;
  const server = await startRedis();
  const proxy = await startProxy('127.0.0.1', Number(new URL(server.url).port));
  try {
    return await started(engine, { env: { REDIS_URL: `redis://127.0.0.1:${proxy.port}` } }, async (sales, token) => {
      const probe = () => lookUp(sales.url, token);
      const found = [
        await tryFault('Redis down', sales, probe, proxy.cut, proxy.mend),
        await tryFault('Redis silent', sales, probe, proxy.stall, proxy.mend),
      ];
      return found.map((finding) => ({ ...finding, fine: finding.callers === '20 × 200' }));
    });
  } finally {
    await proxy.stop();
    await server.stop();
  }
};

const fullDisk: Run = async (engine) => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return 'disk full: skipped, a small file system can be mounted by root only';
  }
  const ballast = join(folder, 'ballast');
  const fill = (): void => {
    for (let left = statfsSync(folder); left.bavail > 0; left = statfsSync(folder)) {
      spawnSync('dd', [
        'if=/dev/zero',
        `of=${ballast}`,
        'bs=4096',
        'oflag=append',
        'conv=notrunc',
        `count=${left.bavail}`,
      ]);
    }
  };
  try {
    return await started(engine, { under: folder }, async (server, token) => [
      await tryFault(
        'disk of the store full',
        server,
        () => lookUp(server.url, token),
        fill,
        () => rmSync(ballast),
      ),
    ]);
  } finally {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  }
};

const dayMs = 86_400_000;

const clock: Run = async (engine) => {
  const folder = mkdtempSync(join(tmpdir(), 'datamind-clock-'));
  const file = join(folder, 'offset');
  writeFileSync(file, '0');
  const loader = pathToFileURL(join(packageRoot(), 'dist/test/operations/jumping-clock.js')).href;
  try {
    return await started(engine, { env: { CLOCK_FILE: file }, node: ['--import', loader] }, async (server, token) => {
      const session = await server.login();
      const jump = async (ms: number): Promise<void> => {
        writeFileSync(file, String(ms));
        server.signal('SIGUSR2');
        await pause(200);
      };
      const findings: Finding[] = [];
      for (const [fault, ms] of [
        ['clock a day on', dayMs],
        ['clock back to now', 0],
        ['clock an hour back', -3_600_000],
        ['clock right again', 0],
      ] as const) {
        await jump(ms);
        const said = await askMany(5, () => lookUp(server.url, token));
        const [old] = await askMany(1, () =>
          ask(server.url, 'GET', '/api/v1/auth/me', { headers: { authorization: `Bearer ${session}` } }),
        );
        const again = await server.login().then(
          () => '200',
          (error: Error) => error.message,
        );
        findings.push({
          fault,
          callers: `service token ${tally(said)}; session of before ${old}; new login ${again}`,
          mode: await modeOf(server.url),
          recoveredMs: null,
          fine: said.every((one) => one === '200') && again === '200' && isClear(old!),
        });
      }
      return findings;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

const slowClient: Run = (engine) =>
  started(engine, {}, async (server, token) => {
    for (let n = 0; n < 20; n += 1) await lookUp(server.url, token);
    const before = residentMb(server.pid);
    const sent = JSON.stringify({ dimensions: ['id', 'buyer_id', 'region', 'amount', 'sold_at'] });
    const readers = Array.from({ length: 5 }, () => {
      const reader = request(`${server.url}${path}`, {
        method: 'POST',
        agent: false,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/x-ndjson',
        },
      });
      reader.on('error', () => undefined);
      // Takes the head of the answer and nothing more.
      reader.on('response', (response) => response.pause());
      reader.end(sent);
      return reader;
    });
    await pause(3_000);
    const times: number[] = [];
    const said: string[] = [];
    for (let n = 0; n < 50; n += 1) {
      const began = performance.now();
      said.push(spell(await lookUp(server.url, token)));
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    const growth = residentMb(server.pid) - before;
    const mode = await modeOf(server.url);
    for (const reader of readers) reader.destroy();
    const recoveredMs = await untilFine(() => lookUp(server.url, token));
    const callers = `others: ${tally(said)}, median ${times[25]!.toFixed(0)} ms, longest ${times[49]!.toFixed(0)} ms; memory + ${growth.toFixed(0)} MB`;
    return [
      {
        fault: 'five clients that read nothing of 300,000 rows',
        callers,
        mode,
        recoveredMs,
        fine: said.every((one) => one === '200') && growth < 100,
      },
    ];
  });

const badLogins: Run = (engine) =>
  started(
    engine,
    { env: { DATAMIND_TRUSTED_PROXIES: '127.0.0.1', DATAMIND_RATE_LIMIT: '0' } },
    async (server, token) => {
      const attempts = 10_000;
      const said: string[] = [];
      let next = 0;
      const guess = async (): Promise<void> => {
        while (next < attempts) {
          const n = next;
          next += 1;
          // Ten addresses, half of the guesses after the operator, half after names that nobody has.
          const headers = { 'x-forwarded-for': `198.51.100.${n % 10}` };
          const body = { username: n % 2 === 0 ? operator.email : `nobody-${n}`, password: `guess ${n}` };
          said.push(spell(await ask(server.url, 'POST', '/api/v1/auth/login', { headers, body })));
        }
      };
      const times: number[] = [];
      const others: string[] = [];
      let over = false;
      const work = async (): Promise<void> => {
        while (!over) {
          const began = performance.now();
          others.push(spell(await lookUp(server.url, token)));
          times.push(performance.now() - began);
          await pause(20);
        }
      };
      const working = work();
      const began = performance.now();
      await Promise.all(Array.from({ length: 32 }, guess));
      const seconds = (performance.now() - began) / 1000;
      over = true;
      await working;
      times.sort((a, b) => a - b);
      const mode = await modeOf(server.url);
      const mended = performance.now();
      let right = '';
      while (right !== '200' && performance.now() - mended < 20 * 60_000) {
        right = await server.login({ 'x-forwarded-for': '203.0.113.7' }).then(
          () => '200',
          (error: Error) => error.message,
        );
        if (right !== '200') await pause(1_000);
      }
      const late = times[Math.floor(times.length * 0.99)] ?? 0;
      return [
        {
          fault: `10,000 bad logins from ten addresses in ${seconds.toFixed(0)} s`,
          callers: `guessers: ${tally(said)}; others: ${tally(others)}, p99 ${late.toFixed(0)} ms`,
          mode,
          recoveredMs: Math.round(performance.now() - mended),
          fine: !said.includes('200') && said.every(isClear) && others.every((one) => one === '200') && right === '200',
        },
      ];
    },
  );

const runs: Readonly<Record<string, Run>> = { warehouse, store, redis, fullDisk, clock, slowClient, badLogins };

const engine = await startEngine('postgres');
if (isMissing(engine)) {
  console.log(`skipped: ${engine.missing}`);
  process.exit(0);
}
await fillSales(engine);
let failed = 0;
const asked = process.argv.slice(2);
for (const name of asked.length === 0 ? Object.keys(runs) : asked) {
  const findings = await runs[name]!(engine).catch((error: Error) => `${name}: ${error.message}`);
  if (typeof findings === 'string') {
    if (!findings.includes('skipped')) failed += 1;
    console.log(findings);
    continue;
  }
  for (const { fault, callers, mode, recoveredMs, fine } of findings) {
    if (!fine) failed += 1;
    const recovery = recoveredMs === null ? '' : `; back after ${recoveredMs} ms`;
    console.log(`${fine ? 'fine' : 'NOT FINE'}  ${fault}: ${callers}; mode ${mode}${recovery}`);
  }
}
await stopEngines();
process.exit(failed === 0 ? 0 : 1);
