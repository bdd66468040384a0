import { randomUUID } from 'node:crypto';
import type { AuditTrail, Intent, OpenEntry, Outcome } from './trail.js';

export interface KeptEntry {
  readonly id: string;
  readonly at: string;
  readonly intent: Intent;
  /** `null` while it is being done, or when the process ended before it was. */
  readonly outcome: Outcome | null;
}

export interface MemoryTrail extends AuditTrail {
  /** The latest entries, oldest first. */
  entries(): readonly KeptEntry[];
}

/** The latest entries, in this process only: for the command line and for tests. The oldest make room. */
export const createMemoryTrail = (most = 1_000): MemoryTrail => {
  const kept = new Map<string, KeptEntry>();
  const keep = (entry: KeptEntry): void => {
    kept.set(entry.id, entry);
    if (kept.size > most) kept.delete(kept.keys().next().value!);
  };
  const begin = async (intent: Intent): Promise<OpenEntry> => {
    const id = randomUUID();
    keep({ id, at: new Date().toISOString(), intent, outcome: null });
    return {
      id,
      finish: async (outcome) => {
        const entry = kept.get(id);
        if (entry === undefined) return;
        if (entry.outcome !== null) throw new Error('an entry of the trail has one outcome');
        kept.set(id, { ...entry, outcome });
      },
    };
  };
  return {
    entries: () => [...kept.values()],
    begin,
    takesNotes: () => true,
    note: (intent) => {
      const id = randomUUID();
      const outcome: Outcome = { result: 'done', code: null, detail: {} };
      keep({ id, at: new Date().toISOString(), intent, outcome });
      return null;
    },
    record: async (intent, outcome) => {
      const entry = await begin(intent);
      await entry.finish(outcome);
      return entry.id;
    },
  };
};
