import type { Route } from '../api/route.js';
import { answers, circumstancesOf, jsonBody, noStore } from '../identity/routes.js';
import './schemas.js';
import { listLlmKeys, type LlmKeyServices, removeLlmKey, setLlmKey } from './service.js';

const access = { role: 'admin', scope: null } as const;
const tag = 'Settings';
const path = '/api/v1/settings/llm-keys';
const one = { provider: 'The name of the language model in the configuration of the server.' };
const stored = ['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE'] as const;

export const createLlmKeyRoutes = (services: LlmKeyServices): readonly Route[] => [
  {
    method: 'get',
    path,
    operation: 'listLlmKeys',
    access,
    tag,
    summary: 'List the language models, and whether the workspace has a key of its own for each',
    responses: { 200: answers('LlmKeyList', 'All of them, in the order in which they are asked.') },
    handle: async ({ caller }) => {
      const data = await listLlmKeys(services, caller);
      return { json: { data, count: data.length }, headers: noStore };
    },
  },
  {
    method: 'put',
    path: `${path}/{provider}`,
    operation: 'setLlmKey',
    access,
    tag,
    summary: 'Set the key that the workspace uses for a language model',
    description:
      'In the place of the server’s own. It goes to this provider and nowhere else; when the configuration leads the name to another one, the key is not used until it is set again.',
    params: one,
    body: jsonBody('NewLlmKey', { key: 'sk-…' }),
    responses: { 200: answers('LlmKey', 'What is known of it.') },
    errors: ['NOT_FOUND', ...stored],
    handle: async (call) => {
      const { key } = call.body as { readonly key: string };
      const json = await setLlmKey(services, call.caller, call.params.provider!, key, circumstancesOf(call));
      return { json, headers: noStore };
    },
  },
  {
    method: 'delete',
    path: `${path}/{provider}`,
    operation: 'removeLlmKey',
    access,
    tag,
    summary: 'Forget the key that the workspace uses for a language model',
    params: one,
    responses: { 204: { description: 'It is forgotten.' } },
    errors: ['NOT_FOUND', ...stored],
    handle: async (call) => {
      await removeLlmKey(services, call.caller, call.params.provider!, circumstancesOf(call));
      return { status: 204 };
    },
  },
];
