import type OpenAI from 'openai';
import { answerInvalid, type AttemptEvent, cutOff, declined } from 'datamind/llm-kit';

type Chunk = OpenAI.Chat.ChatCompletionChunk;

const countsOf = (usage: OpenAI.CompletionUsage): AttemptEvent => ({
  kind: 'counts',
  counts: {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
  },
});

/**
 * The chunks of one answer.
 * @param tool the function whose arguments are the answer; `null` where the answer is a text
 */
export async function* readChunks(chunks: AsyncIterable<Chunk>, tool: string | null): AsyncGenerator<AttemptEvent> {
  let reason: string | null = null;
  let hasChoice = false;
  let refuses = false;
  for await (const { choices, usage, model } of chunks) {
    yield { kind: 'begun', model };
    // Servers that are only like OpenAI leave out what is empty.
    if (usage) yield countsOf(usage);
    const [choice] = choices ?? [];
    if (choice === undefined) continue;
    hasChoice = true;
    const { delta, finish_reason: finished } = choice;
    if (delta?.refusal) refuses = true;
    if (tool === null && delta?.content) yield { kind: 'text', text: delta.content };
    for (const call of delta?.tool_calls ?? []) {
      const name = call.function?.name;
      if (name !== undefined && name !== null && name !== '' && name !== tool) {
        throw answerInvalid('it calls what was not offered');
      }
      if (call.index > 0) throw answerInvalid('it calls twice');
      if (tool !== null && call.function?.arguments) yield { kind: 'text', text: call.function.arguments };
    }
    reason = finished ?? reason;
  }
  // What was used comes after the end.
  if (refuses || reason === 'content_filter') throw declined();
  if (reason === 'length') throw cutOff();
  if (!hasChoice) throw answerInvalid('it has no choice in it');
  if (reason !== null) yield { kind: 'done' };
}
