import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ask } from '../api/request.js';
import { isLong } from '../property/part-of.js';
import { listening, makeSmallProject, runProgram, type SmallProject, startProgram } from './small-project.js';
import type { Program } from './program-hosts.js';

const policies = `policies:
  - name: admins_see_all_customers
    for: {roles: [admin]}
    on: customers
    rows: "true"
  - name: admins_see_all_orders
    for: {roles: [admin]}
    on: orders
    rows: "true"
  - name: own_countries
    for: {roles: [analyst]}
    on: customers
    rows: country in subject.countries
    follows: [orders.customer]
  - name: board
    for: {groups: [board]}
    on: orders
    rows: "true"
`;

const password = 'correct horse battery staple';
const operator = { DATAMIND_ADMIN_EMAIL: 'root@example.com', DATAMIND_ADMIN_PASSWORD: password };
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

const stop = async (child: Program | undefined): Promise<void> => {
  if (child === undefined || child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'close');
};

describe('a server with accounts', function () {
  this.timeout(120_000);
  let project: SmallProject;
  let child: Program | undefined;
  let url: string;
  let root: Readonly<Record<string, string>>;
  let said = '';
  const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
    // A test that failed before has left one.
    await stop(child);
    child = startProgram(project.folder, ['serve', '--port', '0'], { ...operator, ...env });
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk) => {
        said += chunk;
      });
    }
    url = await listening(child);
  };
  const login = async (username: string, word = password): Promise<Readonly<Record<string, string>>> => {
    const { status, body, text } = await ask(url, 'POST', '/api/v1/auth/login', { body: { username, password: word } });
    expect(status, text).to.equal(200);
    return { authorization: `Bearer ${body.access_token}` };
  };
  before(async () => {
    project = await makeSmallProject();
    writeFileSync(join(project.ontology, 'policies.yaml'), policies);
    await start({});
    root = await login('root');
  });
  after(async () => {
    await stop(child);
    project.remove();
  });

  const query = { metrics: ['order_count'], dimensions: ['customer.country'], order: [{ by: 'customer.country' }] };
  const rows = async (headers: Readonly<Record<string, string>>): Promise<unknown> => {
    const { status, body } = await ask(url, 'POST', '/api/v1/semantic/query', { headers, body: query });
    return status === 200 ? body.rows : body.code;
  };
  const make = async (username: string, over: object) => {
    const body = { email: `${username}@example.com`, username, password, role: 'analyst', ...over };
    const made = await ask(url, 'POST', '/api/v1/users', { headers: root, body });
    expect(made.status, made.text).to.equal(201);
    return { id: String(made.body.user!.id), headers: await login(username) };
  };
  const everywhere = [
    ['DE', 3],
    ['FR', 1],
    [null, 1],
  ];

  it('tells nobody anything without a token', async () => {
    expect(await rows({})).to.equal('UNAUTHENTICATED');
    expect(await rows({ authorization: 'Bearer x.y.z' })).to.equal('UNAUTHENTICATED');
    const { body } = await ask(url, 'GET', '/health');
    expect(body.model!.hash).to.equal(null);
    expect(body.components!.database).to.have.all.keys('status', 'latency_ms');
    expect(await rows(root)).to.deep.equal(everywhere);
  });

  it('gives each their own rows, by the attributes and groups of now, and never another’s from the cache', async () => {
    const none = await make('none', {});
    const german = await make('german', { attributes: { countries: ['DE'] } });
    const french = await make('french', { attributes: { countries: ['FR'] } });
    for (let round = 0; round < 2; round += 1) {
      expect(await rows(none.headers)).to.equal('ATTRIBUTE_MISSING');
      expect(await rows(german.headers)).to.deep.equal([['DE', 3]]);
      expect(await rows(french.headers)).to.deep.equal([['FR', 1]]);
      expect(await rows(root)).to.deep.equal(everywhere);
    }
    const change = async (path: string, body: object) =>
      expect((await ask(url, 'PUT', `/api/v1/users/${german.id}/${path}`, { headers: root, body })).status).to.equal(
        200,
      );
    await change('attributes', { attributes: { countries: ['FR'] } });
    expect(await rows(german.headers)).to.deep.equal([['FR', 1]]);
    await change('attributes', { attributes: { country: ['DE'] } });
    expect(await rows(german.headers)).to.equal('ATTRIBUTE_MISSING');
    await change('attributes', { attributes: { countries: 7 } });
    expect(await rows(german.headers)).to.equal('ATTRIBUTE_MISSING');
    await ask(url, 'POST', '/api/v1/groups', { headers: root, body: { name: 'board' } });
    await change('attributes', { attributes: { countries: ['DE'] } });
    const count = async () =>
      (
        await ask(url, 'POST', '/api/v1/semantic/query', {
          headers: german.headers,
          body: { metrics: ['order_count'] },
        })
      ).body.rows as unknown;
    expect(await count()).to.deep.equal([[3]]);
    await change('groups', { groups: ['board'] });
    expect(await count()).to.deep.equal([[5]]);
    await change('groups', { groups: [] });
    expect(await count()).to.deep.equal([[3]]);
  });

  it('gives SQL and programs the same rows', async () => {
    const token = await ask(url, 'POST', '/api/v1/security/service-tokens', {
      headers: root,
      body: { name: 'report', role: 'analyst', scopes: ['sql:run'], attributes: { countries: ['FR'] } },
    });
    const headers = { authorization: `Bearer ${token.body.token}` };
    const sql = await ask(url, 'POST', '/api/v1/sql/execute', {
      headers,
      body: { sql: 'select count(*) as n from orders' },
    });
    expect(sql.body.results, sql.text).to.deep.equal([{ n: 1 }]);
    expect(await rows(headers)).to.equal('FORBIDDEN');
  });

  it('has it all in the audit, which is whole, with no secret in it or in the log', async () => {
    const { body } = await ask(url, 'GET', '/api/v1/security/audit-log?everywhere=true&limit=1000', { headers: root });
    const entries = body.data as unknown as { action: string; user: string; origin: string | null }[];
    const actions = new Set(entries.map(({ action }) => action));
    expect(actions).to.include.keys(
      'session.login',
      'user.create',
      'user.change',
      'group.create',
      'token.create',
      'statement.run',
    );
    const statements = entries.filter(({ action }) => action === 'statement.run');
    for (const { origin } of statements) expect(origin).to.equal('127.0.0.1');
    const all = JSON.stringify(entries) + said;
    for (const secret of [password, root.authorization!.slice(7)]) expect(all).not.to.contain(secret);
    await stop(child);
    const { code, out } = await runProgram(project.folder, ['audit', 'verify']);
    expect([code, out.slice(0, 18)]).to.deep.equal([0, 'The audit is whole']);
  });

  it('asks for tokens when it is started again without a word, and knows the sessions of before', async () => {
    await start({ DATAMIND_ADMIN_EMAIL: '', DATAMIND_ADMIN_PASSWORD: '' });
    expect(await rows({})).to.equal('UNAUTHENTICATED');
    expect(await rows(root)).to.deep.equal(everywhere);
    await stop(child);
  });

  it('is reached from elsewhere only when it asks for tokens', async function () {
    // A machine without a network has no elsewhere.
    if (outside === undefined) return this.skip();
    const local = { DATAMIND_ADMIN_EMAIL: '', DATAMIND_ADMIN_PASSWORD: '', DATAMIND_AUTH: 'local' };
    await start(local);
    expect(await rows({})).to.deep.equal(everywhere);
    const { port } = new URL(url);
    const from = (host: string) =>
      ask(`http://${host}:${port}`, 'GET', '/api/v1/entities').then(
        ({ status }) => status,
        () => 'refused',
      );
    expect(await from(outside)).to.equal('refused');
    await stop(child);
    for (const host of isLong ? ['0.0.0.0', outside] : ['0.0.0.0']) {
      const { code, err } = await runProgram(project.folder, ['serve', '--port', '0'], {
        env: { ...local, HOST: host },
      });
      expect([code, /DATAMIND_AUTH must be "required"/.test(err)], err).to.deep.equal([1, true]);
    }
    await start({ HOST: '0.0.0.0' });
    url = url.replace('0.0.0.0', outside);
    expect(await rows({})).to.equal('UNAUTHENTICATED');
    expect(await rows(await login('root'))).to.deep.equal(everywhere);
  });
});
