import type { Completion, CompletionEvent, CompletionRequest, ErrorCode, Llm } from '../../core/plugin/contract.js';
import { PluginError } from '../../core/plugin/contract.js';

/** What a scripted model does with a question. */
export type Script =
  | { readonly say: string; readonly value?: unknown }
  | { readonly fail: ErrorCode; readonly after?: string; readonly retryAfterSeconds?: number }
  | { readonly throws: unknown }
  | 'hang';

export interface ScriptedLlm extends Llm {
  readonly completion: Completion;
  readonly requests: CompletionRequest[];
}

const usageOf = (model: string, text: string) => ({
  model,
  inputTokens: 10,
  outputTokens: text.length,
  cachedTokens: 0,
  cost: null,
  tries: 1,
});

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** A language model that does one scripted thing after another, the last one again and again. */
export const scriptedLlm = (model: string, ...scripts: readonly Script[]): ScriptedLlm => {
  const requests: CompletionRequest[] = [];
  async function* complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const script = scripts[Math.min(requests.length, scripts.length - 1)]!;
    requests.push(request);
    if (script === 'hang') return void (await untilAborted(signal));
    if ('throws' in script) throw script.throws;
    if ('fail' in script) {
      if (script.after !== undefined) yield { kind: 'text', text: script.after };
      const { retryAfterSeconds } = script;
      throw new PluginError(script.fail, 'as scripted', retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    }
    yield { kind: 'text', text: script.say };
    const { value } = script;
    yield { kind: 'end', text: script.say, usage: usageOf(model, script.say), ...(value !== undefined && { value }) };
  }
  return {
    requests,
    completion: { model, contextTokens: 8_000, complete, countTokens: (text) => Math.ceil(text.length / 4) },
    start: async () => undefined,
    health: async () => ({ status: 'up', latencyMs: 0 }),
    stop: async () => undefined,
  };
};
