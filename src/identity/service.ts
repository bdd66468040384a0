import { DataMindError } from '../../core/errors/datamind-error.js';
import { performAudited } from '../audit/perform-audited.js';
import type { Actor, AuditTrail } from '../audit/trail.js';
import type { Store } from '../store/store.js';
import { accessTokenSeconds, type AccessTokens } from './access-token.js';
import type { Caller } from './caller.js';
import { normalEmail, normalUsername } from './names.js';
import type { Passwords } from './passwords.js';
import { addSession, newSecret, type Origin } from './session-tokens.js';
import { memberships, type UserRow, users, workspaces } from './store.js';

export interface IdentityServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly tokens: AccessTokens;
  readonly passwords: Passwords;
  readonly now: () => number;
}

export interface LoginRequest {
  readonly email?: string;
  readonly username?: string;
  readonly password: string;
}

/** What a request brings besides what is asked. */
export interface Circumstances extends Origin {
  readonly correlationId: string;
}

/** The same for every reason: nobody learns which accounts there are. */
const loginFailed = (): DataMindError =>
  new DataMindError('LOGIN_FAILED', 'The name and the password do not belong together.');

/** What happens to accounts as such is in no workspace. */
export const accountActor = (username: string): Actor => ({ user: username, workspace: '*', fingerprint: null });

/** Whoever a failed login pretended to be is not repeated: people type passwords into the wrong field. */
const nobody = accountActor('nobody');

const userOf = async ({ store }: IdentityServices, { email, username }: LoginRequest): Promise<UserRow | null> => {
  const text = email ?? username ?? '';
  try {
    const which = text.includes('@') ? { email: normalEmail(text) } : { username: normalUsername(text) };
    return await store.read((db) => db.findOneBy(users, which));
  } catch (error) {
    if (error instanceof DataMindError && error.code === 'BAD_REQUEST') return null;
    throw error;
  }
};

/** A user as answers show it. */
export const showUser = async ({ store }: IdentityServices, user: UserRow) => {
  const { id, username, email, name, operator } = user;
  const own = await store.read((db) => db.find(memberships, { where: { userId: id }, order: { createdAt: 'ASC' } }));
  const all = await Promise.all(
    own.map(async ({ workspaceId, role }) => {
      const found = await store.read((db) => db.findOneBy(workspaces, { id: workspaceId }));
      return { id: workspaceId, name: found?.name ?? '', role };
    }),
  );
  return { id, username, email, name, operator, workspaces: all };
};

const loggedIn = async (services: IdentityServices, user: UserRow, session: string, refresh: string) => ({
  access_token: await services.tokens.issue({ user: user.id, session }),
  refresh_token: refresh,
  token_type: 'Bearer',
  expires_in: accessTokenSeconds,
  user: await showUser(services, user),
});

export const createAccountService = (services: IdentityServices) => {
  const { store, trail, passwords, now } = services;
  return {
    login: async (request: LoginRequest, circumstances: Circumstances) => {
      const { correlationId, address } = circumstances;
      const user = await userOf(services, request);
      const usable = user?.status === 'active' ? user : null;
      const right = await passwords.matches(request.password, usable?.passwordHash ?? null);
      const intent = { action: 'session.login', correlationId, origin: address, detail: {} } as const;
      if (!right || usable === null) {
        const actor = user === null ? nobody : accountActor(user.username);
        await trail.record({ ...intent, actor, target: null }, { result: 'denied', code: 'LOGIN_FAILED', detail: {} });
        throw loginFailed();
      }
      const refresh = newSecret('dmr_');
      const session = await performAudited(
        trail,
        { ...intent, actor: accountActor(usable.username), target: usable.id },
        () => store.transaction((db) => addSession(db, usable.id, circumstances, refresh, now())),
        (id) => ({ session: id }),
      );
      return loggedIn(services, usable, session, refresh);
    },
    /** Who the caller is, and what in which workspace. */
    me: async ({ kind, id, workspace, role, operator, subject }: Caller) => {
      const { roles, groups, attributes } = subject;
      const here = { workspace, role, roles, groups, attributes };
      const user = kind === 'person' ? await store.read((db) => db.findOneBy(users, { id })) : null;
      if (user !== null) return { ...(await showUser(services, user)), ...here };
      return { id, username: subject.user, email: null, name: subject.user, operator, workspaces: [], ...here };
    },
  };
};

export type AccountService = ReturnType<typeof createAccountService>;
