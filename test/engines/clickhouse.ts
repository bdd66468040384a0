import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MissingEngine, TestEngine } from './engine.js';
import type { FrontOptions } from './clickhouse-front.js';
import { createServerFolder } from './server-process.js';

/**
 * ClickHouse for tests: the engine of npm `chdb` behind an HTTP front (see `clickhouse-front.ts` for what that is true
 * to), or, when `DATAMIND_TEST_CLICKHOUSE_URL` names one, a real server with the right to create users and databases.
 */
export const start = async (): Promise<TestEngine | MissingEngine> => {
  const url = process.env.DATAMIND_TEST_CLICKHOUSE_URL;
  return url === undefined || url === '' ? startChdb() : useServer(new URL(url));
};

const plugin = 'plugins/connectors/clickhouse';

interface Address {
  readonly origin: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** One statement by HTTP; its rows as objects. */
const ask = async (at: Address, text: string): Promise<readonly unknown[]> => {
  const query = new URLSearchParams({ database: at.database, default_format: 'JSONEachRow' });
  const response = await fetch(`${at.origin}/?${query}`, {
    method: 'POST',
    body: text,
    // A connection that is kept may be closed by the other side while this process is busy.
    headers: { 'X-ClickHouse-User': at.user, 'X-ClickHouse-Key': at.password, Connection: 'close' },
  });
  const body = await response.text();
  if (!response.ok || body.includes('__exception__')) throw new Error(`ClickHouse: ${body.slice(0, 2000)}`);
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
};

const engineAt = (
  version: string,
  owner: Address,
  config: Readonly<Record<string, unknown>>,
  stop: () => Promise<void>,
): TestEngine => ({
  dialect: 'clickhouse',
  version,
  plugin,
  config,
  admin: async (...statements) => {
    let rows: readonly unknown[] = [];
    for (const statement of statements) rows = await ask(owner, statement);
    return rows;
  },
  running: async (marker) => {
    const found = await ask(
      owner,
      `SELECT query FROM system.processes WHERE query LIKE '%${marker}%' AND query NOT LIKE '%system.processes%'`,
    );
    return found.length;
  },
  stop,
});

const startChdb = async (): Promise<TestEngine | MissingEngine> => {
  const folder = createServerFolder('clickhouse');
  const owner = { password: randomBytes(12).toString('hex'), role: 'owner' };
  const reader = { password: randomBytes(12).toString('hex'), role: 'reader' };
  const options: FrontOptions = {
    folder,
    ownerRole: 'owner',
    grants: {
      owner: ['ALL ON *.* WITH GRANT OPTION'],
      reader: ['SELECT ON datamind.*'],
      writer: ['SELECT, INSERT ON datamind.*'],
    },
    accounts: {
      owner,
      reader,
      writer: { ...reader, role: 'writer' },
      reader_readonly_2: { ...reader, profile: { readonly: '2' } },
      reader_readonly_1: { ...reader, profile: { readonly: '1' } },
    },
  };
  const child = fork(fileURLToPath(new URL('./clickhouse-front.js', import.meta.url)), [JSON.stringify(options)], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '32', NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    // Nothing else may be left to wait for, and then Node would not wait for its end either.
    child.ref();
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const first = await Promise.race([once(child, 'message'), ended]);
  const message = first[0] as { missing: string } | { port: number; version: string } | number | null;
  if (message === null || typeof message === 'number' || 'missing' in message) {
    await stop();
    const why = message !== null && typeof message === 'object' ? message.missing.split('\n')[0] : 'it ended at once';
    return {
      dialect: 'clickhouse',
      missing: `ClickHouse in a package did not start (${why}): run \`npm ci\` (chdb, for Linux with glibc and macOS), or set DATAMIND_TEST_CLICKHOUSE_URL to a server that tests may write to, such as http://user:password@localhost:8123.`,
    };
  }
  child.unref();
  child.channel?.unref();
  const origin = `http://127.0.0.1:${message.port}`;
  const at = { origin, user: 'owner', password: owner.password, database: 'default' };
  await ask(at, 'CREATE DATABASE datamind');
  return engineAt(
    `ClickHouse ${message.version} (chdb)`,
    { ...at, database: 'datamind' },
    {
      host: '127.0.0.1',
      port: message.port,
      database: 'datamind',
      user: 'reader',
      password: reader.password,
    },
    stop,
  );
};

const useServer = async (url: URL): Promise<TestEngine | MissingEngine> => {
  const at = {
    origin: url.origin,
    user: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database: 'default',
  };
  const name = `datamind_test_${process.pid}`;
  const password = randomBytes(12).toString('hex');
  let version: string;
  try {
    const [row] = (await ask(at, 'SELECT version() AS version')) as readonly { version: string }[];
    version = row?.version ?? 'unknown';
    await ask(at, `CREATE DATABASE ${name}`);
    await ask(at, `CREATE USER ${name} IDENTIFIED BY '${password}'`);
    await ask(at, `GRANT SELECT ON ${name}.* TO ${name}`);
  } catch (error) {
    return {
      dialect: 'clickhouse',
      missing: `the server of DATAMIND_TEST_CLICKHOUSE_URL cannot be used: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    };
  }
  const tls = url.protocol === 'https:';
  return engineAt(
    `ClickHouse ${version}`,
    { ...at, database: name },
    {
      host: url.hostname,
      port: Number(url.port || (tls ? 443 : 80)),
      database: name,
      user: name,
      password,
      tls: { mode: tls ? 'verify-full' : 'disable' },
    },
    async () => {
      await ask(at, `DROP USER IF EXISTS ${name}`);
      await ask(at, `DROP DATABASE IF EXISTS ${name} SYNC`);
    },
  );
};
