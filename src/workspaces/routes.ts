import { listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import type { Role } from '../identity/access.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import type { IdentityServices } from '../identity/service.js';
import {
  addWorkspaceMember,
  changeWorkspaceMember,
  listWorkspaceMembers,
  type NewMember,
  removeWorkspaceMember,
} from './members.js';
import './schemas.js';
import { createWorkspace, deleteWorkspace, listWorkspaces, renameWorkspace, showWorkspace } from './workspaces.js';

const changed = ['NOT_FOUND', 'CONFLICT', 'STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const tag = 'Workspaces';
const access = 'signed-in';
const one = { id: 'The id of the workspace.' };
const member = { ...one, user_id: 'The id of the user.' };
const path = '/api/v1/workspaces';

/** Each handler says for itself who may: what counts is the role in the workspace of the path, and running the instance. */
export const createWorkspaceRoutes = (services: IdentityServices): readonly Route[] => {
  const show = async ({ caller }: Call, id: string) => ({
    json: await showWorkspace(services, caller, id),
    headers: noStore,
  });
  return [
    {
      method: 'get',
      path,
      operation: 'listWorkspaces',
      access,
      tag,
      summary: 'List your workspaces',
      description: 'The operator sees all of them.',
      query: listParameters,
      responses: { 200: answers('WorkspaceList', 'A page of the list.') },
      handle: async ({ caller, query }) => ({ json: await listWorkspaces(services, caller, query), headers: noStore }),
    },
    {
      method: 'post',
      path,
      operation: 'createWorkspace',
      access: 'operator',
      tag,
      summary: 'Make a workspace',
      description: 'Nothing crosses it. You are its first admin.',
      body: jsonBody('WorkspaceName', { name: 'North' }),
      responses: { 201: answers('Workspace', 'The workspace.') },
      errors: changed,
      handle: async (call) => {
        const { name } = call.body as { readonly name: string };
        const id = await createWorkspace(services, call.caller, name, circumstancesOf(call));
        const { json, headers } = await show(call, id);
        return { status: 201, json, headers: { ...headers, Location: `${path}/${id}` } };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}`,
      operation: 'getWorkspace',
      access,
      tag,
      summary: 'Show a workspace of yours',
      params: one,
      responses: { 200: answers('Workspace', 'The workspace.') },
      errors: ['NOT_FOUND'],
      handle: (call) => show(call, call.params.id!),
    },
    {
      method: 'patch',
      path: `${path}/{id}`,
      operation: 'renameWorkspace',
      access,
      tag,
      summary: 'Give a workspace another name',
      description: 'For its admins and the operator.',
      params: one,
      body: jsonBody('WorkspaceName', { name: 'North' }),
      responses: { 200: answers('Workspace', 'The workspace.') },
      errors: [...changed, 'PRECONDITION_FAILED'],
      handle: async (call) => {
        const { name } = call.body as { readonly name: string };
        await renameWorkspace(services, call.caller, call.params.id!, name, circumstancesOf(call));
        return show(call, call.params.id!);
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}`,
      operation: 'deleteWorkspace',
      access: 'operator',
      tag,
      summary: 'Delete a workspace with everything in it',
      params: one,
      responses: { 204: { description: 'It is gone.' } },
      errors: changed,
      handle: async (call) => {
        await deleteWorkspace(services, call.caller, call.params.id!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}/members`,
      operation: 'listMembers',
      access,
      tag,
      summary: 'List the members of a workspace',
      description: 'For its admins and the operator.',
      params: one,
      query: listParameters,
      responses: { 200: answers('MemberList', 'A page of the list.') },
      errors: ['NOT_FOUND'],
      handle: async ({ caller, params, query }) => ({
        json: await listWorkspaceMembers(services, caller, params.id!, query),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path: `${path}/{id}/members`,
      operation: 'addMember',
      access,
      tag,
      summary: 'Add somebody who has an account',
      description: 'For its admins, of people they know from other workspaces, and the operator; others are invited.',
      params: one,
      body: jsonBody('NewMember', { username: 'ana', role: 'analyst' }),
      responses: { 201: answers('Member', 'The member.') },
      errors: changed,
      handle: async (call) => ({
        status: 201,
        json: await addWorkspaceMember(
          services,
          call.caller,
          call.params.id!,
          call.body as NewMember,
          circumstancesOf(call),
        ),
        headers: noStore,
      }),
    },
    {
      method: 'patch',
      path: `${path}/{id}/members/{user_id}`,
      operation: 'changeMember',
      access,
      tag,
      summary: 'Give a member another role',
      description: 'For its admins and the operator.',
      params: member,
      body: jsonBody('RoleAssignment', { role: 'analyst' }),
      responses: { 204: { description: 'It is done.' } },
      errors: changed,
      handle: async (call) => {
        const { role } = call.body as { readonly role: Role };
        const { id, user_id: user } = call.params;
        await changeWorkspaceMember(services, call.caller, id!, user!, role, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}/members/{user_id}`,
      operation: 'removeMember',
      access,
      tag,
      summary: 'Take a member out, or leave',
      description: 'Groups and attributes of the workspace go with it.',
      params: member,
      responses: { 204: { description: 'It is done.' } },
      errors: changed,
      handle: async (call) => {
        await removeWorkspaceMember(
          services,
          call.caller,
          call.params.id!,
          call.params.user_id!,
          circumstancesOf(call),
        );
        return { status: 204 };
      },
    },
  ];
};
