import { hashEntry, noHash } from './entry-hash.js';
import type { Place } from './checkpoint.js';
import type { EntryRow } from './store.js';

export type FindingKind = 'altered' | 'missing' | 'inserted' | 'reordered' | 'truncated' | 'rewritten' | 'checkpoint';

/** The first thing that is wrong with a chain, or with the checkpoints. */
export interface Finding {
  readonly kind: FindingKind;
  readonly chain: string | null;
  readonly seq: number | null;
  /** Of the entry, where there is one. */
  readonly id: string | null;
  readonly message: string;
}

/** A place that a signed checkpoint saw. */
export interface Seen extends Place {
  readonly at: number;
}

export interface ChainReport {
  readonly chain: string;
  readonly entries: number;
  readonly first: number | null;
  readonly last: number | null;
  /** Intents without an outcome: what was being done when the process ended. */
  readonly unfinished: number;
  readonly finding: Finding | null;
}

/** How far an entry may have been moved for its own place to be found. */
const farthest = 64;

/** The place that the entry's hash was made for; `null` when something else of it was changed as well. */
const originalSeq = (entry: EntryRow): number | null => {
  if (hashEntry(entry) === entry.hash) return entry.seq;
  for (let distance = 1; distance <= farthest; distance++) {
    for (const seq of [entry.seq - distance, entry.seq + distance]) {
      if (hashEntry({ ...entry, seq }) === entry.hash) return seq;
    }
  }
  return null;
};

type Verdict = readonly [kind: FindingKind, seq: number, id: string | null, what: string];

const span = (from: number, to: number): string => (from === to ? `entry ${from}` : `entries ${from} to ${to}`);
const missing = (from: number, to: number): string => (from === to ? 'is missing' : 'are missing');

/** What is wrong with an entry, from itself, the one before and the one after. */
const judge = (
  entry: EntryRow,
  expected: number,
  last: EntryRow | null,
  link: string,
  next: EntryRow | null,
): Verdict | null => {
  const { seq, id } = entry;
  if (seq > expected) return ['missing', expected, null, `${span(expected, seq - 1)} ${missing(expected, seq - 1)}`];
  const original = originalSeq(entry);
  if (original === seq) {
    if (entry.previousHash === link) return null;
    return last === null
      ? ['altered', seq, id, `entry ${seq} does not follow what came before it`]
      : [
          'altered',
          last.seq,
          last.id,
          `entry ${last.seq} was altered, and its hash with it: entry ${seq} follows another one`,
        ];
  }
  const originalOfNext = next === null ? null : originalSeq(next);
  if (original === null) {
    return originalOfNext === seq
      ? ['inserted', seq, id, `entry ${seq} was inserted`]
      : ['altered', seq, id, `entry ${seq} was altered`];
  }
  if (original < seq)
    return ['inserted', seq - 1, last?.id ?? null, `entry ${seq - 1} was inserted, and those after it renumbered`];
  if (originalOfNext === null || originalOfNext > original) {
    return [
      'missing',
      seq,
      null,
      `${span(seq, original - 1)} ${missing(seq, original - 1)}, and those after renumbered`,
    ];
  }
  return ['reordered', seq, id, `entry ${original} stands in the place of entry ${seq}`];
};

const instant = (at: number): string => new Date(at).toISOString();

/**
 * Walks a chain to the first thing that is wrong.
 * @param entries in the order of their places, those after the anchor only
 * @param anchor the last entry that retention deleted
 * @param seen what signed checkpoints saw of this chain, oldest first
 */
export const verifyChain = async (
  chain: string,
  entries: AsyncIterable<EntryRow>,
  anchor: Place | null,
  seen: readonly Seen[],
): Promise<ChainReport> => {
  let expected = (anchor?.seq ?? 0) + 1;
  let link = anchor?.hash ?? noHash;
  let first: number | null = null;
  let last: EntryRow | null = null;
  let count = 0;
  const open = new Set<string>();
  const checks = seen.filter(({ seq }) => seq >= expected);
  let nextCheck = 0;

  const report = (verdict: Verdict | null): ChainReport => ({
    chain,
    entries: count,
    first,
    last: last?.seq ?? null,
    unfinished: open.size,
    finding:
      verdict === null
        ? null
        : {
            kind: verdict[0],
            chain,
            seq: verdict[1],
            id: verdict[2],
            message: `In the chain ${chain}, ${verdict[3]}.`,
          },
  });

  const accept = (entry: EntryRow, next: EntryRow | null): Verdict | null => {
    const verdict = judge(entry, expected, last, link, next);
    if (verdict !== null) return verdict;
    first ??= entry.seq;
    last = entry;
    count += 1;
    expected = entry.seq + 1;
    link = entry.hash;
    // One that holds its own result is over.
    if (entry.phase === 'intent' && entry.result === null) open.add(entry.id);
    else open.delete(entry.intentId ?? '');
    for (; nextCheck < checks.length && checks[nextCheck]!.seq <= entry.seq; nextCheck++) {
      const { seq, hash, at } = checks[nextCheck]!;
      if (seq === entry.seq && hash !== entry.hash) {
        return [
          'rewritten',
          seq,
          entry.id,
          `entry ${seq} is not the one that was signed on ${instant(at)}: it, and entries before it, were written anew`,
        ];
      }
    }
    return null;
  };

  let held: EntryRow | null = null;
  for await (const entry of entries) {
    const verdict = held === null ? null : accept(held, entry);
    if (verdict !== null) return report(verdict);
    held = entry;
  }
  const verdict = held === null ? null : accept(held, null);
  if (verdict !== null) return report(verdict);
  const beyond = checks.at(-1);
  if (beyond !== undefined && beyond.seq >= expected) {
    const lost = `${span(expected, beyond.seq)}, signed on ${instant(beyond.at)}, ${missing(expected, beyond.seq)}`;
    return report(['truncated', expected, null, `the end was cut off: ${lost}`]);
  }
  return report(null);
};
