import type { Completion, CompletionEvent, CompletionRequest, TokenUsage } from '../../../core/plugin/contract.js';
import { PluginError } from '../../../core/plugin/contract.js';

/** What whoever asks a model gets in the end. */
export interface Got {
  readonly text?: string;
  readonly value?: unknown;
  readonly usage?: TokenUsage;
  readonly code?: string;
  readonly error?: unknown;
  readonly retryAfterSeconds?: number;
  /** The pieces that were heard, those that were taken back struck out. */
  readonly heard: string;
  readonly restarts: number;
  readonly ms: number;
}

export const ask = async (
  completion: Completion,
  request: CompletionRequest,
  signal: AbortSignal = new AbortController().signal,
  onEvent: (event: CompletionEvent) => void = () => undefined,
): Promise<Got> => {
  const began = performance.now();
  let heard = '';
  let restarts = 0;
  let spent: TokenUsage | undefined;
  const so = () => ({ heard, restarts, ms: Math.round(performance.now() - began) });
  try {
    for await (const event of completion.complete(request, signal)) {
      onEvent(event);
      if (event.kind === 'text') heard += event.text;
      else if (event.kind === 'restart') {
        heard = '';
        restarts += 1;
      } else if (event.kind === 'spent') spent = event.usage;
      else return { text: event.text, value: event.value, usage: event.usage, ...so() };
    }
    return { code: 'ended without an end', ...so() };
  } catch (error) {
    const known = PluginError.is(error) ? error : undefined;
    return {
      error,
      code: known?.code ?? 'not of the contract',
      ...(spent !== undefined && { usage: spent }),
      ...(known?.retryAfterSeconds !== undefined && { retryAfterSeconds: known.retryAfterSeconds }),
      ...so(),
    };
  }
};
