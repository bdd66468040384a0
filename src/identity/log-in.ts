import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { normalEmail, normalUsername } from './names.js';
import { accountActor, type Circumstances, type IdentityServices, showTokens } from './service.js';
import { addSession, newSecret } from './session-tokens.js';
import { type UserRow, users } from './store.js';

export interface LoginRequest {
  readonly email?: string;
  readonly username?: string;
  readonly password: string;
}

/** The same for every reason: nobody learns which accounts there are. */
const loginFailed = (): DataMindError =>
  new DataMindError('LOGIN_FAILED', 'The name and the password do not belong together.');

/** Whoever a failed login pretended to be is not repeated: people type passwords into the wrong field. */
const nobody = accountActor('nobody');

/** What was typed as a name, so that one account has one spelling; `null` for what can be nobody's. */
const nameOf = ({ email, username }: LoginRequest): string | null => {
  const text = email ?? username ?? '';
  try {
    return text.includes('@') ? normalEmail(text) : normalUsername(text);
  } catch {
    return null;
  }
};

const userOf = (services: IdentityServices, name: string): Promise<UserRow | null> =>
  services.store.read((db) => db.findOneBy(users, name.includes('@') ? { email: name } : { username: name }));

/**
 * A new session for name and password. Every failure takes the work of one bcrypt and has the same answer.
 * @throws DataMindError `LOGIN_FAILED`, `RATE_LIMITED`
 */
export const logIn = async (services: IdentityServices, request: LoginRequest, circumstances: Circumstances) => {
  const { trail, passwords, guard } = services;
  const { address } = circumstances;
  const name = nameOf(request) ?? '';
  const user = await userOf(services, name);
  // An account has two names; guesses at both count as one.
  const counted = user?.username ?? name;
  await guard.attempt(counted, address);
  const usable = user?.status === 'active' ? user : null;
  const right = await passwords.matches(request.password, usable?.passwordHash ?? null);
  if (!right || usable === null) {
    const actor = user === null ? nobody : accountActor(user.username);
    const intent = intentOf(actor, 'session.login', null, circumstances);
    await trail.record(intent, { result: 'denied', code: 'LOGIN_FAILED', detail: {} });
    throw loginFailed();
  }
  const tokens = await beginSession(services, usable, circumstances, { by: 'password' });
  await guard.succeeded(counted, address);
  return tokens;
};

/** A new session of somebody who has proven who it is. */
export const beginSession = async (
  services: IdentityServices,
  user: UserRow,
  circumstances: Circumstances,
  detail: { readonly by: 'password' | 'provider' | 'registration' },
) => {
  const refresh = newSecret('dmr_');
  const session = await changeAudited(
    services,
    intentOf(accountActor(user.username), 'session.login', user.id, circumstances, detail),
    [],
    (db) => addSession(db, user.id, circumstances, refresh, services.now()),
    (id) => ({ session: id }),
  );
  return showTokens(services, user, session, refresh);
};
