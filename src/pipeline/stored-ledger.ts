/**
 * The ledger in the store: it outlives the process, and all processes of one store share it. A question is judged and noted in
 * one serialisable transaction, so that of two which must not both be answered only one is, wherever they are asked.
 */
import { In, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Logger } from '../../core/plugin/contract.js';
import { type GroupLedger, whyNotAnswered } from '../../semantic/policy/group-question.js';
import { newId } from '../store/new-id.js';
import type { Store, Writer } from '../store/store.js';
import { signatureOf } from './group-ledger.js';
import { type GroupQuestionRow, groupQuestions } from './store.js';

const day = 86_400_000;
/** No budget counts for longer. */
const keptDays = 30;

/**
 * @param openStore called when there is the first question to note
 * @throws (from `ask`) DataMindError `FORBIDDEN`; what the store throws when the question cannot be noted: then it is not answered
 */
export const createStoredLedger = (
  openStore: () => Promise<Store>,
  log: Logger,
  now: () => number = Date.now,
): GroupLedger => ({
  ask: async ({ workspace, user }, { table, ...question }) => {
    const store = await openStore();
    const whose = { workspace, user, ofTable: table };
    const signature = signatureOf({ table, ...question });
    const at = now();
    const row: GroupQuestionRow = {
      ...whose,
      id: newId(),
      signature,
      splitters: question.splitters,
      state: 'asked',
      at,
    };
    await store.transaction(async (db) => {
      const since = at - question.budget.days * day;
      const before = await db.findBy(groupQuestions, { ...whose, at: MoreThan(since) });
      const refusal = whyNotAnswered(before, { table, ...question, signature });
      if (refusal !== null) throw new DataMindError('FORBIDDEN', refusal.message, { hint: refusal.hint });
      await db.remove(groupQuestions, { ...whose, at: LessThanOrEqual(at - keptDays * day) });
      // The same question anew stands for its earlier ones, but for what those have shown.
      await db.remove(groupQuestions, { ...whose, signature, state: 'withheld' });
      await db.insert(groupQuestions, row);
    });
    /** What is not noted leaves the question `asked`, which permits less than either end of it. */
    const note = async (work: (db: Writer) => Promise<unknown>): Promise<void> => {
      try {
        await store.transaction(work);
      } catch (error) {
        log.error('how a question about groups ended could not be noted', { error });
      }
    };
    let ended = false;
    return {
      answered: async () => {
        if (ended) return;
        ended = true;
        await note(async (db) => {
          await db.update(groupQuestions, { id: row.id }, { state: 'answered' });
          await db.remove(groupQuestions, {
            ...whose,
            signature,
            id: Not(row.id),
            state: In(['answered', 'withheld']),
          });
        });
      },
      withheld: async () => {
        if (ended) return;
        ended = true;
        await note((db) => db.update(groupQuestions, { id: row.id }, { state: 'withheld' }));
      },
    };
  },
});
