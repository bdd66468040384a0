import type OpenAI from 'openai';
import type { CompletionRequest } from 'datamind/contract';
import { holdsStrictly } from 'datamind/llm-kit';
import { isOwn } from './client.js';
import type { OpenAiSettings } from './settings.js';

type Parameters = OpenAI.Chat.ChatCompletionCreateParamsStreaming;

type Way = 'words' | 'json_schema' | 'tool' | 'json_object';

/** How the answer is asked for. */
export const wayOf = ({ structuredOutput }: OpenAiSettings, { schema }: CompletionRequest): Way => {
  if (schema === undefined) return 'words';
  if (structuredOutput !== 'auto') return structuredOutput;
  return holdsStrictly(schema.schema) ? 'json_schema' : 'tool';
};

const shapeOf = (way: Way, schema: CompletionRequest['schema']): Partial<Parameters> => {
  if (schema === undefined) return {};
  const { name, description } = schema;
  if (way === 'json_object') return { response_format: { type: 'json_object' } };
  if (way === 'json_schema') {
    const strict = holdsStrictly(schema.schema);
    return {
      response_format: {
        type: 'json_schema',
        json_schema: { name, description, schema: { ...schema.schema }, strict },
      },
    };
  }
  return {
    tools: [{ type: 'function', function: { name, description, parameters: { ...schema.schema } } }],
    tool_choice: { type: 'function', function: { name } },
    parallel_tool_calls: false,
  };
};

/** Servers want the word JSON in the prompt, and nothing else tells the model of the schema. */
const asksForJson = (schema: NonNullable<CompletionRequest['schema']>): string =>
  `Answer with JSON of this schema and nothing else:\n${JSON.stringify(schema.schema)}`;

/** What is stable stands first: providers keep the beginnings of prompts by themselves. */
export const parametersOf = (settings: OpenAiSettings, request: CompletionRequest): Parameters => {
  const { model, temperature, streamUsage } = settings;
  const { schema, maxTokens } = request;
  const way = wayOf(settings, request);
  const system = [
    ...request.system.map(({ text }) => text),
    ...(way === 'json_object' && schema !== undefined ? [asksForJson(schema)] : []),
  ].filter((text) => text !== '');
  const { maxTokensField = isOwn(settings) ? 'max_completion_tokens' : 'max_tokens' } = settings;
  return {
    model,
    messages: [
      ...(system.length > 0 ? [{ role: 'system' as const, content: system.join('\n\n') }] : []),
      ...request.messages.map(({ role, content }) => ({ role, content })),
    ],
    [maxTokensField]: maxTokens,
    ...shapeOf(way, schema),
    ...(temperature !== undefined && { temperature }),
    ...(streamUsage && { stream_options: { include_usage: true } }),
    stream: true,
  };
};
