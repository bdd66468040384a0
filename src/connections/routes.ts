import { listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import type { Right } from '../identity/access.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import {
  changeConnection,
  type ConnectionChange,
  createConnection,
  deleteConnection,
  describeUrl,
  etagOfRow,
  type NewConnection,
} from './change-connections.js';
import { publishConnection, readDraft } from './publish.js';
import { readConnectionSchema } from './read-schema.js';
import './schemas.js';
import type { ConnectionServices } from './service.js';
import { listShares, type NewShare, share, unshare, unshareGroup } from './shares.js';
import { listConnections, listTypes, showConnection, showStatus } from './show-connections.js';
import { testConnection, type Tested, testSettings } from './test-connections.js';

const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const changed = ['NOT_FOUND', 'FORBIDDEN', 'READ_ONLY', 'CONFLICT', ...stored] as const;
const reads: Right = { role: 'viewer', scope: 'connection:read' };
const writes: Right = { role: 'analyst', scope: 'connection:write' };
const tag = 'Connections';
const one = { id: 'The id of the connection; of one of the configuration, its name.' };
const path = '/api/v1/connections';
const config = { host: 'db.example.com', database: 'shop', user: 'datamind_reader', password: '…' };

export const createConnectionRoutes = (services: ConnectionServices): readonly Route[] => {
  const show = async ({ caller }: Call, id: string) => {
    const json = await showConnection(services, caller, id);
    return { json, etag: etagOfRow(json), headers: noStore };
  };
  const create = async (call: Call, wanted: NewConnection) => {
    const id = await createConnection(services, call.caller, wanted, circumstancesOf(call));
    const { json, etag, headers } = await show(call, id);
    return { status: 201, json, etag, headers: { ...headers, Location: `${path}/${id}` } };
  };
  return [
    {
      method: 'get',
      path: `${path}/types`,
      operation: 'listConnectionTypes',
      access: reads,
      tag,
      summary: 'List what can be connected to, with the settings of each',
      responses: { 200: answers('ConnectionTypeList', 'All of them.') },
      handle: () => {
        const data = listTypes();
        return { json: { data, count: data.length }, headers: noStore };
      },
    },
    {
      method: 'get',
      path,
      operation: 'listConnections',
      access: reads,
      tag,
      summary: 'List the connections that you were given',
      description:
        'Your own, those that are shared with you or published, and those of the configuration of the server.',
      query: listParameters,
      responses: { 200: answers('ConnectionList', 'A page of the list.') },
      handle: async ({ caller, query }) => ({ json: await listConnections(services, caller, query), headers: noStore }),
    },
    {
      method: 'post',
      path,
      operation: 'createConnection',
      access: writes,
      tag,
      summary: 'Make a connection',
      description:
        'It is yours. Secrets are sealed and never shown again. Its tables are read at once: `GET /api/v1/system/connections/{id}/status` says how far that is.',
      body: jsonBody('NewConnection', { name: 'shop', type: 'postgres', config }),
      responses: { 201: answers('Connection', 'The connection.') },
      errors: ['FORBIDDEN', 'CONFLICT', ...stored],
      handle: (call) => create(call, call.body as NewConnection),
    },
    {
      method: 'post',
      path: `${path}/from-url`,
      operation: 'createConnectionFromUrl',
      access: writes,
      tag,
      summary: 'Make a connection from a URL',
      description: 'The URL is taken apart, so that only its password is a secret.',
      body: jsonBody('NewConnectionFromUrl', { url: 'postgresql://reader:…@db.example.com:5432/shop' }),
      responses: { 201: answers('Connection', 'The connection.') },
      errors: ['FORBIDDEN', 'CONFLICT', ...stored],
      handle: (call) => {
        const body = call.body as Parameters<typeof describeUrl>[0] & { readonly description?: string };
        const { description } = body;
        return create(call, { ...describeUrl(body), ...(description !== undefined && { description }) });
      },
    },
    {
      method: 'post',
      path: `${path}/test`,
      operation: 'testConnectionSettings',
      access: writes,
      cost: 20,
      tag,
      summary: 'Try settings before they are saved',
      description: 'Whatever an attempt fails at, it takes the same time and is told in the same words.',
      body: jsonBody('ConnectionToTest', { type: 'postgres', config }),
      responses: { 200: answers('ConnectionTest', 'Whether a database answers.') },
      errors: ['AUDIT_UNAVAILABLE'],
      handle: async (call) => ({
        json: await testSettings(services, call.caller, call.body as Tested, circumstancesOf(call)),
        headers: noStore,
      }),
    },
    {
      method: 'get',
      path: `${path}/{id}`,
      operation: 'getConnection',
      access: reads,
      tag,
      summary: 'Show a connection',
      params: one,
      responses: { 200: answers('Connection', 'The connection.') },
      errors: ['NOT_FOUND'],
      handle: (call) => show(call, call.params.id!),
    },
    {
      method: 'patch',
      path: `${path}/{id}`,
      operation: 'changeConnection',
      access: writes,
      tag,
      summary: 'Change a connection',
      description:
        'Statements that run end on the old settings; those after this one run on the new ones, on every node. Caches of before are not used again.',
      params: one,
      headers: { 'If-Match': 'The ETag that you have read: refused when it has changed since.' },
      body: jsonBody('ConnectionChange', { config: { password: '…' } }),
      responses: { 200: answers('Connection', 'The connection.') },
      errors: [...changed, 'PRECONDITION_FAILED'],
      handle: async (call) => {
        const id = call.params.id!;
        const change = call.body as ConnectionChange;
        await changeConnection(services, call.caller, id, change, circumstancesOf(call), call.headers);
        return show(call, id);
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}`,
      operation: 'deleteConnection',
      access: writes,
      tag,
      summary: 'Delete a connection',
      description: 'What runs on it ends.',
      params: one,
      responses: { 204: { description: 'It is gone.' } },
      errors: changed,
      handle: async (call) => {
        await deleteConnection(services, call.caller, call.params.id!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'post',
      path: `${path}/{id}/test`,
      operation: 'testConnection',
      access: writes,
      cost: 20,
      tag,
      summary: 'Try a connection',
      params: one,
      responses: { 200: answers('ConnectionTest', 'Whether its database answers.') },
      errors: ['NOT_FOUND', 'FORBIDDEN', 'AUDIT_UNAVAILABLE'],
      handle: async (call) => ({
        json: await testConnection(services, call.caller, call.params.id!, circumstancesOf(call)),
        headers: noStore,
      }),
    },
    {
      method: 'get',
      path: `${path}/{id}/schema`,
      operation: 'getConnectionSchema',
      access: reads,
      cost: 5,
      tag,
      summary: 'Show what the database of a connection has',
      description: 'Live; what it had before, with a `warning`, where it cannot be asked.',
      params: one,
      responses: { 200: answers('ConnectionSchema', 'Its tables and columns.') },
      errors: ['NOT_FOUND', 'FORBIDDEN', 'CONNECTION_FAILED'],
      handle: async ({ caller, params, signal }) => ({
        json: await readConnectionSchema(services, caller, params.id!, signal),
        headers: noStore,
      }),
    },
    {
      method: 'get',
      path: `${path}/{id}/draft`,
      operation: 'getConnectionDraft',
      access: reads,
      tag,
      summary: 'Show the draft of a model that was made of what the database has',
      description:
        'It is part of the model of whoever owns the connection or was given it to ask, until an admin publishes it.',
      params: one,
      responses: { 200: answers('ConnectionDraft', 'The draft.') },
      errors: ['NOT_FOUND', 'FORBIDDEN', 'READ_ONLY', 'CONFLICT'],
      handle: async ({ caller, params }) => ({
        json: await readDraft(services, caller, params.id!),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path: `${path}/{id}/publish`,
      operation: 'publishConnection',
      access: { role: 'admin', scope: 'connection:write' },
      tag,
      summary: 'Make the draft of a connection part of the workspace’s model',
      description:
        'It becomes a file of the model, which is compiled with it first. From then on everybody in the workspace may ask the connection, under the policies of the model, and admins alone change it.',
      params: one,
      responses: { 200: answers('Connection', 'The connection.') },
      errors: [...changed, 'MODEL_INVALID'],
      handle: async (call) => {
        const id = call.params.id!;
        await publishConnection(services, call.caller, id, circumstancesOf(call));
        return show(call, id);
      },
    },
    {
      method: 'get',
      path: `${path}/{id}/shares`,
      operation: 'listConnectionShares',
      access: reads,
      tag,
      summary: 'List whom a connection is shared with',
      params: one,
      query: listParameters,
      responses: { 200: answers('ConnectionShareList', 'A page of the list.') },
      errors: ['NOT_FOUND', 'FORBIDDEN', 'READ_ONLY'],
      handle: async ({ caller, params, query }) => ({
        json: await listShares(services, caller, params.id!, query),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path: `${path}/{id}/shares`,
      operation: 'shareConnection',
      access: writes,
      tag,
      summary: 'Share a connection with a member of the workspace, or with a group',
      params: one,
      body: jsonBody('NewConnectionShare', { user: 'ana', permission: 'chat' }),
      responses: { 201: answers('ConnectionShare', 'The share.') },
      errors: changed,
      handle: async (call) => ({
        status: 201,
        json: await share(services, call.caller, call.params.id!, call.body as NewShare, circumstancesOf(call)),
        headers: noStore,
      }),
    },
    {
      method: 'delete',
      path: `${path}/{id}/shares/{user}`,
      operation: 'unshareConnection',
      access: writes,
      tag,
      summary: 'Take a share back',
      description: 'The next statement of theirs is refused.',
      params: { ...one, user: 'A username or the id of a user.' },
      responses: { 204: { description: 'It is done.' } },
      errors: changed,
      handle: async (call) => {
        await unshare(services, call.caller, call.params.id!, call.params.user!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}/shares/groups/{group}`,
      operation: 'unshareConnectionWithGroup',
      access: writes,
      tag,
      summary: 'Take the share of a group back',
      description: 'The next statement of those in it is refused, unless they were given the connection otherwise.',
      params: { ...one, group: 'The id or the name of a group.' },
      responses: { 204: { description: 'It is done.' } },
      errors: changed,
      handle: async (call) => {
        await unshareGroup(services, call.caller, call.params.id!, call.params.group!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'get',
      path: '/api/v1/system/connections/{id}/status',
      operation: 'getConnectionStatus',
      access: reads,
      tag,
      summary: 'Show how a connection is',
      params: one,
      responses: { 200: answers('ConnectionStatus', 'Its state, and what was last found out about it.') },
      errors: ['NOT_FOUND'],
      handle: async ({ caller, params }) => ({
        json: await showStatus(services, caller, params.id!),
        headers: noStore,
      }),
    },
  ];
};
