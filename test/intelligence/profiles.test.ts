import Sqlite from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { type ProjectRow, projectMembers, projects } from '../../src/projects/store.js';
import { newId } from '../../src/store/new-id.js';
import { withDrafts } from '../../src/connections/drafted-models.js';
import { createProfileJobs } from '../../src/intelligence/profile-jobs.js';
import { descriptions, profiles } from '../../src/intelligence/store.js';
import { openJobs } from '../../src/jobs/open-jobs.js';
import { createLlmChain } from '../../src/llm/chain.js';
import { startConnections, type TestConnections } from '../connections/start-connections.js';
import { scriptedLlm } from '../llm/fake-llm.js';

type Json = Record<string, unknown>;
interface InsightJson extends Json {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly (Json & { readonly id: string; readonly name: string })[];
}

const log = createLogger({ level: 'silent' });
const said = {
  table: 'One row for each guest.',
  columns: [
    { name: 'city', text: 'Where the guest lives.' },
    { name: 'not there', text: 'Nothing.' },
  ],
};

describe('the profile of a connection', function () {
  this.timeout(30_000);
  let at: TestConnections;
  let id: string;
  let end: () => Promise<void>;
  let clock = 0;
  const llm = scriptedLlm('describer', { say: JSON.stringify(said), value: said });
  const database = () => new Sqlite(join(at.files, 'default', 'hotel.sqlite'));
  const get = async (path: string, who: keyof TestConnections['as']) =>
    at.ask('GET', `/api/v1/intelligence/${path}`, { headers: at.as[who] });
  const insights = async (who: keyof TestConnections['as'], connection = id): Promise<readonly InsightJson[]> =>
    (await get(`${connection}/insights`, who)).body.data as unknown as readonly InsightJson[];
  let wake: () => void = () => undefined;
  const settled = async (connection: string, who: keyof TestConnections['as']): Promise<Json> => {
    for (;;) {
      wake();
      const { body } = await get(`${connection}/stats`, who);
      if (['ready', 'error'].includes(String(body.state))) return body as Json;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const reanalyze = (connection: string, who: keyof TestConnections['as']) =>
    at.ask('POST', `/api/v1/connections/${connection}/reanalyze`, { headers: at.as[who] });

  before(async () => {
    at = await startConnections('sqlite');
    mkdirSync(join(at.files, 'default'), { recursive: true });
    const made = database();
    made.exec(`create table guests (id integer primary key, full_name text, email text, city text);
      create table stays (stay_id integer primary key, guest_id integer, nights integer, note text)`);
    for (let n = 0; n < 30; n += 1) {
      made.exec(
        `insert into guests values (${n}, 'Grace Hopper ${n}', 'grace${n}@example.org', '${['Bonn', 'Oslo'][n % 2]}')`,
      );
      made.exec(`insert into stays values (${n}, ${n % 30}, ${n % 4}, 'a note')`);
    }
    made.close();
    const services = at.connections.services;
    const jobs = openJobs(at.store, { log, leaseMs: 5_000, pollMs: 20 });
    const { handlers } = createProfileJobs({
      ...{ store: at.store, trail: at.trail, executor: at.executor, jobs, wake: jobs.wake, log },
      now: () => Date.now() + clock,
      models: () => withDrafts(at.server.all, services.drafts as never),
      connections: services,
      llm: createLlmChain({ links: [{ name: 'describer', instance: llm }], log }),
      isLocal: false,
    });
    jobs.handle(...handlers);
    await jobs.start();
    wake = jobs.wake;
    end = () => jobs.close();
    const created = await at.ask('POST', '/api/v1/connections', {
      headers: at.as.ana,
      body: { name: 'hotel', type: 'sqlite', config: { path: 'hotel.sqlite' } },
    });
    expect(created.status, created.text).to.equal(201);
    id = String(created.body.id);
    await at.settled(id, at.as.ana);
  });
  after(async () => {
    await end?.();
    await at?.close();
  });

  it('is made in the background when its owner asks, and then holds what the tables do', async () => {
    expect((await get(`${id}/stats`, 'ana')).body).to.include({ state: 'pending', progress: 0, tables: 0 });
    const asked = await reanalyze(id, 'ana');
    expect([asked.status, asked.body.state]).to.deep.equal([202, 'pending']);
    const stats = await settled(id, 'ana');
    expect(stats, JSON.stringify(stats)).to.include({
      state: 'ready',
      progress: 100,
      tables: 2,
      rows: 60,
      personal: 2,
    });
    expect(stats.references).to.deep.equal({ declared: 0, inferred: 1 });
    const [guests, stays] = await insights('ana');
    expect(stays).to.deep.include({ name: 'stays', rows: 30, key: ['stay_id'], part: false });
    const columns = Object.fromEntries(guests!.columns.map((one) => [one.name, one]));
    expect(columns.city).to.deep.include({ strategy: 'categorical', values: ['Bonn', 'Oslo'], distinct: 2 });
    expect(columns.email).to.deep.include({ strategy: 'skip', personal: 'email', values: [] });
    const kept = JSON.stringify(await at.store.read((db) => db.find(profiles)));
    expect(kept).not.to.match(/Grace Hopper|@example\.org/);
  });

  it('has within a project the tables of what exists there', async () => {
    const [guests] = await insights('ana');
    const entities = guests!.entities as readonly string[];
    const project: ProjectRow = {
      ...{ id: newId(), workspaceId: 'default', name: 'desk', description: '', entities, metrics: [] },
      ...{ confines: false, template: null, createdAt: 0, changedAt: 0, version: 1 },
    };
    const me = await at.ask('GET', '/api/v1/auth/me', { headers: at.as.ana });
    await at.store.transaction(async (db) => {
      await db.insert(projects, project);
      await db.insert(projectMembers, { projectId: project.id, userId: String(me.body.id), createdAt: 0 });
    });
    const within = (path: string) =>
      at.ask('GET', `/api/v1/intelligence/${id}/${path}`, {
        headers: { ...at.as.ana, 'X-Project-Id': project.id },
      });
    const { body, text } = await within('insights');
    expect((body.data as unknown as { name: string }[]).map(({ name }) => name)).to.deep.equal(['guests']);
    expect(text).not.to.include('stays');
    expect((await within('stats')).body).to.include({ tables: 1, rows: 30 });
  });

  it('has words of a language model, which was shown no figure and no value', async () => {
    const [guests] = await insights('ana');
    expect(guests).to.include({ description: 'One row for each guest.', described_by: 'model' });
    expect(guests!.columns.find(({ name }) => name === 'city')).to.include({ description: 'Where the guest lives.' });
    const prompts = JSON.stringify(llm.requests.map(({ system, messages }) => [system, messages]));
    expect(prompts)
      .to.include('guests')
      .and.not.match(/Bonn|Oslo|Grace|30/);
    // That stays are of guests was told by their rows.
    expect(prompts).not.to.match(/\bto\W{1,9}guests/);
  });

  it('is nothing to who was not given the connection', async () => {
    for (const who of ['ben', 'eli'] as const) {
      for (const path of ['insights', 'stats']) {
        expect((await get(`${id}/${path}`, who)).body).to.include({ code: 'NOT_FOUND' });
      }
      expect((await reanalyze(id, who)).status).to.be.oneOf([403, 404]);
    }
  });

  it('keeps the words of people when it is made again, and says what has changed in the database', async () => {
    const [guests] = await insights('ana');
    const put = (insight: string, who: keyof TestConnections['as']) =>
      at.ask('PUT', `/api/v1/intelligence/${id}/insights/${insight}`, {
        headers: at.as[who],
        body: { description: 'People who stay with us.' },
      });
    expect((await put('0'.repeat(32), 'ana')).status).to.equal(404);
    const changed = await put(guests!.id, 'ana');
    expect(changed.body).to.include({ description: 'People who stay with us.', described_by: 'person' });
    const other = database();
    other.exec(
      "alter table guests add column vip integer; create table rooms (room_id integer primary key); insert into guests values (99, 'x', 'y', 'Rome', 1)",
    );
    other.close();
    await reanalyze(id, 'ana');
    const stats = await settled(id, 'ana');
    expect(stats.schema_changes).to.deep.equal({ added: ['rooms'], removed: [], changed: ['guests'] });
    const again = (await insights('ana')).find(({ name }) => name === 'guests');
    expect(again).to.include({ description: 'People who stay with us.', described_by: 'person', rows: 31 });
  });

  it('is made again after a week, and of new connections, without anybody asking, and goes with its connection', async () => {
    const sweep = async (): Promise<void> => {
      const { handlers } = createProfileJobs({
        ...{ store: at.store, trail: at.trail, executor: at.executor, wake, log },
        ...{ jobs: { add: async (_: unknown, job: { payload: unknown }) => String(swept.push(job.payload)) } },
        now: () => Date.now() + clock,
        models: () => at.server.all,
        connections: at.connections.services,
        ...{ llm: createLlmChain({ links: [], log }), isLocal: false },
      });
      const attempt = { jobId: 'x', workspace: '*', attempt: 1, signal: new AbortController().signal, log };
      await handlers[1]!.run(null, attempt);
    };
    const swept: unknown[] = [];
    await sweep();
    expect(swept).to.deep.equal([]);
    clock = 169 * 3_600_000;
    await sweep();
    const [row] = await at.store.read((db) => db.findBy(profiles, { connectionId: id }));
    expect(swept).to.deep.equal([{ profile: row!.id }]);
    await at.store.transaction((db) => db.remove(profiles, { connectionId: id }));
    swept.length = 0;
    await sweep();
    expect(swept).to.have.length(1);
    const [fresh] = await at.store.read((db) => db.findBy(profiles, { connectionId: id }));
    expect(fresh!.asker.kind).to.equal('person');
    clock = 0;
    expect((await at.ask('DELETE', `/api/v1/connections/${id}`, { headers: at.as.ana })).status).to.equal(204);
    await sweep();
    expect(await at.store.read((db) => db.countBy(profiles, { connectionId: id }))).to.equal(0);
    expect(await at.store.read((db) => db.countBy(descriptions, { connectionId: id }))).to.equal(0);
  });

  it('of a connection of the configuration is asked for by admins', async () => {
    expect((await reanalyze('main', 'ana')).body).to.include({ code: 'FORBIDDEN' });
    expect((await reanalyze('main', 'root')).status).to.equal(202);
    expect(await settled('main', 'root')).to.include({ state: 'ready', tables: 1, rows: 1 });
    expect(await insights('vic', 'main')).to.have.length(1);
  });
});
