import { PluginError } from '../contract.js';

/** Why a case failed, in one line, for who develops a connector: with the code, and what the driver said. */
export const failureOf = (error: unknown): string => {
  const parts: string[] = [];
  for (
    let at: unknown = error;
    at !== undefined && at !== null && parts.length < 4;
    at = at instanceof Error ? at.cause : null
  ) {
    parts.push(PluginError.is(at) ? `${at.code}: ${at.message}` : at instanceof Error ? at.message : String(at));
  }
  return parts.join(' ← ').replace(/\s+/g, ' ').slice(0, 600);
};
