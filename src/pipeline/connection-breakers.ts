import { LRUCache } from 'lru-cache';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Logger } from '../../core/plugin/contract.js';
import { type BreakerState, type CircuitBreaker, createCircuitBreaker } from '../cluster/circuit-breaker.js';

/** One breaker a connection: whoever asks a database that is down is told at once, and the database is left alone. */
export interface ConnectionBreakers {
  /** @param identity of the connection, at this revision: one that was changed is tried anew */
  of(identity: string): CircuitBreaker;
  /** `closed` for one that nothing is known of. */
  state(identity: string): BreakerState;
}

/** The database, not the statement, is at fault. */
const unreachable: ReadonlySet<string> = new Set([
  'CONNECTION_FAILED',
  'CONNECTION_LOST',
  'AUTHENTICATION_FAILED',
  'TLS_FAILED',
  'DATABASE_NOT_FOUND',
]);
const most = 1_000;

const refuse = (retryAfterSeconds: number): DataMindError =>
  new DataMindError(
    'CONNECTION_FAILED',
    'The database could not be reached again and again; it is left alone for a moment.',
    {
      hint: `Ask again in ${retryAfterSeconds} s.`,
      retryAfterSeconds,
    },
  );

export const createConnectionBreakers = (log: Logger, now: () => number): ConnectionBreakers => {
  const breakers = new LRUCache<string, CircuitBreaker>({ max: most });
  return {
    of: (identity) => {
      const known = breakers.get(identity);
      if (known !== undefined) return known;
      const made = createCircuitBreaker({
        refuse,
        now,
        isFailure: (error) => unreachable.has(String((error as { readonly code?: unknown } | null)?.code)),
        onChange: (state) => log.warn('the circuit breaker of a connection changed', { connection: identity, state }),
      });
      breakers.set(identity, made);
      return made;
    },
    state: (identity) => breakers.get(identity)?.state() ?? 'closed',
  };
};
