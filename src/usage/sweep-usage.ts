import { LessThan } from 'typeorm';
import type { Store } from '../store/store.js';
import { usageEvents } from './store.js';

/** Deletes what is older than a moment. */
export const sweepUsage = async (store: Store, before: number): Promise<void> => {
  await store.transaction((db) => db.remove(usageEvents, { at: LessThan(before) }));
};
