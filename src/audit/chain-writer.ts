import { setImmediate } from 'node:timers/promises';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Logger } from '../../core/plugin/contract.js';
import { UniqueViolation } from '../store/describe-store-failure.js';
import type { Store } from '../store/store.js';
import { headOf, type Place } from './checkpoint.js';
import { hashEntry, noHash } from './entry-hash.js';
import { type EntryRow, entries } from './store.js';

/** An entry without its place in the chain. */
export type Draft = Omit<EntryRow, 'chain' | 'seq' | 'previousHash' | 'hash'>;

export interface ChainWriter {
  /** Resolves when these are on the disk, one after another in the chain. @throws DataMindError `AUDIT_UNAVAILABLE` */
  append(drafts: readonly Draft[]): Promise<void>;
  /** Resolves when nothing waits any more. */
  drain(): Promise<void>;
}

interface Waiting {
  readonly drafts: readonly Draft[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Entries of one transaction. */
const mostTogether = 500;
const mostRuns = 5;

const unwritten = (cause: unknown): DataMindError =>
  new DataMindError('AUDIT_UNAVAILABLE', 'The audit cannot be written now, so nothing was done.', {
    hint: 'Try again in a moment; /health says what is down.',
    cause,
  });

/**
 * Appends to one chain. All that ask while a transaction is being written share the next one, and its one wait for the disk.
 * Another process of the same node may append too: whoever loses the place reads the end anew and takes the next.
 */
export const createChainWriter = (store: Store, chain: string, log: Logger): ChainWriter => {
  const waiting: Waiting[] = [];
  let head: Place | null = null;
  let writing: Promise<void> | null = null;

  const link = (from: Place, drafts: readonly Draft[]): EntryRow[] => {
    let { seq, hash } = from;
    return drafts.map((draft) => {
      seq += 1;
      const entry = { ...draft, chain, seq, previousHash: hash };
      hash = hashEntry(entry);
      return { ...entry, hash };
    });
  };

  const write = async (drafts: readonly Draft[]): Promise<void> => {
    for (let run = 1; ; run++) {
      try {
        const rows = link(
          head ?? (await store.read((db) => headOf(db, chain))) ?? { chain, seq: 0, hash: noHash },
          drafts,
        );
        // Unknown until it is written: whether a commit whose answer was lost took place shows in the store only.
        head = null;
        await store.transaction((db) => db.insert(entries, rows));
        head = rows.at(-1)!;
        return;
      } catch (error) {
        if (!(error instanceof UniqueViolation) || run === mostRuns) throw error;
      }
    }
  };

  const take = (): Waiting[] => {
    let count = 0;
    let together = 0;
    for (const { drafts } of waiting) {
      together += drafts.length;
      if (count > 0 && together > mostTogether) break;
      count += 1;
    }
    return waiting.splice(0, count);
  };

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Whoever asks in the same turn of the event loop comes along.
      await setImmediate();
      const group = take();
      try {
        await write(group.flatMap(({ drafts }) => drafts));
        for (const { resolve } of group) resolve();
      } catch (error) {
        log.error('the audit could not be written', { error, entries: group.flatMap(({ drafts }) => drafts) });
        for (const { reject } of group) reject(unwritten(error));
      }
    }
    writing = null;
  };

  return {
    append: (drafts) =>
      new Promise((resolve, reject) => {
        waiting.push({ drafts, resolve, reject });
        writing ??= writeAll();
      }),
    drain: async () => {
      await writing;
    },
  };
};
