import { type ErrorCode, errorCatalogue } from '../../core/errors/catalogue.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { maskText } from '../../core/pii/mask-text.js';
import { PluginError } from '../../core/plugin/contract.js';

/** RFC 9457. `hint`, `suggestions` and `at` are extensions that are there when they help. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly correlation_id: string;
  readonly hint?: string;
  readonly suggestions?: readonly string[];
  readonly at?: string;
  readonly errors?: readonly object[];
}

/** What the body parser and the router call their failures. */
const requestFaults: Readonly<Record<string, { readonly code: ErrorCode; readonly detail: string }>> = {
  'entity.too.large': { code: 'PAYLOAD_TOO_LARGE', detail: 'The body is larger than this endpoint takes.' },
  'encoding.unsupported': {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'The Content-Encoding of the body is not one that is read here; send it plain, or with gzip.',
  },
  'request.size.invalid': { code: 'BAD_REQUEST', detail: 'The body is not as long as its Content-Length says.' },
  'request.aborted': { code: 'BAD_REQUEST', detail: 'The body ended before it was complete.' },
};

const isClientFault = (error: unknown): error is { status: number } =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;

/** True for failures that were foreseen: they have a code, and words that may be shown. */
export const isExpected = (error: unknown): boolean =>
  error instanceof DataMindError || PluginError.is(error) || isClientFault(error);

const describe = (error: unknown): { code: ErrorCode; detail: string; extras?: object } => {
  if (error instanceof DataMindError) {
    const { hint, suggestions, at, errors } = error.details;
    const extras = {
      ...(hint !== undefined && { hint }),
      ...(suggestions !== undefined && suggestions.length > 0 && { suggestions }),
      ...(at !== undefined && { at }),
      ...(errors !== undefined && errors.length > 0 && { errors }),
    };
    return { code: error.code, detail: error.message, extras };
  }
  if (PluginError.is(error) && error.code in errorCatalogue)
    return { code: error.code, detail: maskText(error.message) };
  if (isClientFault(error)) {
    const known = requestFaults[(error as { type?: string }).type ?? ''];
    return known ?? { code: 'BAD_REQUEST', detail: 'The request cannot be read.' };
  }
  return {
    code: 'INTERNAL',
    detail: 'Something unexpected happened; the log of the server has it under this correlation id.',
  };
};

/** Any failure as a problem document. What was not foreseen says nothing but its correlation id. */
export const toProblem = (error: unknown, correlationId: string): Problem => {
  const { code, detail, extras } = describe(error);
  const { status, title } = errorCatalogue[code];
  return { type: `/docs#${code}`, title, status, detail, code, correlation_id: correlationId, ...extras };
};
