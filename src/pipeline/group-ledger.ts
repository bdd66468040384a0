import { DataMindError } from '../../core/errors/datamind-error.js';
import type { ResultSet } from '../../core/result/result-set.js';
import {
  type AskedBefore,
  type GroupLedger,
  type GroupQuestion,
  type GroupReceipt,
  whyNotAnswered,
} from '../../semantic/policy/group-question.js';

interface Entry extends AskedBefore {
  state: AskedBefore['state'];
  /** Milliseconds since the epoch. */
  at: number;
}

const day = 86_400_000;

/** Where answers are not numbered it matters only how rows were told apart, so that few entries serve. */
export const signatureOf = ({ budget, signature, splitters }: GroupQuestion): string =>
  budget.answers === null ? splitters.join('\n') : signature;

/** A ledger that lasts as long as the process, for tests; see `stored-ledger.ts`. */
export const createMemoryLedger = (now: () => number = Date.now): GroupLedger => {
  const books = new Map<string, readonly Entry[]>();
  return {
    ask: async (subject, question) => {
      const key = JSON.stringify([subject.workspace, subject.user, question.table]);
      const since = now() - question.budget.days * day;
      const before = (books.get(key) ?? []).filter(({ at }) => at > since);
      const signature = signatureOf(question);
      const refusal = whyNotAnswered(before, { ...question, signature });
      if (refusal !== null) throw new DataMindError('FORBIDDEN', refusal.message, { hint: refusal.hint });
      const entry: Entry = { signature, splitters: question.splitters, state: 'asked', at: now() };
      // The same question anew stands for its earlier ones, but for what those have shown.
      const same = (one: Entry): boolean => one.signature === signature && one.state === 'withheld';
      books.set(key, [...before.filter((one) => !same(one)), entry]);
      return {
        answered: async () => {
          entry.state = 'answered';
          const kept = books.get(key) ?? [];
          books.set(
            key,
            kept.filter((one) => one === entry || one.signature !== signature || one.state === 'asked'),
          );
        },
        withheld: async () => {
          if (entry.state === 'asked') entry.state = 'withheld';
        },
      };
    },
  };
};

/** The result, with the receipt told whether it has a row. */
export const receipted = (result: ResultSet, receipt: GroupReceipt): ResultSet => {
  async function* batches(): AsyncGenerator<ResultSet['batches'] extends AsyncIterable<infer Batch> ? Batch : never> {
    try {
      for await (const batch of result.batches) {
        if (batch.length > 0) await receipt.answered();
        yield batch;
      }
    } finally {
      await receipt.withheld();
    }
  }
  return {
    columns: result.columns,
    batches: batches(),
    get truncated() {
      return result.truncated;
    },
    close: async () => {
      await receipt.withheld();
      await result.close();
    },
  };
};
