import Anthropic from '@anthropic-ai/sdk';
import type { Llm, PluginHost, PluginModule } from 'datamind/contract';
import {
  type Attempt,
  createCompletion,
  createHttpFetch,
  createLlmLife,
  estimateTokens,
  readLimits,
  rejected,
} from 'datamind/llm-kit';
import { faultOf } from './errors.js';
import { readEvents } from './read-events.js';
import { parametersOf, toolOf } from './request.js';
import type { AnthropicSettings } from './settings.js';

/** Claude's newer tokenizers cut a text into up to a third more pieces than most. */
const shortTokens = 1.35;

const silent = (): void => undefined;
/** The SDK would print parts of answers that it cannot read. */
const logger = { debug: silent, info: silent, warn: silent, error: silent };

const create = (settings: AnthropicSettings, host: PluginHost): Llm => {
  const { model, contextTokens, baseUrl, apiKey, checkAtStart, prices } = settings;
  const http = createHttpFetch({ ...(host.lookup !== undefined && { lookup: host.lookup }) });
  const limits = readLimits(settings);
  const fault = faultOf(host.now);

  /** Nothing of the environment, and no tries of its own. */
  const clientOf = (key: string): Anthropic =>
    new Anthropic({
      apiKey: key,
      authToken: null,
      baseURL: baseUrl,
      fetch: http.fetch,
      maxRetries: 0,
      timeout: limits.totalMs,
      logLevel: 'off',
      logger,
    });
  const attempt: Attempt = async function* ask(request, signal) {
    const key = request.key ?? apiKey;
    if (key === undefined) throw rejected('there is no key for it');
    const events = await clientOf(key).messages.create(parametersOf(settings, request), { signal });
    yield* readEvents(events, toolOf(settings, request));
  };
  const probe = async (signal: AbortSignal): Promise<void> => {
    try {
      await clientOf(apiKey!).models.retrieve(model, {}, { signal });
    } catch (error) {
      throw fault(error);
    }
  };

  const life = createLlmLife({ host, probe: checkAtStart && apiKey !== undefined ? probe : null, close: http.close });
  const completion = createCompletion({
    model,
    contextTokens,
    ...(prices !== undefined && { prices }),
    limits,
    attempt,
    faultOf: fault,
    countTokens: (text) => estimateTokens(text, shortTokens),
    ending: life.ending,
    onAnswer: life.answered,
  });
  return { ...life, completion };
};

export default { create } satisfies PluginModule<Llm, AnthropicSettings>;
