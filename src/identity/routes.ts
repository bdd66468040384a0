import type { Call, Route } from '../api/route.js';
import './schemas.js';
import type { AccountService, Circumstances, LoginRequest } from './service.js';

const noStore = { 'Cache-Control': 'no-store' };

const circumstancesOf = ({ address, correlationId, headers }: Call): Circumstances => ({
  address,
  correlationId,
  userAgent: headers['user-agent'] ?? null,
});

export const createAccountRoutes = (accounts: AccountService): readonly Route[] => [
  {
    method: 'post',
    path: '/api/v1/auth/login',
    operation: 'login',
    access: 'public',
    tag: 'Accounts',
    summary: 'Log in with e-mail or username, and password',
    body: {
      required: true,
      content: {
        'application/json': {
          schema: { $ref: '#/$defs/LoginRequest' },
          example: { email: 'ana@example.com', password: 'correct horse battery staple' },
        },
      },
    },
    responses: {
      200: { description: 'The tokens.', content: { 'application/json': { $ref: '#/$defs/LoggedIn' } } },
    },
    errors: ['LOGIN_FAILED', 'RATE_LIMITED', 'STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'],
    handle: async (call) => ({
      json: await accounts.login(call.body as LoginRequest, circumstancesOf(call)),
      headers: noStore,
    }),
  },
  {
    method: 'get',
    path: '/api/v1/auth/me',
    operation: 'getMe',
    access: 'signed-in',
    tag: 'Accounts',
    summary: 'Who you are, and what in this workspace',
    responses: { 200: { description: 'You.', content: { 'application/json': { $ref: '#/$defs/Me' } } } },
    errors: ['STORE_UNAVAILABLE'],
    handle: async ({ caller }) => ({ json: await accounts.me(caller), headers: noStore }),
  },
];
