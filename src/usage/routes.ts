import { DataMindError } from '../../core/errors/datamind-error.js';
import { listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import { atLeast } from '../identity/access.js';
import { connections } from '../connections/store.js';
import { type Caller, workspaceOf } from '../identity/caller.js';
import { answers, noStore } from '../identity/routes.js';
import type { Store } from '../store/store.js';
import { placeOf } from '../pipeline/made-connections.js';
import { type HistoryFilter, listHistory } from './list-history.js';
import { readDashboards, readQueries, readSummary, readTokens, readUsers, type Span } from './read-usage.js';
import './schemas.js';

export interface UsageServices {
  readonly store: Store;
  readonly now: () => number;
}

const tag = 'Usage';
const admins = { role: 'admin', scope: 'system:read' } as const;
const dayMs = 86_400_000;

const span: NonNullable<Route['query']> = {
  from: { type: 'string', format: 'date-time', description: 'From then on; 30 days ago when absent.' },
  to: { type: 'string', format: 'date-time', description: 'Before then; now when absent.' },
};

const filter: NonNullable<Route['query']> = {
  ...listParameters,
  ...span,
  result: { type: 'string', enum: ['done', 'denied', 'failed', 'cancelled'], description: 'Only what ended so.' },
};

const moments = (query: Call['query']): { readonly from?: number; readonly to?: number } => {
  const { from, to } = query as { readonly from?: string; readonly to?: string };
  return {
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
};

type Report = (store: Store, span: Span) => Promise<unknown>;

export const createUsageRoutes = ({ store, now }: UsageServices): readonly Route[] => {
  const report = (name: string, operation: string, summary: string, schema: string, read: Report): Route => ({
    method: 'get',
    path: `/api/v1/usage/${name}`,
    operation,
    access: admins,
    tag,
    summary,
    query: span,
    responses: { 200: answers(schema, 'The figures.') },
    handle: async ({ caller, query }) => {
      const { to = now() + 1, from = to - 30 * dayMs } = moments(query);
      return { json: await read(store, { workspace: workspaceOf(caller), from, to }), headers: noStore };
    },
  });

  const history = async (call: Call, over: Partial<HistoryFilter>) => {
    const { from: _, to: __, ...rest } = call.query as Record<string, never>;
    const { project } = call.caller.subject;
    const place = { workspace: workspaceOf(call.caller), ...(project !== null && { project }) };
    const asked = { ...rest, ...moments(call.query), ...over, ...place };
    return { json: await listHistory(store, asked), headers: noStore };
  };

  /** As the trail calls it: those of the configuration by their names. */
  const nameOf = async (caller: Caller, id: string): Promise<string> => {
    const workspaceId = workspaceOf(caller);
    const made = await store.read(
      async (db) =>
        (await db.findOneBy(connections, { workspaceId, id })) ??
        (await db.findOneBy(connections, { workspaceId, name: id })),
    );
    return made === null ? id : placeOf(made.id);
  };

  return [
    report('summary', 'getUsageSummary', 'Show how much is asked in this workspace', 'UsageSummary', readSummary),
    report('users', 'listUsageByUser', 'List who asks how much', 'UsageUserList', readUsers),
    report('queries', 'listUsageByQuery', 'List what is asked most', 'UsageQueryList', readQueries),
    report(
      'dashboards',
      'listUsageByDashboard',
      'List what is done with dashboards',
      'UsageDashboardList',
      readDashboards,
    ),
    report('llm-tokens', 'listUsageOfTokens', 'List what language models took', 'UsageTokensList', readTokens),
    {
      method: 'get',
      path: '/api/v1/queries/history',
      operation: 'listHistory',
      access: { role: 'analyst', scope: 'query:run' },
      tag,
      summary: 'List statements that ran, newest first',
      description:
        'One’s own; an admin sees everybody’s, and one user’s with `user`. Within a project those that were asked in it. Values are not in them.',
      query: {
        ...filter,
        user: { type: 'string', minLength: 1, maxLength: 200, description: 'Only of this user.' },
      },
      responses: { 200: answers('HistoryItemList', 'A page of the list.') },
      errors: ['FORBIDDEN'],
      handle: async (call) => {
        const { caller, query } = call;
        const own = caller.subject.user;
        const wanted = query.user as string | undefined;
        const all = caller.role !== null && atLeast(caller.role, 'admin');
        if (!all && wanted !== undefined && wanted !== own) {
          throw new DataMindError('FORBIDDEN', 'Only admins see what others asked.', { at: 'user' });
        }
        return history(call, all ? {} : { user: own });
      },
    },
    {
      method: 'get',
      path: '/api/v1/system/connections/{id}/sql-history',
      operation: 'listConnectionHistory',
      access: admins,
      tag,
      summary: 'List statements that ran on a connection, newest first',
      params: { id: 'The id of the connection, or its name.' },
      query: filter,
      responses: { 200: answers('HistoryItemList', 'A page of the list.') },
      handle: async (call) => history(call, { connection: await nameOf(call.caller, call.params.id!) }),
    },
  ];
};
