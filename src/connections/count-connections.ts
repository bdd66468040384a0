import type { Store } from '../store/store.js';
import { connectionStates, connections } from './store.js';

/** Connections that were made by API, in all workspaces: how many there are, and how many of them were reached the last time. */
export interface MadeCount {
  readonly total: number;
  readonly ready: number;
}

export const countConnections = (store: Store): Promise<MadeCount> =>
  store.read(async (db) => ({
    total: await db.count(connections),
    ready: await db.countBy(connectionStates, { status: 'ready' }),
  }));
