import { DataMindError } from '../../core/errors/datamind-error.js';
import type { ErrorCode } from '../../core/errors/catalogue.js';
import { listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import { answers, jsonBody, noStore } from '../identity/routes.js';
import { listPairs, trainingTags } from './list-pairs.js';
import './schemas.js';
import {
  addPair,
  approvePair,
  type Correction,
  type FeedbackServices,
  type Flag,
  flag,
  type NewPair,
  reject,
  removePair,
  type Reviewer,
} from './service.js';

const tag = 'Feedback';
const path = '/api/v1/admin/training-data';
const writing = { role: 'admin', scope: 'model:write' } as const;
const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const refusals: readonly ErrorCode[] = [
  ...(['PAIR_REFUSED', 'CONFLICT', 'NOT_FOUND', 'MODEL_INVALID', 'MODEL_UNAVAILABLE', 'READ_ONLY'] as const),
  ...(['QUERY_INVALID', 'UNKNOWN_MEMBER', 'SQL_INVALID', 'SQL_NOT_ALLOWED', 'TABLE_UNKNOWN', 'TABLE_CLOSED'] as const),
  ...(['COLUMN_UNKNOWN', 'CONNECTION_FAILED', 'STORAGE_FULL', ...stored] as const),
];

const idOf = ({ query: { id } }: Call): string => {
  if (typeof id === 'string') return id;
  throw new DataMindError('BAD_REQUEST', 'Say what to delete: ?id=…', { at: 'id' });
};

const reviewerOf = ({ caller, correlationId, address, signal }: Call): Reviewer => ({
  caller,
  correlationId,
  address,
  signal,
});

export const createFeedbackRoutes = (services: FeedbackServices): readonly Route[] => [
  {
    method: 'post',
    path: '/api/v1/feedback/flag',
    operation: 'flagAnswer',
    access: { role: 'analyst', scope: 'query:run' },
    tag,
    summary: 'Say that an answer is wrong',
    description:
      'From that moment on nobody is answered with a verified query for that question, until an admin has reviewed it.',
    body: jsonBody('FeedbackFlag', { query_id: 'q_…', comment: 'Open orders are in it.', rating: 1 }),
    responses: { 201: answers('FeedbackFlagged', 'It is flagged.') },
    errors: ['NOT_FOUND', ...stored],
    handle: async (call) => ({
      status: 201,
      json: {
        feedback_id: await flag(services, reviewerOf(call), call.body as Flag),
        status: 'flagged_for_review',
        message: 'Thank you. An admin reviews it; until then nobody is answered with it as a verified answer.',
        correlation_id: call.correlationId,
      },
      headers: noStore,
    }),
  },
  {
    method: 'get',
    path,
    operation: 'listTrainingData',
    access: { role: 'admin', scope: 'model:read' },
    tag,
    summary: 'List what was flagged, and the verified queries',
    query: {
      ...listParameters,
      tag: {
        type: 'string',
        enum: trainingTags,
        description:
          'Of what was flagged: `flagged-for-review`, `approved`, `rejected`. Of the verified queries of the model: `verified`, those that are used; `held-back`, flagged ones; `stale`, those whose definitions have changed since they were checked.',
      },
    },
    responses: { 200: answers('TrainingItemList', 'A page of the list.') },
    errors: ['MODEL_UNAVAILABLE', 'STORE_UNAVAILABLE'],
    handle: async ({ caller, query }) => ({ json: await listPairs(services, caller, query), headers: noStore }),
  },
  {
    method: 'post',
    path,
    operation: 'addTrainingPair',
    access: writing,
    cost: 5,
    tag,
    summary: 'Keep a question with its right answer',
    description:
      'Checked as in `approve`, and written into the model as a verified query. With the `name` of one that is there it takes its place; the same again is a review, for one that is stale.',
    body: jsonBody('NewTrainingPair', { question: 'What was paid?', query: { metrics: ['revenue'] } }),
    responses: { 201: answers('TrainingPair', 'The verified query.') },
    errors: refusals,
    handle: async (call) => {
      const pair = await addPair(services, reviewerOf(call), call.body as NewPair);
      return { status: 201, json: { ...pair, correlation_id: call.correlationId }, headers: noStore };
    },
  },
  {
    method: 'post',
    path: `${path}/approve`,
    operation: 'approveTrainingPair',
    access: writing,
    cost: 5,
    tag,
    summary: 'Approve a correction of what was flagged',
    description:
      'It must hold on the model of today, be open to you and to whoever asked, have the rows of the reference where there is one, contradict no other verified query and hold no personal data. It is written into the model as YAML, in the place of the wrong one, and answers from the next question on, under the policies of whoever asks.',
    body: jsonBody('Correction', {
      flagged_entry_id: '0197…',
      question: 'What was paid?',
      corrected_query: { metrics: ['revenue'], filters: { member: 'status', op: 'eq', values: ['paid'] } },
    }),
    responses: { 200: answers('TrainingPair', 'The verified query.') },
    errors: refusals,
    handle: async (call) => {
      const body = call.body as Correction;
      const pair = await approvePair(services, reviewerOf(call), body);
      const { correlationId: correlation_id } = call;
      const status = { flagged_entry_id: body.flagged_entry_id, status: 'approved' };
      return { json: { ...pair, ...status, correlation_id }, headers: noStore };
    },
  },
  {
    method: 'post',
    path: `${path}/reject`,
    operation: 'rejectTrainingPair',
    access: writing,
    tag,
    summary: 'Say that a flagged answer was right',
    description: 'It is used again.',
    body: jsonBody('Rejection', { flagged_entry_id: '0197…', reason: 'Returns are no revenue here.' }),
    responses: { 200: answers('TrainingReviewed', 'It is settled.') },
    errors: ['NOT_FOUND', 'CONFLICT', ...stored],
    handle: async (call) => {
      const body = call.body as { readonly flagged_entry_id: string; readonly reason?: string };
      await reject(services, reviewerOf(call), body);
      const { correlationId: correlation_id } = call;
      return {
        json: { flagged_entry_id: body.flagged_entry_id, status: 'rejected', correlation_id },
        headers: noStore,
      };
    },
  },
  {
    method: 'delete',
    path,
    operation: 'deleteTrainingData',
    access: writing,
    tag,
    summary: 'Delete an entry, or a verified query',
    description: 'A verified query is taken out of the file of the model that it is in.',
    query: {
      id: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description: 'Of the entry, or the name of the verified query.',
      },
    },
    responses: { 204: { description: 'It is gone.' } },
    errors: ['NOT_FOUND', 'BAD_REQUEST', 'MODEL_INVALID', 'READ_ONLY', ...stored],
    handle: async (call) => {
      await removePair(services, reviewerOf(call), idOf(call));
      return { status: 204 };
    },
  },
];
