import type { HeldBack } from '../pipeline/question.js';
import type { Store } from '../store/store.js';
import { trainingEntries } from './store.js';

/** What is flagged and not reviewed yet. Read with each question, so that a flag holds on every node from that moment. */
export const heldBackOf = async (store: Store, workspaceId: string): Promise<HeldBack> => {
  const rows = await store.read((db) =>
    db.find(trainingEntries, {
      where: { workspaceId, status: 'flagged' },
      select: { id: true, wordsHash: true, pair: true },
    }),
  );
  return {
    names: new Set(rows.flatMap(({ pair }) => pair ?? [])),
    questions: new Set(rows.map(({ wordsHash }) => wordsHash)),
  };
};
