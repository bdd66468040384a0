import { listParameters } from '../api/list.js';
import type { Route } from '../api/route.js';
import type { Right } from '../identity/access.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import './schemas.js';
import { describeInsight, type IntelligenceServices, listInsights, reanalyse, showStats } from './service.js';

const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const reads: Right = { role: 'viewer', scope: 'connection:read' };
const writes: Right = { role: 'analyst', scope: 'connection:write' };
const tag = 'Connections';
const connection = 'The id of the connection; of one of the configuration, its name.';
const path = '/api/v1/intelligence/{connection}';

export const createIntelligenceRoutes = (services: IntelligenceServices): readonly Route[] => [
  {
    method: 'get',
    path: `${path}/insights`,
    operation: 'listInsights',
    access: reads,
    tag,
    summary: 'List what is known of the tables of a connection',
    description:
      'Tables that your model knows and that are open to you. Figures and values are of all rows, so they are here only where you may see every row of the table, and the column as it is.',
    params: { connection },
    query: listParameters,
    responses: { 200: answers('InsightList', 'A page of the list.') },
    errors: ['NOT_FOUND', 'FORBIDDEN', 'MODEL_UNAVAILABLE'],
    handle: async ({ caller, params, query }) => ({
      json: await listInsights(services, caller, params.connection!, query),
      headers: noStore,
    }),
  },
  {
    method: 'get',
    path: `${path}/stats`,
    operation: 'getProfileStats',
    access: reads,
    tag,
    summary: 'Show how far the profile of a connection is',
    params: { connection },
    responses: { 200: answers('ProfileStats', 'The state, and what is in it.') },
    errors: ['NOT_FOUND', 'FORBIDDEN', 'MODEL_UNAVAILABLE'],
    handle: async ({ caller, params }) => ({
      json: await showStats(services, caller, params.connection!),
      headers: noStore,
    }),
  },
  {
    method: 'put',
    path: `${path}/insights/{id}`,
    operation: 'describeInsight',
    access: writes,
    tag,
    summary: 'Say what a table or a column is',
    description: 'For owners of the connection and admins. It stays when the connection is profiled again.',
    params: { connection, id: 'The id of the table or of the column.' },
    body: jsonBody('InsightChange', { description: 'One row for each order, cancelled ones too.' }),
    responses: { 200: answers('Insight', 'The table as it is now.') },
    errors: ['NOT_FOUND', 'FORBIDDEN', 'MODEL_UNAVAILABLE', ...stored],
    handle: async (call) => {
      const { description } = call.body as { readonly description: string };
      const which = { connection: call.params.connection!, insight: call.params.id! };
      const json = await describeInsight(services, call.caller, which, description, circumstancesOf(call));
      return { json, headers: noStore };
    },
  },
  {
    method: 'post',
    path: '/api/v1/connections/{id}/reanalyze',
    operation: 'reanalyzeConnection',
    access: writes,
    cost: 20,
    tag,
    summary: 'Profile a connection anew',
    description:
      'In the background, with small statements one after another, as you may see its tables. `GET /api/v1/intelligence/{connection}/stats` says how far it is. While one is being made, no other begins.',
    params: { id: connection },
    responses: { 202: answers('ProfileAsked', 'It will be made.') },
    errors: ['NOT_FOUND', 'FORBIDDEN', ...stored],
    handle: async (call) => {
      const json = await reanalyse(services, call.caller, call.params.id!, circumstancesOf(call));
      return { status: 202, json, headers: noStore };
    },
  },
];
