import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { newId } from '../store/new-id.js';
import { UniqueViolation } from '../store/describe-store-failure.js';
import { defaultWorkspace } from './caller.js';
import { assertPassword } from './check-password.js';
import { takeInvitation } from './invitations.js';
import { beginSession } from './log-in.js';
import { freshUsername, normalEmail, normalUsername, usernameFrom } from './names.js';
import { accountActor, type Circumstances, type IdentityServices } from './service.js';
import { memberships, type UserRow, users } from './store.js';

/** `open`: anybody, as a viewer of the default workspace. `invite`: who was invited. `off`: nobody; admins make accounts. */
export type Registration = 'open' | 'invite' | 'off';

export interface RegistrationRequest {
  readonly email: string;
  readonly username?: string;
  readonly name?: string;
  readonly password: string;
  readonly invitation?: string;
}

export interface RegistrationRules {
  readonly registration: Registration;
  /** Usernames that nobody takes without an admin. */
  readonly namedByPolicies: () => Promise<ReadonlySet<string>> | ReadonlySet<string>;
}

const closed = (registration: Registration): DataMindError =>
  registration === 'off'
    ? new DataMindError('FORBIDDEN', 'Nobody can register here; an admin makes accounts.')
    : new DataMindError('FORBIDDEN', 'Registering needs an invitation; an admin of the workspace gives one.', {
        at: '/invitation',
      });

/**
 * Makes an account for whoever asks, and logs it in.
 * @throws DataMindError `FORBIDDEN`, `CONFLICT`, `BAD_REQUEST`, `RATE_LIMITED`
 */
export const register = async (
  services: IdentityServices,
  { registration, namedByPolicies }: RegistrationRules,
  request: RegistrationRequest,
  circumstances: Circumstances,
) => {
  const { passwords, guard, now } = services;
  const { invitation } = request;
  if (registration === 'off' || (registration === 'invite' && invitation === undefined)) throw closed(registration);
  const email = normalEmail(request.email);
  const { username: asked } = request;
  const username = freshUsername(asked === undefined ? usernameFrom(email) : normalUsername(asked));
  assertPassword(request.password, [username, email]);
  // Invitations are guessed, and addresses tried, no faster than passwords.
  await guard.attempt(`register ${email}`, circumstances.address);
  if ((await namedByPolicies()).has(username)) throw new UniqueViolation('users', ['username']);
  const passwordHash = await passwords.hash(request.password);
  const at = now();
  const user: UserRow = {
    id: newId(at),
    username,
    email,
    name: request.name ?? username,
    passwordHash,
    passwordChangedAt: at,
    status: 'active',
    operator: false,
    createdAt: at,
    version: 1,
  };
  const by = invitation === undefined ? 'open' : 'invitation';
  const intent = intentOf(accountActor('nobody'), 'user.register', user.id, circumstances, { username, by });
  await changeAudited(services, intent, [], async (db) => {
    const invited = invitation === undefined ? null : await takeInvitation(db, invitation, email, at);
    await db.insert(users, user);
    const { workspaceId = defaultWorkspace, role = 'viewer' } = invited ?? {};
    await db.insert(memberships, { workspaceId, userId: user.id, role, createdAt: at });
  });
  return beginSession(services, user, circumstances, { by: 'registration' });
};
