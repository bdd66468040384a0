import { type FindOptionsWhere, IsNull } from 'typeorm';
import { countUp } from '../store/epochs.js';
import type { Writer } from '../store/store.js';
import { refreshTokens, type SessionRow, sessions } from './store.js';

/**
 * Ends the living ones of these sessions; their tokens are dead with the next request, on every node.
 * @param but the id of a session that goes on
 * @returns how many were ended
 */
export const endSessions = async (
  db: Writer,
  which: FindOptionsWhere<SessionRow>,
  endedBy: NonNullable<SessionRow['endedBy']>,
  at: number,
  but: string | null = null,
): Promise<number> => {
  const living = await db.findBy(sessions, { ...which, endedAt: IsNull() });
  const ending = living.filter(({ id }) => id !== but);
  for (const { id } of ending) {
    await db.update(sessions, { id }, { endedAt: at, endedBy });
    await db.remove(refreshTokens, { sessionId: id });
  }
  if (ending.length > 0) await countUp(db, 'identity');
  return ending.length;
};
