import { expect } from 'chai';
import { countUp } from '../../src/store/epochs.js';
import { groupMembers, groups, memberships, userAttributes } from '../../src/identity/store.js';
import type { Writer } from '../../src/store/store.js';
import { engines } from '../store/store-places.js';
import { startIdentity, type TestIdentity } from './start-identity.js';

for (const engine of engines) {
  describe(`what policies know of a caller, with accounts on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    let id: string;
    let headers: Readonly<Record<string, string>>;
    before(async () => {
      at = await startIdentity(engine);
      await at.addWorkspace('north');
      id = await at.add('ana', { default: 'viewer', north: 'analyst' });
      headers = await at.login('ana');
    });
    after(() => at?.close());

    const change = (work: (db: Writer) => Promise<unknown>): Promise<void> =>
      at.store.transaction(async (db) => {
        await work(db);
        await countUp(db, 'identity');
      });
    const me = async (workspace?: string) => {
      const { body } = await at.ask('GET', '/api/v1/auth/me', {
        headers: { ...headers, ...(workspace !== undefined && { 'X-Workspace-Id': workspace }) },
      });
      const { username, role, roles, groups: own, attributes } = body;
      return { username, workspace: body.workspace, role, roles, groups: own, attributes } as unknown;
    };

    it('is nothing but the role at first: an attribute that nobody gave is missing', async () => {
      const none = { username: 'ana', groups: [], attributes: {} };
      expect(await me()).to.deep.equal({ ...none, workspace: 'default', role: 'viewer', roles: ['viewer'] });
      expect(await me('north')).to.deep.equal({ ...none, workspace: 'north', role: 'analyst', roles: ['analyst'] });
    });

    it('are the groups and attributes of the workspace that is asked for, from the next request on', async () => {
      await change(async (db) => {
        for (const [group, workspaceId, name] of [
          ['g1', 'default', 'sales'],
          ['g2', 'north', 'board'],
        ] as const) {
          await db.insert(groups, { id: group, workspaceId, name, description: '', createdAt: 0, version: 1 });
          await db.insert(groupMembers, { groupId: group, userId: id, source: 'admin', createdAt: 0 });
        }
        await db.insert(userAttributes, [
          { workspaceId: 'default', userId: id, name: 'countries', value: ['France', 'Spain'] },
          { workspaceId: 'default', userId: id, name: 'limit', value: 7 },
          { workspaceId: 'north', userId: id, name: 'countries', value: 'Norway' },
        ]);
      });
      expect(await me()).to.deep.include({
        groups: ['sales'],
        attributes: { countries: ['France', 'Spain'], limit: 7 },
      });
      expect(await me('north')).to.deep.include({ groups: ['board'], attributes: { countries: 'Norway' } });
    });

    it('is gone with the next request when it is taken away', async () => {
      await change((db) => db.remove(groupMembers, { groupId: 'g1', userId: id }));
      await change((db) => db.update(memberships, { workspaceId: 'default', userId: id }, { role: 'admin' }));
      expect(await me()).to.deep.include({ groups: [], role: 'admin', roles: ['admin'] });
      await change((db) => db.remove(memberships, { workspaceId: 'default', userId: id }));
      expect(await me()).to.deep.include({ workspace: 'north' });
      expect((await at.ask('GET', '/api/v1/entities', { headers })).status).to.equal(503);
      await change((db) => db.remove(memberships, { workspaceId: 'north', userId: id }));
      expect(await me()).to.deep.include({ workspace: null, role: null, roles: [], groups: [], attributes: {} });
      expect((await at.ask('GET', '/api/v1/entities', { headers })).body.code).to.equal('FORBIDDEN');
    });
  });
}
