import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect } from 'chai';
import { connectionCatalogues, connections, connectionStates } from '../../src/connections/store.js';
import { tables } from '../../src/store/schema.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing, startEngine } from '../engines/start-engine.js';
import { engines } from '../store/store-places.js';
import { startConnections, type TestConnections } from './start-connections.js';

const password = 'a-secret-of-hers';
const config = { host: '127.0.0.1', port: 1, database: 'shop', user: 'ada', password };

for (const engine of engines) {
  describe(`connections by API, kept on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestConnections;
    let shop: TestEngine;
    let nth = 0;
    before(async () => {
      at = await startConnections(engine);
      const started = await startEngine('postgres');
      if (isMissing(started)) throw new Error(started.missing);
      shop = started;
      await shop.admin(
        'create table if not exists api_customers (id int primary key, country text not null, email text)',
        'create table if not exists api_orders (id int primary key, customer_id int references api_customers, amount numeric(10,2))',
      );
    });
    after(() => at?.close());

    const ask = (method: string, path: string, who: keyof TestConnections['as'], body?: unknown, headers = {}) =>
      at.ask(method, `/api/v1/${path}`, {
        headers: { ...at.as[who], ...headers },
        ...(body !== undefined && { body }),
      });
    const make = async (over: object = {}, who: keyof TestConnections['as'] = 'ana') => {
      nth += 1;
      const answer = await ask('POST', 'connections', who, { name: `shop${nth}`, type: 'postgres', config, ...over });
      expect(answer.status, answer.text).to.equal(201);
      return answer.body as unknown as { id: string; name: string; version: number; config: Record<string, unknown> };
    };
    const real = () => ({ config: shop.config });

    it('lists what is supported, with schemas whose secrets are marked and nothing that only operators set', async () => {
      const { body } = await ask('GET', 'connections/types', 'vic');
      const types = body.data as unknown as { type: string; schema: { properties: Record<string, object> } }[];
      expect(types.map(({ type }) => type)).to.include.members([
        'bigquery',
        'clickhouse',
        'duckdb',
        'mysql',
        'postgres',
        'redshift',
        'snowflake',
        'sqlite',
        'sqlserver',
      ]);
      const of = (name: string) => types.find(({ type }) => type === name)!.schema.properties;
      expect(of('postgres').password).to.deep.include({ 'x-secret': true, writeOnly: true });
      expect(JSON.stringify(types)).not.to.match(/allowPrivilegedUser|\$env|\$file|by reference|temp_directory/);
      expect(Object.keys(of('snowflake'))).not.to.include('endpoint');
    });

    it('makes one, keeps its secret sealed, and never shows it', async () => {
      const made = await make();
      expect(made.config).to.deep.include({ host: '127.0.0.1', password: '***' });
      const [row] = await at.store.read((db) => db.findBy(connections, { id: made.id }));
      expect(JSON.stringify(row)).not.to.contain(password);
      expect(row!.sealed).to.match(/^s1\.[0-9a-f]{8}\./);
      const shown = await ask('GET', `connections/${made.id}`, 'ana');
      const listed = await ask('GET', 'connections?limit=1000', 'root');
      for (const text of [shown.text, listed.text]) expect(text).not.to.contain(password);
    });

    const refused: readonly (readonly [what: string, body: object, says: RegExp, at: string | null])[] = [
      ['a type that is not supported', { type: 'oracle' }, /supported are bigquery, clickhouse, .*sqlserver/, '/type'],
      [
        'a setting that there is none of',
        { config: { ...config, hots: 'x' } },
        /did you mean \\"host\\"/,
        '/config/hots',
      ],
      [
        'a privileged user',
        { config: { ...config, allowPrivilegedUser: true } },
        /not known here/,
        '/config/allowPrivilegedUser',
      ],
      [
        'a reference to what the server has',
        { config: { ...config, password: { $env: 'HOME' } } },
        /must be a text/,
        '/config/password',
      ],
      ['a short password', { config: { ...config, password: 'abc' } }, /fewer than 4/, '/config/password'],
      [
        'the mask in the place of a password',
        { config: { ...config, password: '***' } },
        /send the secret itself/,
        '/config/password',
      ],
      ['a name of the configuration', { name: 'main' }, /CONFLICT/, '/name'],
      ['a name that models cannot say', { name: 'My Shop' }, /\/name/, null],
    ];
    for (const [what, over, says, place] of refused) {
      it(`refuses ${what}`, async () => {
        const { status, text, body } = await ask('POST', 'connections', 'ana', {
          name: 'refused',
          type: 'postgres',
          config,
          ...over,
        });
        expect(status, text).to.be.within(400, 409);
        expect(text).to.match(says);
        if (place !== null) expect(body.at).to.equal(place);
        expect(text).not.to.contain(password);
      });
    }

    it('makes one from a URL, whose parts are shown but for the password', async () => {
      const url = `postgresql://ada:${encodeURIComponent('p@ss:w/ord')}@127.0.0.1:1/from_url?sslmode=require`;
      const { status, body, text } = await ask('POST', 'connections/from-url', 'ana', { url });
      expect(status, text).to.equal(201);
      expect([body.name, body.type, body.config]).to.deep.equal([
        'from_url',
        'postgres',
        { host: '127.0.0.1', port: 1, database: 'from_url', user: 'ada', password: '***', tls: { mode: 'require' } },
      ]);
      const wrong = await ask('POST', 'connections/from-url', 'ana', { url: `oracle://ada:${password}@h/x` });
      expect([wrong.status, wrong.body.suggestions]).to.deep.equal([
        400,
        [
          'postgres',
          'postgresql',
          'redshift',
          'mysql',
          'mariadb',
          'sqlserver',
          'mssql',
          'clickhouse',
          'http',
          'https',
          'duckdb',
          'sqlite',
        ],
      ]);
      expect(wrong.text).not.to.contain(password);
    });

    it('lists those of the configuration, which are changed there', async () => {
      const { body } = await ask('GET', 'connections?limit=1000', 'vic');
      const [main] = (body.data as unknown as Record<string, unknown>[]).filter(({ origin }) => origin === 'config');
      expect(main).to.deep.include({
        id: 'main',
        name: 'main',
        type: 'sqlite',
        status: 'ready',
        default: true,
        config: null,
      });
      for (const [method, path, sent] of [
        ['PATCH', 'connections/main', { description: 'x' }],
        ['DELETE', 'connections/main', undefined],
        ['POST', 'connections/main/shares', { user: 'ben', permission: 'view' }],
      ] as const) {
        const answer = await ask(method, path, 'root', sent);
        expect([answer.status, answer.body.code], path).to.deep.equal([403, 'READ_ONLY']);
      }
      expect((await ask('GET', 'connections/main/schema', 'root')).body.tables).to.have.length(1);
      expect((await ask('GET', 'connections/main/schema', 'ana')).status).to.equal(403);
      expect((await ask('POST', 'connections/main/test', 'ana')).body.success).to.equal(true);
      expect((await ask('GET', 'system/connections/main/status', 'vic')).body.status).to.equal('ready');
      expect((await ask('GET', 'connections', 'eli')).body).to.deep.equal({ data: [], count: 0 });
      expect((await ask('GET', 'connections/main', 'eli')).status).to.equal(404);
    });

    it('is there for who it was given to, and in the same words as what is not there for all others', async () => {
      const { id } = await make();
      const paths = [
        `connections/${id}`,
        `connections/${id}/schema`,
        `connections/${id}/shares`,
        `system/connections/${id}/status`,
      ];
      const missing = (await ask('GET', 'connections/0190', 'ben')).body;
      for (const who of ['ben', 'vic', 'eli'] as const) {
        for (const path of paths) {
          const { status, body } = await ask('GET', path, who);
          expect([status, body.code, body.detail], `${who} ${path}`).to.deep.equal([404, missing.code, missing.detail]);
        }
        expect((await ask('GET', 'connections?limit=1000', who)).text).not.to.contain(id);
      }
      for (const [method, path, body] of [
        ['PATCH', `connections/${id}`, { description: 'x' }],
        ['DELETE', `connections/${id}`, undefined],
        ['POST', `connections/${id}/test`, undefined],
        ['POST', `connections/${id}/shares`, { user: 'ben', permission: 'owner' }],
      ] as const) {
        expect((await ask(method, path, 'ben', body)).status, path).to.equal(404);
        expect((await ask(method, path, 'eli', body)).status, path).to.equal(404);
        expect((await ask(method, path, 'vic', body)).status, path).to.equal(403);
      }
      expect((await ask('GET', `connections/${id}`, 'root')).body.permission).to.equal('owner');
    });

    it('is shared in three degrees, and taken back', async () => {
      const { id } = await make(real());
      await at.settled(id, at.as.ana);
      const share = (user: string, permission: string, who: keyof TestConnections['as'] = 'ana') =>
        ask('POST', `connections/${id}/shares`, who, { user, permission });
      const can = async (who: keyof TestConnections['as']) => ({
        view: (await ask('GET', `connections/${id}/schema`, who)).status,
        chat: (await ask('POST', `connections/${id}/test`, who)).status,
        owner: (await ask('PATCH', `connections/${id}`, who, { description: 'changed' })).status,
      });
      expect(await can('ben')).to.deep.equal({ view: 404, chat: 404, owner: 404 });
      expect((await share('ben', 'view')).status).to.equal(201);
      expect(await can('ben')).to.deep.equal({ view: 200, chat: 403, owner: 403 });
      expect((await ask('GET', `connections/${id}`, 'ben')).body).to.deep.include({ permission: 'view', config: null });
      expect((await share('vic', 'view', 'ben')).status).to.equal(403);
      await share('ben@example.com', 'chat');
      expect(await can('ben')).to.deep.equal({ view: 200, chat: 200, owner: 403 });
      await share('ben', 'owner');
      expect(await can('ben')).to.deep.equal({ view: 200, chat: 200, owner: 200 });
      const { body } = await ask('GET', `connections/${id}/shares`, 'ben');
      expect(body.data).to.have.length(1);
      expect((body.data as unknown as object[])[0]).to.deep.include({ user: 'ben', permission: 'owner' });
      for (const stranger of ['eli', 'nobody']) expect((await share(stranger, 'view')).status).to.equal(404);
      expect((await share('ana', 'view')).status).to.equal(409);
      expect((await ask('DELETE', `connections/${id}/shares/ben`, 'ana')).status).to.equal(204);
      expect(await can('ben')).to.deep.equal({ view: 404, chat: 404, owner: 404 });
      expect((await ask('DELETE', `connections/${id}/shares/ben`, 'ana')).status).to.equal(404);
    });

    it('is shared with a group: with everybody in it, by the name that it has, as long as it is there', async () => {
      const { id } = await make(real());
      await at.settled(id, at.as.ana);
      const made = await ask('POST', 'groups', 'root', { name: 'testers' });
      const group = String(made.body.id);
      const ben = String((await ask('GET', 'auth/me', 'ben')).body.id);
      const can = async () => [
        (await ask('GET', `connections/${id}/schema`, 'ben')).status,
        (await ask('POST', `connections/${id}/test`, 'ben')).status,
      ];
      const shares = `connections/${id}/shares`;
      expect((await ask('POST', shares, 'ana', { group: 'testers', permission: 'view' })).status).to.equal(201);
      expect(await can()).to.deep.equal([404, 404]);
      await ask('POST', `groups/${group}/members`, 'root', { user_id: ben });
      expect(await can()).to.deep.equal([200, 403]);
      await ask('PATCH', `groups/${group}`, 'root', { name: 'checkers' });
      expect(await can()).to.deep.equal([200, 403]);
      // The more of what was given counts.
      expect((await ask('POST', shares, 'ana', { user: 'ben', permission: 'chat' })).status).to.equal(201);
      expect(await can()).to.deep.equal([200, 200]);
      const listed = (await ask('GET', shares, 'ana')).body.data as unknown as { user: string; group: object }[];
      expect(listed.map((one) => one.user ?? one.group)).to.deep.equal(['ben', { id: group, name: 'checkers' }]);
      expect((await ask('DELETE', `${shares}/ben`, 'ana')).status).to.equal(204);
      expect(await can()).to.deep.equal([200, 403]);
      expect((await ask('DELETE', `${shares}/groups/checkers`, 'ana')).status).to.equal(204);
      expect(await can()).to.deep.equal([404, 404]);
      expect((await ask('DELETE', `${shares}/groups/${group}`, 'ana')).status).to.equal(404);
      await ask('POST', shares, 'ana', { group, permission: 'chat' });
      expect(await can()).to.deep.equal([200, 200]);
      expect((await ask('DELETE', `groups/${group}`, 'root')).status).to.equal(204);
      expect(await can()).to.deep.equal([404, 404]);
      for (const body of [{ group: 'nobody', permission: 'view' }, { permission: 'view' }]) {
        expect((await ask('POST', shares, 'ana', body)).status).to.be.within(400, 404);
      }
    });

    it('keeps a secret that is not sent anew, but takes it to no other place', async () => {
      const { id } = await make(real());
      const patch = (sent: object, headers = {}) => ask('PATCH', `connections/${id}`, 'ana', sent, headers);
      const kept = await patch({ config: { password: '***', applicationName: 'reports' } });
      expect(kept.status, kept.text).to.equal(200);
      expect((await ask('POST', `connections/${id}/test`, 'ana')).body.success).to.equal(true);
      for (const change of [
        { host: 'db.example.com' },
        { port: 2 },
        { tls: { mode: 'disable', ca: null } },
        { host: 'db.example.com', password: '***' },
      ]) {
        const { status, text } = await patch({ config: change });
        expect(status, text).to.equal(400);
        expect(text).to.contain('must be sent again');
      }
      expect((await patch({ config: { host: 'db.example.com', password } })).status).to.equal(200);
      expect((await patch({ config: { password: null } })).body.config).not.to.have.property('password');
      const { body } = await ask('GET', `connections/${id}`, 'ana');
      expect((await patch({ description: 'x' }, { 'If-Match': '"another"' })).status).to.equal(412);
      expect((await patch({ name: 'main' })).status).to.equal(409);
      expect(body.version).to.equal(4);
    });

    it('tells whether settings lead to a database, before and after they are saved', async () => {
      const test = async (over: object) =>
        (await ask('POST', 'connections/test', 'ana', { type: 'postgres', config: { ...shop.config, ...over } })).body;
      expect((await test({})).success).to.equal(true);
      expect(await test({ password: 'not-the-secret' })).to.deep.include({
        success: false,
        code: 'AUTHENTICATION_FAILED',
      });
      expect(await test({ database: 'nowhere' })).to.deep.include({ success: false, code: 'DATABASE_NOT_FOUND' });
      const { id } = await make(real());
      expect((await ask('POST', `connections/${id}/test`, 'ana')).body.success).to.equal(true);
      const broken = await make();
      expect((await ask('POST', `connections/${broken.id}/test`, 'ana')).body).to.deep.include({
        success: false,
        code: 'CONNECTION_FAILED',
      });
      expect(await at.store.read((db) => db.countBy(connections, { name: 'test' }))).to.equal(0);
    });

    it('answers with what the database has, else with what it had and a warning', async () => {
      const { id } = await make(real());
      expect(await at.settled(id, at.as.ana)).to.deep.include({ status: 'ready', code: null });
      const live = (await ask('GET', `connections/${id}/schema`, 'ana')).body as Record<string, unknown>;
      expect(Object.keys(live)).to.deep.equal(['tables', 'schemas', 'total_rows', 'last_updated']);
      const orders = (live.tables as { name: string; columns: object[] }[]).find(({ name }) => name === 'api_orders');
      expect(orders).to.deep.include({ schema: 'public', name: 'api_orders' });
      expect(orders!.columns.slice(0, 2)).to.deep.equal([
        { name: 'id', type: 'integer', nullable: false, primary_key: true },
        { name: 'customer_id', type: 'integer', nullable: true, primary_key: false },
      ]);
      await ask('PATCH', `connections/${id}`, 'ana', { config: { port: 1, password } });
      const { body, status } = await ask('GET', `connections/${id}/schema`, 'ana');
      expect([status, body.tables]).to.deep.equal([200, live.tables]);
      expect(body.warning).to.contain('could not be asked now');
      const never = await make();
      const failed = await ask('GET', `connections/${never.id}/schema`, 'ana');
      expect([failed.status, failed.body.code]).to.deep.equal([503, 'CONNECTION_FAILED']);
    });

    it('knows of itself how it is, and what has changed in its database', async () => {
      const { id } = await make(real());
      const first = await at.settled(id, at.as.ana);
      expect(first).to.deep.include({ status: 'ready', schema_changes: null, schema_changed_at: null });
      expect(first.latency_ms).to.be.a('number');
      const name = `api_new_${engine}`;
      await shop.admin(`create table ${name} (id int primary key)`, `alter table api_customers add ${name} int`);
      await at.store.transaction((db) =>
        db.update(connectionStates, { connectionId: id }, { analysedAt: 0, checkedAt: 0 }),
      );
      await at.connections.watch.tick();
      const { schema_changes: changes } = await at.settled(id, at.as.ana);
      expect(changes).to.deep.include({ removed: [] });
      expect((changes as { added: string[] }).added).to.include(`public.${name}`);
      expect((changes as { changed: string[] }).changed).to.include('public.api_customers');
      const broken = await make();
      expect(await at.settled(broken.id, at.as.ana)).to.deep.include({
        status: 'error',
        code: 'CONNECTION_FAILED',
        latency_ms: null,
      });
    });

    it('is gone with all that was kept of it', async () => {
      const { id } = await make(real());
      await at.settled(id, at.as.ana);
      await ask('POST', `connections/${id}/shares`, 'ana', { user: 'ben', permission: 'view' });
      expect((await ask('DELETE', `connections/${id}`, 'ana')).status).to.equal(204);
      expect((await ask('GET', `connections/${id}`, 'ana')).status).to.equal(404);
      const left = await at.store.read((db) => db.countBy(connectionCatalogues, { connectionId: id }));
      expect(left).to.equal(0);
    });

    it('reads files of the workspace’s own folder only', async () => {
      const own = join(at.files, 'default');
      for (const folder of [own, join(at.files, 'elsewhere')]) {
        mkdirSync(folder, { recursive: true });
        new Sqlite(join(folder, 'data.sqlite')).exec('create table if not exists t (id integer primary key)').close();
      }
      writeFileSync(join(own, 'broken.sqlite'), 'no database');
      symlinkSync(join(at.files, 'elsewhere', 'data.sqlite'), join(own, `link-${engine}`));
      const test = async (path: string) => {
        const { body } = await ask('POST', 'connections/test', 'ana', { type: 'sqlite', config: { path } });
        return [body.success, body.code];
      };
      expect(await test('data.sqlite')).to.deep.equal([true, undefined]);
      const outside = [
        '/etc/passwd',
        '../main.sqlite',
        '../elsewhere/data.sqlite',
        `link-${engine}`,
        'absent.sqlite',
        '.',
        ':memory:',
        'https://example.com/x',
      ];
      for (const path of outside) expect(await test(path), path).to.deep.equal([false, 'FORBIDDEN']);
      const { status } = await ask('POST', 'connections', 'ana', {
        name: 'passwd',
        type: 'sqlite',
        config: { path: '/etc/passwd' },
      });
      expect(status).to.equal(403);
    });

    it('strikes no word out of what others write, whatever password somebody chooses', async () => {
      const words = ['connection.create', 'does not answer', 'does not start'];
      for (const word of words) {
        const { id } = await make({ config: { ...config, password: word } });
        await at.settled(id, at.as.ana);
        await ask('POST', 'connections/test', 'ana', { type: 'postgres', config: { ...config, password: word } });
      }
      await at.settled((await make()).id, at.as.ana);
      const last = at.lines.slice(-8).join('\n');
      expect(last).to.contain('a connection does not answer');
      expect(JSON.stringify(at.trail.entries().slice(-3))).to.contain('connection.create');
    });

    it('leaves no secret in log, trail or store', async () => {
      const rows = await Promise.all(tables.map((table) => at.store.read((db) => db.find(table))));
      for (const text of [at.lines.join('\n'), JSON.stringify(at.trail.entries()), JSON.stringify(rows)]) {
        expect(text).not.to.contain(password);
        expect(text).not.to.contain('reader-secret-7Q');
        expect(text).not.to.contain('p@ss:w/ord');
      }
    });
  });
}
