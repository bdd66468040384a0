import { expect } from 'chai';
import { invitations } from '../../src/identity/store.js';
import { engines } from '../store/store-places.js';
import { password, startIdentity, type TestIdentity } from './start-identity.js';

const path = '/api/v1/auth/register';

for (const engine of engines) {
  describe(`registration with an invitation, with accounts on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    let headers: Readonly<Record<string, string>>;
    before(async () => {
      at = await startIdentity(engine, { namedByPolicies: () => new Set(['ceo']) });
      headers = await at.login('root');
    });
    after(() => at?.close());
    const invite = async (email: string, role = 'analyst', over: object = {}): Promise<string> => {
      const { status, body, text } = await at.ask('POST', '/api/v1/invitations', {
        headers: { ...headers, ...over },
        body: { email, role },
      });
      expect(status, text).to.equal(201);
      return String(body.token);
    };
    const register = (body: object) => at.ask('POST', path, { body: { password, ...body } });

    it('makes a member with the role of the invitation, once, and logs it in', async () => {
      const invitation = await invite('Ana@example.com');
      const made = await register({ email: 'ana@example.com', invitation });
      expect(made.status, made.text).to.equal(201);
      expect(made.body.user!.workspaces).to.deep.equal([{ id: 'default', name: 'Default', role: 'analyst' }]);
      const me = await at.ask('GET', '/api/v1/auth/me', {
        headers: { authorization: `Bearer ${made.body.access_token}` },
      });
      expect(me.body).to.deep.include({ username: 'ana', role: 'analyst', operator: false });
      const again = await register({ email: 'ana@example.com', username: 'ana2', invitation });
      expect([again.status, again.body.code]).to.deep.equal([403, 'FORBIDDEN']);
    });

    it('is refused without one, with another’s, an invented, a withdrawn or an old one, all alike', async () => {
      const others = await invite('bo@example.com');
      const withdrawn = await invite('cy@example.com');
      const listed = await at.ask('GET', '/api/v1/invitations?q=cy@', { headers });
      const { id } = (listed.body.data as unknown as { id: string }[])[0]!;
      expect((await at.ask('DELETE', `/api/v1/invitations/${id}`, { headers })).status).to.equal(204);
      const old = await invite('cy@example.com');
      await at.store.transaction((db) =>
        db.update(invitations, { email: 'cy@example.com' }, { expiresAt: Date.now() - 1 }),
      );
      const answers = await Promise.all(
        [others, withdrawn, old, 'dmi_x', `dmi_${'a'.repeat(43)}`].map((invitation) =>
          register({ email: 'cy@example.com', invitation }),
        ),
      );
      for (const { status, body } of answers) {
        expect([status, body.detail]).to.deep.equal([
          403,
          'The invitation is not valid, not any more, or for another e-mail address.',
        ]);
      }
      expect((await register({ email: 'dy@example.com' })).status).to.equal(403);
    });

    it('is used by one of many that come at once', async () => {
      const invitation = await invite('ed@example.com');
      const all = await Promise.all(
        Array.from({ length: 5 }, (_, n) => register({ email: 'ed@example.com', username: `ed${n}`, invitation })),
      );
      expect(all.filter(({ status }) => status === 201).length).to.equal(1);
    });

    it('gives nobody a weak password or a name that is not free', async () => {
      const invitation = await invite('fi@example.com');
      const rows: readonly [over: object, status: number, at: string][] = [
        [{ password: 'fi' }, 400, '/password'],
        [{ username: 'root' }, 409, 'username'],
        [{ username: 'ceo' }, 409, 'username'],
        [{ username: 'server' }, 400, '/username'],
      ];
      for (const [over, status, place] of rows) {
        const answer = await register({ email: 'fi@example.com', invitation, ...over });
        expect([answer.status, answer.body.at], JSON.stringify(over)).to.deep.equal([status, place]);
      }
      // What did not succeed has not used it up.
      expect((await register({ email: 'fi@example.com', invitation })).status).to.equal(201);
    });

    it('adds who has an account already to the other workspace, and only the one it is for', async () => {
      await at.addWorkspace('north');
      await at.add('no', { north: 'admin' });
      const norths = { ...(await at.login('no')), 'X-Workspace-Id': 'north' };
      const gi = await at.add('gi', { default: 'viewer' });
      expect(gi).to.be.a('string');
      await at.add('hu', { default: 'viewer' });
      const invitation = await invite('gi@example.com', 'viewer', norths);
      const accept = async (who: string) =>
        (await at.ask('POST', '/api/v1/invitations/accept', { headers: await at.login(who), body: { invitation } }))
          .status;
      expect([await accept('hu'), await accept('gi'), await accept('gi')]).to.deep.equal([403, 204, 403]);
      const me = await at.ask('GET', '/api/v1/auth/me', {
        headers: { ...(await at.login('gi')), 'X-Workspace-Id': 'north' },
      });
      expect(me.body).to.include({ role: 'viewer', workspace: 'north' });
    });
  });
}

describe('registration', () => {
  for (const [registration, expected] of [
    ['open', 201],
    ['invite', 403],
    ['off', 403],
  ] as const) {
    it(`that is "${registration}" answers a stranger ${expected}`, async () => {
      const at = await startIdentity('sqlite', { registration, namedByPolicies: () => new Set(['ceo']) });
      try {
        const { status, body } = await at.ask('POST', path, { body: { email: 'x@example.com', password } });
        expect(status).to.equal(expected);
        if (status === 201) {
          expect(body.user!.workspaces).to.deep.equal([{ id: 'default', name: 'Default', role: 'viewer' }]);
          const ceo = await at.ask('POST', path, { body: { email: 'ceo@example.com', password } });
          expect([ceo.status, ceo.body.at]).to.deep.equal([409, 'username']);
        }
        if (registration === 'off') {
          const headers = await at.login('root');
          const made = await at.ask('POST', '/api/v1/invitations', { headers, body: { email: 'x@example.com' } });
          const late = await at.ask('POST', path, {
            body: { email: 'x@example.com', password, invitation: made.body.token },
          });
          expect(late.status).to.equal(403);
        }
      } finally {
        await at.close();
      }
    });
  }
});
