import type { Llm, PluginHost, PluginModule } from 'datamind/contract';
import {
  createCompletion,
  createHttpFetch,
  createLlmLife,
  estimateTokens,
  faultOfNetwork,
  faultOfStatus,
  readLimits,
  rejected,
} from 'datamind/llm-kit';
import { createAttempt, headersOf, urlOf } from './ask.js';
import type { OllamaSettings } from './settings.js';

/** Until a model that is not in memory begins to answer. */
const loadingMs = 120_000;
/** Open models cut words into more pieces than most. */
const shortTokens = 1.1;

/** Whether the server has the model; it need not load it for that. */
const findModel = async (
  { baseUrl, apiKey, model }: OllamaSettings,
  fetch: typeof globalThis.fetch,
  now: () => number,
  signal: AbortSignal,
): Promise<void> => {
  let response: Response;
  try {
    response = await fetch(urlOf(baseUrl, '/api/show'), {
      method: 'POST',
      headers: headersOf(apiKey),
      body: JSON.stringify({ model }),
      signal,
    });
  } catch (error) {
    throw faultOfNetwork(error);
  }
  await response.body?.cancel().catch(() => undefined);
  if (response.status === 404) throw rejected('the server does not have the model; get it with "ollama pull"');
  if (!response.ok) throw faultOfStatus(response.status, response.headers, now());
};

const create = (settings: OllamaSettings, host: PluginHost): Llm => {
  const http = createHttpFetch({ ...(host.lookup !== undefined && { lookup: host.lookup }) });
  const { now } = host;
  const { checkAtStart, model, contextTokens, prices } = settings;
  const life = createLlmLife({
    host,
    probe: checkAtStart ? (signal) => findModel(settings, http.fetch, now, signal) : null,
    close: http.close,
  });
  const countTokens = (text: string): number => estimateTokens(text, shortTokens);
  const completion = createCompletion({
    model,
    contextTokens,
    ...(prices !== undefined && { prices }),
    limits: readLimits(settings, { firstByteMs: loadingMs, totalMs: 2 * loadingMs }),
    attempt: createAttempt(settings, http, countTokens, now),
    countTokens,
    ending: life.ending,
    onAnswer: life.answered,
  });
  return { ...life, completion };
};

export default { create } satisfies PluginModule<Llm, OllamaSettings>;
