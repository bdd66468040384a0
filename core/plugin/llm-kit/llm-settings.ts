import type { PriceTable } from './cost.js';

/** Settings that plugins of language models share; `schema/llm.schema.json` describes them. */
export interface LlmSettings {
  readonly model: string;
  readonly contextTokens: number;
  readonly prices?: PriceTable;
  readonly timeouts?: {
    readonly firstByteMs?: number;
    readonly silenceMs?: number;
    readonly totalMs?: number;
  };
  readonly retry?: { readonly tries?: number; readonly delayMs?: number };
}

/** In milliseconds. */
export interface LlmLimits {
  /** Until the provider begins to answer. */
  readonly firstByteMs: number;
  /** Between two pieces of an answer. */
  readonly silenceMs: number;
  /** For everything, whatever the request allows. */
  readonly totalMs: number;
  readonly tries: number;
  /** Before the second try; it doubles with each. */
  readonly delayMs: number;
}

const usual: LlmLimits = { firstByteMs: 30_000, silenceMs: 30_000, totalMs: 120_000, tries: 3, delayMs: 500 };

export const readLimits = (
  { timeouts = {}, retry = {} }: Pick<LlmSettings, 'timeouts' | 'retry'>,
  over: Partial<LlmLimits> = {},
): LlmLimits => ({ ...usual, ...over, ...timeouts, ...retry });
