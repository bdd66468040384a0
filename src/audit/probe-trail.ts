import { randomBytes } from 'node:crypto';
import type { Logger } from '../../core/plugin/contract.js';
import { UniqueViolation } from '../store/describe-store-failure.js';
import type { Store } from '../store/store.js';
import { probes } from './store.js';

/**
 * Pages that the entries of one statement take in SQLite at most, with their indices. PostgreSQL keeps room of its own for its log,
 * and says so by itself when that is gone.
 */
const roomBytes = { sqlite: 16_384, postgres: 0 } as const;

/**
 * Whether the trail can be written now: writes one row of this chain, as large as what a statement writes, over the one before. All
 * who ask meanwhile share one write. The log has the first failure and the end of them, with what the store said.
 * @throws DataMindError as the store fails
 */
export const createTrailProbe = (store: Store, chain: string, log: Logger, now: () => number) => {
  let asking: Promise<void> | null = null;
  let fails = false;

  const write = async (): Promise<void> => {
    // Not to be compressed, and never what is there already.
    const row = { at: now(), room: randomBytes(roomBytes[store.engine] / 2).toString('hex') };
    await store
      .transaction(async (db) => {
        if ((await db.update(probes, { id: chain }, row)) === 0) await db.insert(probes, { id: chain, ...row });
      })
      .catch((error: unknown) => {
        // Another process of this node was first: it can be written.
        if (!(error instanceof UniqueViolation)) throw error;
      });
  };

  const probe = async (): Promise<void> => {
    try {
      await write();
      if (fails) log.info('the audit can be written again');
      fails = false;
    } catch (error) {
      if (!fails) log.error('the audit cannot be written, so nothing is done that is written there', { error });
      fails = true;
      throw error;
    }
  };

  return (): Promise<void> => {
    asking ??= probe().finally(() => {
      asking = null;
    });
    return asking;
  };
};
