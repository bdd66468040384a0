import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { notGood } from './access-token.js';
import { actorOf, type Caller } from './caller.js';
import { assertPassword } from './check-password.js';
import { endSessions } from './end-sessions.js';
import type { Circumstances, IdentityServices } from './service.js';
import { users } from './store.js';

export interface PasswordChange {
  readonly current_password: string;
  readonly new_password: string;
}

/**
 * Changes one's own password, and ends all other sessions of the account.
 * @throws DataMindError `LOGIN_FAILED` for a wrong current one, `RATE_LIMITED`, `BAD_REQUEST` for a weak new one
 */
export const changePassword = async (
  services: IdentityServices,
  caller: Caller,
  { current_password: current, new_password: next }: PasswordChange,
  circumstances: Circumstances,
): Promise<{ readonly ended: number }> => {
  const { store, passwords, guard, now } = services;
  const user = await store.read((db) => db.findOneBy(users, { id: caller.id }));
  if (user === null) throw new DataMindError('NOT_FOUND', 'The local admin has no account and so no password.');
  if (user.passwordHash === null) {
    throw new DataMindError('CONFLICT', 'This account logs in with its provider; the password is changed there.');
  }
  assertPassword(next, [user.username, user.email ?? ''], '/new_password');
  // A stolen access token is no way to guess the password.
  await guard.attempt(user.username, circumstances.address);
  if (!(await passwords.matches(current, user.passwordHash))) {
    throw new DataMindError('LOGIN_FAILED', 'The current password is another one.', { at: '/current_password' });
  }
  await guard.succeeded(user.username, circumstances.address);
  const passwordHash = await passwords.hash(next);
  const ended = await changeAudited(
    services,
    intentOf(actorOf(caller), 'user.password', user.id, circumstances),
    [],
    async (db) => {
      // Somebody else may have changed it meanwhile.
      const which = { id: user.id, version: user.version };
      const change = { passwordHash, passwordChangedAt: now(), version: user.version + 1 };
      if ((await db.update(users, which, change)) === 0) throw notGood();
      return endSessions(db, { userId: user.id }, 'password', now(), caller.session);
    },
    (count) => ({ ended_sessions: count }),
  );
  return { ended };
};
