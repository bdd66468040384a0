import type { FlaggedReading, HeldBack, QuestionAnswer } from '../pipeline/question.js';
import { wordsHash } from '../pipeline/verified-pairs.js';
import type { Model } from '../../semantic/model/model.js';
import type { Store } from '../store/store.js';
import { withoutPersonalData } from './asked-questions.js';
import { isSameText } from './check-pair.js';
import { trainingEntries } from './store.js';

/** What is flagged and not reviewed yet. Read with each question, so that a flag holds on every node from that moment. */
export const heldBackOf = async (store: Store, workspaceId: string): Promise<HeldBack> => {
  const rows = await store.read((db) =>
    db.find(trainingEntries, {
      where: { workspaceId, status: 'flagged' },
      select: { id: true, wordsHash: true, pair: true, query: true, sql: true },
    }),
  );
  const questions = new Map<string, FlaggedReading[]>();
  for (const { wordsHash: words, pair, query, sql } of rows) {
    questions.set(words, [...(questions.get(words) ?? []), { pair, query: query ?? null, sql }]);
  }
  return { names: new Set(rows.flatMap(({ pair }) => pair ?? [])), questions };
};

/**
 * Whether the asker is to know that the answer was flagged: the question is a verified query of their model, or the answer is the
 * very one that was flagged. Of anything else a warning would only tell that somebody has asked this, in these words.
 */
export const isFlagged = (heldBack: HeldBack, model: Model, answer: QuestionAnswer): boolean => {
  if (answer.outcome !== 'answered') return false;
  const { query, written_sql: sql } = answer;
  const given = withoutPersonalData({ query, sql });
  return (heldBack.questions.get(wordsHash(answer.question)) ?? []).some(
    ({ pair, ...flagged }) =>
      (pair !== null && Object.hasOwn(model.verified_queries, pair)) || isSameText(flagged, given),
  );
};
