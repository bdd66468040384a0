import type { CompletionRequest } from 'datamind/contract';
import {
  answerInvalid,
  type Attempt,
  type AttemptEvent,
  cutOff,
  faultOfStatus,
  type HttpFetch,
  rejected,
} from 'datamind/llm-kit';
import { readLines } from './read-lines.js';
import type { OllamaSettings } from './settings.js';

const countOf = (value: unknown): number => (Number.isSafeInteger(value) ? Number(value) : 0);

export const urlOf = (baseUrl: string, path: string): string => `${baseUrl.replace(/\/+$/, '')}${path}`;

export const headersOf = (key: string | undefined): Record<string, string> => ({
  'content-type': 'application/json',
  ...(key !== undefined && { authorization: `Bearer ${key}` }),
});

/** What is stable comes first, so that the server finds the beginning of the prompt as it has evaluated it before. */
const bodyOf = (settings: OllamaSettings, { system, messages, schema, maxTokens }: CompletionRequest): string => {
  const { model, contextTokens, temperature, think, keepAlive } = settings;
  const instructions = system.map(({ text }) => text).join('\n\n');
  const asks =
    schema === undefined
      ? ''
      : `\n\nAnswer with JSON of this schema and nothing else:\n${JSON.stringify(schema.schema)}`;
  return JSON.stringify({
    model,
    stream: true,
    messages: [
      ...(instructions === '' && asks === '' ? [] : [{ role: 'system', content: instructions + asks }]),
      ...messages,
    ],
    ...(schema !== undefined && { format: schema.schema }),
    ...(think !== undefined && { think }),
    ...(keepAlive !== undefined && { keep_alive: keepAlive }),
    // A prompt without its beginning would be answered without its rules.
    truncate: false,
    shift: false,
    options: { num_ctx: contextTokens, num_predict: maxTokens, temperature, seed: 0 },
  });
};

async function* read(response: Response, contextTokens: number): AsyncGenerator<AttemptEvent> {
  if (response.body === null) throw answerInvalid('it is empty');
  for await (const line of readLines(response.body)) {
    // It says so in the middle of an answer that began well.
    if (line.error !== undefined) throw faultOfStatus(500, undefined, 0);
    const { message, done, done_reason: reason, model } = line;
    yield { kind: 'begun', ...(typeof model === 'string' && { model }) };
    const { content } = (message ?? {}) as { readonly content?: unknown };
    if (typeof content === 'string') yield { kind: 'text', text: content };
    if (done !== true) continue;
    const inputTokens = countOf(line.prompt_eval_count);
    const outputTokens = countOf(line.eval_count);
    yield { kind: 'counts', counts: { inputTokens, outputTokens } };
    if (reason === 'length' || inputTokens + outputTokens >= contextTokens) throw cutOff();
    if (reason !== undefined && reason !== 'stop') throw answerInvalid('the model was not asked');
    return yield { kind: 'done' };
  }
}

/** One question to `/api/chat`. */
export const createAttempt = (
  settings: OllamaSettings,
  { fetch }: HttpFetch,
  countTokens: (text: string) => number,
  now: () => number,
): Attempt =>
  async function* ask(request, signal): AsyncGenerator<AttemptEvent> {
    const { contextTokens, baseUrl, apiKey } = settings;
    const body = bodyOf(settings, request);
    // Older servers cut what does not fit without a word. The estimate is rather too high, so there is some slack.
    if (countTokens(body) * 0.7 > contextTokens) throw rejected('the prompt is longer than the model can read at once');
    const response = await fetch(urlOf(baseUrl, '/api/chat'), {
      method: 'POST',
      headers: headersOf(request.key ?? apiKey),
      body,
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel().catch(() => undefined);
      throw faultOfStatus(response.status, response.headers, now());
    }
    yield* read(response, contextTokens);
  };
