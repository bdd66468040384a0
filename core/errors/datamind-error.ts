import { maskText } from '../pii/mask-text.js';
import { type ErrorCode, errorCatalogue } from './catalogue.js';

export interface ErrorDetails {
  /** What to do about it, as one sentence. */
  readonly hint?: string;
  /** Names that were probably meant, or the choices where a name is ambiguous. */
  readonly suggestions?: readonly string[];
  /** JSON pointer to the place in the request, or a name of the thing that is at fault. */
  readonly at?: string;
  readonly errors?: readonly { readonly at?: string; readonly message: string; readonly code?: string }[];
  /** When to ask again; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** For the operator's log only: never sent to a client. */
  readonly cause?: unknown;
}

const maskDetails = ({ hint, suggestions, at, errors, ...rest }: ErrorDetails): ErrorDetails => ({
  ...rest,
  ...(hint !== undefined && { hint: maskText(hint) }),
  ...(suggestions !== undefined && { suggestions: suggestions.map(maskText) }),
  ...(at !== undefined && { at: maskText(at) }),
  ...(errors !== undefined && {
    errors: errors.map((one) => ({
      ...one,
      message: maskText(one.message),
      ...(one.at !== undefined && { at: maskText(one.at) }),
    })),
  }),
});

/**
 * An expected failure with a code of the catalogue. `message` is one sentence in our own words: it never repeats what a
 * database said, and holds no secret and no value from the data. What looks like personal data, in words of a caller that it
 * quotes, is masked here.
 */
export class DataMindError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(maskText(message), { cause: details.cause });
    this.name = 'DataMindError';
    this.code = code;
    this.details = maskDetails(details);
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }
}
