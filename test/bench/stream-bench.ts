/** Five million rows from PostgreSQL through the server to NDJSON: how fast, and how much the server's memory grows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import { isMissing, startEngine } from '../engines/start-engine.js';

export interface StreamFigures {
  readonly rows: number;
  readonly seconds: number;
  readonly megabytes: number;
  /** Largest resident memory while streaming, less that before, in megabytes. */
  readonly growthMb: number;
}

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

const stream = (port: number, query: unknown, onData: (chunk: Buffer) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify(query);
    const asking = request(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/v1/semantic/query',
        headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
      },
      (response) => {
        response.on('data', onData);
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
        );
        response.on('error', reject);
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });

export const benchStream = async (rows = 5_000_000): Promise<StreamFigures | null> => {
  const engine = await startEngine('postgres');
  if (isMissing(engine)) {
    console.log(`skipped: ${engine.missing}`);
    return null;
  }
  await engine.admin(
    'create table wide_rows (id integer primary key, name text, amount numeric(12,2), happened timestamptz)',
    `insert into wide_rows select n, 'name of ' || n, n * 1.25, timestamptz '2024-01-01' + n * interval '1 second' from generate_series(1, ${rows}) n`,
    'grant select on wide_rows to public',
    'analyze wide_rows',
  );
  const folder = mkdtempSync(join(tmpdir(), 'datamind-bench-'));
  mkdirSync(join(folder, 'ontology'));
  writeFileSync(
    join(folder, 'ontology', 'model.yaml'),
    'entity: wide_rows\ntable: public.wide_rows\nkey: id\ndimensions:\n  id: {type: number}\n  name: {type: string}\n  amount: {type: number}\n  happened: {type: time, stores: instant, default: true}\nmeasures:\n  row_count: {count: "*"}\n',
  );
  const { password, ...config } = engine.config;
  writeFileSync(
    join(folder, 'plugins.config.json'),
    JSON.stringify({
      plugins: [
        {
          use: join(packageRoot(), engine.plugin),
          as: 'bench',
          config: { ...config, ...(password === undefined ? {} : { password: { $env: 'BENCH_PASSWORD' } }) },
        },
      ],
    }),
  );
  const port = 18_000 + (process.pid % 1000);
  const server = spawn(
    process.execPath,
    [
      join(packageRoot(), 'dist/src/cli/datamind.cjs'),
      '--config',
      join(folder, 'plugins.config.json'),
      '--ontology',
      join(folder, 'ontology'),
      'serve',
    ],
    {
      env: {
        ...process.env,
        PORT: String(port),
        DATAMIND_HOME: folder,
        BENCH_PASSWORD: String(password ?? ''),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    for await (const chunk of server.stdout) if (String(chunk).includes('listens on')) break;
    server.stdout.resume();
    const query = { dimensions: ['id', 'name', 'amount', 'happened'] };
    await stream(port, { ...query, limit: 100_000 }, () => undefined);
    const before = residentMb(server.pid!);
    let largest = before;
    let bytes = 0;
    let last: Buffer = Buffer.alloc(0);
    const start = performance.now();
    const watch = setInterval(() => {
      largest = Math.max(largest, residentMb(server.pid!));
    }, 50);
    await stream(port, query, (chunk) => {
      bytes += chunk.length;
      last = chunk;
    });
    clearInterval(watch);
    if (!last.toString().includes('"complete":true')) throw new Error('the stream did not end with its trailer');
    const seconds = (performance.now() - start) / 1000;
    return { rows, seconds, megabytes: bytes / 1e6, growthMb: largest - before };
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
};
