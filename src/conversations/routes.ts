import { listParameters } from '../api/list.js';
import type { Call, Route } from '../api/route.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import { askingOf, questionErrors } from '../questions/routes.js';
import type { QuestionBody } from '../questions/service.js';
import './schemas.js';
import {
  askAgain,
  askInConversation,
  changeConversation,
  type ConversationServices,
  createConversation,
  deleteConversation,
  listConversations,
  listMessages,
  type NewConversation,
  showConversation,
} from './service.js';

const access = { role: 'analyst', scope: 'query:run' } as const;
const tag = 'Conversations';
const path = '/api/v1/conversations';
const one = { id: 'The id of the conversation.' };
const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;
const connection = { type: 'string', minLength: 1, maxLength: 300, description: 'Only those of this connection.' };

export const createConversationRoutes = (services: ConversationServices): readonly Route[] => {
  const show = async ({ caller }: Call, id: string) => ({
    json: await showConversation(services, caller, id),
    headers: noStore,
  });
  return [
    {
      method: 'get',
      path,
      operation: 'listConversations',
      access,
      tag,
      summary: 'List one’s own conversations, the latest first',
      query: { ...listParameters, connection },
      responses: { 200: answers('ConversationList', 'A page of the list.') },
      handle: async ({ caller, query }) => ({
        json: await listConversations(services, caller, query),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path,
      operation: 'createConversation',
      access,
      tag,
      summary: 'Begin a conversation',
      body: jsonBody('NewConversation', { title: 'Sales of last year' }),
      responses: { 201: answers('Conversation', 'The conversation.') },
      errors: stored,
      handle: async (call) => {
        const json = await createConversation(
          services,
          call.caller,
          call.body as NewConversation,
          circumstancesOf(call),
        );
        return { status: 201, json, headers: { ...noStore, Location: `${path}/${json.id}` } };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}`,
      operation: 'getConversation',
      access,
      tag,
      summary: 'Show a conversation',
      params: one,
      responses: { 200: answers('Conversation', 'The conversation.') },
      errors: ['NOT_FOUND'],
      handle: (call) => show(call, call.params.id!),
    },
    {
      method: 'patch',
      path: `${path}/{id}`,
      operation: 'changeConversation',
      access,
      tag,
      summary: 'Give a conversation another title, or another connection',
      params: one,
      body: jsonBody('ConversationChange', { title: 'Sales' }),
      responses: { 200: answers('Conversation', 'The conversation.') },
      errors: ['NOT_FOUND', 'CONFLICT', ...stored],
      handle: async (call) => {
        const id = call.params.id!;
        await changeConversation(services, call.caller, id, call.body as NewConversation, circumstancesOf(call));
        return show(call, id);
      },
    },
    {
      method: 'delete',
      path: `${path}/{id}`,
      operation: 'deleteConversation',
      access,
      tag,
      summary: 'Delete a conversation, with its messages',
      params: one,
      responses: { 204: { description: 'It is gone.' } },
      errors: ['NOT_FOUND', ...stored],
      handle: async (call) => {
        await deleteConversation(services, call.caller, call.params.id!, circumstancesOf(call));
        return { status: 204 };
      },
    },
    {
      method: 'get',
      path: `${path}/{id}/messages`,
      operation: 'listConversationMessages',
      access,
      tag,
      summary: 'List what was asked in a conversation, oldest first',
      params: one,
      query: listParameters,
      responses: { 200: answers('ConversationMessageList', 'A page of the list.') },
      errors: ['NOT_FOUND'],
      handle: async ({ caller, params, query }) => ({
        json: await listMessages(services, caller, params.id!, query),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path: `${path}/{id}/ask`,
      operation: 'askInConversation',
      access,
      cost: 5,
      tag,
      summary: 'Ask in words, after what was asked before',
      description:
        'As `ask`; "and for Germany?" means the question before it. What was understood is kept, and no row.',
      params: one,
      body: jsonBody('QuestionRequest', { question: 'And for Germany?' }),
      responses: { 200: answers('QuestionAnswer', 'The answer, what is asked back, or why there is none.') },
      errors: [...questionErrors, 'QUERY_TIMEOUT', 'NOT_FOUND', 'STORE_UNAVAILABLE'],
      handle: async (call) => ({
        json: await askInConversation(
          services,
          call.caller,
          call.params.id!,
          call.body as QuestionBody,
          askingOf(call),
        ),
        headers: noStore,
      }),
    },
    {
      method: 'post',
      path: `${path}/{id}/messages/{message}/run`,
      operation: 'runConversationMessage',
      access,
      cost: 5,
      tag,
      summary: 'Run what a message meant again',
      description: 'Under the policies of now, as whoever asks.',
      params: { ...one, message: 'The id of the message.' },
      responses: { 200: answers('QuestionAnswer', 'The answer.') },
      errors: [...questionErrors, 'QUERY_TIMEOUT', 'NOT_FOUND', 'CONFLICT'],
      handle: async (call) => ({
        json: await askAgain(services, call.caller, call.params.id!, call.params.message!, askingOf(call)),
        headers: noStore,
      }),
    },
  ];
};
