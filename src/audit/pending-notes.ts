import { newId } from '../store/new-id.js';
import type { Draft } from './chain-writer.js';
import type { Intent, JsonObject } from './trail.js';

/** What was noted and is not on the disk yet. */
export interface PendingNotes {
  add(intent: Intent): void;
  /** How many times something was noted. */
  size(): number;
  /** Takes all of it, as entries. */
  take(): readonly Draft[];
}

interface Pending {
  readonly first: Draft;
  /** The other times: when, and in which request. */
  readonly also: (readonly [at: number, correlationId: string])[];
}

/** Times that one entry tells; more begin another. */
const mostTimes = 500;

const whole = ({ first, also }: Pending): Draft => {
  const again = also.map(([at, id]) => [new Date(at).toISOString(), id]);
  const more = again.length === 0 ? '' : `${first.detail === '{}' ? '' : ','}"also":${JSON.stringify(again)}`;
  return { ...first, detail: `${first.detail.slice(0, -1)}${more}}` };
};

/**
 * Notes of what was done again: the same thing, for the same caller, from the same address, between two writes, is one entry that
 * names each time and each request. An answer from the cache is given in a tenth of the time that an entry takes.
 * @param draftOf the entry of one, cleaned
 */
export const createPendingNotes = (draftOf: (intent: Intent) => Draft, now: () => number): PendingNotes => {
  /** By what it is about: the same value each time that the same thing is done. */
  let pending = new Map<JsonObject, Map<string, Pending>>();
  let full: Pending[] = [];
  let size = 0;
  return {
    add: (intent) => {
      const { detail, action, target, actor, origin = '', correlationId } = intent;
      const key = `${action} ${actor.fingerprint} ${actor.workspace} ${actor.user} ${origin} ${target}`;
      let about = pending.get(detail);
      if (about === undefined) {
        about = new Map();
        pending.set(detail, about);
      }
      size += 1;
      const found = about.get(key);
      if (found === undefined) {
        about.set(key, { first: draftOf(intent), also: [] });
        return;
      }
      found.also.push([now(), correlationId]);
      if (found.also.length + 1 < mostTimes) return;
      full.push(found);
      about.delete(key);
    },
    size: () => size,
    take: () => {
      if (size === 0) return [];
      const taken = [...full, ...[...pending.values()].flatMap((about) => [...about.values()])].map(whole);
      pending = new Map();
      full = [];
      size = 0;
      return taken;
    },
  };
};

/** The same entries under new ids: whether the old ones were written is not known when the answer to a commit was lost. */
export const renewed = (drafts: readonly Draft[]): readonly Draft[] =>
  drafts.map((draft) => ({ ...draft, id: newId() }));
