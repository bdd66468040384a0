import { maskText } from '../../core/pii/mask-text.js';
import type { Redactor } from '../../core/secrets/create-redactor.js';
import { newId } from '../store/new-id.js';
import type { ChainWriter, Draft } from './chain-writer.js';
import { cleanDetail, cleanText } from './clean-detail.js';
import { createPendingNotes } from './pending-notes.js';
import type { AuditTrail, Intent, Outcome } from './trail.js';

/** Notes in memory: more than are ever made between two writes. */
const mostNotes = 20_000;

/**
 * The trail over a chain: each intent and each outcome is an entry.
 * @param openChain opens it with what takes the notes
 */
export const createTrail = (
  openChain: (notes: () => readonly Draft[]) => ChainWriter,
  redact: Redactor,
  now: () => number,
): AuditTrail => {
  const clean = (text: string): string => cleanText(redact(text));
  const draftOf = ({ action, actor, origin, target, correlationId }: Intent): Omit<Draft, 'id' | 'detail'> => ({
    at: now(),
    phase: 'intent',
    action,
    user: clean(actor.user),
    workspace: clean(actor.workspace),
    fingerprint: actor.fingerprint,
    origin: origin === undefined || origin === null ? null : clean(origin),
    target: target === null ? null : maskText(clean(target)),
    correlationId: cleanText(correlationId),
    intentId: null,
    result: null,
    code: null,
  });
  const opened = (intent: Intent): Draft => ({
    ...draftOf(intent),
    id: newId(),
    detail: cleanDetail(intent.detail, redact),
  });
  const closed = (intent: Draft, { result, code, detail }: Outcome): Draft => ({
    ...intent,
    id: newId(),
    at: now(),
    phase: 'outcome',
    intentId: intent.id,
    result,
    code,
    detail: cleanDetail(detail, redact),
  });
  const noted = (intent: Intent): Draft => ({ ...opened(intent), result: 'done' });
  const notes = createPendingNotes(noted, now);
  const chain = openChain(notes.take);
  const takesNotes = (): boolean => chain.isFine() && notes.size() < mostNotes;
  return {
    takesNotes,
    note: (intent) => {
      if (!takesNotes()) return chain.append([noted(intent)]);
      notes.add(intent);
      chain.noteSoon();
      return null;
    },
    begin: async (intent) => {
      const entry = opened(intent);
      await chain.append([entry]);
      let finished = false;
      return {
        id: entry.id,
        finish: async (outcome) => {
          if (finished) throw new Error('an entry of the trail has one outcome');
          finished = true;
          await chain.append([closed(entry, outcome)]);
        },
      };
    },
    record: async (intent, outcome) => {
      const entry = opened(intent);
      await chain.append([entry, closed(entry, outcome)]);
      return entry.id;
    },
  };
};
