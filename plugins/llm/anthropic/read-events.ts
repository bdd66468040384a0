import type Anthropic from '@anthropic-ai/sdk';
import { answerInvalid, type AttemptEvent, type Counts, cutOff, declined } from 'datamind/llm-kit';

type Usage = Pick<
  Anthropic.MessageDeltaUsage,
  'input_tokens' | 'output_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens'
>;

/** Of the prompt the API counts apart what it had kept, what it keeps from now on, and the rest. */
const countsOf = (usage: Partial<Usage>, before: Counts): Counts => {
  const { input_tokens: plain, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  const cachedTokens = read ?? before.cachedTokens;
  const writtenTokens = written ?? before.writtenTokens;
  const rest = plain ?? before.inputTokens - before.cachedTokens - before.writtenTokens;
  return {
    cachedTokens,
    writtenTokens,
    inputTokens: rest + cachedTokens + writtenTokens,
    outputTokens: usage.output_tokens ?? before.outputTokens,
  };
};

/** Why it stopped, where that is not the end of an answer. */
const assertWell = (reason: Anthropic.StopReason | null): void => {
  if (reason === 'refusal') throw declined();
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') throw cutOff();
  if (reason === 'pause_turn') throw answerInvalid('the model stopped in the middle of it');
};

/**
 * The events of one answer.
 * @param tool whose call is the answer; `null` where the answer is a text
 */
export async function* readEvents(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  tool: string | null,
): AsyncGenerator<AttemptEvent> {
  let counts: Counts = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, writtenTokens: 0 };
  let reason: Anthropic.StopReason | null = null;
  /** The block that holds the answer. */
  let answer: number | null = null;
  for await (const event of events) {
    if (event.type === 'message_start') {
      counts = countsOf(event.message.usage, counts);
      yield { kind: 'begun', model: event.message.model };
      yield { kind: 'counts', counts };
    } else if (event.type === 'content_block_start') {
      const { content_block: block, index } = event;
      if (block.type === 'tool_use') {
        if (block.name !== tool) throw answerInvalid('it calls what was not offered');
        if (answer !== null) throw answerInvalid('it calls twice');
        answer = index;
      }
    } else if (event.type === 'content_block_delta') {
      const { delta, index } = event;
      if (delta.type === 'text_delta' && tool === null) yield { kind: 'text', text: delta.text };
      if (delta.type === 'input_json_delta' && index === answer) yield { kind: 'text', text: delta.partial_json };
    } else if (event.type === 'message_delta') {
      counts = countsOf(event.usage, counts);
      reason = event.delta.stop_reason;
      yield { kind: 'counts', counts };
    } else if (event.type === 'message_stop') {
      assertWell(reason);
      yield { kind: 'done' };
    }
  }
}
