import { listParameters } from '../api/list.js';
import type { Route } from '../api/route.js';
import type { Role } from './access.js';
import { acceptInvitation, invite, listInvitations, withdrawInvitation } from './invitations.js';
import { type RegistrationRequest, type RegistrationRules, register } from './register.js';
import { answers, circumstancesOf, jsonBody, noStore } from './routes.js';
import './schemas.js';
import type { IdentityServices } from './service.js';

const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const path = '/api/v1/invitations';

export const createRegistrationRoutes = (services: IdentityServices, rules: RegistrationRules): readonly Route[] => [
  {
    method: 'post',
    path: '/api/v1/auth/register',
    operation: 'register',
    access: 'public',
    tag: 'Accounts',
    summary: 'Make an account of your own',
    description: 'With an invitation, unless registration is open (`DATAMIND_REGISTRATION`).',
    body: jsonBody('Registration', {
      email: 'ana@example.com',
      password: 'correct horse battery staple',
      invitation: 'dmi_…',
    }),
    responses: { 201: answers('LoggedIn', 'The tokens of the new account.') },
    errors: ['CONFLICT', 'RATE_LIMITED', ...stored],
    handle: async (call) => ({
      status: 201,
      json: await register(services, rules, call.body as RegistrationRequest, circumstancesOf(call)),
      headers: noStore,
    }),
  },
  {
    method: 'post',
    path: `${path}/accept`,
    operation: 'acceptInvitation',
    access: 'signed-in',
    tag: 'Accounts',
    summary: 'Join another workspace with an invitation',
    body: jsonBody('InvitationToken', { invitation: 'dmi_…' }),
    responses: { 204: { description: 'You are a member.' } },
    errors: ['CONFLICT', ...stored],
    handle: async (call) => {
      const { invitation } = call.body as { readonly invitation: string };
      await acceptInvitation(services, call.caller, invitation, circumstancesOf(call));
      return { status: 204 };
    },
  },
  {
    method: 'get',
    path,
    operation: 'listInvitations',
    access: { role: 'admin', scope: 'identity:read' },
    tag: 'Users',
    summary: 'List the open invitations of this workspace',
    query: listParameters,
    responses: { 200: answers('InvitationList', 'A page of the list.') },
    handle: async ({ caller, query }) => ({ json: await listInvitations(services, caller, query), headers: noStore }),
  },
  {
    method: 'post',
    path,
    operation: 'invite',
    access: { role: 'admin', scope: null },
    tag: 'Users',
    summary: 'Invite somebody into this workspace',
    description:
      'The token is shown this once; hand it over yourself. It is good for a week and for that e-mail alone.',
    body: jsonBody('NewInvitation', { email: 'ana@example.com', role: 'analyst' }),
    responses: { 201: answers('MadeInvitation', 'The invitation.') },
    errors: stored,
    handle: async (call) => ({
      status: 201,
      json: await invite(services, call.caller, call.body as { email: string; role?: Role }, circumstancesOf(call)),
      headers: noStore,
    }),
  },
  {
    method: 'delete',
    path: `${path}/{id}`,
    operation: 'withdrawInvitation',
    access: { role: 'admin', scope: null },
    tag: 'Users',
    summary: 'Take an invitation back',
    params: { id: 'Its id.' },
    responses: { 204: { description: 'It is gone.' } },
    errors: ['NOT_FOUND', ...stored],
    handle: async (call) => {
      await withdrawInvitation(services, call.caller, call.params.id!, circumstancesOf(call));
      return { status: 204 };
    },
  },
];
