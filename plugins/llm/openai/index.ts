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
import { APIError } from 'openai';
import { createClient, isOwn } from './client.js';
import { faultOf } from './errors.js';
import { readChunks } from './read-chunks.js';
import { parametersOf, wayOf } from './request.js';
import type { OpenAiSettings } from './settings.js';

/** What a server answers that does not know the address. */
const unasked: ReadonlySet<number> = new Set([404, 405, 501]);

const create = (settings: OpenAiSettings, host: PluginHost): Llm => {
  const { model, contextTokens, apiKey, checkAtStart, azure, prices } = settings;
  const http = createHttpFetch({ ...(host.lookup !== undefined && { lookup: host.lookup }) });
  const limits = readLimits(settings);
  const fault = faultOf(host.now);
  const needsKey = isOwn(settings);

  const attempt: Attempt = async function* ask(request, signal) {
    const key = request.key ?? apiKey;
    if (key === undefined && needsKey) throw rejected('there is no key for it');
    const client = createClient(settings, key, http.fetch, limits.totalMs);
    const chunks = await client.chat.completions.create(parametersOf(settings, request), { signal });
    const isCall = wayOf(settings, request) === 'tool';
    yield* readChunks(chunks, isCall ? (request.schema?.name ?? null) : null);
  };
  const probe = async (signal: AbortSignal): Promise<void> => {
    try {
      await createClient(settings, apiKey, http.fetch, limits.totalMs).models.retrieve(model, { signal });
    } catch (error) {
      // Servers that are only like OpenAI need not have the question.
      if (!needsKey && error instanceof APIError && unasked.has(error.status ?? 0)) return;
      throw fault(error);
    }
  };
  const canBeAsked = checkAtStart && azure === undefined && (apiKey !== undefined || !needsKey);

  const life = createLlmLife({ host, probe: canBeAsked ? probe : null, close: http.close });
  const completion = createCompletion({
    model,
    contextTokens,
    ...(prices !== undefined && { prices }),
    limits,
    attempt,
    faultOf: fault,
    countTokens: (text) => estimateTokens(text),
    ending: life.ending,
    onAnswer: life.answered,
  });
  return { ...life, completion };
};

export default { create } satisfies PluginModule<Llm, OpenAiSettings>;
