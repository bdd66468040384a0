import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { MoreThan } from 'typeorm';
import { newId } from '../store/new-id.js';
import type { Reader, Store, Writer } from '../store/store.js';
import { sha256 } from './entry-hash.js';
import type { SigningKey } from './signing-key.js';
import { type CheckpointRow, checkpoints, entries } from './store.js';

/** A place in a chain, and the hash of the entry there. */
export interface Place {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** What a checkpoint says. Its JSON text is what is signed. */
export interface CheckpointBody {
  readonly format: 'datamind-checkpoint/1';
  readonly id: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** The last entry of each chain. */
  readonly heads: readonly Place[];
  /** The last entry of each chain that retention has deleted: a chain begins after it. */
  readonly anchors: readonly Place[];
}

export const bodyOf = (row: CheckpointRow): CheckpointBody => JSON.parse(row.body) as CheckpointBody;

/** The latest checkpoint, or `null`. */
export const latestCheckpoint = async (db: Reader): Promise<CheckpointRow | null> =>
  (await db.find(checkpoints, { order: { at: 'DESC', id: 'DESC' }, take: 1, where: {} }))[0] ?? null;

/** The names of all chains, in order: one look into the index each, however long they are. */
export const chainsOf = async (db: Reader): Promise<readonly string[]> => {
  const chains: string[] = [];
  for (;;) {
    const after = chains.at(-1) ?? '';
    const [next] = await db.find(entries, {
      where: { chain: MoreThan(after) },
      order: { chain: 'ASC', seq: 'ASC' },
      take: 1,
    });
    if (next === undefined) return chains;
    chains.push(next.chain);
  }
};

/** The last entry of a chain. */
export const headOf = async (db: Reader, chain: string): Promise<Place | null> => {
  const [last] = await db.find(entries, { where: { chain }, order: { seq: 'DESC' }, take: 1 });
  return last === undefined ? null : { chain, seq: last.seq, hash: last.hash };
};

const headsOf = async (db: Reader): Promise<readonly Place[]> => {
  const heads: Place[] = [];
  for (const chain of await chainsOf(db)) heads.push((await headOf(db, chain))!);
  return heads;
};

const samePlaces = (a: readonly Place[], b: readonly Place[]): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Signs where all chains stand, and keeps it. */
export const insertCheckpoint = async (
  db: Writer,
  key: SigningKey,
  now: number,
  anchorsOf: (before: readonly Place[]) => readonly Place[] = (before) => before,
): Promise<CheckpointRow | null> => {
  const before = await latestCheckpoint(db);
  const known = before === null ? { heads: [], anchors: [], at: 0 } : bodyOf(before);
  const anchors = anchorsOf(known.anchors);
  const standing = await headsOf(db);
  // A chain that retention emptied still ends where it ended.
  const emptied = anchors.filter(({ chain }) => !standing.some((head) => head.chain === chain));
  const heads = [...standing, ...emptied].sort((a, b) => (a.chain < b.chain ? -1 : 1));
  if (samePlaces(heads, known.heads) && samePlaces(anchors, known.anchors)) return null;
  const id = newId(now);
  const at = Math.max(now, known.at + 1);
  const body = JSON.stringify({ format: 'datamind-checkpoint/1', id, at, heads, anchors } satisfies CheckpointBody);
  const row: CheckpointRow = { id, at, body, keyId: key.id, signature: key.sign(body) };
  await db.insert(checkpoints, row);
  return row;
};

/** What the node keeps of its latest checkpoint outside of the store, so that whoever can change only the store is found out. */
export interface Memo {
  readonly id: string;
  readonly at: number;
  /** SHA-256 of the body. */
  readonly hash: string;
}

export const writeMemo = (file: string, { id, at, body }: CheckpointRow): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ id, at, hash: sha256(body) } satisfies Memo)}\n`, {
    mode: 0o600,
    flush: true,
  });
  renameSync(draft, file);
};

export const readMemo = (file: string): Memo | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Memo;
  } catch {
    return null;
  }
};

/** Signs where all chains stand now, unless nothing happened since the last time. */
export const makeCheckpoint = async (
  store: Store,
  key: SigningKey,
  memoFile: string,
  now: number,
): Promise<CheckpointRow | null> => {
  const row = await store.transaction((db) => insertCheckpoint(db, key, now));
  if (row !== null) writeMemo(memoFile, row);
  return row;
};
