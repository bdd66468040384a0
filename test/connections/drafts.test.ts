/** The draft of a connection: part of the model of those who may ask it, until an admin makes it part of everybody's. */
import { expect } from 'chai';
import { connectionStates } from '../../src/connections/store.js';
import { type ProjectRow, projects } from '../../src/projects/store.js';
import { newId } from '../../src/store/new-id.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { startConnections, type TestConnections } from './start-connections.js';

describe('drafts of connections', function () {
  this.timeout(60_000);
  let at: TestConnections;
  let shop: TestEngine;
  before(async () => {
    at = await startConnections('sqlite');
    const started = await startEngine('postgres');
    if (isMissing(started)) throw new Error(started.missing);
    shop = started;
    await shop.admin(
      'create table draft_customers (id int primary key, country text not null)',
      'create table draft_orders (id int primary key, customer_id int references draft_customers, amount numeric(10,2))',
      "insert into draft_customers values (1, 'DE'), (2, 'FR')",
      'insert into draft_orders values (1, 1, 10.50), (2, 1, 2.25), (3, 2, 7)',
    );
  });
  after(async () => {
    await shop?.admin('drop table if exists draft_orders, draft_customers');
    await at?.close();
  });
  const ask = (method: string, path: string, who: keyof TestConnections['as'], body?: unknown) =>
    at.ask(method, `/api/v1/${path}`, { headers: at.as[who], ...(body !== undefined && { body }) });
  const make = async (name: string) => {
    const made = await ask('POST', 'connections', 'ana', { name, type: 'postgres', config: shop.config });
    expect(made.status, made.text).to.equal(201);
    const id = String(made.body.id);
    expect(await at.settled(id, at.as.ana)).to.deep.include({ status: 'ready' });
    return id;
  };
  const query = async (who: keyof TestConnections['as'], name: string) => {
    const prefix = `${name}_draft`;
    const { status, body } = await ask('POST', 'semantic/query', who, {
      metrics: [`${prefix}_orders_amount_sum`, `${prefix}_orders_count`],
      dimensions: [`${prefix}_customers.country`],
      order: [{ by: `${prefix}_customers.country` }],
    });
    return status === 200 ? body.rows : body.code;
  };
  const sql = async (who: keyof TestConnections['as'], connection: string) => {
    const text = 'select count(*) as n from draft_orders';
    const { status, body } = await ask('POST', 'sql/execute', who, { sql: text, connection, format: 'rows' });
    return status === 200 ? body.rows : body.code;
  };
  const entities = async (who: keyof TestConnections['as']) =>
    ((await ask('GET', 'entities?limit=1000', who)).body.data as unknown as { name: string }[]).map(({ name }) => name);
  const rows = [
    ['DE', 12.75, 2],
    ['FR', 7, 1],
  ];

  it('are their owner’s and of who was given them to ask, besides the model of the workspace', async () => {
    const id = await make('mine');
    expect(await query('ana', 'mine')).to.deep.equal(rows);
    expect(await sql('ana', 'mine')).to.deep.equal([[3]]);
    expect(await entities('ana')).to.include.members(['things', 'mine_draft_orders']);
    expect((await ask('POST', 'semantic/query', 'ana', { metrics: ['thing_count'] })).body.rows).to.deep.equal([[1]]);
    for (const who of ['ben', 'root'] as const) {
      expect(await query(who, 'mine'), who).to.equal('UNKNOWN_MEMBER');
      expect(await entities(who)).to.deep.equal(['things']);
    }
    expect(await sql('ben', 'mine')).to.equal('CONNECTION_UNKNOWN');
    expect(await query('eli', 'mine')).to.equal('MODEL_UNAVAILABLE');
    const share = (permission: string) => ask('POST', `connections/${id}/shares`, 'ana', { user: 'ben', permission });
    await share('view');
    expect(await query('ben', 'mine')).to.equal('UNKNOWN_MEMBER');
    await share('chat');
    expect(await query('ben', 'mine')).to.deep.equal(rows);
    await ask('DELETE', `connections/${id}/shares/ben`, 'ana');
    expect(await query('ben', 'mine')).to.equal('UNKNOWN_MEMBER');
  });

  it('are not told of within a project, nor all else that a database has', async () => {
    const id = await make('narrowed');
    const project: ProjectRow = {
      ...{ id: newId(), workspaceId: 'default', name: 'things', description: '', entities: ['things'], metrics: [] },
      ...{ confines: false, template: null, createdAt: 0, changedAt: 0, version: 1 },
    };
    await at.store.transaction((db) => db.insert(projects, project));
    const { root } = at.as;
    const within = { ...root, 'X-Project-Id': project.id };
    for (const path of [`connections/${id}/schema`, `connections/${id}/draft`, 'connections/main/schema']) {
      const answered = await at.ask('GET', `/api/v1/${path}`, { headers: root });
      expect(answered.status, answered.text).to.equal(200);
      const refused = await at.ask('GET', `/api/v1/${path}`, { headers: within });
      expect([refused.status, refused.body.code], path).to.deep.equal([403, 'FORBIDDEN']);
    }
    const status = `/api/v1/system/connections/${id}/status`;
    await at.store.transaction((db) =>
      db.update(connectionStates, { connectionId: id }, { schemaChanges: { added: ['payroll'] } as never }),
    );
    expect((await at.ask('GET', status, { headers: root })).text).to.match(/payroll/);
    expect((await at.ask('GET', status, { headers: within })).text).not.to.match(/payroll/);
    const stats = (headers: typeof root) => at.ask('GET', '/api/v1/system/stats', { headers });
    const saved = { name: 'n', query: { metrics: ['thing_count'] } };
    expect((await at.ask('POST', '/api/v1/queries/saved', { headers: root, body: saved })).status).to.equal(201);
    expect((await stats(root)).body.workspace).to.include({ saved_queries: 1 });
    expect((await stats(within)).body.workspace).to.include({ saved_queries: 0 });
  });

  it('are published by admins alone, and then are everybody’s in the workspace and admins’ to change', async () => {
    const id = await make('ours');
    expect(await query('ana', 'ours')).to.deep.equal(rows);
    const draft = await ask('GET', `connections/${id}/draft`, 'ana');
    expect(draft.body).to.deep.include({ file: 'connections/ours.yaml', published: false });
    expect((await ask('GET', `connections/${id}/draft`, 'ben')).status).to.equal(404);
    expect((await ask('POST', `connections/${id}/publish`, 'ana')).status).to.equal(403);
    expect((await ask('POST', `connections/${id}/publish`, 'eli')).status).to.equal(404);
    const published = await ask('POST', `connections/${id}/publish`, 'root');
    expect(published.status, published.text).to.equal(200);
    expect(published.body.published).to.equal(true);
    expect((await ask('POST', `connections/${id}/publish`, 'root')).status).to.equal(409);
    for (const who of ['ana', 'ben', 'root'] as const) {
      expect(await query(who, 'ours'), who).to.deep.equal(rows);
      expect(await entities(who)).to.include('ours_draft_orders');
    }
    expect(await query('eli', 'ours')).to.equal('MODEL_UNAVAILABLE');
    const file = await ask('GET', 'semantic/models/connections%2Fours.yaml', 'root');
    expect(file.body.text).to.equal(draft.body.text);
    // What all rely on is led elsewhere by admins only.
    expect((await ask('PATCH', `connections/${id}`, 'ana', { description: 'x' })).status).to.equal(403);
    expect((await ask('DELETE', `connections/${id}`, 'ana')).status).to.equal(403);
    expect((await ask('PATCH', `connections/${id}`, 'root', { description: 'x' })).status).to.equal(200);
    expect((await ask('PATCH', `connections/${id}`, 'root', { name: 'another' })).status).to.equal(409);
    expect((await ask('GET', `connections/${id}/schema`, 'ben')).status).to.equal(403);
    expect((await ask('GET', `connections/${id}`, 'ben')).body).to.deep.include({ permission: 'chat', config: null });
  });

  it('follow what the database has', async () => {
    const id = await make('moving');
    await shop.admin('alter table draft_orders add column discount numeric(10,2)');
    const { status } = await ask('GET', `connections/${id}/schema`, 'ana');
    expect(status).to.equal(200);
    const sum = await ask('POST', 'semantic/query', 'ana', { metrics: ['moving_draft_orders_discount_sum'] });
    expect(sum.status, sum.text).to.equal(200);
  });
});
