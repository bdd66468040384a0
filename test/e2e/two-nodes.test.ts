import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { createLogger } from '../../core/logging/create-logger.js';
import { putSchedule } from '../../src/jobs/due-schedules.js';
import { type JobRow, jobs, leases, schedules } from '../../src/jobs/store.js';
import { postgresSchema } from '../../src/store/engine.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { ask } from '../api/request.js';
import { redisMissing, startRedis, type TestRedis } from '../engines/redis.js';
import { createPlace, type TestPlace } from '../store/store-places.js';
import { listening, makeSmallProject, type SmallProject, startProgram } from './small-project.js';
import type { Program } from './program-hosts.js';

type Headers = Readonly<Record<string, string>>;

const password = 'correct horse battery staple';
const limit = 100;
/** What a query costs of it. */
const cost = 5;
const policies = `policies:
  - name: all_see_all_orders
    for: {roles: [analyst]}
    on: orders
    rows: "true"
`;

interface Node {
  readonly child: Program;
  readonly url: string;
}

describe('two processes on one PostgreSQL and one Redis', function () {
  this.timeout(120_000);
  let project: SmallProject;
  let redis: TestRedis;
  let place: TestPlace;
  let store: Store;
  let a: Node;
  let b: Node;
  let root: Headers;
  let clients: Socket[] = [];
  const children: Program[] = [];

  const start = async (name: string, shared: Headers): Promise<Node> => {
    const child = startProgram(project.folder, ['serve', '--port', '0'], {
      ...shared,
      DATAMIND_HOME: join(project.folder, `home-${name}`),
    });
    children.push(child);
    child.stderr!.resume();
    return { child, url: await listening(child) };
  };
  let env: Headers;
  let session: { readonly ann: Headers; readonly bob: Headers };

  before(async function () {
    const missing = redisMissing();
    if (missing !== null) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    [project, redis, place] = await Promise.all([makeSmallProject(), startRedis(), createPlace.postgres()]);
    writeFileSync(join(project.ontology, 'policies.yaml'), policies);
    if (place.place.engine !== 'postgres') throw new Error('this is about PostgreSQL');
    env = {
      DATABASE_URL: place.place.url,
      REDIS_URL: redis.url,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      DATAMIND_AUDIT_KEY_FILE: join(project.folder, 'audit-key.pem'),
      DATAMIND_ADMIN_EMAIL: 'root@example.com',
      DATAMIND_ADMIN_PASSWORD: password,
      DATAMIND_LEASE_SECONDS: '2',
      DATAMIND_RATE_LIMIT: String(limit),
    };
    [a, b] = await Promise.all([start('a', env), start('b', env)]);
    store = await openStore(place.place, { log: createLogger({ level: 'silent' }) });
    root = await login(a, 'root');
  });
  after(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'close');
    }
    await store?.close();
    await Promise.all([redis?.stop(), place?.remove()]);
    project?.remove();
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });

  const until = async (what: () => Promise<boolean>, title: string): Promise<void> => {
    const end = Date.now() + 20_000;
    while (!(await what())) {
      if (Date.now() > end) throw new Error(`it did not become so: ${title}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  /** Logs in anew: a password takes most of a second. */
  const login = async ({ url }: Node, username: string): Promise<Headers> => {
    const { status, body, text } = await ask(url, 'POST', '/api/v1/auth/login', { body: { username, password } });
    expect(status, text).to.equal(200);
    return { authorization: `Bearer ${body.access_token}` };
  };
  const make = async (username: string): Promise<void> => {
    const body = { email: `${username}@example.com`, username, password, role: 'analyst' };
    const made = await ask(a.url, 'POST', '/api/v1/users', { headers: root, body });
    expect(made.status, made.text).to.equal(201);
  };
  const statusOf = async ({ url }: Node, headers: Headers): Promise<number> =>
    (await ask(url, 'GET', '/api/v1/auth/me', { headers })).status;
  const query = { metrics: ['order_count'] };
  const run = ({ url }: Node, headers: Headers) => ask(url, 'POST', '/api/v1/semantic/query', { headers, body: query });
  const connect = async ({ url }: Node, { authorization }: Headers): Promise<Socket> => {
    const token = authorization!.slice('Bearer '.length);
    const options = { auth: { token }, forceNew: true, reconnectionDelay: 20, transports: ['websocket'] };
    const socket = io(url, options);
    clients.push(socket);
    await when(socket, 'connect');
    return socket;
  };
  const when = (socket: Socket, event: string): Promise<unknown> =>
    new Promise((resolve) => socket.once(event, (payload: unknown) => resolve(payload)));

  it('have the same accounts, and what one ends is over on the other with the next request', async () => {
    await make('ann');
    await make('bob');
    const ann = await login(a, 'ann');
    expect([await statusOf(a, ann), await statusOf(b, ann)]).to.deep.equal([200, 200]);
    await ask(a.url, 'POST', '/api/v1/auth/logout', { headers: ann });
    expect([await statusOf(b, ann), await statusOf(a, ann)]).to.deep.equal([401, 401]);
  });

  it('answer from what the other has answered, each to who may have it', async () => {
    const [ann, bob] = await Promise.all([login(a, 'ann'), login(b, 'bob')]);
    session = { ann, bob };
    const first = await run(a, ann);
    expect(first.body.rows, first.text).to.deep.equal([[5]]);
    await until(async () => (await redis.say('KEYS *')).includes(':answer:'), 'it is shared');
    const shared = await run(b, ann);
    expect(shared.body.timings).to.include({ cache: 'hit' });
    expect(shared.body.rows).to.deep.equal([[5]]);
    expect((await run(b, bob)).status).to.equal(200);
  });

  it('tell clients of both what happens on either', async () => {
    const { ann, bob } = session;
    const atA = await connect(a, ann);
    const heard = new Promise((resolve) => atA.on('user_joined', ({ user }) => user === 'bob' && resolve(user)));
    const atB = await connect(b, bob);
    await heard;
    const alsoAnn = await connect(b, ann);
    await until(async () => {
      const here = (await atB.emitWithAck('presence')) as { data: readonly { user: string }[] };
      const names = here.data.map(({ user }) => user).sort();
      return names.join() === 'ann,bob';
    }, 'both are seen');
    const told = Promise.all([when(atA, 'query_completed'), when(alsoAnn, 'query_completed')]);
    let leaked = false;
    atB.on('query_completed', () => {
      leaked = true;
    });
    const body = { sql: 'select count(*) as n from orders' };
    const asked = await ask(a.url, 'POST', '/api/v1/sql/execute', { headers: ann, body });
    expect(asked.status, asked.text).to.equal(200);
    for (const event of await told) expect(event).to.include({ connection: 'shop', result: 'done' });
    expect(leaked).to.equal(false);

    // Cut off from one, and back at the other with what was missed.
    const missed = when(alsoAnn, 'query_completed');
    (alsoAnn.io as unknown as { uri: string }).uri = a.url;
    alsoAnn.io.engine.close();
    await ask(a.url, 'POST', '/api/v1/sql/execute', {
      headers: ann,
      body: { sql: 'select count(*) as m from orders' },
    });
    expect(await missed).to.include({ connection: 'shop' });
    expect(alsoAnn.recovered).to.equal(true);
    // What is kept of a connection meanwhile holds no token.
    const keys = await redis.say('KEYS *:session:*');
    for (const [key] of keys.matchAll(/datamind:\S+/g)) {
      expect(Buffer.from(await redis.say(`GET ${key}`), 'base64').toString('latin1')).not.to.contain('Bearer');
    }

    const gone = when(atB, 'disconnect');
    await ask(a.url, 'POST', '/api/v1/auth/logout', { headers: bob });
    expect(await gone).to.equal('io server disconnect');
  });

  it('count requests together', async () => {
    await make('spender');
    const spender = await login(a, 'spender');
    const statuses = await Promise.all(
      [...Array(limit / cost + 6).keys()].map(async (nth) => (await run(nth % 2 === 0 ? a : b, spender)).status),
    );
    expect(statuses.filter((status) => status === 200).length).to.equal(limit / cost);
    expect(statuses.filter((status) => status === 429).length).to.equal(6);
    expect(await statusOf(b, spender)).to.equal(429);
    expect(await statusOf(b, session.ann)).to.equal(200);
  });

  const rowsOf = (scheduleId: string): Promise<readonly JobRow[]> =>
    store.read((db) => db.find(jobs, { where: { scheduleId }, order: { id: 'ASC' } }));
  const schedule = (id: string, cron: string): Promise<void> =>
    store.transaction((db) =>
      putSchedule(db, { id, name: 'identity.sweep', workspace: '*', payload: null, cron }, Date.now()),
    );

  it('do what is scheduled once', async () => {
    await schedule('each second', '* * * * * *');
    await until(async () => (await rowsOf('each second')).length >= 3, 'three times');
    await store.transaction((db) => db.remove(schedules, { id: 'each second' }));
    await until(async () => (await rowsOf('each second')).every(({ state }) => state === 'done'), 'all done');
    const rows = await rowsOf('each second');
    expect(rows.map(({ attempts }) => attempts)).to.deep.equal(rows.map(() => 1));
    const seconds = rows.map(({ createdAt }) => Math.floor(createdAt / 1000));
    expect(new Set(seconds).size, String(seconds)).to.equal(seconds.length);
  });

  it('go on when the one that leads is killed, with what it was doing', async () => {
    b.child.kill('SIGTERM');
    await once(b.child, 'close');
    const leader = async () => (await store.read((db) => db.findOneBy(leases, { id: 'leader' })))!;
    await until(async () => (await leader()).until > Date.now(), 'a leader');
    const before = await leader();
    const lock = new pg.Client((place.place as { url: string }).url);
    await lock.connect();
    try {
      // What the job needs is held, so that it is in the middle of it.
      await lock.query('begin');
      await lock.query(`lock table ${postgresSchema}.login_failures in access exclusive mode`);
      await schedule('once', '* * * * * *');
      await until(async () => (await rowsOf('once'))[0]?.state === 'running', 'it runs');
      await store.transaction((db) => db.remove(schedules, { id: 'once' }));
      b = await start('b', env);
      const ended = once(a.child, 'close');
      a.child.kill('SIGKILL');
      await ended;
      await lock.query('rollback');
    } finally {
      await lock.end();
    }
    await until(async () => (await rowsOf('once')).every(({ state }) => state === 'done'), 'it is done');
    expect((await rowsOf('once'))[0]).to.include({ attempts: 2 });
    await until(async () => (await leader()).holder !== before.holder, 'another leader');
    expect((await leader()).term).to.be.greaterThan(before.term);
    expect(await statusOf(b, session.ann)).to.equal(200);
  });
});
