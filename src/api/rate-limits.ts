import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Caller } from '../identity/caller.js';
import { networkOf } from '../identity/network.js';

export interface RateLimitSettings {
  /** Points a minute that one caller has; 0: no limit. */
  readonly perCaller: number;
  /** Points a minute that all who come from one address have together; 0: no limit. */
  readonly perAddress: number;
}

/** Shares the server out among those who call. A request costs 1 point, one that may reach a database more. */
export interface RateLimiter {
  /** Before it is known who asks, so that guessing tokens is counted too. @throws DataMindError `RATE_LIMITED` */
  fromAddress(address: string | null, cost: number): Promise<void>;
  /** @throws DataMindError `RATE_LIMITED` */
  byCaller(caller: Caller, cost: number): Promise<void>;
}

const windowSeconds = 60;

const refuse = (error: unknown): never => {
  if (!(error instanceof RateLimiterRes)) throw error;
  const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
  throw new DataMindError('RATE_LIMITED', `This is too much for one minute; ask again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });
};

const counter = (points: number, keyPrefix: string) => {
  if (points === 0) return async (): Promise<void> => undefined;
  const limiter = new RateLimiterMemory({ points, duration: windowSeconds, keyPrefix });
  return async (key: string, cost: number): Promise<void> => {
    await limiter.consume(key, cost).catch(refuse);
  };
};

/** Counts in this process. */
export const createRateLimiter = ({ perCaller, perAddress }: RateLimitSettings): RateLimiter => {
  const callers = counter(perCaller, 'caller');
  const addresses = counter(perAddress, 'address');
  return {
    fromAddress: (address, cost) => addresses(networkOf(address), cost),
    byCaller: ({ kind, id }, cost) => callers(`${kind} ${id}`, cost),
  };
};
