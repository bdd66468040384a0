/** One question to one language model: its events, read to the end. */
import type { Completion, CompletionRequest, TokenUsage } from '../../core/plugin/contract.js';
import { PluginError } from '../../core/plugin/contract.js';

export interface Listener {
  /** A piece of the answer as it comes. */
  readonly onText?: (piece: string) => void;
  /** The pieces so far are not of the answer. */
  readonly onRestart?: () => void;
}

export interface Asked {
  readonly text: string;
  readonly value?: unknown;
  readonly usage: TokenUsage;
}

/**
 * @param onSpent is told of what tries took that gave no answer
 * @throws PluginError; the reason of the signal once it is aborted
 */
export const askInstance = async (
  completion: Completion,
  request: CompletionRequest,
  signal: AbortSignal,
  { onText, onRestart }: Listener,
  onSpent: (usage: TokenUsage) => void,
): Promise<Asked> => {
  let end: Asked | null = null;
  for await (const event of completion.complete(request, signal)) {
    signal.throwIfAborted();
    if (event.kind === 'text') onText?.(event.text);
    else if (event.kind === 'restart') onRestart?.();
    else if (event.kind === 'spent') onSpent(event.usage);
    else end = { text: event.text, usage: event.usage, ...('value' in event && { value: event.value }) };
  }
  signal.throwIfAborted();
  if (end !== null) return end;
  throw new PluginError('LLM_ANSWER_INVALID', 'The language model ended without an answer.');
};
