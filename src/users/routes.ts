import { listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import { type IdentityServices, showCaller } from '../identity/service.js';
import { type Attributes, replaceAttributes, showAttributes } from './attributes.js';
import {
  assignRole,
  changeMe,
  changeUser,
  createUser,
  deleteUser,
  type NewUser,
  resetPassword,
  type UserChange,
  unlockUser,
} from './change-users.js';
import { groupsOf, replaceGroups } from './groups.js';
import './schemas.js';
import { listUsers, searchUsers, showUser } from './shown-users.js';

const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const changed = ['NOT_FOUND', 'CONFLICT', ...stored] as const;
const reads = { role: 'admin', scope: 'identity:read' } as const;
const writes = { role: 'admin', scope: null } as const;
const tag = 'Users';
const one = { id: 'The id of the user.' };
const path = '/api/v1/users';

export const createUserRoutes = (services: IdentityServices): readonly Route[] => {
  const show = async ({ caller, params }: Call) => ({
    json: await showUser(services, caller, params.id!),
    headers: noStore,
  });
  /** Routes for anybody about themselves, which come before those with an id. */
  const own: readonly Route[] = [
    {
      method: 'get',
      path: `${path}/me`,
      operation: 'getOwnUser',
      access: 'signed-in',
      tag,
      summary: 'Who you are, and what in this workspace',
      responses: { 200: answers('Me', 'You.') },
      handle: async ({ caller }) => ({ json: await showCaller(services, caller), headers: noStore }),
    },
    {
      method: 'patch',
      path: `${path}/me`,
      operation: 'changeOwnUser',
      access: 'signed-in',
      tag,
      summary: 'Change your name',
      body: jsonBody('MeChange', { name: 'Ana Lima' }),
      responses: { 200: answers('Me', 'You.') },
      errors: changed,
      handle: async (call) => {
        await changeMe(services, call.caller, (call.body as { name: string }).name, circumstancesOf(call));
        return { json: await showCaller(services, call.caller), headers: noStore };
      },
    },
    {
      method: 'get',
      path: `${path}/search`,
      operation: 'searchUsers',
      access: { role: 'analyst', scope: 'identity:read' },
      tag,
      summary: 'Find somebody in this workspace',
      description: 'By name or username, to share with; addresses are not shown.',
      query: listParameters,
      responses: { 200: answers('PersonList', 'A page of the list.') },
      handle: async ({ caller, query }) => ({ json: await searchUsers(services, caller, query), headers: noStore }),
    },
  ];
  return [
    ...own,
    {
      method: 'get',
      path,
      operation: 'listUsers',
      access: reads,
      tag,
      summary: 'List the users of this workspace',
      query: listParameters,
      responses: { 200: answers('UserList', 'A page of the list.') },
      handle: async ({ caller, query }) => ({ json: await listUsers(services, caller, query), headers: noStore }),
    },
    {
      method: 'post',
      path,
      operation: 'createUser',
      access: writes,
      tag,
      summary: 'Make an account in this workspace',
      body: jsonBody('NewUser', { email: 'ana@example.com', role: 'analyst', attributes: { countries: ['France'] } }),
      responses: { 201: answers('MadeUser', 'The user.') },
      errors: ['CONFLICT', ...stored],
      handle: async (call) => {
        const { id, password } = await createUser(services, call.caller, call.body as NewUser, circumstancesOf(call));
        const user = await showUser(services, call.caller, id);
        return { status: 201, json: { user, password }, headers: { ...noStore, Location: `${path}/${id}` } };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}`,
      operation: 'getUser',
      access: reads,
      tag,
      summary: 'Show a user',
      params: one,
      responses: { 200: answers('User', 'The user.') },
      errors: ['NOT_FOUND'],
      handle: show,
    },
    {
      method: 'patch',
      path: `${path}/{id}`,
      operation: 'changeUser',
      access: writes,
      tag,
      summary: 'Change or disable an account',
      description: 'A disabled account cannot log in, and its sessions end.',
      params: one,
      body: jsonBody('UserChange', { status: 'disabled' }),
      responses: { 200: answers('User', 'The user.') },
      errors: changed,
      handle: async (call) => {
        await changeUser(services, call.caller, call.params.id!, call.body as UserChange, circumstancesOf(call));
        return show(call);
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}`,
      operation: 'deleteUser',
      access: writes,
      tag,
      summary: 'Delete an account',
      description: 'Its username stays taken.',
      params: one,
      responses: { 204: { description: 'It is gone.' } },
      errors: changed,
      handle: async (call) => {
        await deleteUser(services, call.caller, call.params.id!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'post',
      path: `${path}/{id}/assign-role`,
      operation: 'assignRole',
      access: writes,
      tag,
      summary: 'Give a user another role in this workspace',
      params: one,
      body: jsonBody('RoleAssignment', { role: 'analyst' }),
      responses: { 200: answers('User', 'The user.') },
      errors: changed,
      handle: async (call) => {
        const { role } = call.body as { readonly role: string };
        await assignRole(services, call.caller, call.params.id!, role, circumstancesOf(call));
        return show(call);
      },
    },
    {
      method: 'post',
      path: `${path}/{id}/reset-password`,
      operation: 'resetPassword',
      access: writes,
      tag,
      summary: 'Give an account a new password',
      description: 'Its sessions end.',
      params: one,
      responses: { 200: answers('NewPassword', 'The password.') },
      errors: changed,
      handle: async (call) => ({
        json: { password: await resetPassword(services, call.caller, call.params.id!, circumstancesOf(call)) },
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path: `${path}/{id}/unlock`,
      operation: 'unlockUser',
      access: writes,
      tag,
      summary: 'Let somebody log in again who was shut out by failed logins',
      params: one,
      responses: { 204: { description: 'It is done.' } },
      errors: changed,
      handle: async (call) => {
        await unlockUser(services, call.caller, call.params.id!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}/groups`,
      operation: 'getUserGroups',
      access: reads,
      tag,
      summary: 'Show the groups of a user',
      params: one,
      responses: { 200: answers('GroupNames', 'Their names.') },
      errors: ['NOT_FOUND'],
      handle: async ({ caller, params }) => ({
        json: { groups: await groupsOf(services, caller, params.id!) },
        headers: noStore,
      }),
    },
    {
      method: 'put',
      path: `${path}/{id}/groups`,
      operation: 'replaceUserGroups',
      access: writes,
      tag,
      summary: 'Put a user into these groups, and no others',
      description: 'By name or id. Groups that an OpenID provider gives stay.',
      params: one,
      body: jsonBody('GroupNames', { groups: ['sales'] }),
      responses: { 200: answers('GroupNames', 'Their names.') },
      errors: changed,
      handle: async (call) => {
        const { groups } = call.body as { readonly groups: readonly string[] };
        await replaceGroups(services, call.caller, call.params.id!, groups, circumstancesOf(call));
        return { json: { groups: await groupsOf(services, call.caller, call.params.id!) }, headers: noStore };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}/attributes`,
      operation: 'getUserAttributes',
      access: reads,
      tag,
      summary: 'Show the attributes of a user in this workspace',
      params: one,
      responses: { 200: answers('UserAttributes', 'The attributes.') },
      errors: ['NOT_FOUND'],
      handle: async ({ caller, params }) => ({
        json: { attributes: await showAttributes(services, caller, params.id!) },
        headers: noStore,
      }),
    },
    {
      method: 'put',
      path: `${path}/{id}/attributes`,
      operation: 'replaceUserAttributes',
      access: writes,
      tag,
      summary: 'Give a user these attributes in this workspace, and no others',
      params: one,
      body: jsonBody('UserAttributes', { attributes: { countries: ['France', 'Spain'] } }),
      responses: { 200: answers('UserAttributes', 'The attributes.') },
      errors: changed,
      handle: async (call) => {
        const { attributes } = call.body as { readonly attributes: Attributes };
        await replaceAttributes(services, call.caller, call.params.id!, attributes, circumstancesOf(call));
        return { json: { attributes }, headers: noStore };
      },
    },
  ];
};
