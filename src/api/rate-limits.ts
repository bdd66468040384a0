import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Redis } from '../cluster/open-redis.js';
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

/** What the limiter asks of Redis' client: to run its script, which counts and looks in one step. */
const scripts = (redis: Redis): object => ({
  get isReady(): boolean {
    return redis.usable();
  },
  eval: async (script: string, how: { readonly keys: string[]; readonly arguments: string[] }) => {
    const counted = await redis.ask((client) => client.eval(script, how));
    if (counted === null) throw new Error('Redis does not answer');
    return counted;
  },
});

const counter = (points: number, keyPrefix: string, redis: Redis | undefined) => {
  if (points === 0) return async (): Promise<void> => undefined;
  const own = new RateLimiterMemory({ points, duration: windowSeconds, keyPrefix });
  const limiter =
    redis === undefined
      ? own
      : new RateLimiterRedis({
          points,
          duration: windowSeconds,
          keyPrefix: `${redis.prefix}rate:${keyPrefix}`,
          storeClient: scripts(redis),
          useRedisPackage: true,
          rejectIfRedisNotReady: true,
          // While Redis is down each process counts by itself.
          insuranceLimiter: own,
          // Who has none left is told without asking.
          inMemoryBlockOnConsumed: points + 1,
        });
  return async (key: string, cost: number): Promise<void> => {
    await limiter.consume(key, cost).catch(refuse);
  };
};

/** Counts in this process, or with Redis for all processes together. */
export const createRateLimiter = ({ perCaller, perAddress }: RateLimitSettings, redis?: Redis): RateLimiter => {
  const callers = counter(perCaller, 'caller', redis);
  const addresses = counter(perAddress, 'address', redis);
  return {
    fromAddress: (address, cost) => addresses(networkOf(address), cost),
    byCaller: ({ kind, id }, cost) => callers(`${kind} ${id}`, cost),
  };
};
