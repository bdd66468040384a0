import { In } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { Role } from '../identity/access.js';
import type { Caller } from '../identity/caller.js';
import { normalEmail, normalUsername } from '../identity/names.js';
import type { Circumstances, IdentityServices } from '../identity/service.js';
import { memberships, type UserRow, users } from '../identity/store.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import type { Reader } from '../store/store.js';
import { leaveWorkspace } from '../users/forget-user.js';
import { assertAdminStays } from '../users/keep-an-admin.js';
import { actorIn, seenWorkspace } from './workspaces.js';

const notMember = (): DataMindError => new DataMindError('NOT_FOUND', 'The user is no member of this workspace.');

export const listWorkspaceMembers = ({ store }: IdentityServices, caller: Caller, id: string, page: ListRequest) => {
  const rules = {
    sortable: { username: 'username', name: 'name', email: 'email' },
    sortedBy: 'username',
    searched: ['username', 'name', 'email'],
    key: 'id',
  } as const;
  return store.read(async (db) => {
    await seenWorkspace(db, caller, id, 'admin');
    const { data, count } = await listRows(db, store.engine, users, page, rules, (query) =>
      query.innerJoin(memberships.options.name, 'member', 'member.userId = item.id and member.workspaceId = :id', {
        id,
      }),
    );
    const places = await db.findBy(memberships, { workspaceId: id, userId: In(data.map((user) => user.id)) });
    const shown = data.map(({ id: userId, username, name, email }) => ({
      user_id: userId,
      username,
      name,
      email,
      role: places.find((place) => place.userId === userId)?.role ?? null,
    }));
    return { data: shown, count };
  });
};

export interface NewMember {
  readonly user_id?: string;
  readonly email?: string;
  readonly username?: string;
  readonly role?: Role;
}

const named = ({ user_id: id, email, username }: NewMember) => {
  if (id !== undefined) return { id };
  return email !== undefined ? { email: normalEmail(email) } : { username: normalUsername(username ?? '') };
};

/**
 * The account that is meant, when the caller knows it already: the operator knows all, an admin those of workspaces of one's own.
 * @throws DataMindError `NOT_FOUND`, the same for accounts that are not there
 */
const accountOf = async (db: Reader, caller: Caller, asked: NewMember): Promise<UserRow> => {
  const user = await db.findOneBy(users, { ...named(asked), status: 'active' });
  const own = (await db.findBy(memberships, { userId: caller.id, role: 'admin' })).map(
    ({ workspaceId }) => workspaceId,
  );
  const isKnown =
    user !== null && (caller.operator || (await db.existsBy(memberships, { userId: user.id, workspaceId: In(own) })));
  if (isKnown) return user;
  throw new DataMindError('NOT_FOUND', 'There is no such user in a workspace of yours.', {
    hint: 'Invite them with POST /api/v1/invitations.',
  });
};

/** Adds somebody who has an account. @throws DataMindError `NOT_FOUND`, `CONFLICT` for a member */
export const addWorkspaceMember = (
  services: IdentityServices,
  caller: Caller,
  id: string,
  asked: NewMember,
  circumstances: Circumstances,
) => {
  const { role = 'viewer' } = asked;
  return changeAudited(
    services,
    intentOf(actorIn(caller, id), 'member.add', id, circumstances, { role }),
    ['identity'],
    async (db) => {
      await seenWorkspace(db, caller, id, 'admin');
      const { id: userId, username, name, email } = await accountOf(db, caller, asked);
      if (await db.existsBy(memberships, { workspaceId: id, userId })) {
        throw new DataMindError('CONFLICT', 'The user is a member of this workspace already.');
      }
      await db.insert(memberships, { workspaceId: id, userId, role, createdAt: services.now() });
      return { user_id: userId, username, name, email, role };
    },
  );
};

export const changeWorkspaceMember = (
  services: IdentityServices,
  caller: Caller,
  id: string,
  userId: string,
  role: Role,
  circumstances: Circumstances,
): Promise<void> => {
  const detail = { user: userId, role };
  return changeAudited(
    services,
    intentOf(actorIn(caller, id), 'member.change', userId, circumstances, detail),
    ['identity'],
    async (db) => {
      await seenWorkspace(db, caller, id, 'admin');
      if (role !== 'admin') await assertAdminStays(db, userId, id);
      if ((await db.update(memberships, { workspaceId: id, userId }, { role })) === 0) throw notMember();
    },
  );
};

/** Takes a member out; anybody may leave. @throws DataMindError `NOT_FOUND`, `CONFLICT` for the last admin */
export const removeWorkspaceMember = (
  services: IdentityServices,
  caller: Caller,
  id: string,
  userId: string,
  circumstances: Circumstances,
): Promise<void> => {
  const detail = { user: userId };
  return changeAudited(
    services,
    intentOf(actorIn(caller, id), 'member.remove', userId, circumstances, detail),
    ['identity'],
    async (db) => {
      await seenWorkspace(db, caller, id, userId === caller.id ? 'member' : 'admin');
      await assertAdminStays(db, userId, id);
      if (!(await db.existsBy(memberships, { workspaceId: id, userId }))) throw notMember();
      await leaveWorkspace(db, id, userId);
    },
  );
};
