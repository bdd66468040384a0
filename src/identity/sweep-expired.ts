import { LessThan } from 'typeorm';
import type { Store } from '../store/store.js';
import { invitations, loginFailures, refreshTokens, sessions } from './store.js';

const dayMs = 24 * 60 * 60_000;
/** How long what is over can still be looked at. */
const keptMs = 30 * dayMs;

/** Deletes what has been over for a while; what has just expired is refused by whoever reads it. */
export const sweepExpired = (store: Store, now: number): Promise<void> =>
  store.transaction(async (db) => {
    await db.remove(refreshTokens, { expiresAt: LessThan(now) });
    await db.remove(sessions, { expiresAt: LessThan(now - keptMs) });
    await db.remove(invitations, { expiresAt: LessThan(now - keptMs) });
    await db.remove(loginFailures, { lastAt: LessThan(now - dayMs) });
  });
