import { countUp, type EpochName } from '../store/epochs.js';
import type { Store, Writer } from '../store/store.js';
import { performAudited } from './perform-audited.js';
import type { AuditTrail, Intent, JsonObject } from './trail.js';

/** Where a change is kept, and where it is written down. */
export interface AuditedStore {
  readonly store: Pick<Store, 'transaction'>;
  readonly trail: AuditTrail;
}

/**
 * The one way in which what the store keeps is changed for somebody. In this order, and what holds of it:
 *
 * 1. The intent is on the disk before anything is read for the change or written; where it cannot be written, nothing is done.
 * 2. The work is one transaction. What decides whether it may be done belongs into it: nobody changes that in between.
 * 3. Those that remember what is changed hear of it in the same transaction, at its end: no node ever knows the change without the
 *    count or the count without the change, and one that fails is counted nowhere.
 * 4. The outcome is written after the transaction has ended, whether it failed or not. Where it cannot be written, or the process ends
 *    before, the intent stands without one: it says that this may have been done, never that it was not.
 *
 * @param epochs of what is changed, as far as it is remembered anywhere; `[]`: it is read of the store each time
 * @param work may run twice, as all that runs in a transaction
 * @param told what the outcome says besides
 * @throws DataMindError `AUDIT_UNAVAILABLE` and nothing was done; what the work throws
 */
export const changeAudited = <T>(
  { store, trail }: AuditedStore,
  intent: Intent,
  epochs: readonly EpochName[],
  work: (db: Writer) => Promise<T>,
  told?: (result: T) => JsonObject,
): Promise<T> => {
  const counted = async (db: Writer): Promise<T> => {
    const result = await work(db);
    for (const epoch of epochs) await countUp(db, epoch);
    return result;
  };
  return performAudited(trail, intent, () => store.transaction(counted), told);
};
