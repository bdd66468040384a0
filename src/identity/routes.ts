import { DataMindError } from '../../core/errors/datamind-error.js';
import type { BodySpec, Call, Route } from '../api/route.js';
import { changePassword, type PasswordChange } from './change-password.js';
import { type LoginRequest, logIn } from './log-in.js';
import { logOut } from './manage-sessions.js';
import { refresh, sessionOf } from './refresh.js';
import './schemas.js';
import { type Circumstances, type IdentityServices, showCaller } from './service.js';

export const noStore = { 'Cache-Control': 'no-store' };

export const circumstancesOf = ({ address, correlationId, headers }: Call): Circumstances => ({
  address,
  correlationId,
  userAgent: headers['user-agent'] ?? null,
});

export const jsonBody = (schema: string, example: unknown, required = true): BodySpec => ({
  required,
  content: { 'application/json': { schema: { $ref: `#/$defs/${schema}` }, example } },
});

export const answers = (schema: string, description: string): Route['responses'][number] => ({
  description,
  content: { 'application/json': { $ref: `#/$defs/${schema}` } },
});

const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const guessed = ['LOGIN_FAILED', 'RATE_LIMITED', ...stored] as const;

export const createAccountRoutes = (services: IdentityServices): readonly Route[] => [
  {
    method: 'post',
    path: '/api/v1/auth/login',
    operation: 'login',
    access: 'public',
    tag: 'Accounts',
    summary: 'Log in with e-mail or username, and password',
    body: jsonBody('LoginRequest', { email: 'ana@example.com', password: 'correct horse battery staple' }),
    responses: { 200: answers('LoggedIn', 'The tokens.') },
    errors: guessed,
    handle: async (call) => ({
      json: await logIn(services, call.body as LoginRequest, circumstancesOf(call)),
      headers: noStore,
    }),
  },
  {
    method: 'post',
    path: '/api/v1/auth/refresh',
    operation: 'refreshTokens',
    access: 'public',
    tag: 'Accounts',
    summary: 'Exchange a refresh token for new tokens',
    description: 'A refresh token is good for one exchange. One that is used again ends the whole session.',
    body: jsonBody('RefreshRequest', { refresh_token: 'dmr_…' }),
    responses: { 200: answers('LoggedIn', 'The tokens.') },
    errors: ['UNAUTHENTICATED', ...stored],
    handle: async (call) => {
      const { refresh_token: token } = call.body as { readonly refresh_token: string };
      return { json: await refresh(services, token, circumstancesOf(call)), headers: noStore };
    },
  },
  {
    method: 'post',
    path: '/api/v1/auth/logout',
    operation: 'logout',
    access: 'optional',
    tag: 'Accounts',
    summary: 'End this session',
    description: 'The session of the access token, or of the refresh token in the body.',
    body: jsonBody('LogoutRequest', {}, false),
    responses: { 204: { description: 'It is over.' } },
    errors: ['UNAUTHENTICATED', ...stored],
    handle: async (call) => {
      const { refresh_token: token } = (call.body ?? {}) as { readonly refresh_token?: string };
      const caller = call.identified ? call.caller : null;
      const own = caller?.session ?? null;
      const found = own !== null ? { id: own } : token === undefined ? null : await sessionOf(services, token);
      if (found !== null) await logOut(services, found, caller?.subject.user ?? 'refresh-token', circumstancesOf(call));
      else if (caller === null) {
        throw new DataMindError('UNAUTHENTICATED', 'There is no session to end: send its access or refresh token.');
      }
      return { status: 204 };
    },
  },
  {
    method: 'get',
    path: '/api/v1/auth/me',
    operation: 'getMe',
    access: 'signed-in',
    tag: 'Accounts',
    summary: 'Who you are, and what in this workspace',
    responses: { 200: answers('Me', 'You.') },
    handle: async ({ caller }) => ({ json: await showCaller(services, caller), headers: noStore }),
  },
  {
    method: 'post',
    path: '/api/v1/users/me/change-password',
    operation: 'changePassword',
    access: 'signed-in',
    tag: 'Accounts',
    summary: 'Change your password',
    description: 'All other sessions of the account end.',
    body: jsonBody('PasswordChange', { current_password: '…', new_password: 'a sentence of your own' }),
    responses: { 200: answers('PasswordChanged', 'It is changed.') },
    errors: [...guessed, 'NOT_FOUND', 'CONFLICT'],
    handle: async (call) => {
      const { ended } = await changePassword(services, call.caller, call.body as PasswordChange, circumstancesOf(call));
      return { json: { ended_sessions: ended }, headers: noStore };
    },
  },
];
