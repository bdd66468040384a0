import { Between, LessThan } from 'typeorm';
import type { Store } from '../store/store.js';
import { chainsOf, insertCheckpoint, latestCheckpoint, type Place, writeMemo } from './checkpoint.js';
import { entryBefore, firstSince } from './read-entries.js';
import type { SigningKey } from './signing-key.js';
import { checkpoints, entries } from './store.js';

const rowsAtOnce = 5_000;

/** The last entry of each chain that is older than this, and all before it. */
const anchorsBefore = async (store: Store, at: number): Promise<readonly Place[]> => {
  const anchors: Place[] = [];
  for (const chain of await store.read(chainsOf)) {
    const last = await entryBefore(store, chain, await firstSince(store, chain, at));
    if (last !== null) anchors.push({ chain, seq: last.seq, hash: last.hash });
  }
  return anchors;
};

/** The later of two anchors of each chain. */
const joined = (before: readonly Place[], now: readonly Place[]): readonly Place[] => {
  const all = new Map(before.map((place) => [place.chain, place]));
  for (const place of now) if (place.seq > (all.get(place.chain)?.seq ?? 0)) all.set(place.chain, place);
  return [...all.values()].sort((a, b) => (a.chain < b.chain ? -1 : 1));
};

/**
 * Deletes what is older than a moment: of each chain its beginning. First a checkpoint signs where the chains begin from now
 * on, so that what is left verifies as before; then the entries go, a part at a time.
 * @returns how many entries were deleted
 */
export const pruneAudit = async (
  store: Store,
  key: SigningKey,
  memoFile: string,
  before: number,
  now: number,
): Promise<number> => {
  const anchors = await anchorsBefore(store, before);
  const row = await store.transaction((db) => insertCheckpoint(db, key, now, (known) => joined(known, anchors)));
  if (row !== null) writeMemo(memoFile, row);
  let deleted = 0;
  for (const { chain, seq } of anchors) {
    const [first] = await store.read((db) => db.find(entries, { where: { chain }, order: { seq: 'ASC' }, take: 1 }));
    for (let from = first?.seq ?? seq + 1; from <= seq; from += rowsAtOnce) {
      const to = Math.min(from + rowsAtOnce - 1, seq);
      deleted += await store.transaction((db) => db.remove(entries, { chain, seq: Between(from, to) }));
    }
  }
  await store.transaction(async (db) => {
    const latest = await latestCheckpoint(db);
    if (latest !== null) await db.remove(checkpoints, { at: LessThan(Math.min(before, latest.at)) });
  });
  return deleted;
};
