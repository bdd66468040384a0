import { expect } from 'chai';
import { refreshTokens, sessions, users } from '../../src/identity/store.js';
import { engines } from '../store/store-places.js';
import { password, startIdentity, type TestIdentity } from './start-identity.js';

const auth = '/api/v1/auth';

for (const engine of engines) {
  describe(`sessions, with accounts on ${engine}`, function () {
    this.timeout(60_000);
    let at: TestIdentity;
    before(async () => {
      at = await startIdentity(engine);
      await at.add('ana', { default: 'viewer' });
      await at.add('bo', { default: 'analyst' });
    });
    after(() => at?.close());

    interface Tokens {
      readonly access: string;
      readonly refresh: string;
    }
    const tokensOf = (body: Awaited<ReturnType<typeof at.ask>>['body']): Tokens => ({
      access: `Bearer ${body.access_token}`,
      refresh: String(body.refresh_token),
    });
    const login = async (username = 'ana', word = password): Promise<Tokens> => {
      const { status, body, text } = await at.ask('POST', `${auth}/login`, { body: { username, password: word } });
      expect(status, text).to.equal(200);
      return tokensOf(body);
    };
    const refresh = (token: string) => at.ask('POST', `${auth}/refresh`, { body: { refresh_token: token } });
    const works = async ({ access }: Tokens): Promise<boolean> =>
      (await at.ask('GET', `${auth}/me`, { headers: { authorization: access } })).status === 200;
    const audited = () => at.trail.entries().map(({ intent, outcome }) => [intent.action, outcome?.result].join(' '));

    it('begin with e-mail or username, however they are spelled', async () => {
      for (const name of [{ email: 'ana@example.com' }, { email: ' ANA@Example.com ' }, { username: 'Ana' }]) {
        const { status, body } = await at.ask('POST', `${auth}/login`, { body: { ...name, password } });
        expect([status, body.token_type, body.expires_in]).to.deep.equal([200, 'Bearer', 900]);
        expect(body.user).to.deep.include({ username: 'ana', email: 'ana@example.com', operator: false });
        expect(body.user!.workspaces).to.deep.equal([{ id: 'default', name: 'Default', role: 'viewer' }]);
      }
    });

    it('keep no token and no password in the store, in the audit or in a cache', async () => {
      const { refresh: token, access } = await login();
      const rows = JSON.stringify([
        await at.store.read((db) => db.find(refreshTokens)),
        await at.store.read((db) => db.find(sessions)),
        await at.store.read((db) => db.find(users)),
        at.trail.entries(),
      ]);
      for (const secret of [token, access.replace('Bearer ', ''), password]) expect(rows).not.to.contain(secret);
      const answer = await at.ask('POST', `${auth}/login`, { body: { username: 'ana', password } });
      expect(answer.headers['cache-control']).to.equal('no-store');
    });

    it('go on with an exchange, each time with another refresh token', async () => {
      const first = await login();
      const second = tokensOf((await refresh(first.refresh)).body);
      const third = tokensOf((await refresh(second.refresh)).body);
      expect(new Set([first.refresh, second.refresh, third.refresh]).size).to.equal(3);
      expect([await works(first), await works(third)]).to.deep.equal([true, true]);
    });

    it('end whole when a refresh token is used twice, whoever comes first', async () => {
      const stolen = await login();
      const other = await login();
      const owners = tokensOf((await refresh(stolen.refresh)).body);
      const { status, body } = await refresh(stolen.refresh);
      expect([status, body.code]).to.deep.equal([401, 'UNAUTHENTICATED']);
      expect([await works(stolen), await works(owners)]).to.deep.equal([false, false]);
      expect((await refresh(owners.refresh)).status).to.equal(401);
      expect(await works(other)).to.equal(true);
      expect(audited().at(-1)).to.equal('session.reuse done');
    });

    it('give one pair for a token that is sent twenty times at once, and then end', async () => {
      const { refresh: token } = await login();
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)));
      const good = answers.filter(({ status }) => status === 200);
      expect(good.length).to.be.at.most(1);
      for (const { body } of good) expect(await works(tokensOf(body))).to.equal(false);
    });

    const nothing: readonly string[] = ['', 'x', 'dmr_', `dmr_${'a'.repeat(43)}`, '%00', "' or 1=1 --"];
    it('begin with no invented refresh token', async () => {
      for (const token of nothing) expect((await refresh(token)).status, token).to.be.oneOf([400, 401]);
    });

    it('end with a logout: access token and refresh token are dead', async () => {
      const one = await login();
      const out = await at.ask('POST', `${auth}/logout`, { headers: { authorization: one.access } });
      expect(out.status).to.equal(204);
      expect([await works(one), (await refresh(one.refresh)).status]).to.deep.equal([false, 401]);
      const two = await login();
      const byRefresh = await at.ask('POST', `${auth}/logout`, { body: { refresh_token: two.refresh } });
      expect([byRefresh.status, await works(two)]).to.deep.equal([204, false]);
      expect((await at.ask('POST', `${auth}/logout`)).status).to.equal(401);
    });

    it('are listed, and ended by their owner or an admin, with effect on the next request', async () => {
      const mine = await login('bo');
      const other = await login('bo');
      const headers = { authorization: mine.access };
      const { body } = await at.ask('GET', '/api/v1/security/sessions', { headers });
      const listed = body.data as unknown as { id: string; current: boolean }[];
      expect([body.count, listed.filter(({ current }) => current).length]).to.deep.equal([2, 1]);
      const ended = listed.find(({ current }) => !current)!;
      const strangers = await at.ask('DELETE', `/api/v1/security/sessions/${ended.id}`, {
        headers: { authorization: (await login('ana')).access },
      });
      expect([strangers.status, strangers.body.code]).to.deep.equal([404, 'NOT_FOUND']);
      expect(await works(other)).to.equal(true);
      expect((await at.ask('DELETE', `/api/v1/security/sessions/${ended.id}`, { headers })).status).to.equal(204);
      expect([await works(mine), await works(other), (await refresh(other.refresh)).status]).to.deep.equal([
        true,
        false,
        401,
      ]);
      const bo = (await at.store.read((db) => db.findOneBy(users, { username: 'bo' })))!.id;
      const root = await at.login('root');
      const seen = await at.ask('GET', `/api/v1/security/sessions?user_id=${bo}`, { headers: root });
      expect(seen.body.count).to.equal(1);
      const last = (seen.body.data as unknown as { id: string }[])[0]!.id;
      expect((await at.ask('DELETE', `/api/v1/security/sessions/${last}`, { headers: root })).status).to.equal(204);
      expect(await works(mine)).to.equal(false);
      const ana = await login('ana');
      const nosy = await at.ask('GET', `/api/v1/security/sessions?user_id=${bo}`, {
        headers: { authorization: ana.access },
      });
      expect(nosy.status).to.equal(403);
    });

    it('but one end when the password changes', async () => {
      await at.add('cy', { default: 'viewer' });
      const other = await login('cy');
      const mine = await login('cy');
      const next = 'another sentence of my own';
      const change = (body: object) =>
        at.ask('POST', '/api/v1/users/me/change-password', { headers: { authorization: mine.access }, body });
      const weak = await change({ current_password: password, new_password: 'Password123' });
      expect([weak.status, weak.body.at]).to.deep.equal([400, '/new_password']);
      const wrong = await change({ current_password: 'not it at all', new_password: next });
      expect([wrong.status, wrong.body.code]).to.deep.equal([401, 'LOGIN_FAILED']);
      expect(await works(other)).to.equal(true);
      const done = await change({ current_password: password, new_password: next });
      expect([done.status, done.body.ended_sessions]).to.deep.equal([200, 1]);
      expect([await works(mine), await works(other)]).to.deep.equal([true, false]);
      expect((await at.ask('POST', `${auth}/login`, { body: { username: 'cy', password } })).status).to.equal(401);
      await login('cy', next);
    });

    it('are not changed when the audit cannot be written', async () => {
      const one = await login('ana');
      const { begin } = at.trail;
      (at.trail as { begin: unknown }).begin = async () => {
        throw new Error('the disk is full');
      };
      try {
        const headers = { authorization: one.access };
        expect((await at.ask('POST', `${auth}/login`, { body: { username: 'ana', password } })).status).to.equal(500);
        expect((await refresh(one.refresh)).status).to.equal(500);
        expect((await at.ask('POST', `${auth}/logout`, { headers })).status).to.equal(500);
      } finally {
        (at.trail as { begin: unknown }).begin = begin;
      }
      expect(await works(one)).to.equal(true);
      expect((await refresh(one.refresh)).status).to.equal(200);
    });
  });
}
