import { createHash } from 'node:crypto';
import { LessThan, Like } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Store, Writer } from '../store/store.js';
import { networkOf } from './network.js';
import { type LoginFailureRow, loginFailures } from './store.js';

/** What is counted: one name from one address, all names from one address, one name from all addresses. */
export type Counted = 'pair' | 'address' | 'name';

/** How many failures cost nothing, after which each one doubles the wait, up to the most; and how long until one is forgotten. */
const limits: Readonly<Record<Counted, { readonly free: number; readonly forgottenMs: number }>> = {
  pair: { free: 5, forgottenMs: 15 * 60_000 },
  address: { free: 50, forgottenMs: 60_000 },
  name: { free: 50, forgottenMs: 60_000 },
};
const firstWaitMs = 1_000;
const longestWaitMs = 15 * 60_000;
/** After so long nothing is left of any. */
const keptMs = 24 * 60 * 60_000;

/**
 * Slows guessing down. It counts names as they are typed, whether or not somebody has them, so that it tells nobody which accounts
 * there are; and it counts an attempt before the password is looked at, so that many at once are no way around it.
 */
export interface LoginGuard {
  /**
   * Counts an attempt as failed.
   * @throws DataMindError `RATE_LIMITED` when it must wait
   */
  attempt(name: string, address: string | null): Promise<void>;
  /** The attempt was right: the name is free again. */
  succeeded(name: string, address: string | null): Promise<void>;
  /** Frees a name from every address. */
  unlock(name: string): Promise<void>;
}

const waitAfter = (counted: Counted, failures: number): number => {
  const beyond = failures - limits[counted].free;
  return beyond < 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(beyond, 20));
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const keyOf = (counted: Counted, ...parts: readonly string[]): string => [counted, ...parts.map(digest)].join(':');

const keysOf = (name: string, address: string | null): Readonly<Record<Counted, string>> => ({
  pair: keyOf('pair', name, networkOf(address)),
  address: keyOf('address', networkOf(address)),
  name: keyOf('name', name),
});

export const createLoginGuard = (store: Store, now: () => number): LoginGuard => {
  const countUp = async (db: Writer, counted: Counted, id: string): Promise<void> => {
    const before = await db.findOneBy(loginFailures, { id });
    // A clock that was set back has forgotten nothing, and has remembered nothing new.
    const passed = before === null ? 0 : Math.max(0, now() - before.lastAt);
    const forgotten = Math.floor(passed / limits[counted].forgottenMs);
    const failures = Math.max(0, (before?.failures ?? 0) - forgotten) + 1;
    const wait = waitAfter(counted, failures);
    const row: LoginFailureRow = { id, failures, lastAt: now(), lockedUntil: wait === 0 ? null : now() + wait };
    if (before === null) await db.insert(loginFailures, row);
    else await db.update(loginFailures, { id }, row);
  };
  return {
    attempt: async (name, address) => {
      const keys = Object.entries(keysOf(name, address)) as [Counted, string][];
      const lockedUntil = await store.transaction(async (db) => {
        let until = 0;
        for (const [, id] of keys) {
          until = Math.max(until, (await db.findOneBy(loginFailures, { id }))?.lockedUntil ?? 0);
        }
        // Beyond the longest wait it was written by a clock that has been set back since.
        if (until > now() && until <= now() + longestWaitMs) return until;
        for (const [counted, id] of keys) await countUp(db, counted, id);
        await db.remove(loginFailures, { lastAt: LessThan(now() - keptMs) });
        return 0;
      });
      if (lockedUntil === 0) return;
      const seconds = Math.ceil((lockedUntil - now()) / 1000);
      throw new DataMindError('RATE_LIMITED', `Too many logins failed; try again in ${seconds} seconds.`, {
        retryAfterSeconds: seconds,
      });
    },
    succeeded: (name, address) =>
      store.transaction(async (db) => {
        const { pair, name: everywhere, address: from } = keysOf(name, address);
        await db.remove(loginFailures, { id: pair });
        await db.remove(loginFailures, { id: everywhere });
        // Only this attempt is taken back: an account of one's own is no way to go on guessing at others'.
        const row = await db.findOneBy(loginFailures, { id: from });
        if (row !== null) await db.update(loginFailures, { id: from }, { failures: Math.max(0, row.failures - 1) });
      }),
    unlock: async (name) => {
      await store.transaction(async (db) => {
        await db.remove(loginFailures, { id: keyOf('name', name) });
        await db.remove(loginFailures, { id: Like(`${keyOf('pair', name)}:%`) });
      });
    },
  };
};
