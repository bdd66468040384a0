import { listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import type { IdentityServices } from '../identity/service.js';
import {
  changeGroup,
  createGroup,
  deleteGroup,
  listGroups,
  type NewGroup,
  showGroup,
  usersInGroups,
} from './groups.js';
import { createMembershipRoutes } from './membership-routes.js';
import './schemas.js';

const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const changed = ['NOT_FOUND', 'CONFLICT', ...stored] as const;
const reads = { role: 'analyst', scope: 'identity:read' } as const;
const writes = { role: 'admin', scope: null } as const;
const tag = 'Groups';
const one = { id: 'The id of the group.' };
const path = '/api/v1/groups';

export const createGroupRoutes = (services: IdentityServices): readonly Route[] => {
  const show = async ({ caller }: Call, id: string) => ({
    json: await showGroup(services, caller, id),
    headers: noStore,
  });
  return [
    {
      method: 'get',
      path,
      operation: 'listGroups',
      access: reads,
      tag,
      summary: 'List the groups of this workspace',
      query: listParameters,
      responses: { 200: answers('GroupList', 'A page of the list.') },
      handle: async ({ caller, query }) => ({ json: await listGroups(services, caller, query), headers: noStore }),
    },
    {
      method: 'post',
      path,
      operation: 'createGroup',
      access: writes,
      tag,
      summary: 'Make a group',
      body: jsonBody('NewGroup', { name: 'sales', description: 'Who sells.' }),
      responses: { 201: answers('Group', 'The group.') },
      errors: ['CONFLICT', ...stored],
      handle: async (call) => {
        const id = await createGroup(services, call.caller, call.body as NewGroup, circumstancesOf(call));
        const { json, headers } = await show(call, id);
        return { status: 201, json, headers: { ...headers, Location: `${path}/${id}` } };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}`,
      operation: 'getGroup',
      access: reads,
      tag,
      summary: 'Show a group',
      params: one,
      responses: { 200: answers('Group', 'The group.') },
      errors: ['NOT_FOUND'],
      handle: (call) => show(call, call.params.id!),
    },
    {
      method: 'patch',
      path: `${path}/{id}`,
      operation: 'changeGroup',
      access: writes,
      tag,
      summary: 'Change a group',
      description: 'Policies know it by its name: a new name changes which of them are about its members.',
      params: one,
      body: jsonBody('GroupChange', { description: 'Who sells.' }),
      responses: { 200: answers('Group', 'The group.') },
      errors: [...changed, 'PRECONDITION_FAILED'],
      handle: async (call) => {
        const id = call.params.id!;
        await changeGroup(services, call.caller, id, call.body as Partial<NewGroup>, circumstancesOf(call));
        return show(call, id);
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}`,
      operation: 'deleteGroup',
      access: writes,
      tag,
      summary: 'Delete a group',
      description: 'Policies about it are about nobody from then on.',
      params: one,
      responses: { 204: { description: 'It is gone.' } },
      errors: changed,
      handle: async (call) => {
        await deleteGroup(services, call.caller, call.params.id!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    ...createMembershipRoutes(usersInGroups, services, {
      list: 'List who is in a group',
      add: 'Put a user into a group',
      remove: 'Take a user out of a group',
    }),
  ];
};
