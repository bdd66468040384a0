/** Statements on connections that were made by API: who reaches them, and what a change does to them, on every node. */
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createRedactor } from '../../core/secrets/create-redactor.js';
import { createSealer } from '../../core/secrets/create-sealer.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';
import { compile } from '../../semantic/check/compiler.js';
import type { Model } from '../../semantic/model/model.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { openConnections } from '../../src/connections/open-connections.js';
import { readAnswer } from '../../src/pipeline/answer-query.js';
import { readSqlAnswer } from '../../src/pipeline/answer-sql.js';
import { type GovernedExecutor, openExecutor } from '../../src/pipeline/execute.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { startConnections, type TestConnections } from './start-connections.js';

const modelOf = (connection: string): Model => {
  const text = `project: {name: shop, connection: ${connection}}
---
entity: items
table: made_items
key: id
dimensions: {id: {type: number}, kind: {type: string}}
measures: {item_count: {count: "*"}}`;
  const { model, diagnostics } = compile(new Map([['shop.yaml', text]]));
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return model;
};
const subjectOf = (user: string, over: object = {}): Subject =>
  createSubject({ user, workspace: 'default', roles: ['analyst'], ...over });
const ana = subjectOf('ana');
const ben = subjectOf('ben');
const admin = subjectOf('root', { roles: ['admin'] });
const stranger = subjectOf('ana', { workspace: 'elsewhere', roles: ['admin'] });
const signal = new AbortController().signal;
const how = { correlationId: 'test', signal, maxRows: 100 };
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { readonly code?: string; readonly message: string }) => error.code ?? error.message,
  );

describe('statements on connections that were made by API', function () {
  this.timeout(120_000);
  let at: TestConnections;
  let other: GovernedExecutor;
  const engines = new Map<string, TestEngine>();
  const closing: (() => Promise<void>)[] = [];
  before(async () => {
    at = await startConnections('sqlite');
    // Another node on the same store.
    const log = createLogger({ level: 'silent' });
    const trail = createMemoryTrail();
    const sealer = createSealer(at.encryptionKeys);
    const opened = await openConnections(at.store, { sealer, trail, log, permitted: 'allow', files: null });
    const { made, isConfigured } = opened;
    const plan = { file: '', plugins: [] };
    const settings = { timeoutMs: 10_000, maxBytes: 1e7 };
    other = await openExecutor({ plan, log, redact: createRedactor(), settings, trail, made, isConfigured });
    closing.push(() => other.stop());
    for (const dialect of ['postgres', 'mysql', 'clickhouse'] as const) {
      const engine = await startEngine(dialect);
      if (isMissing(engine)) continue;
      engines.set(dialect, engine);
      const create = 'create table made_items (id int not null, kind varchar(20) not null)';
      await engine.admin(
        dialect === 'clickhouse'
          ? 'create table made_items (id Int32, kind String) engine = MergeTree order by id'
          : create,
        "insert into made_items (id, kind) values (1, 'a'), (2, 'a'), (3, 'b')",
      );
    }
  });
  after(async () => {
    for (const engine of engines.values()) await engine.admin('drop table if exists made_items');
    for (const close of closing) await close();
    await at?.close();
  });

  let nth = 0;
  const make = async (type: string, over: object = {}, headers = at.as.ana) => {
    nth += 1;
    const body = { name: `made${nth}`, type, config: engines.get(type)!.config, ...over };
    const answer = await at.ask('POST', '/api/v1/connections', { headers, body });
    expect(answer.status, answer.text).to.equal(201);
    return { id: String(answer.body.id), name: body.name };
  };
  const count = async (executor: GovernedExecutor, model: Model, subject: Subject, connection?: string) => {
    const query = { metrics: ['item_count'], dimensions: ['items.kind'], order: [{ by: 'items.kind' }] };
    const prepared = await executor.prepare({ model, query, subject, ...(connection !== undefined && { connection }) });
    return (await readAnswer(executor, prepared, how)).rows;
  };
  const sql = async (executor: GovernedExecutor, model: Model, subject: Subject, connection?: string) => {
    const text = 'select kind, count(*) as n from made_items group by kind order by kind';
    const request = { model, sql: text, subject, limit: 10, correlationId: 'test', signal };
    const prepared = await executor.prepareSql({ ...request, ...(connection !== undefined && { connection }) });
    return (await readSqlAnswer(executor, prepared, how)).rows;
  };
  const patch = (id: string, body: object) =>
    at.ask('PATCH', `/api/v1/connections/${id}`, { headers: at.as.ana, body });
  const expected = [
    ['a', 2],
    ['b', 1],
  ];

  for (const type of ['postgres', 'mysql', 'clickhouse']) {
    it(`are answered by ${type}, semantic and SQL, on both nodes`, async function () {
      if (!engines.has(type)) this.skip();
      const { name } = await make(type);
      const model = modelOf(name);
      for (const executor of [at.executor, other]) {
        expect(await count(executor, model, ana)).to.deep.equal(expected);
        expect(await sql(executor, model, ana)).to.deep.equal(expected);
      }
    });
  }

  it('reach nothing that was not given, in the words of what is not there', async () => {
    const { id, name } = await make('postgres');
    const model = modelOf(name);
    const told = async (subject: Subject, ask: typeof count, to: Model, connection?: string) =>
      ask(at.executor, to, subject, connection).then(
        () => 'answered',
        ({ code, message, details }) =>
          JSON.stringify([code, message, details]).replaceAll(name, 'NAME').replaceAll('absent', 'NAME'),
      );
    for (const ask of [count, sql]) {
      const absent = await told(ben, ask, modelOf('absent'));
      expect(absent).to.contain('CONNECTION_UNKNOWN').and.not.to.contain('made');
      for (const connection of [undefined, name]) {
        expect(await told(ben, ask, model, connection)).to.equal(absent);
        expect(await told(stranger, ask, model, connection))
          .to.match(/CONNECTION_UNKNOWN/)
          .and.not.contain('made');
      }
      // Neither is the configuration's another workspace's.
      expect(await codeOf(ask(at.executor, modelOf('main'), stranger))).to.equal('CONNECTION_UNKNOWN');
      expect(await told(admin, ask, model)).to.equal('answered');
    }
    const share = (permission: string) =>
      at.ask('POST', `/api/v1/connections/${id}/shares`, { headers: at.as.ana, body: { user: 'ben', permission } });
    await share('view');
    expect(await codeOf(count(at.executor, model, ben))).to.equal('CONNECTION_UNKNOWN');
    await share('chat');
    for (const executor of [at.executor, other]) expect(await count(executor, model, ben)).to.deep.equal(expected);
    const prepared = await at.executor.prepare({ model, query: { metrics: ['item_count'] }, subject: ben });
    await at.ask('DELETE', `/api/v1/connections/${id}/shares/ben`, { headers: at.as.ana });
    expect(await codeOf(readAnswer(at.executor, prepared, how))).to.equal('CONNECTION_UNKNOWN');
    for (const executor of [at.executor, other]) {
      expect(await codeOf(count(executor, model, ben))).to.equal('CONNECTION_UNKNOWN');
    }
  });

  it('run on new settings right after a change, on every node, and nothing of before is used again', async () => {
    const { id, name } = await make('postgres');
    const model = modelOf(name);
    const query = { metrics: ['item_count'] };
    const before = await at.executor.prepare({ model, query, subject: ana });
    for (const executor of [at.executor, other]) await count(executor, model, ana);
    const { password } = engines.get('postgres')!.config as { password: string };
    // Another database of the same name, as far as anybody can tell: it has other rows.
    await engines
      .get('postgres')!
      .admin(
        'create schema if not exists moved',
        'create table moved.made_items (id int not null, kind varchar(20) not null)',
        "insert into moved.made_items values (1, 'z')",
      );
    try {
      expect((await patch(id, { config: { searchPath: ['moved'], password } })).status).to.equal(200);
      for (const executor of [other, at.executor]) {
        expect(await count(executor, model, ana)).to.deep.equal([['z', 1]]);
        expect(await sql(executor, model, ana)).to.deep.equal([['z', 1]]);
      }
      const after = await at.executor.prepare({ model, query, subject: ana });
      expect(after.key).not.to.equal(before.key);
      expect(await codeOf(readAnswer(at.executor, before, how))).to.equal('CONFLICT');
      expect(JSON.stringify(after.proof)).to.contain(`connection:${id}@2`);
    } finally {
      await engines.get('postgres')!.admin('drop schema moved cascade');
    }
  });

  it('do not share answers between connections of one name', async () => {
    const { id, name } = await make('postgres', { name: 'same' });
    const model = modelOf(name);
    const prepare = () => at.executor.prepare({ model, query: { metrics: ['item_count'] }, subject: ana });
    const first = await prepare();
    await at.ask('DELETE', `/api/v1/connections/${id}`, { headers: at.as.ana });
    expect(await codeOf(prepare())).to.equal('CONNECTION_UNKNOWN');
    await make('postgres', { name: 'same' });
    const second = await prepare();
    expect([second.sql, second.key === first.key]).to.deep.equal([first.sql, false]);
    expect(await codeOf(readAnswer(at.executor, first, how))).to.equal('CONFLICT');
  });

  it('that run end on the settings that they began with', async () => {
    const { id, name } = await make('postgres');
    const model = modelOf(name);
    const prepared = await at.executor.prepare({ model, query: { metrics: ['item_count'] }, subject: ana });
    const result = await at.executor.run(prepared, { ...how, stream: true });
    await patch(id, { config: { applicationName: 'other' } });
    await count(at.executor, model, ana);
    const rows = [];
    for await (const batch of result.batches) rows.push(...batch);
    expect(rows).to.have.length(1);
    await result.close();
  });

  it('are told in the same words whatever the network does, and leave nothing open when they are over', async () => {
    const { name } = await make('postgres', { config: { ...engines.get('postgres')!.config, port: 1 } });
    const failure = await count(at.executor, modelOf(name), ana).catch((error: Error) => error);
    expect(String(failure))
      .to.contain('No database that can be used answers there.')
      .and.not.to.match(/ECONN|127\.0\.0\.1|:1\b/);
    const { id } = await make('postgres');
    await at.settled(id, at.as.ana);
    const open = async () =>
      Number(
        (
          (await engines
            .get('postgres')!
            .admin("select count(*)::int as n from pg_stat_activity where application_name = 'leaves-nothing'")) as {
            n: number;
          }[]
        )[0]!.n,
      );
    const own = await make('postgres', {
      config: { ...engines.get('postgres')!.config, applicationName: 'leaves-nothing' },
    });
    await count(at.executor, modelOf(own.name), ana);
    expect(await open()).to.be.greaterThan(0);
    await at.ask('DELETE', `/api/v1/connections/${own.id}`, { headers: at.as.ana });
    for (let tries = 0; tries < 50 && (await open()) > 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await open()).to.equal(0);
  });
});
