import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Sealer } from '../../core/secrets/create-sealer.js';
import type { Call, Route } from '../api/route.js';
import { externalUser } from './external-user.js';
import { beginSession } from './log-in.js';
import { createOidcClient, type OidcSettings, type PendingLogin } from './oidc-client.js';
import { answers, circumstancesOf, noStore } from './routes.js';
import './schemas.js';
import type { IdentityServices } from './service.js';

export interface OidcServices {
  readonly settings: OidcSettings;
  readonly sealer: Sealer;
  /** Usernames that policies name. */
  readonly namedByPolicies: () => Promise<ReadonlySet<string>> | ReadonlySet<string>;
}

const path = '/api/v1/auth/oidc';
const cookie = 'datamind_login';
const purpose = 'oidc-login';
const lifeSeconds = 600;

/** What a browser keeps of a login that has begun: sealed, so that only this server reads and writes it, on any of its nodes. */
const cookieOf = (value: string, redirectUri: string, seconds: number): string => {
  const secure = redirectUri.startsWith('https:') ? '; Secure' : '';
  return `${cookie}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
};

const notBegun = (): DataMindError =>
  new DataMindError('LOGIN_FAILED', 'This browser has begun no login, or too long ago; begin it again.', {
    hint: `Open ${path}/login.`,
  });

const pendingOf = ({ headers }: Call, sealer: Sealer, now: number): PendingLogin => {
  const sealed = new RegExp(`(?:^|;\\s*)${cookie}=([\\w.-]+)`).exec(headers.cookie ?? '')?.[1];
  if (sealed === undefined) throw notBegun();
  try {
    const { at, ...pending } = JSON.parse(sealer.open(sealed, purpose).toString()) as PendingLogin & { at: number };
    if (now - at > lifeSeconds * 1000) throw notBegun();
    return pending;
  } catch {
    throw notBegun();
  }
};

/** Login at an OpenID provider. */
export const createOidcRoutes = (
  services: IdentityServices,
  { settings, sealer, namedByPolicies }: OidcServices,
): readonly Route[] => {
  const client = createOidcClient(settings);
  const { redirectUri, role } = settings;
  return [
    {
      method: 'get',
      path: `${path}/login`,
      operation: 'beginOidcLogin',
      access: 'public',
      tag: 'Accounts',
      summary: 'Log in at the OpenID provider',
      description: 'To be opened in a browser: it sends people to the provider, who sends them back to the callback.',
      responses: { 302: { description: 'To the provider.' } },
      errors: ['UNAVAILABLE'],
      handle: async () => {
        const { url, pending } = await client.begin();
        const sealed = sealer.seal(Buffer.from(JSON.stringify({ ...pending, at: services.now() })), purpose);
        const headers = { Location: url.href, 'Set-Cookie': cookieOf(sealed, redirectUri, lifeSeconds), ...noStore };
        return { status: 302, headers };
      },
    },
    {
      method: 'get',
      path: `${path}/callback`,
      operation: 'finishOidcLogin',
      access: 'public',
      tag: 'Accounts',
      summary: 'Come back from the OpenID provider',
      query: Object.fromEntries(
        [
          'code',
          'state',
          'iss',
          'session_state',
          'error',
          'error_description',
          'error_uri',
          'scope',
          'authuser',
          'hd',
          'prompt',
        ].map((name) => [name, { type: 'string', maxLength: 4000 }]),
      ),
      responses: { 200: answers('LoggedIn', 'The tokens.') },
      errors: ['LOGIN_FAILED', 'UNAVAILABLE', 'STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'],
      handle: async (call) => {
        const pending = pendingOf(call, sealer, services.now());
        const answer = new URL(redirectUri);
        for (const [name, value] of Object.entries(call.query)) answer.searchParams.set(name, String(value));
        const circumstances = circumstancesOf(call);
        const found = await client.finish(answer, pending);
        const user = await externalUser(
          services,
          found,
          { role, namedByPolicies: await namedByPolicies() },
          circumstances,
        );
        const json = await beginSession(services, user, circumstances, { by: 'provider' });
        return { json, headers: { 'Set-Cookie': cookieOf('', redirectUri, 0), ...noStore } };
      },
    },
  ];
};
