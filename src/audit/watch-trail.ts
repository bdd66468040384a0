import type { AuditTrail, Intent, OpenEntry, Outcome } from './trail.js';

/** Is told how something ended, when that is in the trail. */
export type OnEnded = (intent: Intent, outcome: Outcome, seconds: number) => void;

const noted: Outcome = Object.freeze({ result: 'done', code: null, detail: {} });

/** The same trail, which tells others of what is over: counts, live pages. What they are told of is durable already. */
export const watchTrail = (trail: AuditTrail, onEnded: OnEnded): AuditTrail => {
  const watched = (intent: Intent, { id, finish }: OpenEntry): OpenEntry => {
    const began = performance.now();
    return {
      id,
      finish: async (outcome) => {
        const seconds = (performance.now() - began) / 1000;
        await finish(outcome);
        onEnded(intent, outcome, seconds);
      },
    };
  };
  return {
    begin: async (intent) => watched(intent, await trail.begin(intent)),
    record: async (intent, outcome) => {
      const id = await trail.record(intent, outcome);
      onEnded(intent, outcome, 0);
      return id;
    },
    takesNotes: trail.takesNotes,
    note: (intent) => {
      const written = trail.note(intent);
      if (written === null) {
        onEnded(intent, noted, 0);
        return null;
      }
      return written.then(() => onEnded(intent, noted, 0));
    },
  };
};
