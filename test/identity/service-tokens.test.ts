import { expect } from 'chai';
import { serviceTokens } from '../../src/identity/store.js';
import { countUp } from '../../src/store/epochs.js';
import { engines } from '../store/store-places.js';
import { startIdentity, type TestIdentity } from './start-identity.js';

const path = '/api/v1/security/service-tokens';

for (const engine of engines) {
  describe(`service tokens, with accounts on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    let headers: Readonly<Record<string, string>>;
    before(async () => {
      at = await startIdentity(engine);
      headers = await at.login('root');
      await at.ask('POST', '/api/v1/groups', { headers, body: { name: 'sales' } });
    });
    after(() => at?.close());
    const status = async (sent: Readonly<Record<string, string>>) =>
      (await at.ask('GET', '/api/v1/entities', { headers: sent })).status;

    it('are callers of their own: a role, groups and attributes, in one workspace', async () => {
      const asked = {
        name: 'nightly',
        role: 'analyst',
        scopes: ['model:read'],
        groups: ['sales'],
        attributes: { countries: ['France'] },
      };
      const made = await at.ask('POST', path, { headers, body: asked });
      expect(made.status, made.text).to.equal(201);
      expect(made.body).to.deep.include({ name: 'nightly', role: 'analyst', groups: ['sales'], created_by: 'root' });
      const sent = { authorization: `Bearer ${made.body.token}` };
      expect(await status(sent)).to.equal(200);
      const caller = await at.identity.gate.callerOf({ headers: sent } as never, {
        workspace: null,
        project: null,
        address: null,
      });
      expect(caller!.subject).to.deep.include({
        user: 'service:nightly',
        workspace: 'default',
        roles: ['analyst'],
        groups: ['sales'],
        attributes: { countries: ['France'] },
      });
      await at.addWorkspace(`north-${engine}`);
      expect(await status({ ...sent, 'X-Workspace-Id': `north-${engine}` })).to.equal(403);
    });

    it('are kept as hashes, and shown once', async () => {
      const { authorization } = await at.token('once', {});
      const kept = JSON.stringify([
        await at.store.read((db) => db.find(serviceTokens)),
        at.trail.entries(),
        (await at.ask('GET', path, { headers })).body,
      ]);
      expect(kept).not.to.contain(authorization.slice(-43));
    });

    it('that were changed in any place are refused', async () => {
      const { authorization } = await at.token('whole', { scopes: ['model:read'] });
      expect(await status({ authorization })).to.equal(200);
      for (let place = 'Bearer '.length; place < authorization.length; place += 1) {
        const other = authorization[place] === 'a' ? 'b' : 'a';
        const changed = authorization.slice(0, place) + other + authorization.slice(place + 1);
        expect(await status({ authorization: changed }), changed).to.equal(401);
      }
      for (const cut of [
        'Bearer dms_',
        authorization.slice(0, -1),
        `${authorization}a`,
        authorization.replace('_', ''),
      ]) {
        expect(await status({ authorization: cut }), cut).to.equal(401);
      }
    });

    it('end when they are revoked, and when their time is over, with the next request', async () => {
      const revoked = await at.token('revoked', { scopes: ['model:read'] });
      const over = await at.token('over', { scopes: ['model:read'], expires_in_days: 1 });
      expect([await status(revoked), await status(over)]).to.deep.equal([200, 200]);
      const { body } = await at.ask('GET', `${path}?q=revoked`, { headers });
      const [{ id }] = body.data as unknown as [{ id: string }];
      expect((await at.ask('DELETE', `${path}/${id}`, { headers })).status).to.equal(204);
      expect((await at.ask('DELETE', `${path}/${id}`, { headers })).status).to.equal(404);
      await at.store.transaction(async (db) => {
        await db.update(serviceTokens, { name: 'over' }, { expiresAt: Date.now() - 1 });
        await countUp(db, 'identity');
      });
      expect([await status(revoked), await status(over)]).to.deep.equal([401, 401]);
      // The name stays taken: policies and the audit know it.
      const again = await at.ask('POST', path, {
        headers,
        body: { name: 'revoked', role: 'viewer', scopes: ['query:run'] },
      });
      expect([again.status, again.body.code]).to.deep.equal([409, 'CONFLICT']);
    });

    it('make no accounts and no tokens, whatever their role', async () => {
      const { authorization } = await at.token('robot', { role: 'admin', scopes: ['identity:read', 'policy:write'] });
      const made = await at.ask('POST', path, { headers: { authorization }, body: {} });
      expect([made.status, made.body.detail]).to.deep.equal([
        403,
        'This is for people only; a service token cannot do it.',
      ]);
    });
  });
}
