import { expect } from 'chai';
import { groupMembers, groups, users } from '../../src/identity/store.js';
import { readSettings } from '../../src/settings/settings.js';
import { type Claims, client, createBrowser, type OpenIdProvider, startProvider } from './openid-provider.js';
import { startIdentity, type TestIdentity } from './start-identity.js';

const redirectUri = 'http://127.0.0.1:65001/api/v1/auth/oidc/callback';

describe('login at an OpenID provider', function () {
  this.timeout(60_000);
  let provider: OpenIdProvider;
  let at: TestIdentity;
  before(async () => {
    provider = await startProvider(redirectUri);
    at = await startIdentity('sqlite', {
      namedByPolicies: () => new Set(['ceo']),
      oidc: {
        issuer: provider.issuer,
        clientId: client.id,
        clientSecret: client.secret,
        redirectUri,
        scopes: 'openid email profile',
        groupsClaim: 'groups',
        role: 'viewer',
      },
    });
    await at.store.transaction((db) =>
      db.insert(
        groups,
        ['sales', 'board'].map((name) => ({
          id: name,
          workspaceId: 'default',
          name,
          description: '',
          createdAt: 0,
          version: 1,
        })),
      ),
    );
  });
  after(async () => {
    await at?.close();
    await provider?.close();
  });

  const login = () => `${at.server.url}/api/v1/auth/oidc/login`;
  /** The callback as the provider calls it, at the address that this test's server has. */
  const here = (url: string) => url.replace(redirectUri, `${at.server.url}/api/v1/auth/oidc/callback`);
  interface LoggedIn {
    readonly access_token: string;
    readonly code?: string;
    readonly user: { readonly username: string; readonly email: string | null; readonly workspaces: readonly object[] };
  }
  const begin = async (subject: string, claims: Claims) => {
    provider.people.set(subject, claims);
    provider.current = subject;
    const browser = createBrowser();
    return { browser, back: here(await browser.until(login(), redirectUri)) };
  };
  const logIn = async (subject: string, claims: Claims) => {
    const { browser, back } = await begin(subject, claims);
    const response = await browser.go(back);
    return { status: response.status, body: (await response.json()) as LoggedIn };
  };
  const me = async ({ access_token: token }: LoggedIn) =>
    (await at.ask('GET', '/api/v1/auth/me', { headers: { authorization: `Bearer ${token}` } })).body;

  it('sends people to the provider with PKCE, a state and a nonce, and keeps them sealed', async () => {
    const response = await fetch(login(), { redirect: 'manual' });
    expect(response.status).to.equal(302);
    const url = new URL(response.headers.get('location')!);
    const { searchParams: asked } = url;
    expect(url.origin).to.equal(provider.issuer);
    expect(Object.fromEntries(asked)).to.include({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: redirectUri,
    });
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie)
      .to.match(/HttpOnly; SameSite=Lax; Max-Age=600/)
      .and.not.to.contain(asked.get('state'));
  });

  it('makes an account of who is new, with groups of the claims', async () => {
    const { status, body } = await logIn('p1', {
      email: 'Ana@Example.com',
      email_verified: true,
      preferred_username: 'ana',
      name: 'Ana Lima',
      groups: ['sales', 'admins', 'no such group'],
    });
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.user).to.deep.include({ username: 'ana', email: 'ana@example.com' });
    expect(await me(body)).to.deep.include({ role: 'viewer', groups: ['sales'], attributes: {} });
  });

  it('knows who comes again, whatever the e-mail is now, and takes what claims gave and give no more', async () => {
    await at.store.transaction(async (db) => {
      const { id } = (await db.findOneBy(users, { username: 'ana' }))!;
      await db.insert(groups, {
        id: 'own',
        workspaceId: 'default',
        name: 'own',
        description: '',
        createdAt: 0,
        version: 1,
      });
      await db.insert(groupMembers, { groupId: 'own', userId: id, source: 'admin', createdAt: 0 });
    });
    const again = await logIn('p1', { email: 'other@example.com', email_verified: true, groups: 'board' });
    expect(again.body.user).to.deep.include({ username: 'ana', email: 'ana@example.com' });
    expect((await me(again.body)).groups).to.deep.equal(['board', 'own']);
    // A provider that says nothing of groups takes none away.
    const silent = await logIn('p1', { email: 'ana@example.com' });
    expect((await me(silent.body)).groups).to.deep.equal(['board', 'own']);
    const none = await logIn('p1', { groups: [] });
    expect((await me(none.body)).groups).to.deep.equal(['own']);
  });

  it('links an account by a verified e-mail only, and never the operator’s', async () => {
    await at.add('bo', { default: 'admin' });
    const unverified = await logIn('p2', { email: 'bo@example.com', preferred_username: 'bo' });
    expect(unverified.body.user).to.deep.include({ username: 'bo-2', email: null });
    const text = await logIn('p3', { email: 'bo@example.com', email_verified: 'true', preferred_username: 'bo' });
    expect(text.body.user.username).to.equal('bo-3');
    const verified = await logIn('p4', { email: 'bo@example.com', email_verified: true });
    expect(verified.body.user.username).to.equal('bo');
    expect((await me(verified.body)).role).to.equal('admin');
    const operator = await logIn('p5', { email: 'root@example.com', email_verified: true });
    expect([operator.status, operator.body.code]).to.deep.equal([403, 'FORBIDDEN']);
  });

  it('gives nobody a username that a policy names, or that is the house’s, or no username', async () => {
    const names: readonly [wanted: string, got: string][] = [
      ['ceo', 'ceo-2'],
      ['local', 'user-local'],
      ['service:x', 'q2'],
      ['../../x', 'q3'],
    ];
    for (const [index, [wanted, got]] of names.entries()) {
      const { status, body } = await logIn(`q${index}`, { preferred_username: wanted });
      expect([status, body.user?.username], wanted).to.deep.equal([200, got]);
    }
  });

  it('lets nobody in whose account is disabled', async () => {
    await logIn('p6', { preferred_username: 'cy' });
    await at.store.transaction((db) => db.update(users, { username: 'cy' }, { status: 'disabled' }));
    expect((await logIn('p6', {})).status).to.equal(403);
  });

  it('ends only in the browser that began it, once, and with the very state', async () => {
    const { browser, back } = await begin('p7', { preferred_username: 'di' });
    const refusals: readonly (readonly [what: string, response: Promise<Response>])[] = [
      ['no cookie', fetch(back)],
      [
        'another browser',
        (async () => {
          const other = createBrowser();
          await other.go(login());
          return other.go(back);
        })(),
      ],
      ['another cookie', fetch(back, { headers: { cookie: 'datamind_login=s1.a.b.c' } })],
      ['another state', browser.go(back.replace(/state=[\w-]+/, 'state=other'))],
    ];
    for (const [what, response] of refusals) {
      const { status } = await response;
      expect(status, what).to.equal(401);
    }
    const cookies = await begin('p7', { preferred_username: 'di' });
    expect((await cookies.browser.go(cookies.back)).status).to.equal(200);
    expect((await cookies.browser.go(cookies.back)).status).to.equal(401);
    const refused = await begin('p7', {});
    const { origin } = new URL(refused.back);
    const state = new URL(refused.back).searchParams.get('state');
    const denied = `${origin}/api/v1/auth/oidc/callback?error=access_denied&state=${state}`;
    expect((await refused.browser.go(denied)).status).to.equal(401);
  });

  it('says that the provider is down', async () => {
    const lone = await startIdentity('sqlite', {
      oidc: {
        issuer: 'http://127.0.0.1:9',
        clientId: 'x',
        clientSecret: null,
        redirectUri,
        scopes: 'openid',
        groupsClaim: 'groups',
        role: null,
      },
    });
    try {
      const { status, body } = await lone.ask('GET', '/api/v1/auth/oidc/login');
      expect([status, body.code]).to.deep.equal([503, 'UNAVAILABLE']);
    } finally {
      await lone.close();
    }
  });

  it('is set up by the environment, over TLS or on this machine', () => {
    const env = {
      OIDC_ISSUER: 'https://id.example.com',
      OIDC_CLIENT_ID: 'x',
      OIDC_REDIRECT_URI: 'https://bi.example.com/api/v1/auth/oidc/callback',
    };
    expect(readSettings(env).oidc).to.include({ clientSecret: null, scopes: 'openid email profile', role: 'viewer' });
    expect(readSettings({}).oidc).to.equal(null);
    for (const wrong of [
      { OIDC_ISSUER: 'http://id.example.com' },
      { OIDC_CLIENT_ID: '' },
      { OIDC_REDIRECT_URI: 'http://bi.example.com/x' },
      { OIDC_ROLE: 'admin' },
    ]) {
      expect(() => readSettings({ ...env, ...wrong }), JSON.stringify(wrong)).to.throw(/OIDC_/);
    }
  });
});
