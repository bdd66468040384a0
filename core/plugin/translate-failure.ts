/** How a connector says in the house's words what its driver and its server failed at. */
import type { ErrorCode } from '../errors/catalogue.js';
import { PluginError } from './contract.js';

export interface KnownFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable?: boolean;
}

/**
 * @param engine as people call it
 * @param find what a failure is, where it is known; words of the driver are in no message of it
 * @returns a translation: the original is the `cause`, for the log only
 */
export const createTranslation =
  (engine: string, find: (error: unknown) => KnownFailure | undefined) =>
  (error: unknown): PluginError => {
    if (PluginError.is(error)) return error;
    const { code, message, retryable } = find(error) ?? {
      code: 'INTERNAL' as const,
      message: `The ${engine} connector met an error that it does not know.`,
    };
    return new PluginError(code, message, { cause: error, retryable });
  };
