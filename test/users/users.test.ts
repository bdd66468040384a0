import { expect } from 'chai';
import { userAttributes, users } from '../../src/identity/store.js';
import { engines } from '../store/store-places.js';
import { password, startIdentity, type TestIdentity } from '../identity/start-identity.js';

for (const engine of engines) {
  describe(`users and groups, on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    let root: Readonly<Record<string, string>>;
    before(async () => {
      at = await startIdentity(engine);
      root = await at.login('root');
      await at.addWorkspace('north');
    });
    after(() => at?.close());

    const send = (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = root) =>
      at.ask(method, `/api/v1/${path}`, { headers, ...(body !== undefined && { body }) });
    const idOf = async (username: string): Promise<string> =>
      (await at.store.read((db) => db.findOneBy(users, { username })))!.id;
    const audited = () => {
      const { intent, outcome } = at.trail.entries().at(-1)!;
      return [intent.action, outcome?.result];
    };

    it('are made by an admin, who is shown a generated password once', async () => {
      const made = await send('POST', 'users', { email: 'Ana.Lima@Example.com', role: 'analyst' });
      expect(made.status, made.text).to.equal(201);
      expect(made.body.user).to.deep.include({
        username: 'ana.lima',
        email: 'ana.lima@example.com',
        role: 'analyst',
        groups: [],
      });
      expect(audited()).to.deep.equal(['user.create', 'done']);
      const { status } = await at.ask('POST', '/api/v1/auth/login', {
        body: { username: 'ana.lima', password: made.body.password },
      });
      expect(status).to.equal(200);
      expect(JSON.stringify(at.trail.entries())).not.to.contain(made.body.password).and.not.to.contain('example.com');
      expect(made.headers.location).to.equal(`/api/v1/users/${made.body.user!.id}`);
    });

    const refused: readonly [what: string, body: object, status: number, at: string][] = [
      ['an e-mail that is taken', { email: 'root@example.com', username: 'other' }, 409, 'email'],
      ['a username that is taken', { email: 'x@example.com', username: 'ROOT' }, 409, 'username'],
      ['no e-mail address', { email: 'nobody' }, 400, '/email'],
      ['a username of the house', { email: 'x@example.com', username: 'local' }, 400, '/username'],
      ['a username with a colon', { email: 'x@example.com', username: 'service:x' }, 400, '/username'],
      ['a weak password', { email: 'x@example.com', password: 'password1' }, 400, '/password'],
      ['a group that is not there', { email: 'x@example.com', groups: ['ghosts'] }, 400, '/groups'],
      ['a role that is none', { email: 'x@example.com', role: 'owner' }, 400, ''],
      ['an attribute that is an object', { email: 'x@example.com', attributes: { a: {} } }, 400, ''],
      ['the right to run the instance', { email: 'x@example.com', operator: true }, 400, ''],
    ];
    for (const [what, body, status, place] of refused) {
      it(`are not made with ${what}`, async () => {
        const answer = await send('POST', 'users', body);
        expect(answer.status, answer.text).to.equal(status);
        if (place !== '') expect(answer.body.at).to.equal(place);
        expect(await at.store.read((db) => db.existsBy(users, { email: 'x@example.com' }))).to.equal(false);
      });
    }

    it('have groups and attributes that policies see with the next request; only admins write them', async () => {
      const bo = await at.add('bo', { default: 'analyst' });
      const bos = await at.login('bo');
      const group = await send('POST', 'groups', { name: 'sales', description: 'Who sells.' });
      expect(group.status, group.text).to.equal(201);
      expect((await send('PUT', `users/${bo}/groups`, { groups: ['sales'] })).body.groups).to.deep.equal(['sales']);
      await send('PUT', `users/${bo}/attributes`, { attributes: { countries: ['France'], limit: 5 } });
      const me = await send('GET', 'users/me', undefined, bos);
      expect(me.body).to.deep.include({ groups: ['sales'], attributes: { countries: ['France'], limit: 5 } });
      for (const [method, path, body] of [
        ['PUT', `users/${bo}/attributes`, { attributes: {} }],
        ['PUT', `users/${bo}/groups`, { groups: [] }],
        ['POST', `users/${bo}/assign-role`, { role: 'admin' }],
        ['PATCH', 'users/me', { name: 'Bo', role: 'admin' }],
        ['PATCH', 'users/me', { name: 'Bo', attributes: {} }],
        ['DELETE', `groups/${group.body.id}/members/${bo}`, undefined],
      ] as const) {
        expect((await send(method, path, body, bos)).status, path).to.be.oneOf([400, 403]);
      }
      const values = JSON.stringify(at.trail.entries());
      expect(values).to.contain('countries').and.not.to.contain('France');
      expect((await send('PATCH', `groups/${group.body.id}`, { name: 'trade' })).body).to.include({
        name: 'trade',
        members: 1,
      });
      expect((await send('GET', 'users/me', undefined, bos)).body.groups).to.deep.equal(['trade']);
      expect((await send('DELETE', `groups/${group.body.id}`)).status).to.equal(204);
      expect((await send('GET', 'users/me', undefined, bos)).body.groups).to.deep.equal([]);
    });

    it('are put into groups one by one', async () => {
      const { id } = (await send('POST', 'groups', { name: 'board' })).body;
      const root_ = await idOf('root');
      expect((await send('POST', `groups/${id}/members`, { user_id: root_ })).status).to.equal(204);
      expect((await send('POST', `groups/${id}/members`, { user_id: root_ })).status).to.equal(204);
      expect((await send('GET', `groups/${id}/members`)).body).to.deep.include({ count: 1 });
      expect((await send('POST', `groups/${id}/members`, { user_id: 'nobody' })).status).to.equal(404);
      expect((await send('DELETE', `groups/${id}/members/${root_}`)).status).to.equal(204);
      expect((await send('DELETE', `groups/${id}/members/${root_}`)).status).to.equal(404);
      expect((await send('POST', 'groups', { name: 'board' })).body).to.deep.include({ code: 'CONFLICT' });
    });

    it('are listed and found, those of this workspace alone', async () => {
      await at.add('far', { north: 'viewer' });
      const listed = (await send('GET', 'users?limit=1000')).body.data as unknown as { username: string }[];
      expect(listed.map(({ username }) => username))
        .to.include.members(['root', 'bo'])
        .and.not.to.include('far');
      const found = await send('GET', 'users/search?q=BO');
      expect(found.body.data).to.deep.equal([{ id: await idOf('bo'), username: 'bo', name: 'bo' }]);
      expect((await send('GET', 'users?sort=-username&limit=1')).body.count).to.be.greaterThan(1);
      expect((await send('GET', `users/${await idOf('far')}`)).status).to.equal(404);
    });

    it('that are disabled or deleted are out at once; a username is never given twice', async () => {
      const cy = await at.add('cy', { default: 'viewer' });
      const cys = await at.login('cy');
      expect((await send('PATCH', `users/${cy}`, { status: 'disabled' })).body.status).to.equal('disabled');
      expect((await send('GET', 'users/me', undefined, cys)).status).to.equal(401);
      const login = await at.ask('POST', '/api/v1/auth/login', { body: { username: 'cy', password } });
      expect([login.status, login.body.code]).to.deep.equal([401, 'LOGIN_FAILED']);
      await send('PATCH', `users/${cy}`, { status: 'active' });
      expect((await send('GET', 'users/me', undefined, cys)).status).to.equal(401);
      const again = await at.login('cy');
      await send('PUT', `users/${cy}/attributes`, { attributes: { region: 'EU' } });
      expect((await send('DELETE', `users/${cy}`)).status).to.equal(204);
      expect((await send('GET', 'users/me', undefined, again)).status).to.equal(401);
      expect(await at.store.read((db) => db.existsBy(userAttributes, { userId: cy }))).to.equal(false);
      const row = await at.store.read((db) => db.findOneBy(users, { id: cy }));
      expect(row).to.deep.include({ username: 'cy', email: null, name: '', passwordHash: null, status: 'deleted' });
      const taken = await send('POST', 'users', { email: 'cy@example.com', username: 'cy' });
      expect([taken.status, taken.body.at]).to.deep.equal([409, 'username']);
      expect((await send('POST', 'users', { email: 'cy@example.com', username: 'cy2' })).status).to.equal(201);
    });

    it('with a password that was reset begin anew', async () => {
      const di = await at.add('di', { default: 'viewer' });
      const old = await at.login('di');
      const { body } = await send('POST', `users/${di}/reset-password`);
      expect((await send('GET', 'users/me', undefined, old)).status).to.equal(401);
      const login = (word: unknown) =>
        at.ask('POST', '/api/v1/auth/login', { body: { username: 'di', password: word } });
      expect([(await login(password)).status, (await login(body.password)).status]).to.deep.equal([401, 200]);
    });

    it('who failed too often are let in by an admin', async () => {
      const ed = await at.add('ed', { default: 'viewer' });
      const login = (word: string) =>
        at.ask('POST', '/api/v1/auth/login', { body: { username: 'ed', password: word } });
      for (let n = 0; n < 5; n += 1) await login('wrong');
      expect((await login(password)).status).to.equal(429);
      expect((await send('POST', `users/${ed}/unlock`)).status).to.equal(204);
      expect((await login(password)).status).to.equal(200);
    });

    it('leave a workspace with an admin', async () => {
      await at.addWorkspace('lone');
      const fi = await at.add('fi', { lone: 'admin' });
      const gi = await at.add('gi', { lone: 'admin' });
      const fis = { ...(await at.login('fi')), 'X-Workspace-Id': 'lone' };
      expect((await send('POST', `users/${gi}/assign-role`, { role: 'viewer' }, fis)).status).to.equal(200);
      for (const [method, path, body] of [
        ['POST', `users/${fi}/assign-role`, { role: 'viewer' }],
        ['PATCH', `users/${fi}`, { status: 'disabled' }],
        ['DELETE', `users/${fi}`, undefined],
      ] as const) {
        expect((await send(method, path, body, fis)).status, path).to.equal(409);
      }
      // Two who take it from each other at the same time: one of them stays.
      await send('POST', `users/${gi}/assign-role`, { role: 'admin' }, fis);
      const gis = { ...(await at.login('gi')), 'X-Workspace-Id': 'lone' };
      const both = await Promise.all([
        send('POST', `users/${gi}/assign-role`, { role: 'viewer' }, fis),
        send('POST', `users/${fi}/assign-role`, { role: 'viewer' }, gis),
      ]);
      expect(both.filter(({ status }) => status === 200).length).to.equal(1);
    });

    it('of other workspaces too are changed by who is admin of all of them', async () => {
      await at.addWorkspace('south');
      await at.add('ho', { south: 'admin' });
      const both = await at.add('both', { south: 'viewer', north: 'viewer' });
      const hos = { ...(await at.login('ho')), 'X-Workspace-Id': 'south' };
      for (const [method, path, body] of [
        ['PATCH', `users/${both}`, { email: 'mine@example.com' }],
        ['POST', `users/${both}/reset-password`, undefined],
        ['DELETE', `users/${both}`, undefined],
        ['POST', `users/${both}/unlock`, undefined],
        ['GET', `security/sessions?user_id=${both}`, undefined],
      ] as const) {
        const { status, body: told } = await send(method, path, body, hos);
        expect([status, told.code], path).to.deep.equal([403, 'FORBIDDEN']);
      }
      expect((await send('POST', `users/${both}/assign-role`, { role: 'analyst' }, hos)).status).to.equal(200);
      expect((await send('PATCH', `users/${both}`, { name: 'Both' })).status).to.be.oneOf([200, 404]);
      const root_ = await idOf('root');
      await at.add('na', { default: 'admin' });
      const nas = await at.login('na');
      expect((await send('POST', `users/${root_}/reset-password`, undefined, nas)).status).to.equal(403);
    });
  });
}
