import { createHash } from 'node:crypto';
import type { Logger } from '../../core/plugin/contract.js';
import { createSealer, type KeySource, type Sealer } from '../../core/secrets/create-sealer.js';
import type { Store } from '../store/store.js';
import { clusterId } from './cluster-id.js';
import { type Notices, openNotices } from './notices.js';
import { openRedis, type Redis } from './open-redis.js';
import { createSharedAnswers, type SharedAnswers } from './shared-answers.js';

/** What processes have in common, beside the store. */
export interface Cluster {
  readonly redis: Redis;
  readonly notices: Notices;
  readonly answers: SharedAnswers;
  /** Seals what no other process than those of the cluster may read. */
  readonly sealer: Sealer;
  close(): void;
}

export interface ClusterOptions {
  readonly url: string;
  readonly log: Logger;
  readonly version: string;
  readonly encryptionKeys: readonly Buffer[] | KeySource;
  /** The connections as they are configured; kept as a hash. */
  readonly connections: string;
  readonly cacheTtlSeconds: number;
}

/** Resolves without waiting for Redis, which may come later. */
export const openCluster = async (store: Store, options: ClusterOptions): Promise<Cluster> => {
  const { url, log, version, encryptionKeys, connections, cacheTtlSeconds: ttlSeconds } = options;

  // That of the start: after a change of keys, what is shared anew is what is missed until then.
  const [key] = typeof encryptionKeys === 'function' ? encryptionKeys() : encryptionKeys;
  const redis = openRedis(url, `datamind:${await clusterId(store)}:`, log);
  const scope = createHash('sha256')
    .update(JSON.stringify([version, connections]))
    .digest('hex');
  return {
    redis,
    notices: openNotices(redis),
    answers: createSharedAnswers(redis, { encryptionKey: key!, scope, ttlSeconds }),
    sealer: createSealer(encryptionKeys),
    close: () => redis.close(),
  };
};
