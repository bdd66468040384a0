import type { Health, Lifecycle, PluginHost } from '../contract.js';
import { PluginError } from '../contract.js';

/** A provider that hangs is one that does not answer: less than a start or a look at its health may take. */
const patienceMs = 4_000;

/** The life of a language model that is reached over the network. */
export interface LlmLife extends Lifecycle {
  /** Aborted when it stops. */
  readonly ending: AbortSignal;
  /** It just answered: nobody needs to ask how it is. */
  answered(): void;
}

interface Parts {
  readonly host: PluginHost;
  /** Asks for something that costs nothing. `null`: there is nothing to ask with. @throws PluginError */
  readonly probe: ((signal: AbortSignal) => Promise<void>) | null;
  readonly close: () => void;
  /** Health is asked every few seconds; providers count every request. */
  readonly keptMs?: number;
  /** How long it may take to say how it is. */
  readonly limitMs?: number;
}

/**
 * A provider that cannot be reached now does not keep the server from starting: what asks it goes on to the next one, and tries
 * it again. A key or a model that it does not take does.
 */
export const createLlmLife = ({ host, probe, close, keptMs = 60_000, limitMs = patienceMs }: Parts): LlmLife => {
  const ending = new AbortController();
  let last: { readonly at: number; readonly health: Health } | null = null;
  const keep = (health: Health): Health => {
    last = { at: host.now(), health };
    return health;
  };
  const ask = async (signal: AbortSignal): Promise<{ readonly health: Health; readonly fault: PluginError | null }> => {
    if (probe === null) return { health: { status: 'up', latencyMs: 0 }, fault: null };
    const began = performance.now();
    const took = (): number => Math.round(performance.now() - began);
    try {
      await probe(AbortSignal.any([signal, ending.signal, AbortSignal.timeout(limitMs)]));
      return { health: keep({ status: 'up', latencyMs: took() }), fault: null };
    } catch (error) {
      signal.throwIfAborted();
      const fault = PluginError.is(error) ? error : new PluginError('LLM_UNAVAILABLE', 'The provider does not answer.');
      // Who takes no more requests for now is there.
      const status = fault.code === 'LLM_RATE_LIMITED' ? 'degraded' : 'down';
      return { health: keep({ status, latencyMs: took(), detail: fault.message }), fault };
    }
  };
  return {
    ending: ending.signal,
    answered: () => {
      last = { at: host.now(), health: { status: 'up', latencyMs: last?.health.latencyMs ?? 0 } };
    },
    start: async (signal) => {
      const { fault } = await ask(signal);
      if (fault === null) return;
      if (fault.code === 'LLM_REJECTED') throw fault;
      host.log.warn('the language model does not answer now; it is tried again when it is asked', {
        code: fault.code,
        reason: fault.message,
      });
    },
    health: async (signal) => {
      const isFresh = last !== null && Math.abs(host.now() - last.at) < keptMs;
      return isFresh ? last!.health : (await ask(signal)).health;
    },
    stop: async () => {
      if (!ending.signal.aborted) ending.abort(new PluginError('LLM_UNAVAILABLE', 'The server is stopping.'));
      close();
    },
  };
};
