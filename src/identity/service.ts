import type { Actor, AuditTrail } from '../audit/trail.js';
import type { Store } from '../store/store.js';
import { accessTokenSeconds, type AccessTokens } from './access-token.js';
import type { Caller } from './caller.js';
import type { LoginGuard } from './login-guard.js';
import type { Passwords } from './passwords.js';
import type { KeyRing } from './signing-keys.js';
import type { Origin } from './session-tokens.js';
import { memberships, type UserRow, users, workspaces } from './store.js';

export interface IdentityServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly tokens: AccessTokens;
  readonly keys: KeyRing;
  readonly passwords: Passwords;
  readonly guard: LoginGuard;
  readonly now: () => number;
}

/** What a request brings besides what is asked. */
export interface Circumstances extends Origin {
  readonly correlationId: string;
}

/** Logins and sessions are in no workspace. */
export const accountActor = (username: string): Actor => ({ user: username, workspace: '*', fingerprint: null });

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

/** What a login and an exchange of tokens answer. */
export const showTokens = async (services: IdentityServices, user: UserRow, session: string, refresh: string) => ({
  access_token: await services.tokens.issue({ user: user.id, session }),
  refresh_token: refresh,
  token_type: 'Bearer',
  expires_in: accessTokenSeconds,
  user: await showUser(services, user),
});

/** Who the caller is, and what in which workspace. */
export const showCaller = async (services: IdentityServices, caller: Caller) => {
  const { kind, id, workspace, role, operator, subject, project } = caller;
  const { roles, groups, attributes } = subject;
  const here = {
    workspace,
    project: project === null ? null : { id: project, name: subject.project },
    role,
    roles,
    groups,
    attributes,
  };
  const user = kind === 'person' ? await services.store.read((db) => db.findOneBy(users, { id })) : null;
  if (user !== null) return { ...(await showUser(services, user)), ...here };
  return { id, username: subject.user, email: null, name: subject.user, operator, workspaces: [], ...here };
};
