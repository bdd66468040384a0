import { expect } from 'chai';
import { userAttributes, users } from '../../src/identity/store.js';
import { engines } from '../store/store-places.js';
import { startIdentity, type TestIdentity } from '../identity/start-identity.js';

for (const engine of engines) {
  describe(`workspaces, on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    const sessions: Record<string, Readonly<Record<string, string>>> = {};
    const ids: Record<string, string> = {};
    before(async () => {
      at = await startIdentity(engine);
      await at.addWorkspace('north');
      await at.addWorkspace('south');
      ids.na = await at.add('na', { north: 'admin' });
      ids.nv = await at.add('nv', { north: 'viewer' });
      ids.sa = await at.add('sa', { south: 'admin' });
      ids.both = await at.add('both', { north: 'admin', south: 'viewer' });
      ids.op = await at.add('op', {}, { operator: true });
      for (const name of Object.keys(ids)) sessions[name] = await at.login(name);
    });
    after(() => at?.close());
    const send = (who: string, method: string, path: string, body?: unknown) =>
      at.ask(method, `/api/v1/workspaces${path}`, { headers: sessions[who]!, ...(body !== undefined && { body }) });

    it('are listed to their members, and all of them to the operator', async () => {
      const names = async (who: string) =>
        ((await send(who, 'GET', '')).body.data as unknown as { id: string }[]).map(({ id }) => id).sort();
      expect(await names('na')).to.deep.equal(['north']);
      expect(await names('both')).to.deep.equal(['north', 'south']);
      expect(await names('op')).to.deep.equal(['default', 'north', 'south']);
    });

    /** Who may do what to the workspace `north`: the status of each. */
    const rows: readonly [
      what: string,
      method: string,
      path: string,
      body: unknown,
      met: Readonly<Record<string, number>>,
    ][] = [
      ['show it', 'GET', '/north', undefined, { na: 200, nv: 200, both: 200, op: 200, sa: 404 }],
      ['rename it', 'PATCH', '/north', { name: 'North' }, { na: 200, nv: 403, both: 200, op: 200, sa: 404 }],
      ['list its members', 'GET', '/north/members', undefined, { na: 200, nv: 403, both: 200, op: 200, sa: 404 }],
      ['add a member', 'POST', '/north/members', { username: 'nv' }, { na: 409, nv: 403, both: 409, op: 409, sa: 404 }],
      ['change a member', 'PATCH', '/north/members/nobody', { role: 'viewer' }, { na: 404, nv: 403, op: 404, sa: 404 }],
      ['remove a member', 'DELETE', '/north/members/nobody', undefined, { na: 404, nv: 403, op: 404, sa: 404 }],
      ['delete it', 'DELETE', '/north', undefined, { na: 403, nv: 403, both: 403, sa: 403 }],
      ['make another', 'POST', '', { name: 'Mine' }, { na: 403, nv: 403, sa: 403 }],
    ];
    for (const [what, method, path, body, met] of rows) {
      it(`let those ${what} who may`, async () => {
        for (const [who, status] of Object.entries(met)) {
          const answer = await send(who, method, path, body);
          expect(answer.status, `${who}: ${answer.text}`).to.equal(status);
        }
      });
    }

    it('say the same of one that is not there as of one that is not yours', async () => {
      const told = async (id: string) => {
        const { status, body } = await send('sa', 'GET', `/${id}/members`);
        return [status, body.code, body.detail];
      };
      expect(await told('north')).to.deep.equal(await told('nowhere'));
    });

    it('take in who an admin knows, and nobody else', async () => {
      const unknown = await send('na', 'POST', '/north/members', { email: 'sa@example.com' });
      const nobody = await send('na', 'POST', '/north/members', { email: 'nobody@example.com' });
      expect([unknown.status, unknown.body.detail]).to.deep.equal([nobody.status, nobody.body.detail]);
      expect(unknown.status).to.equal(404);
      const added = await send('op', 'POST', '/north/members', { email: 'SA@example.com', role: 'analyst' });
      expect([added.status, added.body.role, added.body.user_id]).to.deep.equal([201, 'analyst', ids.sa]);
      expect((await send('sa', 'GET', '/north')).body.role).to.equal('analyst');
    });

    it('are left with everything that one was there', async () => {
      const asNorth = { headers: { ...sessions.na!, 'X-Workspace-Id': 'north' } };
      await at.ask('PUT', `/api/v1/users/${ids.sa}/attributes`, { ...asNorth, body: { attributes: { region: 'EU' } } });
      expect(await at.store.read((db) => db.existsBy(userAttributes, { userId: ids.sa! }))).to.equal(true);
      expect((await send('sa', 'DELETE', `/north/members/${ids.sa}`)).status).to.equal(204);
      expect((await send('sa', 'GET', '/north')).status).to.equal(404);
      expect(await at.store.read((db) => db.existsBy(userAttributes, { userId: ids.sa! }))).to.equal(false);
      expect((await send('op', 'PATCH', `/north/members/${ids.both}`, { role: 'viewer' })).status).to.equal(204);
      for (const [method, body] of [
        ['DELETE', undefined],
        ['PATCH', { role: 'viewer' }],
      ] as const) {
        expect((await send('na', method, `/north/members/${ids.na}`, body)).status).to.equal(409);
      }
    });

    it('are made and deleted by the operator, all but the default one', async () => {
      const made = await send('op', 'POST', '', { name: 'West' });
      expect([made.status, made.body.name, made.body.role, made.body.members]).to.deep.equal([201, 'West', 'admin', 1]);
      expect((await send('op', 'POST', '', { name: 'West' })).body).to.include({ code: 'CONFLICT', at: 'name' });
      const group = await at.ask('POST', `/api/v1/workspaces/${made.body.id}/groups`, {
        headers: sessions.op!,
        body: { name: 'crew' },
      });
      expect(group.status, group.text).to.equal(201);
      expect((await send('op', 'DELETE', `/${made.body.id}`)).status).to.equal(204);
      expect((await send('op', 'GET', `/${made.body.id}`)).status).to.equal(404);
      expect((await send('op', 'DELETE', '/default')).status).to.equal(409);
      expect(await at.store.read((db) => db.existsBy(users, { id: ids.op! }))).to.equal(true);
    });

    it('hold groups, users and attributes that no other one sees', async () => {
      const norths = await at.ask('POST', '/api/v1/workspaces/north/groups', {
        headers: sessions.na!,
        body: { name: 'crew' },
      });
      expect(norths.status).to.equal(201);
      const souths = { headers: { ...sessions.sa!, 'X-Workspace-Id': 'south' } };
      expect((await at.ask('GET', '/api/v1/groups', souths)).body.count).to.equal(0);
      for (const [method, path, body] of [
        ['GET', `groups/${norths.body.id}`, undefined],
        ['PATCH', `groups/${norths.body.id}`, { name: 'mine' }],
        ['DELETE', `groups/${norths.body.id}`, undefined],
        ['GET', `groups/${norths.body.id}/members`, undefined],
        ['POST', `groups/${norths.body.id}/members`, { user_id: ids.sa }],
        ['GET', `users/${ids.nv}`, undefined],
        ['GET', `users/${ids.nv}/attributes`, undefined],
        ['PUT', `users/${ids.nv}/attributes`, { attributes: {} }],
        ['PUT', `users/${ids.nv}/groups`, { groups: [] }],
        ['POST', `users/${ids.nv}/assign-role`, { role: 'admin' }],
        ['POST', `users/${ids.nv}/reset-password`, undefined],
        ['PATCH', `users/${ids.nv}`, { status: 'disabled' }],
        ['DELETE', `users/${ids.nv}`, undefined],
      ] as const) {
        const { status, body: told } = await at.ask(method, `/api/v1/${path}`, {
          ...souths,
          ...(body !== undefined && { body }),
        });
        expect([status, told.code], `${method} ${path}`).to.deep.equal([404, 'NOT_FOUND']);
      }
      // A group of another workspace is none here, by name or by id.
      const stolen = await at.ask('PUT', `/api/v1/users/${ids.sa}/groups`, {
        ...souths,
        body: { groups: [norths.body.id] },
      });
      expect(stolen.status).to.equal(400);
    });
  });
}
