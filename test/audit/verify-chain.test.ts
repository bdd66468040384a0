import { expect } from 'chai';
import { auditActions } from '../../src/audit/actions.js';
import type { Place } from '../../src/audit/checkpoint.js';
import { hashEntry, noHash, sha256 } from '../../src/audit/entry-hash.js';
import type { EntryRow } from '../../src/audit/store.js';
import { partOf } from '../property/part-of.js';
import { type Seen, verifyChain } from '../../src/audit/verify-chain.js';

/** Links entries anew from a place on, as someone would who knows how hashes are made. */
const relink = (rows: readonly EntryRow[], from = 0): EntryRow[] => {
  let hash = from === 0 ? noHash : rows[from - 1]!.hash;
  return rows.map((row, index) => {
    if (index < from) return row;
    const entry = { ...row, previousHash: hash };
    hash = hashEntry(entry);
    return { ...entry, hash };
  });
};

const renumber = (rows: readonly EntryRow[]): EntryRow[] => rows.map((row, index) => ({ ...row, seq: index + 1 }));

/** An intent and an outcome of every kind. */
const chain: readonly EntryRow[] = relink(
  auditActions.flatMap((action, index) => {
    const intent = {
      chain: 'node',
      seq: 2 * index + 1,
      id: `i${index}`,
      at: 1_790_000_000_000 + index,
      phase: 'intent',
      action,
      user: 'ada',
      workspace: 'default',
      fingerprint: sha256('ada'),
      origin: '192.0.2.7',
      target: 'shop',
      correlationId: `c${index}`,
      intentId: null,
      result: null,
      code: null,
      detail: '{"rows":1}',
      previousHash: '',
      hash: '',
    } as const;
    const outcome = { seq: 2 * index + 2, id: `o${index}`, phase: 'outcome', intentId: `i${index}` } as const;
    return [intent, { ...intent, ...outcome, result: 'denied', code: 'FORBIDDEN' } as const];
  }),
);

async function* stream(rows: readonly EntryRow[]): AsyncGenerator<EntryRow> {
  yield* rows;
}
const verify = (rows: readonly EntryRow[], seen: readonly Seen[] = [], anchor: Place | null = null) =>
  verifyChain('node', stream(rows), anchor, seen);
const finding = async (rows: readonly EntryRow[], seen: readonly Seen[] = [], anchor: Place | null = null) => {
  const { finding: found } = await verify(rows, seen, anchor);
  return found === null ? null : [found.kind, found.seq];
};
const seenAt = (seq: number): Seen => ({ ...chain[seq - 1]!, at: 1_790_000_000_000 });
const without = (...seqs: readonly number[]): EntryRow[] => chain.filter(({ seq }) => !seqs.includes(seq));
const swapped = (a: number, b: number): EntryRow[] => {
  const rows = [...chain];
  [rows[a - 1], rows[b - 1]] = [chain[b - 1]!, chain[a - 1]!];
  return rows;
};
const inserted = (at: number, row: EntryRow): EntryRow[] => [...chain.slice(0, at - 1), row, ...chain.slice(at - 1)];

describe('verifying a chain', () => {
  it('finds nothing where nothing is wrong', async () => {
    const report = await verify(chain, [seenAt(4), seenAt(chain.length)]);
    expect(report).to.deep.equal({
      chain: 'node',
      entries: chain.length,
      first: 1,
      last: chain.length,
      unfinished: 0,
      finding: null,
    });
    expect((await verify(chain.slice(0, 5))).unfinished).to.equal(1);
    expect(await finding([])).to.equal(null);
  });

  const fields = Object.keys(chain[0]!).filter((field) => field !== 'seq') as (keyof EntryRow)[];
  for (const field of fields) {
    it(`names the entry whose ${field} was altered, of every kind`, async () => {
      for (const [index, row] of partOf([...chain.entries()], 6)) {
        const value = row[field];
        const other = typeof value === 'number' ? value + 1 : value === null ? 'x' : `${value}x`;
        const rows = [...chain];
        rows[index] = { ...row, [field]: other };
        expect(await finding(rows), `${row.phase} of ${row.action}`).to.deep.equal(['altered', row.seq]);
      }
    });
    it(`names the entry whose ${field} was altered with its hash`, async () => {
      if (field === 'hash') return;
      for (const [index, row] of partOf([...chain.entries()], 6)) {
        const value = row[field];
        const entry = { ...row, [field]: typeof value === 'number' ? value + 1 : `${value}x` };
        const rows = [...chain];
        rows[index] = { ...entry, hash: hashEntry(entry) };
        const [kind, seq] = (await finding(rows, [seenAt(chain.length)]))!;
        // One that points elsewhere, with a hash that fits, contradicts the one before; the others are contradicted by the next.
        const blamed = field === 'previousHash' && row.seq > 1 ? row.seq - 1 : row.seq;
        const last = row.seq === chain.length && field !== 'previousHash';
        expect([kind, seq], `${row.phase} of ${row.action}`).to.deep.equal([last ? 'rewritten' : 'altered', blamed]);
      }
    });
  }

  const stranger = { ...chain[0]!, id: 'stranger' };
  const wellLinked = (at: number): EntryRow => {
    const entry = { ...stranger, seq: at, previousHash: chain[at - 2]!.hash };
    return { ...entry, hash: hashEntry(entry) };
  };
  const rows: readonly [title: string, rows: readonly EntryRow[], seen: readonly Seen[], expected: unknown][] = [
    ['the first one missing', without(1), [], ['missing', 1]],
    ['one missing', without(7), [], ['missing', 7]],
    ['several missing', without(7, 8, 9), [], ['missing', 7]],
    ['one missing, the rest renumbered', renumber(without(7)), [], ['missing', 7]],
    ['several missing, the rest renumbered', renumber(without(7, 8, 9)), [], ['missing', 7]],
    ['two that changed places', renumber(swapped(7, 8)), [], ['reordered', 7]],
    ['two far apart that changed places', renumber(swapped(7, 30)), [], ['reordered', 7]],
    ['one inserted, the rest renumbered', renumber(inserted(7, { ...stranger, hash: 'x' })), [], ['inserted', 7]],
    ['one inserted that fits what is before it', renumber(inserted(7, wellLinked(7))), [], ['inserted', 7]],
    ['one inserted at the beginning', renumber(inserted(1, stranger)), [], ['inserted', 1]],
    ['the end cut off', chain.slice(0, 20), [seenAt(24)], ['truncated', 21]],
    ['everything cut off', [], [seenAt(24)], ['truncated', 1]],
    ['the end cut off where nothing was signed yet', chain.slice(0, 20), [seenAt(12)], null],
    [
      'one altered, and all hashes after it made anew',
      relink(
        chain.map((row) => (row.seq === 7 ? { ...row, user: 'eve' } : row)),
        6,
      ),
      [seenAt(4), seenAt(24)],
      ['rewritten', 24],
    ],
    [
      'one taken out, and all after it made anew',
      relink(renumber(without(7)), 6),
      [seenAt(chain.length - 1)],
      ['rewritten', chain.length - 1],
    ],
  ];
  for (const [title, altered, seen, expected] of rows) {
    it(`${expected === null ? 'cannot see' : 'names'} ${title}`, async () => {
      expect(await finding(altered, seen)).to.deep.equal(expected);
    });
  }

  it('begins where retention ended, and sees when it does not fit', async () => {
    const anchor = chain[9]!;
    const rest = chain.slice(10);
    expect(await finding(rest, [seenAt(4), seenAt(24)], anchor)).to.equal(null);
    expect(await finding(rest.slice(1), [], anchor)).to.deep.equal(['missing', 11]);
    expect(await finding(rest, [], { ...anchor, hash: noHash })).to.deep.equal(['altered', 11]);
  });

  it('says it in a sentence', async () => {
    const message = async (altered: readonly EntryRow[]) => (await verify(altered, [seenAt(24)])).finding!.message;
    expect(await message(without(7))).to.equal('In the chain node, entry 7 is missing.');
    expect(await message(without(7, 8))).to.equal('In the chain node, entries 7 to 8 are missing.');
    expect(await message(chain.slice(0, 22))).to.equal(
      'In the chain node, the end was cut off: entries 23 to 24, signed on 2026-09-21T14:13:20.000Z, are missing.',
    );
  });
});
