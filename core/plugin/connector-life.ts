/** How a connector over a pool begins and says how it is, the same for all. */
import { type Health, PluginError } from './contract.js';

const cancelledStart = (): PluginError =>
  new PluginError('CONNECTION_FAILED', 'The start was cancelled before the database answered.');

/**
 * Opens the first sessions.
 * @param translate a driver's failure in our own words
 * @throws PluginError `CONNECTION_FAILED` when the start is given up meanwhile; what `translate` makes of a failure
 */
export const beginSessions = async (
  signal: AbortSignal,
  translate: (error: unknown) => PluginError,
  begin: () => Promise<unknown>,
): Promise<void> => {
  if (signal.aborted) throw cancelledStart();
  try {
    await begin();
  } catch (error) {
    throw signal.aborted ? cancelledStart() : translate(error);
  }
};

/**
 * Whether the database answers, and after how many milliseconds. Never rejects.
 * @param translate a driver's failure in our own words
 * @param ask the least that the database can be asked for
 */
export const askHealth = async (
  translate: (error: unknown) => PluginError,
  ask: () => Promise<unknown>,
): Promise<Health> => {
  const began = performance.now();
  const latencyMs = (): number => performance.now() - began;
  try {
    await ask();
    return { status: 'up', latencyMs: latencyMs() };
  } catch (error) {
    const { code, message } = PluginError.is(error) ? error : translate(error);
    // A pool that is busy answers somebody.
    const status = code === 'TOO_MANY_CONNECTIONS' ? 'degraded' : 'down';
    return { status, latencyMs: latencyMs(), detail: message };
  }
};
