import OpenAI, { type APIError } from 'openai';
import { PluginError } from 'datamind/contract';
import { declined, faultOfLibrary, faultOfStatus, rejected } from 'datamind/llm-kit';

/** Codes of the API that say more than the status does. Others are not read: servers may say anything. */
const known: Readonly<Record<string, () => PluginError>> = {
  content_filter: declined,
  content_policy_violation: declined,
  context_length_exceeded: () => rejected('the prompt is longer than the model can read at once'),
  // It will be so until somebody pays.
  insufficient_quota: () => new PluginError('LLM_RATE_LIMITED', 'The account at the provider has used up what it may.'),
};

/** What an error inside a stream would have been as a status. */
const statusOf: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  server_error: 500,
};

const codeOf = (error: APIError): string => String(error.code ?? error.type ?? '');

export const faultOf = faultOfLibrary(OpenAI, (error, now) => {
  const code = codeOf(error);
  const fault = Object.hasOwn(known, code) ? known[code]!() : null;
  return fault ?? faultOfStatus(error.status ?? statusOf[code] ?? 500, error.headers, now);
});
