import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { IsNull } from 'typeorm';
import type { Sealer } from '../../core/secrets/create-sealer.js';
import { newId } from '../store/new-id.js';
import type { Store } from '../store/store.js';
import { type SigningKeyRow, signingKeys } from './store.js';

export interface SigningKey {
  /** The `kid` of tokens. */
  readonly id: string;
  readonly key: KeyObject;
  /** Milliseconds since 1970; from then on it verifies nothing. `null` for the one that signs. */
  readonly endsAt: number | null;
}

/** The keys of access tokens: one signs, those before it verify until their tokens have expired. */
export interface KeyRing {
  /** The key that signs. */
  current(): Promise<SigningKey>;
  /** The key of that id, unless it has ended; another node may have made it a moment ago. */
  find(id: string): Promise<SigningKey | undefined>;
  /** Makes a new key that signs from now on. @returns its id */
  rotate(): Promise<string>;
}

/** How often a key that nobody knows makes us look into the store. */
const lookAgainMs = 1_000;
/** How long a node signs with what it knows: another one may have rotated. */
const freshMs = 30_000;

export const signingPurpose = (id: string): string => `signing-key/${id}`;

/**
 * @param verifiesMs how long a key verifies after it has signed for the last time: as long as a token lives, and as long as
 * another node may not know of the rotation
 */
export const createKeyRing = (store: Store, sealer: Sealer, now: () => number, tokenMs: number): KeyRing => {
  let known = new Map<string, SigningKey>();
  let readAt = Number.NEGATIVE_INFINITY;
  const opened = ({ id, secret, endsAt }: SigningKeyRow): SigningKey => ({
    id,
    key: createSecretKey(sealer.open(secret, signingPurpose(id))),
    endsAt,
  });
  const read = async (): Promise<void> => {
    const rows = await store.read((db) => db.find(signingKeys));
    known = new Map(
      rows.map((row) => [row.id, known.get(row.id)?.endsAt === row.endsAt ? known.get(row.id)! : opened(row)]),
    );
    readAt = now();
  };
  const make = async (replace: boolean): Promise<string> => {
    const id = newId(now());
    const row: SigningKeyRow = {
      id,
      secret: sealer.seal(randomBytes(32), signingPurpose(id)),
      createdAt: now(),
      endsAt: null,
    };
    await store.transaction(async (db) => {
      if (!replace && (await db.existsBy(signingKeys, { endsAt: IsNull() }))) return;
      await db.update(signingKeys, { endsAt: IsNull() }, { endsAt: now() + tokenMs + 2 * freshMs });
      await db.insert(signingKeys, row);
      // What an older encryption key sealed is sealed anew, so that the older one can be given up.
      for (const { id: other, secret } of await db.find(signingKeys)) {
        if (!sealer.isStale(secret)) continue;
        await db.update(
          signingKeys,
          { id: other },
          { secret: sealer.seal(sealer.open(secret, signingPurpose(other)), signingPurpose(other)) },
        );
      }
      const ended = (await db.find(signingKeys)).filter(({ endsAt }) => endsAt !== null && endsAt < now());
      for (const { id: old } of ended) await db.remove(signingKeys, { id: old });
    });
    await read();
    return id;
  };
  // A clock that was set back makes it old as well.
  const isOlderThan = (ms: number): boolean => Math.abs(now() - readAt) > ms;
  const signing = (): SigningKey | undefined =>
    [...known.values()].filter(({ endsAt }) => endsAt === null).sort((a, b) => (a.id < b.id ? 1 : -1))[0];
  return {
    current: async () => {
      if (isOlderThan(freshMs)) await read();
      if (signing() === undefined) await make(false);
      return signing()!;
    },
    find: async (id) => {
      if (!known.has(id) && isOlderThan(lookAgainMs)) await read();
      const found = known.get(id);
      return found === undefined || (found.endsAt !== null && found.endsAt <= now()) ? undefined : found;
    },
    rotate: () => make(true),
  };
};
