/**
 * What plugins of language models share, published as `datamind/llm-kit`: tries, time-outs, faults in the words of the contract,
 * costs, and a `fetch` that keeps to the addresses that may be reached. A plugin need not use it.
 */
export {
  type Attempt,
  type AttemptEvent,
  type CompletionParts,
  createCompletion,
} from './llm-kit/create-completion.js';
export { costOf, type Counts, type PriceTable } from './llm-kit/cost.js';
export { estimateTokens } from './llm-kit/estimate-tokens.js';
export {
  answerInvalid,
  cutOff,
  declined,
  faultOfLibrary,
  faultOfNetwork,
  faultOfStatus,
  rejected,
} from './llm-kit/faults.js';
export { createHttpFetch, type HttpFetch } from './llm-kit/http-fetch.js';
export { createLlmLife, type LlmLife } from './llm-kit/llm-life.js';
export { readRetryAfter } from './llm-kit/retry-after.js';
export { holdsStrictly } from './llm-kit/strict-schema.js';
export { type LlmLimits, type LlmSettings, readLimits } from './llm-kit/llm-settings.js';
