import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import mysql from 'mysql2/promise';
import { packageRoot } from '../../core/package-root.js';
import { keepOnce } from '../keep-once.js';
import { selfSignedCertificate } from './certificate.js';
import type { MissingEngine, TestEngine } from './engine.js';
import { createServerFolder, freePort, runProgram, startServer } from './server-process.js';

const folders = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
const find = (program: string): string | undefined =>
  folders.map((folder) => join(folder, program)).find((path) => existsSync(path));

const reader = { user: 'datamind_reader', password: 'reader-secret-7Q' } as const;
const zoneinfo = '/usr/share/zoneinfo';

interface Programs {
  readonly server: string;
  readonly install: string;
  readonly toSql: string;
}

const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
/** Small: it is copied for each server. */
const logSize = '--innodb-log-file-size=8M';

/** A data folder with the machine's own time zones, as a new server has it: 2 s of work, and the same each time. */
const install = async (data: string, programs: Programs): Promise<void> => {
  // A server that starts removes every `#sql…` file of its folder for temporary ones, another server's too.
  const temporary = createServerFolder('mariadb-install');
  try {
    const own = ['--no-defaults', `--tmpdir=${temporary}`, `--datadir=${data}`, ...asRoot, logSize];
    const plain = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
    await runProgram(programs.install, [...own, ...plain]);
    const source = spawn(programs.toSql, [zoneinfo], { stdio: ['ignore', 'pipe', 'ignore'] });
    const target = spawn(programs.server, [...own, '--bootstrap'], { stdio: ['pipe', 'ignore', 'pipe'] });
    const [, said, [code]] = await Promise.all([
      pipeline(['use mysql;\n'], target.stdin, { end: false }).then(() => pipeline(source.stdout, target.stdin)),
      text(target.stderr),
      once(target, 'close'),
    ]);
    if (code !== 0) throw new Error(`the time zones were not loaded: ${said.slice(-2000)}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};

/** A MariaDB of its own with TLS and named time zones; `config` reads as a user that can do nothing but read. */
export async function start(): Promise<TestEngine | MissingEngine> {
  const server = find('mariadbd');
  const installer = find('mariadb-install-db');
  const toSql = find('mariadb-tzinfo-to-sql');
  if (!server || !installer || !toSql || !existsSync(zoneinfo)) {
    const missing = 'MariaDB is not here: `apt-get install mariadb-server tzdata` brings it (Debian, Ubuntu).';
    return { dialect: 'mysql', missing };
  }
  const folder = createServerFolder('mariadb');
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  const { size, mtimeMs } = statSync(server);
  const kept = join(packageRoot(), 'dist', 'engines', `mariadb-${size}-${Math.round(mtimeMs)}`);
  await keepOnce(kept, (draft) => install(draft, { server, install: installer, toSql }));
  cpSync(kept, data, { recursive: true, mode: constants.COPYFILE_FICLONE });
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
      ...asRoot,
      logSize,
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
