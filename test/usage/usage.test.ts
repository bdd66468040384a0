import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { watchTrail } from '../../src/audit/watch-trail.js';
import { createMemoryTrail } from '../../src/audit/memory-trail.js';
import { newId } from '../../src/store/new-id.js';
import { createUsageRecorder } from '../../src/usage/record-usage.js';
import { strikeValues } from '../../src/usage/strike-values.js';
import { sweepUsage } from '../../src/usage/sweep-usage.js';
import { type UsageRow, usageEvents } from '../../src/usage/store.js';
import { stageExecutor, startTestServer, type TestServer } from '../api/start-test-server.js';
import { ask } from '../api/request.js';
import { startIdentity, type TestIdentity } from '../identity/start-identity.js';
import type { DialectName } from '../../core/plugin/contract.js';
import type { Engine } from '../../src/store/engine.js';

const log = createLogger({ level: 'silent' });
type Headers = Readonly<Record<string, string>>;

for (const engine of ['sqlite', 'postgres'] as readonly Engine[]) {
  describe(`usage and saved queries on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    let server: TestServer;
    let ran: string[];
    const people: Record<string, Headers> = {};

    before(async () => {
      at = await startIdentity(engine);
      await at.addWorkspace('north');
      await at.add('ann', { default: 'analyst' });
      await at.add('bob', { default: 'analyst' });
      await at.add('vic', { default: 'viewer' });
      await at.add('nora', { north: 'admin' });
      for (const name of ['root', 'ann', 'bob', 'vic', 'nora']) people[name] = await at.login(name);
      const executor = stageExecutor();
      const { prepare } = executor;
      ran = [];
      executor.prepare = async (request) => {
        ran.push(`${request.subject.user} ${JSON.stringify(request.query)}`);
        return prepare(request);
      };
      server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, executor, {
        gate: at.identity.gate,
        trail: at.trail,
        store: at.store,
      });
    });
    after(async () => {
      await server?.close();
      await at?.close();
    });
    const call = (who: string, method: string, path: string, body?: unknown, more: Headers = {}) =>
      ask(server.url, method, `/api/v1/${path}`, {
        headers: { ...people[who]!, ...more },
        ...(body !== undefined && { body }),
      });

    const row = (over: Partial<UsageRow>): UsageRow => ({
      id: newId(),
      workspace: 'default',
      user: 'ann',
      project: null,
      at: Date.now() - 1_000,
      event: 'statement.run',
      kind: 'sql',
      target: 'main',
      queryId: 'q_1',
      text: 'select count(*) from orders where x = ?',
      result: 'done',
      code: null,
      rows: 10,
      ms: 20,
      times: 1,
      tokensIn: 0,
      tokensOut: 0,
      correlationId: 'c1',
      ...over,
    });

    it('takes down what runs, what is refused, what the cache answered and what models took, with no value', async () => {
      const trail = createMemoryTrail();
      const recorder = createUsageRecorder(at.store, log);
      const watched = watchTrail(trail, recorder.ended);
      const proof = { made_from: 'sql', project: 'shop' };
      const executor = Object.assign(stageExecutor(), {
        prepareSql: async () =>
          ({
            proof,
            dialect: 'postgres',
            queryId: 'q_7',
            original: "select 'hunter2', mail from t where a = 1 and b = 'ann@example.com'",
          }) as never,
      });
      await recorder.executor(executor).prepareSql({} as never);
      const actor = { user: 'rec', workspace: 'recorded', fingerprint: 'f' };
      const intent = { action: 'statement.run', actor, target: 'main', correlationId: 'c', detail: { proof } } as const;
      const entry = await watched.begin(intent as never);
      await entry.finish({ result: 'done', code: null, detail: { rows: 3 } });
      const refusal = { ...intent, action: 'statement.refuse', detail: { project: 'shop' } } as const;
      await watched.record(refusal, { result: 'denied', code: 'TABLE_CLOSED', detail: {} });
      for (let nth = 0; nth < 5; nth += 1) {
        watched.note({ ...intent, action: 'statement.cached', detail: { query: 'q_7' } });
      }
      recorder.tokens({
        workspace: 'recorded',
        user: 'rec',
        model: 'm',
        tokensIn: 10,
        tokensOut: 2,
        correlationId: 'c',
      });
      const failed = { workspace: 'recorded', user: 'rec', model: 'm', correlationId: 'c', answered: false };
      recorder.tokens({ ...failed, tokensIn: 7, tokensOut: 0 });
      recorder.tokens({ ...failed, tokensIn: 0, tokensOut: 0 });
      await recorder.close();
      const rows = await at.store.read((db) => db.find(usageEvents, { where: { workspace: 'recorded' } }));
      const told = rows.map(({ event, project, kind, queryId, rows: count, times, result }) => [
        event,
        project,
        kind,
        queryId,
        count,
        times,
        result,
      ]);
      expect(told).to.have.deep.members([
        ['statement.run', 'shop', 'sql', 'q_7', 3, 1, 'done'],
        ['statement.refuse', 'shop', null, null, null, 1, 'denied'],
        ['statement.cached', null, null, 'q_7', null, 5, 'done'],
        ['llm.answer', null, 'm', null, null, 1, 'done'],
        ['llm.answer', null, 'm', null, null, 0, 'done'],
      ]);
      expect(JSON.stringify(rows)).not.to.match(/hunter2|ann@example/);
      expect(rows.find(({ event }) => event === 'statement.run')!.text).to.equal(
        "select '…', mail from t where a = 1 and b = '…'",
      );
    });

    it('adds it up for admins, of their own workspace and of a span', async () => {
      const old = Date.now() - 40 * 86_400_000;
      await at.store.transaction((db) =>
        db.insert(usageEvents, [
          row({}),
          row({ ms: 40, rows: 5, result: 'failed', code: 'QUERY_TIMEOUT' }),
          row({ event: 'statement.cached', times: 7, rows: null, ms: 0, text: null, kind: null }),
          row({ user: 'bob', queryId: 'q_2', kind: 'semantic_query', text: 'select 2' }),
          row({ user: 'bob', event: 'statement.refuse', queryId: null, text: null, result: 'denied', rows: null }),
          row({ event: 'dashboard.push', target: 'board', queryId: null, text: null }),
          row({ event: 'llm.answer', kind: 'small', target: null, queryId: null, tokensIn: 100, tokensOut: 20 }),
          row({ at: old, user: 'long-gone' }),
          row({ workspace: 'north', user: 'nora', rows: 1_000 }),
        ]),
      );
      const summary = (await call('root', 'GET', 'usage/summary')).body;
      expect(summary).to.include({
        answers: 10,
        runs: 3,
        cached: 7,
        refused: 1,
        failed: 1,
        rows: 25,
        average_ms: 27,
        users: 2,
      });
      expect(summary.by_day).to.have.length(1);
      const users = (await call('root', 'GET', 'usage/users')).body.data as unknown as { user: string; runs: number }[];
      expect(users.map(({ user, runs }) => [user, runs]).sort()).to.deep.equal([
        ['ann', 2],
        ['bob', 1],
      ]);
      const queries = (await call('root', 'GET', 'usage/queries')).body.data as unknown as object[];
      expect(queries[0]).to.include({ query_id: 'q_1', answers: 9, cached: 7, kind: 'sql', connection: 'main' });
      expect((await call('root', 'GET', 'usage/dashboards')).body.data).to.deep.include.members([]);
      const boards = (await call('root', 'GET', 'usage/dashboards')).body.data as unknown as object[];
      expect(boards.map((one) => ({ ...one, last_at: '' }))).to.deep.equal([
        { dashboard: 'board', event: 'dashboard.push', times: 1, last_at: '' },
      ]);
      expect((await call('root', 'GET', 'usage/llm-tokens')).body.data).to.deep.equal([
        { model: 'small', answers: 1, prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
      ]);
      const since = new Date(old - 1_000).toISOString();
      expect((await call('root', 'GET', `usage/summary?from=${since}`)).body).to.include({ runs: 4, users: 3 });
      expect((await call('nora', 'GET', 'usage/summary')).body).to.include({ runs: 1, rows: 1_000 });
      const empty = await call('root', 'GET', 'usage/summary?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z');
      expect(empty.body).to.deep.include({ runs: 0, average_ms: null, by_day: [] });
      for (const path of ['summary', 'users', 'queries', 'dashboards', 'llm-tokens']) {
        expect((await call('ann', 'GET', `usage/${path}`)).status).to.equal(403);
      }
      expect((await call('root', 'GET', 'usage/summary?from=yesterday')).status).to.equal(400);
    });

    it('shows an analyst their own history, and an admin everybody’s', async () => {
      const users = async (who: string, more = ''): Promise<readonly string[]> =>
        ((await call(who, 'GET', `queries/history${more}`)).body.data as unknown as { user: string }[]).map(
          ({ user }) => user,
        );
      expect(new Set(await users('ann'))).to.deep.equal(new Set(['ann']));
      expect(new Set(await users('root'))).to.deep.equal(new Set(['ann', 'bob', 'long-gone']));
      expect(new Set(await users('root', '?user=bob'))).to.deep.equal(new Set(['bob']));
      expect(await users('nora')).to.deep.equal(['nora']);
      expect((await call('ann', 'GET', 'queries/history?user=bob')).status).to.equal(403);
      expect((await call('vic', 'GET', 'queries/history')).status).to.equal(403);
      const failed = (await call('root', 'GET', 'system/connections/main/sql-history?result=failed')).body;
      expect(failed.count).to.equal(1);
      expect((failed.data as unknown as object[])[0]).to.include({ code: 'QUERY_TIMEOUT', connection: 'main', ms: 40 });
      expect((await call('root', 'GET', 'system/connections/other/sql-history')).body.count).to.equal(0);
      expect((await call('ann', 'GET', 'system/connections/main/sql-history')).status).to.equal(403);
    });

    it('forgets what is old', async () => {
      await sweepUsage(at.store, Date.now() - 30 * 86_400_000);
      const left = await at.store.read((db) => db.find(usageEvents));
      expect(left.some(({ user }) => user === 'long-gone')).to.equal(false);
      expect(left.some(({ user }) => user === 'ann')).to.equal(true);
    });

    const query = { metrics: ['revenue'] };

    it('keeps queries of one’s own, and shares them', async () => {
      const made = await call('ann', 'POST', 'queries/saved', { name: 'Mine', query });
      expect(made.status, made.text).to.equal(201);
      const { id } = made.body as unknown as { id: string };
      expect(made.headers.location).to.equal(`/api/v1/queries/saved/${id}`);
      expect(made.body).to.deep.include({ name: 'Mine', owner: 'ann', query, sql: null, shared: false, version: 1 });
      const one = `queries/saved/${id}`;
      for (const who of ['bob', 'root', 'nora']) {
        expect((await call(who, 'GET', one)).status, who).to.equal(404);
        expect((await call(who, 'PATCH', one, { name: 'x' })).status, who).to.equal(404);
        expect((await call(who, 'DELETE', one)).status, who).to.equal(404);
        expect((await call(who, 'POST', `${one}/run`)).status, who).to.equal(404);
      }
      expect((await call('bob', 'GET', 'queries/saved')).body.count).to.equal(0);
      expect((await call('ann', 'POST', 'queries/saved', { name: 'Mine', query })).status).to.equal(409);
      expect((await call('bob', 'POST', 'queries/saved', { name: 'Mine', query })).status).to.equal(201);
      expect((await call('ann', 'PATCH', one, { shared: true })).body).to.include({ shared: true, version: 2 });
      expect((await call('bob', 'GET', 'queries/saved')).body.count).to.equal(2);
      expect((await call('bob', 'PATCH', one, { name: 'Yours' })).status).to.equal(403);
      expect((await call('bob', 'DELETE', one)).status).to.equal(403);
      expect((await call('nora', 'GET', one)).status).to.equal(404);
      expect((await call('root', 'PATCH', one, { description: 'Ours.' })).body).to.include({
        description: 'Ours.',
        version: 3,
      });

      ran.length = 0;
      const answer = await call('bob', 'POST', `${one}/run`);
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.body.rows).to.deep.equal([
        ['DE', 12.5],
        ['FR', '9007199254740993'],
      ]);
      // As whoever runs it, not as whoever saved it.
      expect(ran).to.deep.equal([`bob ${JSON.stringify(query)}`]);
      expect((await call('ann', 'DELETE', one)).status).to.equal(204);
      expect((await call('bob', 'POST', `${one}/run`)).status).to.equal(404);
    });

    it('refuses what is no query, and runs nothing that is not well formed', async () => {
      for (const body of [
        { name: 'x' },
        { name: 'x', query, sql: 'select 1' },
        { name: ' ', query },
        { name: 'x', query, more: 1 },
      ]) {
        expect((await call('ann', 'POST', 'queries/saved', body)).status, JSON.stringify(body)).to.equal(400);
      }
      const { body } = await call('ann', 'POST', 'queries/saved', { name: 'Bad', query: { nonsense: true } });
      expect((await call('ann', 'POST', `queries/saved/${body.id}/run`)).body).to.include({ code: 'QUERY_INVALID' });
      expect((await call('vic', 'GET', 'queries/saved')).status).to.equal(403);
    });

    it('lets a program run SQL only with the scope for it', async () => {
      const { body } = await call('ann', 'POST', 'queries/saved', { name: 'SQL', sql: 'select 1', shared: true });
      people.robot = await at.token('robot', { role: 'analyst', scopes: ['query:run'] });
      const refused = await call('robot', 'POST', `queries/saved/${body.id}/run`);
      expect([refused.status, refused.body.code]).to.deep.equal([403, 'FORBIDDEN']);
    });

    it('writes each change into the audit before it happens', async () => {
      const trail = at.trail as { begin: unknown };
      const { begin } = at.trail;
      trail.begin = async () => {
        throw new Error('the disk is full');
      };
      const refused = await call('ann', 'POST', 'queries/saved', { name: 'Unwritten', query }).finally(() => {
        trail.begin = begin;
      });
      expect(refused.status).to.equal(500);
      expect((await call('ann', 'GET', 'queries/saved?q=Unwritten')).body.count).to.equal(0);
      const before = at.trail.entries().length;
      const { body } = await call('ann', 'POST', 'queries/saved', { name: 'Written', query });
      await call('ann', 'PATCH', `queries/saved/${body.id}`, { name: 'Written again' });
      await call('ann', 'DELETE', `queries/saved/${body.id}`);
      const actions = at.trail
        .entries()
        .slice(before)
        .map(({ intent, outcome }) => [intent.action, outcome?.result]);
      expect(actions).to.deep.equal([
        ['query.save', 'done'],
        ['query.change', 'done'],
        ['query.delete', 'done'],
      ]);
    });

    it('shows figures of the system to admins, of all workspaces to the operator only', async () => {
      const mine = (await call('root', 'GET', 'system/stats')).body;
      expect(mine).to.include.all.keys('version', 'memory', 'cache', 'jobs', 'sessions', 'workspace');
      expect(mine.workspace).to.include({ id: 'default', members: 4 });
      expect(mine.redis).to.equal(null);
      const north = (await call('nora', 'GET', 'system/stats')).body;
      expect(north).not.to.have.property('sessions');
      expect(north.workspace).to.include({ id: 'north', members: 1 });
      expect((await call('ann', 'GET', 'system/stats')).status).to.equal(403);
    });
  });
}

describe('a statement without its values', () => {
  const rows: readonly [dialect: DialectName, text: string, kept: string | null][] = [
    ['postgres', "select a from t where n = 'Ada' and k = 1 -- Ada", "select a from t where n = '…' and k = 1"],
    ['postgres', "select a from t where n = E'it\\'s Ada' limit 10", "select a from t where n = '…' limit 10"],
    ['mysql', 'select `a` from t where n = "Ada"', "select `a` from t where n = '…'"],
    ['mysql', "select a from t where n = 'it''s Ada' /* Ada */", "select a from t where n = '…'"],
    [
      'sqlite',
      "select a from t where n in ('Ada', 'Bea') and y = 2024",
      "select a from t where n in ('…', '…') and y = 2024",
    ],
    ['duckdb', 'select "a b" from t where phone = 491701234567', 'select "a b" from t where phone = #'],
    ['clickhouse', "select a from t where n = 'Ada'", "select a from t where n = '…'"],
    ['snowflake', "select a from t where n = 'Ada'", null],
    ['postgres', "select 'Ada", null],
  ];
  for (const [dialect, text, kept] of rows) {
    it(`${dialect}: ${text}`, () => expect(strikeValues(text, dialect, false)).to.equal(kept));
  }
  it('is kept where it was planned, whatever the dialect', () => {
    expect(strikeValues("SELECT date_trunc('month', a) FROM t WHERE b = ?", 'snowflake', true)).to.equal(
      "SELECT date_trunc('…', a) FROM t WHERE b = ?",
    );
  });
});
