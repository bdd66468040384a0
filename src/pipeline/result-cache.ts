import { LRUCache } from 'lru-cache';

/** An answer as it goes over the wire, without what differs from request to request. */
export interface CachedAnswer {
  /** The JSON text up to and without the closing brace. */
  readonly head: Buffer;
}

export interface ResultCacheOptions {
  /** 0: nothing is kept. */
  readonly ttlSeconds: number;
  readonly maxBytes: number;
}

export interface ResultCacheStatus {
  readonly enabled: boolean;
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
}

export interface ResultCache {
  get(key: string): CachedAnswer | undefined;
  /** @param ttlMs when it is to be forgotten sooner than others */
  set(key: string, answer: CachedAnswer, ttlMs?: number): void;
  status(): ResultCacheStatus;
  clear(): void;
}

const perEntry = 512;

/** Answers by key, kept within a number of bytes. Only whole answers may be put in: nothing cut, no errors. */
export const createResultCache = ({ ttlSeconds, maxBytes }: ResultCacheOptions): ResultCache => {
  const enabled = ttlSeconds > 0 && maxBytes > 0;
  const kept = new LRUCache<string, CachedAnswer>({
    maxSize: Math.max(1, maxBytes),
    maxEntrySize: Math.max(1, Math.floor(maxBytes / 4)),
    sizeCalculation: ({ head }, key) => head.length + key.length + perEntry,
    ttl: Math.max(1, ttlSeconds * 1000),
  });
  let hits = 0;
  let misses = 0;
  return {
    get: (key) => {
      const found = enabled ? kept.get(key) : undefined;
      if (found === undefined) misses += 1;
      else hits += 1;
      return found;
    },
    set: (key, answer, ttlMs) => {
      if (enabled) kept.set(key, answer, ttlMs === undefined ? {} : { ttl: Math.max(1, Math.floor(ttlMs)) });
    },
    status: () => ({ enabled, entries: kept.size, bytes: kept.calculatedSize, hits, misses }),
    clear: () => kept.clear(),
  };
};
