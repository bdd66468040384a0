import type { Reader, Store, Writer } from '../store/store.js';
import { leases } from './store.js';

/** One process at a time is the leader. */
export interface Leadership {
  /** Takes it when nobody has it, or keeps it. @returns whether it is ours */
  hold(): Promise<boolean>;
  /** Whether it is ours, in the transaction of what only the leader may do. */
  isHeld(db: Reader): Promise<boolean>;
  /** Gives it up, so that nobody has to wait for its end. */
  release(): Promise<void>;
}

const name = 'leader';

/**
 * A lease in the store: whoever holds it renews it when half of it is over, and when its process has died it ends by itself. Clocks
 * of nodes may differ by less than half of it. Two that both think that they lead do no harm: what a leader does checks the lease
 * in its own transaction, and transactions are serialisable.
 */
export const createLeadership = (store: Store, holder: string, leaseMs: number, now: () => number): Leadership => {
  const isHeld = async (db: Reader): Promise<boolean> => {
    const lease = await db.findOneBy(leases, { id: name });
    return lease !== null && lease.holder === holder && lease.until > now();
  };
  const take = (): Promise<boolean> =>
    store.transaction(async (db: Writer) => {
      const at = now();
      const lease = await db.findOneBy(leases, { id: name });
      const until = at + leaseMs;
      if (lease === null) {
        await db.insert(leases, { id: name, holder, until, term: 1 });
        return true;
      }
      if (lease.holder === holder && lease.until > at) {
        await db.update(leases, { id: name, holder }, { until });
        return true;
      }
      if (lease.until > at) return false;
      const { term } = lease;
      return (await db.update(leases, { id: name, term }, { holder, until, term: term + 1 })) === 1;
    });
  return {
    isHeld,
    hold: async () => {
      const lease = await store.read((db) => db.findOneBy(leases, { id: name }));
      const left = (lease?.until ?? 0) - now();
      if (left > 0 && lease?.holder !== holder) return false;
      if (left > leaseMs / 2) return true;
      return take();
    },
    release: async () => {
      await store.transaction((db) => db.update(leases, { id: name, holder }, { until: 0 }));
    },
  };
};
