/** Secrets that connections come with are in nothing that a server says, writes or keeps, whatever goes wrong with them. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ask } from '../api/request.js';
import { selfSignedCertificate } from '../engines/certificate.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { listening, runProgram, startProgram } from './small-project.js';
import type { Program } from './program-hosts.js';

const stranger = selfSignedCertificate('stranger.example');

/** Each in the ways in which it could be spelled. */
const spellings = (secret: string): readonly string[] => {
  const urlSafe = Buffer.from(secret).toString('base64url');
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      urlSafe,
      Buffer.from(secret).toString('hex'),
      [...secret].reverse().join(''),
    ]),
  ];
};

interface Case {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  /** The code with which a question to it ends; null when it is answered. */
  readonly code: string | null;
}

describe('the secrets of connections', function () {
  this.timeout(120_000);
  let folder: string;
  let server: Program;
  let url: string;
  let cases: readonly Case[];
  /** What was seen where. */
  const seen = new Map<string, string>();
  const planted: Record<string, string> = {};

  const note = (where: string, text: string): void => {
    seen.set(where, (seen.get(where) ?? '') + text);
  };

  before(async function () {
    const engine = await startEngine('postgres');
    if (isMissing(engine)) {
      process.stdout.write(`skipped: ${engine.missing}\n`);
      return this.skip();
    }
    const { user, password, host, port, database, tls } = engine.config as Record<string, string>;
    const place = { host, port, database, user, tls };
    cases = [
      {
        name: 'good',
        env: { SECRET_GOOD: password! },
        config: { ...place, password: { $env: 'SECRET_GOOD' } },
        code: null,
      },
      {
        name: 'wrong_password',
        env: { SECRET_WRONG: 'hush wrong/4Q+ä"x' },
        config: { ...place, password: { $env: 'SECRET_WRONG' } },
        code: 'AUTHENTICATION_FAILED',
      },
      {
        name: 'wrong_host',
        env: { SECRET_HOST: 'hush-host-7W' },
        config: { ...place, host: 'nowhere.invalid', password: { $env: 'SECRET_HOST' } },
        code: 'CONNECTION_FAILED',
      },
      {
        name: 'nobody_there',
        env: { SECRET_PORT: 'hush-port-2K' },
        config: { ...place, port: 1, password: { $env: 'SECRET_PORT' } },
        code: 'CONNECTION_FAILED',
      },
      {
        name: 'distrusted',
        env: { SECRET_TLS: 'hush-tls-9R', SECRET_KEY: stranger.key },
        config: {
          ...place,
          password: { $env: 'SECRET_TLS' },
          tls: {
            mode: 'verify-full',
            ca: stranger.certificate,
            cert: stranger.certificate,
            key: { $env: 'SECRET_KEY' },
          },
        },
        code: 'TLS_FAILED',
      },
      {
        name: 'in_a_url',
        env: { SECRET_URL: `postgres://${user}:hush-url-3M@${host}:${port}/${database}?sslmode=verify-full` },
        config: { url: { $env: 'SECRET_URL' }, tls },
        code: 'AUTHENTICATION_FAILED',
      },
      {
        name: 'in_a_bad_url',
        env: { SECRET_BAD_URL: 'postgres://hush-user-8P:hush-bad-5T@h/d?sslmode=perhaps' },
        config: { url: { $env: 'SECRET_BAD_URL' } },
        code: 'CONFIG_INVALID',
      },
    ];
    for (const { env } of cases) for (const [name, value] of Object.entries(env)) planted[name] = value;
    Object.assign(planted, {
      url_password: 'hush-url-3M',
      bad_url_user: 'hush-user-8P',
      bad_url_password: 'hush-bad-5T',
    });
    // A key is many lines, and any of them gives it away.
    delete planted.SECRET_KEY;
    for (const [at, line] of stranger.key
      .split('\n')
      .filter((text) => !/-----|^$/.test(text))
      .entries()) {
      planted[`key_${at}`] = line;
    }

    await engine.admin(
      'CREATE TABLE secrets_t (id integer PRIMARY KEY, n integer)',
      'INSERT INTO secrets_t VALUES (1, 2)',
    );
    folder = mkdtempSync(join(tmpdir(), 'datamind-secrets-'));
    mkdirSync(join(folder, 'ontology'));
    for (const { name } of cases) {
      writeFileSync(
        join(folder, 'ontology', `${name}.yaml`),
        `entity: t_${name}\ntable: public.secrets_t\nconnection: ${name}\nkey: id\nmeasures:\n  sum_${name}: {sum: n}\n`,
      );
    }
    const plugins = cases.map(({ name, config }) => ({
      use: 'datamind/plugins/connectors/postgres',
      as: name,
      onFailure: 'degrade',
      config,
    }));
    writeFileSync(join(folder, 'plugins.config.json'), JSON.stringify({ plugins, connections: { default: 'good' } }));
    const env = {
      ...Object.assign({}, ...cases.map((row) => row.env)),
      DATAMIND_HOME: join(folder, 'home'),
      DATAMIND_LOG_LEVEL: 'debug',
      PORT: '0',
    } as Record<string, string>;
    server = startProgram(folder, ['serve'], env);
    server.stdout!.on('data', (chunk) => note('what the server prints', String(chunk)));
    server.stderr!.on('data', (chunk) => note('what the server prints', String(chunk)));
    url = await listening(server);
    for (const args of [
      ['plugins', 'check'],
      ['plugins', 'list'],
      ['check', '--connection', 'wrong_password'],
    ]) {
      const { out, err } = await runProgram(folder, args, { env: { ...env, DATAMIND_HOME: join(folder, 'home-2') } });
      note(`datamind ${args.join(' ')}`, out + err);
    }
  });
  after(async () => {
    if (server?.exitCode === null) {
      server.kill('SIGTERM');
      await once(server, 'close');
    }
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const get = async (method: string, path: string, body?: unknown): Promise<Awaited<ReturnType<typeof ask>>> => {
    const answer = await ask(url, method, path, { body });
    note(`${method} ${path}`, JSON.stringify(answer.headers) + answer.text);
    return answer;
  };

  it('do their work, and where they do not the code says why', async () => {
    for (const { name, code } of cases) {
      const answer = await get('POST', '/api/v1/semantic/query', { metrics: [`sum_${name}`] });
      if (code === null) expect(answer.body.rows, answer.text).to.deep.equal([[2]]);
      else expect(answer.body.code, `${name}: ${answer.text}`).to.equal(code);
      await get('POST', '/api/v1/sql/execute', { sql: 'select n from secrets_t', connection: name });
      await get('POST', '/api/v1/sql/explain', { sql: 'select secret from secrets_t', connection: name });
    }
  });

  it('are in no answer, no line of the log, no command and no file that the server keeps', async () => {
    for (const path of [
      '/health',
      '/openapi.json',
      '/docs',
      '/api/v1/semantic/models',
      '/api/v1/security/audit-log?limit=200',
      ...cases.map(({ name }) => `/api/v1/semantic/models/${name}.yaml`),
    ]) {
      await get('GET', path);
    }
    server.kill('SIGTERM');
    await once(server, 'close');
    const home = join(folder, 'home');
    for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
      const path = join(home, name);
      if (statSync(path).isFile()) note(`the file ${name}`, readFileSync(path, 'latin1') + readFileSync(path, 'utf8'));
    }
    const found = [...seen].flatMap(([where, text]) =>
      Object.entries(planted).flatMap(([name, secret]) =>
        spellings(secret)
          .filter((spelling) => text.includes(spelling))
          .map((spelling) => `${name} as ${spelling} in ${where}`),
      ),
    );
    expect(found).to.deep.equal([]);
    // What was looked through is what it is taken for.
    expect(seen.get('what the server prints')).to.match(/TLS_FAILED/);
    expect(seen.get('the file datamind.db')).to.contain('secrets_t');
    expect(seen.get('GET /api/v1/security/audit-log?limit=200')).to.contain('wrong_password');
    expect(seen.get('datamind plugins check')).to.contain('wrong_host');
  });
});
