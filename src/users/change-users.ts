import { randomBytes } from 'node:crypto';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Attribute } from '../../core/subject/subject.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { isRole, type Role } from '../identity/access.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import { assertPassword } from '../identity/check-password.js';
import { endSessions } from '../identity/end-sessions.js';
import { managedUser, memberOf } from '../identity/managed-user.js';
import { freshUsername, normalEmail, normalUsername, usernameFrom } from '../identity/names.js';
import type { Circumstances, IdentityServices } from '../identity/service.js';
import { memberships, type UserRow, users } from '../identity/store.js';
import { newId } from '../store/new-id.js';
import { setAttributes } from './attributes.js';
import { forgetUser } from './forget-user.js';
import { joinGroups } from './groups.js';
import { assertAdminStays } from './keep-an-admin.js';

export interface NewUser {
  readonly email: string;
  readonly username?: string;
  readonly name?: string;
  readonly password?: string;
  readonly role?: Role;
  readonly groups?: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

const generatedPassword = (): string => randomBytes(15).toString('base64url');

/**
 * Makes an account that is a member of the caller's workspace.
 * @returns the id, and the password when it was made here: nobody can read it again
 * @throws DataMindError `CONFLICT` for an e-mail or a username that is taken
 */
export const createUser = async (
  services: IdentityServices,
  caller: Caller,
  asked: NewUser,
  circumstances: Circumstances,
): Promise<{ readonly id: string; readonly password: string | null }> => {
  const { passwords, now } = services;
  const email = normalEmail(asked.email);
  const username = freshUsername(asked.username === undefined ? usernameFrom(email) : normalUsername(asked.username));
  const { name = username, password, role = 'viewer', groups: joined = [], attributes = {} } = asked;
  if (password !== undefined) assertPassword(password, [username, email]);
  const chosen = password ?? generatedPassword();
  const passwordHash = await passwords.hash(chosen);
  const at = now();
  const id = newId(at);
  const workspaceId = workspaceOf(caller);
  const detail = { username, role, groups: [...joined], attributes: Object.keys(attributes) };
  const intent = intentOf(actorOf(caller), 'user.create', id, circumstances, detail);
  const user: UserRow = {
    id,
    username,
    email,
    name,
    passwordHash,
    passwordChangedAt: at,
    status: 'active',
    operator: false,
    createdAt: at,
    version: 1,
  };
  await changeAudited(services, intent, ['identity'], async (db) => {
    await db.insert(users, user);
    await db.insert(memberships, { workspaceId, userId: id, role, createdAt: at });
    await joinGroups(db, workspaceId, id, joined, at);
    await setAttributes(db, workspaceId, id, attributes);
  });
  return { id, password: password === undefined ? chosen : null };
};

export interface UserChange {
  readonly name?: string;
  readonly email?: string;
  readonly status?: 'active' | 'disabled';
}

const notYourself = (caller: Caller, id: string, what: string): void => {
  if (caller.id === id) throw new DataMindError('CONFLICT', `You cannot ${what} your own account.`);
};

/** @throws DataMindError `NOT_FOUND`, `FORBIDDEN` for an account of other workspaces too, `CONFLICT` */
export const changeUser = async (
  services: IdentityServices,
  caller: Caller,
  id: string,
  { name, email, status }: UserChange,
  circumstances: Circumstances,
): Promise<void> => {
  if (status === 'disabled') notYourself(caller, id, 'disable');
  const change = {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email: normalEmail(email) }),
    ...(status !== undefined && { status }),
  };
  const detail = { fields: Object.keys(change), ...(status !== undefined && { status }) };
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'user.change', id, circumstances, detail),
    ['identity'],
    async (db) => {
      const { version } = await managedUser(db, caller, id);
      if (status === 'disabled') {
        await assertAdminStays(db, id);
        await endSessions(db, { userId: id }, 'account', services.now());
      }
      await db.update(users, { id }, { ...change, version: version + 1 });
    },
  );
};

/** Deletes the account; its username stays taken, because policies and the audit name it. */
export const deleteUser = async (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  notYourself(caller, id, 'delete');
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'user.delete', id, circumstances, {}),
    ['identity'],
    async (db) => {
      const user = await managedUser(db, caller, id);
      await assertAdminStays(db, id);
      await endSessions(db, { userId: id }, 'account', services.now());
      await forgetUser(db, user);
    },
  );
};

/** @throws DataMindError `CONFLICT` when the workspace would be without an admin */
export const assignRole = (
  services: IdentityServices,
  caller: Caller,
  id: string,
  role: string,
  circumstances: Circumstances,
): Promise<void> => {
  if (!isRole(role)) throw new DataMindError('BAD_REQUEST', 'The role is viewer, analyst or admin.', { at: '/role' });
  const workspaceId = workspaceOf(caller);
  return changeAudited(
    services,
    intentOf(actorOf(caller), 'user.assign', id, circumstances, { role }),
    ['identity'],
    async (db) => {
      await memberOf(db, caller, id);
      if (role !== 'admin') await assertAdminStays(db, id, workspaceId);
      await db.update(memberships, { workspaceId, userId: id }, { role });
    },
  );
};

/** Gives an account a new password, and ends all of its sessions. @returns the password, which nobody can read again */
export const resetPassword = async (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<string> => {
  notYourself(caller, id, 'reset the password of');
  const { store, passwords, now } = services;
  await store.read((db) => managedUser(db, caller, id));
  const password = generatedPassword();
  const passwordHash = await passwords.hash(password);
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'user.password', id, circumstances, { by: 'admin' }),
    ['identity'],
    async (db) => {
      const { version } = await managedUser(db, caller, id);
      await db.update(users, { id }, { passwordHash, passwordChangedAt: now(), version: version + 1 });
      await endSessions(db, { userId: id }, 'password', now());
    },
  );
  return password;
};

/** Lets somebody log in again who was shut out by failed attempts, their own or others'. */
export const unlockUser = async (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  const { username } = await services.store.read((db) => managedUser(db, caller, id));
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'user.unlock', id, circumstances, {}),
    ['identity'],
    async () => undefined,
  );
  await services.guard.unlock(username);
};

/** Changes one's own name. */
export const changeMe = async (
  services: IdentityServices,
  caller: Caller,
  name: string,
  circumstances: Circumstances,
): Promise<void> => {
  if (caller.kind !== 'person') throw new DataMindError('NOT_FOUND', 'The local admin has no account.');
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'user.change', caller.id, circumstances, { fields: ['name'] }),
    ['identity'],
    (db) => db.update(users, { id: caller.id }, { name }),
  );
};
