import * as openid from 'openid-client';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Role } from './access.js';
import { isLoopback } from './loopback.js';

/** The OpenID provider that people may log in with. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** `null` for a public client: PKCE alone. */
  readonly clientSecret: string | null;
  /** Where the provider sends people back to: `https://…/api/v1/auth/oidc/callback`. */
  readonly redirectUri: string;
  readonly scopes: string;
  /** The claim that names groups. */
  readonly groupsClaim: string;
  /** What somebody who comes for the first time becomes in the default workspace; `null`: a member of nothing. */
  readonly role: Role | null;
}

/** What is kept of a login that has begun, until the provider sends its person back. */
export interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who somebody is at the provider. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly name: string | null;
  /** `null` when the provider says nothing of groups. */
  readonly groups: readonly string[] | null;
}

export interface OidcClient {
  /** @throws DataMindError `UNAVAILABLE` */
  begin(): Promise<{ readonly url: URL; readonly pending: PendingLogin }>;
  /** @throws DataMindError `LOGIN_FAILED` for an answer that is not the one to this login, `UNAVAILABLE` */
  finish(answer: URL, pending: PendingLogin): Promise<ExternalIdentity>;
}

const timeoutSeconds = 10;

const unavailable = (cause: unknown): DataMindError =>
  new DataMindError('UNAVAILABLE', 'The OpenID provider cannot be reached, or is not set up as it should be.', {
    hint: 'Try again in a moment; the log of the server has the reason.',
    cause,
  });

const refused = (cause: unknown): DataMindError =>
  new DataMindError('LOGIN_FAILED', 'The login at the OpenID provider did not succeed; begin it again.', { cause });

/** What the provider refused, or answered wrongly, is no fault of the network. */
const isOfThisLogin = (error: unknown): boolean =>
  error instanceof openid.AuthorizationResponseError ||
  error instanceof openid.ResponseBodyError ||
  (error instanceof openid.ClientError && error.code !== 'OAUTH_TIMEOUT' && error.code !== 'OAUTH_HTTP_REQUEST_FAILED');

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Several as a list, or one as a text. */
const textsOf = (value: unknown): readonly string[] | null => {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string');
  return typeof value === 'string' ? [value] : null;
};

/** Logs in by authorisation code with PKCE. What the provider is, is asked when first somebody logs in. */
export const createOidcClient = (settings: OidcSettings): OidcClient => {
  const { issuer, clientId, clientSecret, redirectUri, scopes, groupsClaim } = settings;
  let discovered: Promise<openid.Configuration> | undefined;
  const discover = (): Promise<openid.Configuration> => {
    const server = new URL(issuer);
    // In clear to this machine only; the settings see to it.
    const options = isLoopback(server.hostname) ? { execute: [openid.allowInsecureRequests] } : {};
    const authentication = clientSecret === null ? openid.None() : openid.ClientSecretPost(clientSecret);
    discovered ??= openid
      .discovery(server, clientId, undefined, authentication, { ...options, timeout: timeoutSeconds })
      .catch((error: unknown) => {
        discovered = undefined;
        throw unavailable(error);
      });
    return discovered;
  };
  return {
    begin: async () => {
      const config = await discover();
      const pending = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
      };
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: scopes,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      return { url, pending };
    },
    finish: async (answer, { state, nonce, verifier }) => {
      const config = await discover();
      try {
        const tokens = await openid.authorizationCodeGrant(config, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        const needsMore = claims.email === undefined || claims[groupsClaim] === undefined;
        const more =
          needsMore && config.serverMetadata().userinfo_endpoint !== undefined
            ? await openid.fetchUserInfo(config, tokens.access_token, claims.sub)
            : {};
        const all: Readonly<Record<string, unknown>> = { ...more, ...claims };
        return {
          issuer: claims.iss,
          subject: claims.sub,
          email: text(all.email),
          emailVerified: all.email_verified === true,
          username: text(all.preferred_username),
          name: text(all.name),
          groups: textsOf(all[groupsClaim]),
        };
      } catch (error) {
        throw isOfThisLogin(error) ? refused(error) : unavailable(error);
      }
    },
  };
};
