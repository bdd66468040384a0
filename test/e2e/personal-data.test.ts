/** Personal data is planted wherever a caller or a table can put it, and looked for in all that is said about a failure. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { localGate } from '../../src/identity/gate.js';
import { createModelCompiler } from '../../src/models/create-model-compiler.js';
import type { ModelSource } from '../../src/models/model-source.js';
import { folderModels } from '../api/folder-models.js';
import { openExecutor, readPluginPlan } from '../../src/pipeline/execute.js';
import { type RunningServer, startServer } from '../../src/start-server.js';

/** One of each kind. */
const planted = {
  email: 'anna.adler@example.com',
  phone: '+49 171 1234567',
  local_phone: '(030) 7654321',
  card: '4111 1111 1111 1111',
  bare_card: '5500005555555559',
  iban: 'DE89370400440532013000',
  ip: '203.0.113.77',
  ipv6: '2001:db8::8a2e:370:7334',
  ssn: '078-05-1120',
  nino: 'AB123456C',
  tax_id: '86095742719',
  nir: '184127645108946',
  codice_fiscale: 'RSSMRA85T10A562S',
  dni: '12345678Z',
  cpf: '529.982.247-25',
  nik: '3171011708450001',
  pesel: '44051401359',
  aadhaar: '2345 6789 0124',
} as const;
const columns = Object.keys(planted);
const values = Object.values(planted);

const model = `project: {name: Planted, connection: main, timezone: UTC}
---
entity: people
table: people
key: person_id
dimensions:
${columns.map((name) => `  ${name}: {type: string}`).join('\n')}
measures:
  person_count: {count: "*"}
`;

describe('personal data in what is said about failures', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'datamind-pii-'));
  const logged: string[] = [];
  const answers: string[] = [];
  const trail = createMemoryTrail();
  let server: RunningServer;
  let stop: () => Promise<void>;
  let models: ModelSource;

  before(async () => {
    mkdirSync(join(folder, 'ontology'));
    writeFileSync(join(folder, 'ontology', 'people.yaml'), model);
    const config = join(folder, 'plugins.config.json');
    writeFileSync(
      config,
      JSON.stringify({
        plugins: [{ use: 'datamind/plugins/connectors/duckdb', as: 'main', config: { path: './p.duckdb' } }],
      }),
    );
    const instance = await DuckDBInstance.create(join(folder, 'p.duckdb'));
    const connection = await instance.connect();
    await connection.run(
      `create table people (person_id integer primary key, ${columns.map((name) => `${name} varchar`).join(', ')})`,
    );
    await connection.run(`insert into people values (1, ${values.map((value) => `'${value}'`).join(', ')})`);
    connection.closeSync();
    instance.closeSync();

    const redact = createRedactor();
    const log = createLogger({ level: 'debug', redact, write: (line) => logged.push(line) });
    const settings = { timeoutMs: 10_000, maxBytes: 1_000_000 };
    const executor = await openExecutor({ plan: readPluginPlan(config, {}), log, redact, settings, trail });
    const compiler = createModelCompiler();
    const all = folderModels(join(folder, 'ontology'), compiler, log);
    models = all.folder;
    await models.refresh();
    const editor = { read: () => undefined, write: (text: string) => text };
    const parts = {
      executor,
      models: all,
      compiler,
      editor,
      gate: localGate,
      trail: createMemoryTrail(),
      log,
      version: '0',
      maxRows: 100,
      cacheTtlSeconds: 0,
      cacheBytes: 0,
    };
    server = await startServer(parts, 0, '127.0.0.1');
    stop = async () => {
      models.close();
      await server.close(200);
      await executor.stop();
    };
  });
  after(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<number> => {
    const response = await fetch(`${server.url}${path}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await response.text();
    // What was answered well is the asker's own.
    if (response.status >= 400) answers.push(text, JSON.stringify([...response.headers]));
    return response.status;
  };

  const everywhere = (value: string): readonly (readonly [title: string, ask: () => Promise<number>])[] => [
    ['a member', () => ask('/api/v1/semantic/query', { metrics: [value] })],
    [
      'a filter',
      () =>
        ask('/api/v1/semantic/query', {
          metrics: ['person_count'],
          filters: { member: value, op: 'eq', values: [value] },
        }),
    ],
    ['a range of time', () => ask('/api/v1/semantic/query', { metrics: ['person_count'], time: { range: value } })],
    ['a key of the body', () => ask('/api/v1/semantic/query', { [value]: 1 })],
    ['a name in SQL', () => ask('/api/v1/sql/execute', { sql: `select "${value}" from people` })],
    ['a table in SQL', () => ask('/api/v1/sql/execute', { sql: `select * from "${value}"` })],
    ['a broken text of SQL', () => ask('/api/v1/sql/execute', { sql: `select '${value}' from people where (` })],
    [
      'a cast that fails',
      () => ask('/api/v1/sql/execute', { sql: `select cast('x ${value}' as integer) from people` }),
    ],
    ['a connection', () => ask('/api/v1/sql/execute', { sql: 'select 1', connection: value })],
    ['a path', () => ask(`/api/v1/entities/${encodeURIComponent(value)}`, undefined)],
    [
      'a header',
      () =>
        ask(`/api/v1/nothing`, undefined, {
          'x-correlation-id': value.replace(/[^\w-]/g, ''),
          'if-match': value,
          accept: value,
        }),
    ],
  ];

  for (const [name, value] of Object.entries(planted)) {
    it(`${name}: in everything that a caller sends`, async () => {
      const from = { answers: answers.length, logged: logged.length };
      for (const [title, send] of everywhere(value)) expect(await send(), title).to.be.at.least(400);
      for (const said of answers.slice(from.answers)) expect(said).not.to.contain(value);
      for (const line of logged.slice(from.logged)) expect(line).not.to.contain(value);
    });

    it(`${name}: in the table, by a statement that fails over it`, async () => {
      const from = { answers: answers.length, logged: logged.length };
      const status = await ask('/api/v1/sql/execute', {
        sql: `select cast(${name} || ' x' as integer) as n from people`,
      });
      expect(status).to.equal(422);
      expect(logged.length).to.be.greaterThan(from.logged);
      for (const said of [...answers.slice(from.answers), ...logged.slice(from.logged)]) {
        expect(said).not.to.contain(value);
        expect(said).not.to.contain(value.slice(0, -2));
      }
    });
  }

  it('is in no diagnostic about a file that quotes it: answers, health, log', async () => {
    const broken = values
      .map(
        (value, at) => `entity: e${at}\ntable: t${at}\nkey: id\njoins: {j: {to: ${JSON.stringify(value)}, on: id}}\n`,
      )
      .join('---\n');
    const from = logged.length;
    const said: string[] = [];
    const hear = async (path: string, init: RequestInit = {}): Promise<number> => {
      const response = await fetch(`${server.url}${path}`, {
        ...init,
        headers: { 'content-type': init.method === 'PUT' ? 'application/yaml' : 'application/json' },
      });
      said.push(await response.text());
      return response.status;
    };
    const file = join(folder, 'ontology', 'broken.yaml');
    expect(await hear('/api/v1/compiler/compile', { method: 'POST', body: JSON.stringify({ text: broken }) })).to.equal(
      200,
    );
    expect(await hear('/api/v1/semantic/models/broken.yaml', { method: 'PUT', body: broken })).to.be.at.least(400);
    writeFileSync(file, broken);
    await models.refresh();
    expect(await hear('/health')).to.be.oneOf([200, 503]);
    rmSync(file);
    await models.refresh();
    expect(said[0]).to.contain('[email]').and.to.contain('"line"');
    expect(logged.length).to.be.greaterThan(from);
    for (const text of [...said, ...logged.slice(from)]) for (const value of values) expect(text).not.to.contain(value);
  });

  it('is in no entry of the audit trail, of which there are many', () => {
    const entries = trail.entries().map((entry) => JSON.stringify(entry));
    expect(entries.length).to.be.greaterThan(values.length);
    for (const entry of entries) for (const value of values) expect(entry).not.to.contain(value);
  });
});
