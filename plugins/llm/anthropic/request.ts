import type Anthropic from '@anthropic-ai/sdk';
import type { CompletionRequest } from 'datamind/contract';
import { holdsStrictly } from 'datamind/llm-kit';
import type { AnthropicSettings } from './settings.js';

type Parameters = Anthropic.MessageCreateParamsStreaming;

/** So many places of a prompt may be kept up to, at most. */
const mostKept = 4;

/** The prompt is kept up to the end of each stable part: of the last ones, when there are more than can be. */
const systemOf = (
  system: CompletionRequest['system'],
  promptCache: AnthropicSettings['promptCache'],
): Anthropic.TextBlockParam[] => {
  const parts = system.filter(({ text }) => text !== '');
  const stable = parts.flatMap((part, at) => (part.stable === true ? [at] : [])).slice(-mostKept);
  return parts.map(({ text }, at) => ({
    type: 'text',
    text,
    ...(promptCache !== 'off' && stable.includes(at) && { cache_control: { type: 'ephemeral', ttl: promptCache } }),
  }));
};

/** The name of the tool whose call is the answer; `null` where the answer is a text. */
export const toolOf = ({ structuredOutput }: AnthropicSettings, { schema }: CompletionRequest): string | null => {
  if (schema === undefined) return null;
  return structuredOutput === 'schema' && holdsStrictly(schema.schema) ? null : schema.name;
};

const shapeOf = (settings: AnthropicSettings, request: CompletionRequest): Partial<Parameters> => {
  const { schema } = request;
  if (schema === undefined) return {};
  const name = toolOf(settings, request);
  if (name === null) return { output_config: { format: { type: 'json_schema', schema: schema.schema } } };
  return {
    tools: [{ name, description: schema.description, input_schema: schema.schema as Anthropic.Tool['input_schema'] }],
    tool_choice: { type: 'tool', name, disable_parallel_tool_use: true },
  };
};

export const parametersOf = (settings: AnthropicSettings, request: CompletionRequest): Parameters => {
  const { model, promptCache, temperature } = settings;
  const system = systemOf(request.system, promptCache);
  return {
    model,
    max_tokens: request.maxTokens,
    ...(system.length > 0 && { system }),
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    ...shapeOf(settings, request),
    ...(temperature !== undefined && { temperature }),
    stream: true,
  };
};
