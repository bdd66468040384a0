import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { selfSignedCertificate } from './certificate.js';
import type { MissingEngine, TestEngine } from './engine.js';
import { createServerFolder, freePort, runProgram, startServer } from './server-process.js';

const folders = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
const find = (program: string): string | undefined =>
  folders.map((folder) => join(folder, program)).find((path) => existsSync(path));

const reader = { user: 'datamind_reader', password: 'reader-secret-7Q' } as const;
const zoneinfo = '/usr/share/zoneinfo';

/** Fills the tables of named time zones from the machine's own. */
async function loadTimeZones(socket: string, toSql: string, client: string): Promise<void> {
  const source = spawn(toSql, [zoneinfo], { stdio: ['ignore', 'pipe', 'ignore'] });
  const target = spawn(client, ['--no-defaults', `--socket=${socket}`, '--user=root', 'mysql'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  source.stdout.pipe(target.stdin);
  const [code] = (await once(target, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the time zones were not loaded: ${client} ended with ${code}`);
}

/** A MariaDB of its own with TLS and named time zones; `config` reads as a user that can do nothing but read. */
export async function start(): Promise<TestEngine | MissingEngine> {
  const server = find('mariadbd');
  const install = find('mariadb-install-db');
  const toSql = find('mariadb-tzinfo-to-sql');
  const client = find('mariadb');
  if (!server || !install || !toSql || !client || !existsSync(zoneinfo)) {
    const missing = 'MariaDB is not here: `apt-get install mariadb-server tzdata` brings it (Debian, Ubuntu).';
    return { dialect: 'mysql', missing };
  }
  const folder = createServerFolder('mariadb');
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  // A server that starts removes every `#sql…` file of its folder for temporary ones, another server's too.
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  await runProgram(install, [
    '--no-defaults',
    `--tmpdir=${temporary}`,
    `--datadir=${data}`,
    ...user,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ]);
  const tls = selfSignedCertificate();
  writeFileSync(join(folder, 'server.crt'), tls.certificate);
  writeFileSync(join(folder, 'server.key'), tls.key, { mode: 0o600 });
  const files = join(folder, 'files');
  mkdirSync(files);
  const port = await freePort();
  const connect = (database?: string): Promise<mysql.Connection> =>
    mysql.createConnection({
      socketPath: socket,
      user: 'root',
      database,
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      multipleStatements: true,
    });
  const stopServer = await startServer({
    program: server,
    args: [
      '--no-defaults',
      ...user,
      `--tmpdir=${temporary}`,
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_nopad_bin',
      `--ssl-cert=${join(folder, 'server.crt')}`,
      `--ssl-key=${join(folder, 'server.key')}`,
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-flush-method=nosync',
      '--innodb-buffer-pool-size=32M',
      `--secure-file-priv=${files}`,
      '--max-connections=60',
    ],
    folder,
    ready: () =>
      connect().then(
        (connection) => connection.end().then(() => true),
        () => false,
      ),
  });
  await loadTimeZones(socket, toSql, client);
  const setUp = await connect();
  await setUp.query(`
    CREATE DATABASE shop;
    CREATE USER ${reader.user}@'%' IDENTIFIED BY '${reader.password}';
    GRANT SELECT, SHOW VIEW ON shop.* TO ${reader.user}@'%';
    FLUSH TABLES;`);
  await setUp.end();
  const admin = await connect('shop');
  const [[row]] = await admin.query<mysql.RowDataPacket[]>('SELECT VERSION() AS version');
  return {
    dialect: 'mysql',
    version: `MariaDB ${String(row?.version).replace(/-MariaDB.*/, '')}`,
    plugin: 'plugins/connectors/mysql',
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
        const [answer] = await admin.query(statement);
        rows = Array.isArray(answer) ? answer : [];
      }
      return rows;
    },
    async running(marker) {
      const [[found]] = await admin.query<mysql.RowDataPacket[]>(
        `SELECT count(*) AS count FROM information_schema.PROCESSLIST
         WHERE ID <> CONNECTION_ID() AND COMMAND IN ('Query', 'Execute') AND INSTR(INFO, ?) > 0`,
        [marker],
      );
      return Number(found?.count);
    },
    async stop() {
      await admin.end().catch(() => undefined);
      await stopServer();
    },
  };
}
