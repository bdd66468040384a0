import type { ObjectLiteral } from 'typeorm';
import { listParameters } from '../api/list.js';
import type { Route } from '../api/route.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import { addPart, listParts, type Membership, type MembershipServices, removePart } from './membership.js';
import './schemas.js';

const changed = ['NOT_FOUND', 'CONFLICT', 'STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const reads = { role: 'admin', scope: 'identity:read' } as const;
const writes = { role: 'admin', scope: null } as const;

const parts = {
  user: { path: 'members', name: 'Member', field: 'user_id', list: 'PersonList', body: 'NewGroupMember' },
  group: { path: 'groups', name: 'Group', field: 'group_id', list: 'ProjectGroupList', body: 'NewProjectGroup' },
} as const;

const wholes = {
  group: { path: '/api/v1/groups', name: 'Group', tag: 'Groups' },
  project: { path: '/api/v1/projects', name: 'Project', tag: 'Projects' },
} as const;

/** What a person reads of each route. */
export interface MembershipWords {
  readonly list: string;
  readonly about?: string;
  readonly add: string;
  readonly remove: string;
}

/** Lists the parts of a whole, adds one, takes one out. */
export const createMembershipRoutes = <Row extends ObjectLiteral>(
  membership: Membership<Row>,
  services: MembershipServices,
  words: MembershipWords,
): readonly Route[] => {
  const whole = wholes[membership.whole];
  const part = parts[membership.part.called];
  const { tag } = whole;
  const path = `${whole.path}/{id}/${part.path}`;
  const params = { id: `The id of the ${membership.whole}.` };
  return [
    {
      method: 'get',
      path,
      operation: `list${whole.name}${part.name}s`,
      access: reads,
      tag,
      summary: words.list,
      ...(words.about !== undefined && { description: words.about }),
      params,
      query: listParameters,
      responses: { 200: answers(part.list, 'A page of the list.') },
      errors: ['NOT_FOUND'],
      handle: async ({ caller, params: { id }, query }) => ({
        json: await listParts(membership, services, caller, id!, query),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path,
      operation: `add${whole.name}${part.name}`,
      access: writes,
      tag,
      summary: words.add,
      params,
      body: jsonBody(part.body, { [part.field]: '…' }),
      responses: { 204: { description: 'It is done.' } },
      errors: changed,
      handle: async (call) => {
        const { [part.field]: added } = call.body as Readonly<Record<string, string>>;
        await addPart(membership, services, call.caller, call.params.id!, added!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'delete',
      path: `${path}/{${part.field}}`,
      operation: `remove${whole.name}${part.name}`,
      access: writes,
      tag,
      summary: words.remove,
      params: { ...params, [part.field]: `The id of the ${membership.part.called}.` },
      responses: { 204: { description: 'It is done.' } },
      errors: changed,
      handle: async (call) => {
        const { id, [part.field]: removed } = call.params;
        await removePart(membership, services, call.caller, id!, removed!, circumstancesOf(call));
        return { status: 204 };
      },
    },
  ];
};
