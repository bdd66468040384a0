import { listParameters } from '../api/list.js';
import type { Route } from '../api/route.js';
import { answers, circumstancesOf, noStore } from '../identity/routes.js';
import './schemas.js';
import { deleteJob, type JobFilter, type JobServices, listJobs, listSchedules, retryJob, showJob } from './service.js';

const reads = { role: 'admin', scope: 'system:read' } as const;
const writes = { role: 'admin', scope: null } as const;
const tag = 'Jobs';
const one = { id: 'The id of the job.' };
const path = '/api/v1/jobs';
const everywhere = {
  type: 'boolean',
  default: false,
  description: 'For the operator: of all workspaces, and the server’s own.',
};

export const createJobRoutes = (services: JobServices): readonly Route[] => [
  {
    method: 'get',
    path,
    operation: 'listJobs',
    access: reads,
    tag,
    summary: 'List what is done beside requests',
    description: 'The dead letters are those with `state=dead`.',
    query: {
      ...listParameters,
      state: { type: 'string', enum: ['waiting', 'running', 'done', 'dead'], description: 'Only those.' },
      name: { type: 'string', minLength: 1, maxLength: 200, description: 'Only this work.' },
      everywhere,
    },
    responses: { 200: answers('JobList', 'A page of the list.') },
    handle: async ({ caller, query }) => ({
      json: await listJobs(services, caller, query as JobFilter),
      headers: noStore,
    }),
  },
  {
    method: 'get',
    path: `${path}/schedules`,
    operation: 'listSchedules',
    access: reads,
    tag,
    summary: 'List what is done again and again',
    query: { ...listParameters, everywhere },
    responses: { 200: answers('ScheduleList', 'A page of the list.') },
    handle: async ({ caller, query }) => ({
      json: await listSchedules(services, caller, query as JobFilter),
      headers: noStore,
    }),
  },
  {
    method: 'get',
    path: `${path}/{id}`,
    operation: 'getJob',
    access: reads,
    tag,
    summary: 'Show a job',
    params: one,
    responses: { 200: answers('Job', 'The job.') },
    errors: ['NOT_FOUND'],
    handle: async ({ caller, params }) => ({ json: await showJob(services, caller, params.id!), headers: noStore }),
  },
  {
    method: 'post',
    path: `${path}/{id}/retry`,
    operation: 'retryJob',
    access: writes,
    tag,
    summary: 'Try a dead job again',
    params: one,
    responses: { 200: answers('Job', 'The job.') },
    errors: ['NOT_FOUND', 'CONFLICT', 'STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'],
    handle: async (call) => {
      const { caller, params } = call;
      await retryJob(services, caller, params.id!, circumstancesOf(call));
      return { json: await showJob(services, caller, params.id!), headers: noStore };
    },
  },
  {
    method: 'delete',
    path: `${path}/{id}`,
    operation: 'deleteJob',
    access: writes,
    tag,
    summary: 'Delete a job that is not being done',
    params: one,
    responses: { 204: { description: 'It is gone.' } },
    errors: ['NOT_FOUND', 'CONFLICT', 'STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'],
    handle: async (call) => {
      await deleteJob(services, call.caller, call.params.id!, circumstancesOf(call));
      return { status: 204 };
    },
  },
];
