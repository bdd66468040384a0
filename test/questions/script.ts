import type { CompletionRequest, InterpretRequest, Interpretation } from '../../core/plugin/llm.js';

/** What {@link file://./scripted-llm/index.ts} answers, in order, and what it was asked. */
export interface Step {
  /** JSON, or words. */
  readonly answer?: unknown;
  readonly text?: string;
  /** The code of a failure. */
  readonly fail?: 'LLM_UNAVAILABLE' | 'LLM_DECLINED';
  /** Waits until it is given up. */
  readonly hang?: boolean;
}

export const script = {
  steps: [] as Step[],
  asked: [] as CompletionRequest[],
  /** How often a call was given up. */
  aborted: 0,
  interpret: (async (request) => ({
    outcome: 'query',
    query: { metrics: ['revenue'] },
    confidence: 0.9,
    reading: `Revenue, for ${JSON.stringify(request.question)}.`,
    notes: [],
  })) as (request: InterpretRequest) => Promise<Interpretation>,
};
