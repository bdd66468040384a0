/**
 * Faults of providers in the words of the contract. Nothing that a provider or its client library says is repeated: it may quote
 * the prompt, and a server that somebody else runs may say anything.
 */
import type { ErrorCode } from '../../errors/catalogue.js';
import { PluginError } from '../contract.js';
import { readRetryAfter } from './retry-after.js';

export const cutOff = (): PluginError =>
  new PluginError('LLM_CUT_OFF', 'The answer reached the limit of tokens before it was complete.');

export const declined = (): PluginError => new PluginError('LLM_DECLINED', 'The model will not answer this.');

/** @param why what is wrong with it, in our words: "it is not JSON" */
export const answerInvalid = (why: string): PluginError =>
  new PluginError('LLM_ANSWER_INVALID', `The answer of the model cannot be used: ${why}.`, { retryable: true });

/** @param why a clause: "no key is configured" */
export const rejected = (why: string): PluginError =>
  new PluginError('LLM_REJECTED', `The provider does not take the request: ${why}.`);

export const brokenOff = (): PluginError =>
  new PluginError('LLM_UNAVAILABLE', 'The answer broke off before it was complete.', { retryable: true });

interface StatusFault {
  readonly code: ErrorCode;
  readonly says: string;
  readonly retryable: boolean;
}

const fault = (code: ErrorCode, says: string, retryable = false): StatusFault => ({ code, says, retryable });

const byStatus: Readonly<Record<number, StatusFault>> = {
  401: fault('LLM_REJECTED', 'The provider does not accept the key'),
  402: fault('LLM_REJECTED', 'The account at the provider is not paid for'),
  403: fault('LLM_REJECTED', 'The key has no right to this at the provider'),
  404: fault('LLM_REJECTED', 'The provider knows no such model, or no such address'),
  408: fault('LLM_TIMEOUT', 'The provider took too long', true),
  409: fault('LLM_UNAVAILABLE', 'The provider is busy with something else', true),
  413: fault('LLM_REJECTED', 'The prompt is too long for the provider'),
  425: fault('LLM_UNAVAILABLE', 'The provider is not ready yet', true),
  429: fault('LLM_RATE_LIMITED', 'The provider takes no more requests for now', true),
  504: fault('LLM_TIMEOUT', 'The provider took too long', true),
  529: fault('LLM_UNAVAILABLE', 'The provider has too much to do', true),
};

const statusFault = (status: number): StatusFault => {
  const known = byStatus[status];
  if (known !== undefined) return known;
  if (status >= 500) return fault('LLM_UNAVAILABLE', 'The provider has a fault of its own', true);
  if (status >= 300 && status < 400) {
    return fault(
      'LLM_REJECTED',
      'The provider sends elsewhere, which is not followed; configure the address it sends to',
    );
  }
  return fault('LLM_REJECTED', 'The provider does not take the request');
};

/** What an answer that is not well means. `x-should-retry` of the provider is heeded, and `Retry-After`. */
export const faultOfStatus = (
  status: number,
  headers: { get(name: string): string | null } | undefined,
  now: number,
): PluginError => {
  const { code, says, retryable } = statusFault(status);
  const wish = headers?.get('x-should-retry');
  const retryAfterSeconds = headers === undefined ? null : readRetryAfter(headers, now);
  return new PluginError(code, `${says} (HTTP ${status}).`, {
    retryable: wish === 'true' || (retryable && wish !== 'false'),
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  });
};

/** Reasons of the network that will be the same a moment later. */
const lasting =
  /^(CERT_|ERR_TLS_|ERR_INVALID_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|ERR_SSL_|EPROTO|LLM_ANSWER_TOO_LONG)/;

const networkCode = (error: unknown): string | null => {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    const { code, cause } = at as { readonly code?: unknown; readonly cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,49}$/.test(code)) return code;
    at = cause;
  }
  return null;
};

/** What it means that there was no answer, or only a part of one. */
export const faultOfNetwork = (error: unknown): PluginError => {
  if (PluginError.is(error)) return error;
  const code = networkCode(error);
  return new PluginError('LLM_UNAVAILABLE', `The provider cannot be reached${code === null ? '' : ` (${code})`}.`, {
    retryable: code === null || !lasting.test(code),
  });
};

type ErrorClass<Failure> = new (...parts: never[]) => Failure;

/** Classes of errors that the client libraries of OpenAI and Anthropic have alike. */
interface LibraryErrors<Answered> {
  readonly APIConnectionTimeoutError: ErrorClass<Error>;
  readonly APIConnectionError: ErrorClass<Error>;
  readonly APIError: ErrorClass<Answered>;
}

/**
 * The errors of a client library in the words of the contract. Their own words are left behind: they quote what the server said.
 *
 * @param faultOfAnswer what it means that the server answered with an error
 */
export const faultOfLibrary =
  <Answered>(
    { APIConnectionTimeoutError, APIConnectionError, APIError }: LibraryErrors<Answered>,
    faultOfAnswer: (error: Answered, now: number) => PluginError,
  ) =>
  (now: () => number) =>
  (error: unknown): PluginError => {
    if (PluginError.is(error)) return error;
    if (error instanceof APIConnectionTimeoutError) {
      return new PluginError('LLM_TIMEOUT', 'The provider did not answer in time.', { retryable: true });
    }
    if (error instanceof APIConnectionError) return faultOfNetwork(error.cause);
    if (error instanceof APIError) return faultOfAnswer(error, now());
    // What they throw besides is about a text that they cannot read.
    if (error instanceof SyntaxError) return answerInvalid('the server does not speak the protocol');
    return faultOfNetwork(error);
  };
