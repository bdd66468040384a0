import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { Reader, Writer } from '../store/store.js';
import { notGood } from './access-token.js';
import { endSessions } from './end-sessions.js';
import { accountActor, type Circumstances, type IdentityServices, showTokens } from './service.js';
import { addRefreshToken, hashOf, newSecret, refreshMs } from './session-tokens.js';
import { refreshTokens, type SessionRow, sessions, type UserRow, users } from './store.js';

interface Found {
  readonly used: boolean;
  readonly session: SessionRow;
  readonly user: UserRow;
}

/** The living session of a refresh token; `null` when there is none. */
const find = async (db: Reader, hash: string, now: number): Promise<Found | null> => {
  const token = await db.findOneBy(refreshTokens, { hash });
  if (token === null || token.expiresAt <= now) return null;
  const session = await db.findOneBy(sessions, { id: token.sessionId });
  if (session === null || session.endedAt !== null || session.expiresAt <= now) return null;
  const user = await db.findOneBy(users, { id: session.userId });
  return user?.status === 'active' ? { used: token.usedAt !== null, session, user } : null;
};

/**
 * Exchanges a refresh token for a new pair. One that was exchanged before is in two hands: the whole session ends.
 * @throws DataMindError `UNAUTHENTICATED`
 */
export const refresh = async (services: IdentityServices, token: string, circumstances: Circumstances) => {
  const { store, now } = services;
  const hash = hashOf(token);
  const found = await store.read((db) => find(db, hash, now()));
  if (found === null) throw notGood();
  const { session, user } = found;
  const intent = (action: 'session.refresh' | 'session.reuse') =>
    intentOf(accountActor(user.username), action, session.id, circumstances);
  const next = newSecret('dmr_');
  const exchange = async (db: Writer): Promise<boolean> => {
    const again = await find(db, hash, now());
    if (again === null || again.used) return false;
    const at = now();
    await db.update(refreshTokens, { hash }, { usedAt: at });
    await addRefreshToken(db, session.id, next, at);
    await db.update(sessions, { id: session.id }, { usedAt: at, expiresAt: at + refreshMs });
    return true;
  };
  const exchanged =
    !found.used &&
    (await changeAudited(services, intent('session.refresh'), [], exchange, (done) => ({ exchanged: done })));
  if (exchanged) return showTokens(services, user, session.id, next);
  await changeAudited(services, intent('session.reuse'), [], (db) =>
    endSessions(db, { id: session.id }, 'reuse', now()),
  );
  throw notGood();
};

/** The session that a refresh token is of, for who logs out with it. */
export const sessionOf = async ({ store, now }: IdentityServices, token: string) =>
  (await store.read((db) => find(db, hashOf(token), now())))?.session ?? null;
