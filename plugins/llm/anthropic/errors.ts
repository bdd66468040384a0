import Anthropic from '@anthropic-ai/sdk';
import { faultOfLibrary, faultOfStatus } from 'datamind/llm-kit';

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

export const faultOf = faultOfLibrary(Anthropic, ({ status, type, headers }, now) =>
  faultOfStatus(status ?? statusOf[String(type)] ?? 500, headers, now),
);
