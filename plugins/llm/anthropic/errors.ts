import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { PluginError } from 'datamind/contract';
import { answerInvalid, faultOfNetwork, faultOfStatus } from 'datamind/llm-kit';

/** What an error inside a stream would have been as a status. */
const statusOf: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** The SDK's errors in the words of the contract. Their own words are left behind: they quote what the server said. */
export const faultOf =
  (now: () => number) =>
  (error: unknown): PluginError => {
    if (PluginError.is(error)) return error;
    if (error instanceof APIConnectionTimeoutError) {
      return new PluginError('LLM_TIMEOUT', 'The provider did not answer in time.', { retryable: true });
    }
    if (error instanceof APIConnectionError) return faultOfNetwork(error.cause);
    if (error instanceof APIError) {
      const status = error.status ?? statusOf[String(error.type)] ?? 500;
      return faultOfStatus(status, error.headers, now());
    }
    // What the SDK throws besides is about a text that it cannot read.
    if (error instanceof SyntaxError) return answerInvalid('the server does not speak the protocol');
    return faultOfNetwork(error);
  };
