import { createHash, randomBytes } from 'node:crypto';
import { newId } from '../store/new-id.js';
import type { Writer } from '../store/store.js';
import { refreshTokens, type SessionRow, sessions } from './store.js';

/** Refresh tokens live so long; each exchange begins anew. */
export const refreshMs = 7 * 24 * 60 * 60_000;

/** Of a secret that was drawn at random: it needs no salt and no slowness. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const newSecret = (prefix: string): string => `${prefix}${randomBytes(32).toString('base64url')}`;

/** Where a login comes from. */
export interface Origin {
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** A new refresh token of a session, the only one that may be used from now on. */
export const addRefreshToken = async (db: Writer, sessionId: string, token: string, at: number): Promise<void> => {
  const row = { hash: hashOf(token), sessionId, createdAt: at, expiresAt: at + refreshMs, usedAt: null };
  await db.insert(refreshTokens, row);
};

export const addSession = async (
  db: Writer,
  userId: string,
  { address, userAgent }: Origin,
  token: string,
  at: number,
): Promise<string> => {
  const id = newId(at);
  const row: SessionRow = {
    id,
    userId,
    createdAt: at,
    usedAt: at,
    expiresAt: at + refreshMs,
    endedAt: null,
    endedBy: null,
    address,
    userAgent: userAgent?.slice(0, 200) ?? null,
  };
  await db.insert(sessions, row);
  await addRefreshToken(db, id, token, at);
  return id;
};
