import { createClient, type RedisClientType } from '@redis/client';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Logger } from '../../core/plugin/contract.js';
import { type BreakerState, createCircuitBreaker } from './circuit-breaker.js';

/** A reply whose texts are bytes. */
export const asBytes = { 36: Buffer } as const;

export type RedisClient = RedisClientType;

/**
 * Redis, which may be down at any time: nothing waits for it longer than a moment, and nothing fails because of it. Whoever uses it
 * says what happens without.
 */
export interface Redis {
  /** Before all keys and channels: of this cluster, and of this version. */
  readonly prefix: string;
  /** Whether it would be asked now. */
  usable(): boolean;
  /** @returns what Redis answers; `null` when it does not */
  ask<T>(work: (client: RedisClient) => Promise<T>): Promise<T | null>;
  /** A connection of its own, for what waits on purpose: subscriptions and streams. Connects by itself, again and again. */
  connection(): RedisClient;
  state(): BreakerState;
  /** How long it takes to answer, in milliseconds; `null` when it does not. */
  ping(): Promise<number | null>;
  close(): void;
}

/** Longer than that nothing is worth that there is a way without. */
const patienceMs = 250;

const refuse = (): DataMindError => new DataMindError('UNAVAILABLE', 'Redis does not answer.');

/** The client's own time-out ends with the writing of a command; a server that hangs is written to all the same. */
const inTime = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refuse()), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
};

export const openRedis = (url: string, prefix: string, log: Logger): Redis => {
  const connections: RedisClient[] = [];
  const socket = {
    connectTimeout: 2_000,
    reconnectStrategy: (tries: number): number => Math.min(2_000, 50 * 2 ** Math.min(tries, 6)) + Math.random() * 100,
  };
  const open = (over: object): RedisClient => {
    const client = createClient({ url, socket, name: 'datamind', ...over }) as RedisClient;
    // Without a listener an error would end the process; the state below says all that there is to say.
    client.on('error', () => undefined);
    client.connect().catch(() => undefined);
    connections.push(client);
    return client;
  };
  let told = true;
  const client = open({ disableOfflineQueue: true, pingInterval: 5_000 });
  client.on('ready', () => {
    if (!told) log.info('Redis answers again');
    told = true;
  });
  client.on('error', (error: Error) => {
    if (told) log.warn('Redis cannot be reached; this process goes on by itself', { error });
    told = false;
  });
  const breaker = createCircuitBreaker({
    failures: 3,
    openMs: 2_000,
    refuse,
    onChange: (state) => {
      if (state === 'open') log.warn('Redis does not answer; this process goes on by itself');
    },
  });
  const ask: Redis['ask'] = async (work) => {
    if (!client.isReady) return null;
    try {
      return await breaker.run(() => inTime(work(client)));
    } catch {
      return null;
    }
  };
  return {
    prefix,
    usable: () => client.isReady && breaker.state() !== 'open',
    ask,
    connection: () => open({}),
    state: () => (client.isReady ? breaker.state() : 'open'),
    ping: async () => {
      const before = performance.now();
      const answer = await ask((to) => to.ping());
      return answer === null ? null : performance.now() - before;
    },
    close: () => {
      for (const one of connections) if (one.isOpen) one.destroy();
    },
  };
};
