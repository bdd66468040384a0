import { listParameters } from '../api/list.js';
import { checkValue } from '../api/check-values.js';
import type { Call, Route, Schema } from '../api/route.js';
import { refusalOf } from '../identity/check-access.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import './schemas.js';
import {
  changeSavedQuery,
  deleteSavedQuery,
  listSavedQueries,
  type NewSavedQuery,
  type SavedQueryServices,
  savedQueryOf,
  saveQuery,
  showSavedQuery,
} from './service.js';
import type { SavedQueryRow } from './store.js';

const access = { role: 'analyst', scope: 'query:run' } as const;
const tag = 'Saved queries';
const path = '/api/v1/queries/saved';
const one = { id: 'The id of the saved query.' };
const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;

/** The routes that everybody asks by: a saved query runs through them, as whoever runs it. */
export interface Runners {
  readonly query: Route;
  readonly sql: Route;
}

const json = 'application/json';
const jsonOf = ({ body }: Route): Schema => body!.content[json]!.schema;

const bodyOf = ({ query, sql, connection }: SavedQueryRow): object => {
  const to = connection === null ? {} : { connection };
  return sql === null ? { ...(query as object), ...to } : { sql, ...to };
};

export const createSavedQueryRoutes = (services: SavedQueryServices, runners: Runners): readonly Route[] => {
  const show = async ({ caller }: Call, id: string) => ({
    json: await showSavedQuery(services, caller, id),
    headers: noStore,
  });
  return [
    {
      method: 'get',
      path,
      operation: 'listSavedQueries',
      access,
      tag,
      summary: 'List one’s own queries, and those that are shared',
      query: listParameters,
      responses: { 200: answers('SavedQueryList', 'A page of the list.') },
      handle: async ({ caller, query }) => ({
        json: await listSavedQueries(services, caller, query),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path,
      operation: 'saveQuery',
      access,
      tag,
      summary: 'Keep a query',
      body: jsonBody('NewSavedQuery', { name: 'Revenue by country', query: { metrics: ['revenue'] }, shared: true }),
      responses: { 201: answers('SavedQuery', 'The saved query.') },
      errors: ['CONFLICT', ...stored],
      handle: async (call) => {
        const id = await saveQuery(services, call.caller, call.body as NewSavedQuery, circumstancesOf(call));
        const { json, headers } = await show(call, id);
        return { status: 201, json, headers: { ...headers, Location: `${path}/${id}` } };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}`,
      operation: 'getSavedQuery',
      access,
      tag,
      summary: 'Show a saved query',
      params: one,
      responses: { 200: answers('SavedQuery', 'The saved query.') },
      errors: ['NOT_FOUND'],
      handle: (call) => show(call, call.params.id!),
    },
    {
      method: 'patch',
      path: `${path}/{id}`,
      operation: 'changeSavedQuery',
      access,
      tag,
      summary: 'Change a saved query',
      params: one,
      body: jsonBody('SavedQueryChange', { shared: false }),
      responses: { 200: answers('SavedQuery', 'The saved query.') },
      errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT', ...stored],
      handle: async (call) => {
        const id = call.params.id!;
        await changeSavedQuery(services, call.caller, id, call.body as Partial<NewSavedQuery>, circumstancesOf(call));
        return show(call, id);
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}`,
      operation: 'deleteSavedQuery',
      access,
      tag,
      summary: 'Delete a saved query',
      params: one,
      responses: { 204: { description: 'It is gone.' } },
      errors: ['NOT_FOUND', 'FORBIDDEN', ...stored],
      handle: async (call) => {
        await deleteSavedQuery(services, call.caller, call.params.id!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'post',
      path: `${path}/{id}/run`,
      operation: 'runSavedQuery',
      access,
      cost: 5,
      tag,
      summary: 'Run a saved query',
      description:
        'As whoever runs it, under their policies, whoever saved it. Answers as `semantic/query` does, or as `sql/execute` for SQL, which a service token needs the scope `sql:run` for.',
      params: one,
      responses: {
        200: { description: 'The answer.', content: { 'application/json': { type: 'object' } } },
      },
      errors: ['NOT_FOUND', ...new Set([...(runners.query.errors ?? []), ...(runners.sql.errors ?? [])])],
      handle: async (call) => {
        const row = await services.store.read((db) => savedQueryOf(db, call.caller, call.params.id!));
        const runner = row.sql === null ? runners.query : runners.sql;
        const refusal = refusalOf(runner.access, call.caller);
        if (refusal !== null) throw refusal;
        const body = bodyOf(row);
        // It is checked as if it had been sent to that route itself.
        checkValue(jsonOf(runner), body, runner.body!.invalid ?? 'BAD_REQUEST', 'The saved query');
        return runner.handle({ ...call, body, text: JSON.stringify(body), mediaType: json });
      },
    },
  ];
};
