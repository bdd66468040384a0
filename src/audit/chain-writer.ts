import { setImmediate } from 'node:timers/promises';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Logger } from '../../core/plugin/contract.js';
import { UniqueViolation } from '../store/describe-store-failure.js';
import type { Store } from '../store/store.js';
import { headOf, type Place } from './checkpoint.js';
import { hashEntry, noHash } from './entry-hash.js';
import { renewed } from './pending-notes.js';
import { noteMs } from './trail.js';
import { type EntryRow, entries } from './store.js';

/** An entry without its place in the chain. */
export type Draft = Omit<EntryRow, 'chain' | 'seq' | 'previousHash' | 'hash'>;

export interface ChainWriter {
  /** Resolves when these are on the disk, one after another in the chain. @throws DataMindError `AUDIT_UNAVAILABLE` */
  append(drafts: readonly Draft[]): Promise<void>;
  /** Has the notes written soon. */
  noteSoon(): void;
  /** Whether the last write was fine, and no note waits to be written again. */
  isFine(): boolean;
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
/** When notes that could not be written are tried again. */
const againMs = 1_000;

const unwritten = (cause: unknown): DataMindError =>
  new DataMindError('AUDIT_UNAVAILABLE', 'The audit cannot be written now, so nothing was done.', {
    hint: 'Try again in a moment; /health says what is down.',
    cause,
  });

/**
 * Appends to one chain. All that ask while a transaction is being written share the next one, and its one wait for the disk.
 * Another process of the same node may append too: whoever loses the place reads the end anew and takes the next.
 * @param notes takes what was noted: it goes along with the next write, and is kept until one is fine
 */
export const createChainWriter = (
  store: Store,
  chain: string,
  log: Logger,
  notes: () => readonly Draft[] = () => [],
): ChainWriter => {
  const waiting: Waiting[] = [];
  let head: Place | null = null;
  let writing: Promise<void> | null = null;
  /** Notes that could not be written. */
  let left: readonly Draft[] = [];
  let failed = false;
  let soon: NodeJS.Timeout | null = null;
  /** Something was noted since the notes were taken. */
  let noted = false;

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

  /** @returns whether it is on the disk */
  const writeGroup = async (group: readonly Waiting[], along: readonly Draft[]): Promise<boolean> => {
    const drafts = [...group.flatMap((one) => one.drafts), ...along];
    try {
      if (drafts.length > 0) await write(drafts);
      for (const { resolve } of group) resolve();
      return true;
    } catch (error) {
      log.error('the audit could not be written', { error, entries: drafts });
      for (const { reject } of group) reject(unwritten(error));
      left = [...left, ...renewed(along)];
      return false;
    }
  };

  /** What was left is written by itself, so that it cannot keep others from being written. */
  const writeLeft = async (): Promise<boolean> => {
    const again = left;
    left = [];
    return writeGroup([], again);
  };

  const writeAll = async (): Promise<void> => {
    if (soon !== null) clearTimeout(soon);
    soon = null;
    do {
      // Whoever asks in the same turn of the event loop comes along.
      await setImmediate();
      noted = false;
      const fine = await writeGroup(take(), notes());
      failed = !(fine && (left.length === 0 || (await writeLeft())));
    } while (waiting.length > 0);
    writing = null;
    if (left.length > 0) writeIn(againMs);
    else if (noted) writeIn(noteMs);
  };

  const writeIn = (ms: number): void => {
    if (writing !== null || soon !== null) return;
    soon = setTimeout(() => {
      writing ??= writeAll();
    }, ms).unref();
  };

  return {
    append: (drafts) =>
      new Promise((resolve, reject) => {
        waiting.push({ drafts, resolve, reject });
        writing ??= writeAll();
      }),
    noteSoon: () => {
      noted = true;
      writeIn(noteMs);
    },
    isFine: () => !failed,
    drain: async () => {
      await writing;
      writing ??= writeAll();
      await writing;
    },
  };
};
