import { DataMindError } from '../../core/errors/datamind-error.js';
import { listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import { workspaceOf } from '../identity/caller.js';
import type { Store } from '../store/store.js';
import { auditActions } from './actions.js';
import { type AuditFilter, listEntries } from './list-entries.js';
import './schemas.js';

const word = { type: 'string', minLength: 1, maxLength: 200 } as const;

const parameters: NonNullable<Route['query']> = {
  ...listParameters,
  user: { ...word, description: 'Only what this user did.' },
  action: { type: 'string', enum: auditActions, description: 'Only this.' },
  target: { ...word, description: 'Only what was done to this.' },
  result: { type: 'string', enum: ['done', 'denied', 'failed', 'cancelled'], description: 'Only what ended so.' },
  correlation_id: { ...word, description: 'Only what one request did.' },
  from: { type: 'string', format: 'date-time', description: 'From then on.' },
  to: { type: 'string', format: 'date-time', description: 'Before then.' },
  everywhere: {
    type: 'boolean',
    default: false,
    description: 'For the operator: of all workspaces, and logins, which are in none.',
  },
};

const filterOf = ({ caller, query }: Call): AuditFilter => {
  const { everywhere, from, to, correlation_id: correlationId, ...rest } = query as Record<string, never>;
  if (everywhere && !caller.operator) {
    throw new DataMindError('FORBIDDEN', 'Only the operator sees the audit of all workspaces.', { at: 'everywhere' });
  }
  return {
    ...rest,
    workspace: everywhere ? null : workspaceOf(caller),
    ...(correlationId !== undefined && { correlationId }),
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
};

export const createAuditRoutes = (store: Store): readonly Route[] => [
  {
    method: 'get',
    path: '/api/v1/security/audit-log',
    operation: 'listAuditLog',
    access: { role: 'admin', scope: 'audit:read' },
    tag: 'Security',
    summary: 'List what was done in this workspace',
    description: 'Newest first: who, what, from where, and how it ended.',
    query: parameters,
    responses: {
      200: { description: 'A page of the list.', content: { 'application/json': { $ref: '#/$defs/AuditItemList' } } },
    },
    errors: ['STORE_UNAVAILABLE'],
    handle: async (call) => ({
      json: await listEntries(store, filterOf(call)),
      headers: { 'Cache-Control': 'no-store' },
    }),
  },
];
