import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** What the provider says of somebody. */
export type Claims = Readonly<Record<string, unknown>>;

export interface OpenIdProvider {
  readonly issuer: string;
  /** By the subject. Whoever `current` names is logged in without being asked. */
  readonly people: Map<string, Claims>;
  current: string;
  close(): Promise<void>;
}

export const client = { id: 'datamind', secret: 'client-secret-8f2' } as const;

/** A real OpenID provider on this machine, which asks nobody for a password. */
export const startProvider = async (redirectUri: string): Promise<OpenIdProvider> => {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Claims>();
  const state = { current: '' };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username', 'groups'] },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people.get(id) }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // Whoever logs in has agreed.
    loadExistingGrant: async (ctx) => {
      const { session, client: asking, provider: of } = ctx.oidc;
      const grant = new of.Grant({ clientId: asking!.clientId, accountId: session!.accountId! });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url!.startsWith('/interaction/')) return void answer(request, response);
    void provider.interactionFinished(request, response, { login: { accountId: state.current } });
  });
  return {
    issuer,
    people,
    get current() {
      return state.current;
    },
    set current(subject) {
      state.current = subject;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A browser that follows redirects and keeps cookies by origin, until it would come to a URL. */
export const createBrowser = () => {
  const jar = new Map<string, Map<string, string>>();
  const cookies = (origin: string): Map<string, string> => {
    if (!jar.has(origin)) jar.set(origin, new Map());
    return jar.get(origin)!;
  };
  const go = async (url: string): Promise<Response> => {
    const { origin } = new URL(url);
    const cookie = [...cookies(origin)].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies(origin).set(name, value);
    }
    return response;
  };
  return {
    go,
    /** Follows redirects up to one that begins like this. @returns its URL */
    until: async (start: string, end: string): Promise<string> => {
      let url = start;
      for (let step = 0; step < 10; step += 1) {
        const response = await go(url);
        const next = response.headers.get('location');
        if (next === null) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
        url = new URL(next, url).href;
        if (url.startsWith(end)) return url;
      }
      throw new Error('too many redirects');
    },
  };
};
