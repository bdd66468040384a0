import { listParameters } from '../api/list.js';
import type { Route } from '../api/route.js';
import { addRange, listRanges, removeRange } from './address-ranges.js';
import { listSessions, revokeSession } from './manage-sessions.js';
import { rotateKeys } from './rotate-keys.js';
import { answers, circumstancesOf, jsonBody, noStore } from './routes.js';
import './schemas.js';
import type { IdentityServices } from './service.js';
import { createServiceToken, listServiceTokens, type NewServiceToken, revokeServiceToken } from './service-tokens.js';

const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;

export const createSecurityRoutes = (services: IdentityServices): readonly Route[] => [
  {
    method: 'get',
    path: '/api/v1/security/sessions',
    operation: 'listSessions',
    access: 'signed-in',
    tag: 'Security',
    summary: 'List the sessions of an account',
    description: 'Your own, or for admins those of `user_id`.',
    query: {
      ...listParameters,
      user_id: { type: 'string', minLength: 1, description: 'Whose; your own when absent.' },
    },
    responses: { 200: answers('SessionList', 'A page of the list.') },
    errors: ['NOT_FOUND'],
    handle: async ({ caller, query }) => ({ json: await listSessions(services, caller, query), headers: noStore }),
  },
  {
    method: 'delete',
    path: '/api/v1/security/sessions/{id}',
    operation: 'revokeSession',
    access: 'signed-in',
    tag: 'Security',
    summary: 'End a session',
    description: 'Its tokens are dead with the next request.',
    params: { id: 'Its id.' },
    responses: { 204: { description: 'It is over.' } },
    errors: ['NOT_FOUND', ...stored],
    handle: async (call) => {
      await revokeSession(services, call.caller, call.params.id!, circumstancesOf(call));
      return { status: 204 };
    },
  },
  {
    method: 'get',
    path: '/api/v1/security/ip-restrictions',
    operation: 'listIpRestrictions',
    access: { role: 'admin', scope: 'identity:read' },
    tag: 'Security',
    summary: 'List where this workspace may be used from',
    description: 'From anywhere while the list is empty.',
    query: listParameters,
    responses: { 200: answers('IpRestrictionList', 'A page of the list.') },
    handle: async ({ caller, query }) => ({ json: await listRanges(services, caller, query), headers: noStore }),
  },
  {
    method: 'post',
    path: '/api/v1/security/ip-restrictions',
    operation: 'addIpRestriction',
    access: { role: 'admin', scope: null },
    tag: 'Security',
    summary: 'Add a range that this workspace may be used from',
    body: jsonBody('NewIpRestriction', { range: '192.0.2.0/24', note: 'The office.' }),
    responses: { 201: answers('IpRestriction', 'The range.') },
    errors: ['CONFLICT', ...stored],
    handle: async (call) => ({
      status: 201,
      json: await addRange(services, call.caller, call.body as { range: string }, circumstancesOf(call)),
      headers: noStore,
    }),
  },
  {
    method: 'delete',
    path: '/api/v1/security/ip-restrictions/{id}',
    operation: 'removeIpRestriction',
    access: { role: 'admin', scope: null },
    tag: 'Security',
    summary: 'Remove a range',
    params: { id: 'Its id.' },
    responses: { 204: { description: 'It is gone.' } },
    errors: ['NOT_FOUND', 'CONFLICT', ...stored],
    handle: async (call) => {
      await removeRange(services, call.caller, call.params.id!, circumstancesOf(call));
      return { status: 204 };
    },
  },
  {
    method: 'get',
    path: '/api/v1/security/service-tokens',
    operation: 'listServiceTokens',
    access: { role: 'admin', scope: 'identity:read' },
    tag: 'Security',
    summary: 'List the service tokens of this workspace',
    query: listParameters,
    responses: { 200: answers('ServiceTokenList', 'A page of the list.') },
    handle: async ({ caller, query }) => ({ json: await listServiceTokens(services, caller, query), headers: noStore }),
  },
  {
    method: 'post',
    path: '/api/v1/security/service-tokens',
    operation: 'createServiceToken',
    access: { role: 'admin', scope: null },
    tag: 'Security',
    summary: 'Make a token for a program',
    description:
      'It is a caller of its own, `service:<name>`, with a role, groups and attributes, narrowed to scopes. The token is shown this once.',
    body: jsonBody('NewServiceToken', { name: 'nightly-report', role: 'analyst', scopes: ['query:run'] }),
    responses: { 201: answers('MadeServiceToken', 'The token.') },
    errors: ['CONFLICT', ...stored],
    handle: async (call) => ({
      status: 201,
      json: await createServiceToken(services, call.caller, call.body as NewServiceToken, circumstancesOf(call)),
      headers: noStore,
    }),
  },
  {
    method: 'delete',
    path: '/api/v1/security/service-tokens/{id}',
    operation: 'revokeServiceToken',
    access: { role: 'admin', scope: null },
    tag: 'Security',
    summary: 'End a service token',
    params: { id: 'Its id.' },
    responses: { 204: { description: 'It is over.' } },
    errors: ['NOT_FOUND', ...stored],
    handle: async (call) => {
      await revokeServiceToken(services, call.caller, call.params.id!, circumstancesOf(call));
      return { status: 204 };
    },
  },
  {
    method: 'post',
    path: '/api/v1/security/keys/rotate',
    operation: 'rotateKeys',
    access: 'operator',
    tag: 'Security',
    summary: 'Sign access tokens with a new key from now on',
    description:
      'Tokens of the old one are good until they expire. What an older `ENCRYPTION_KEY` has sealed is sealed with the one in use.',
    responses: { 200: answers('RotatedKey', 'The new key.') },
    errors: stored,
    handle: async (call) => ({
      json: { key_id: await rotateKeys(services, call.caller, circumstancesOf(call)) },
      headers: noStore,
    }),
  },
];
