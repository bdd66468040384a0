import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Caller } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { memberships, users } from '../identity/store.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { changing, type ConnectionServices, grantedOf, rowOf } from './service.js';
import { type ConnectionShareRow, connectionShares, type Permission } from './store.js';

export interface NewShare {
  /** An id, a username or an e-mail address. */
  readonly user: string;
  readonly permission: Permission;
}

const shown = ({ user, permission, createdBy, createdAt }: ConnectionShareRow) => ({
  user,
  permission,
  created_by: createdBy,
  created_at: new Date(createdAt).toISOString(),
});

export const listShares = async (services: ConnectionServices, caller: Caller, id: string, request: ListRequest) => {
  const { row } = await grantedOf(services, caller, id, 'owner');
  const { store } = services;
  const rules = {
    sortable: { user: 'user', permission: 'permission', created_at: 'createdAt' },
    sortedBy: 'user',
    searched: ['user'],
    key: 'user',
  } as const;
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, connectionShares, request, rules, (query) =>
      query.where({ workspaceId: row.workspaceId, connectionId: id }),
    ),
  );
  return { data: data.map(shown), count };
};

/** Gives somebody of the workspace a permission, in the place of the one before. */
export const share = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  { user, permission }: NewShare,
  circumstances: Circumstances,
) => {
  await grantedOf(services, caller, id, 'owner');
  const detail = { permission };
  return changing(services, caller, 'connection.share', id, circumstances, detail, async (db) => {
    const { workspaceId, owner } = await rowOf(db, caller, id);
    const text = user.trim().toLowerCase();
    const found =
      (await db.findOneBy(users, { id: user })) ??
      (await db.findOneBy(users, { username: text })) ??
      (await db.findOneBy(users, { email: text }));
    const isMember = found !== null && (await db.existsBy(memberships, { workspaceId, userId: found.id }));
    if (!isMember) throw new DataMindError('NOT_FOUND', 'There is no such member of the workspace.', { at: '/user' });
    if (found.username === owner) {
      throw new DataMindError('CONFLICT', 'The connection is theirs already.', { at: '/user' });
    }
    const row: ConnectionShareRow = {
      connectionId: id,
      user: found.username,
      workspaceId,
      permission,
      createdBy: caller.subject.user,
      createdAt: services.now(),
    };
    await db.remove(connectionShares, { workspaceId, connectionId: id, user: row.user });
    await db.insert(connectionShares, row);
    return shown(row);
  });
};

/** @param user an id or a username */
export const unshare = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  user: string,
  circumstances: Circumstances,
): Promise<void> => {
  await grantedOf(services, caller, id, 'owner');
  await changing(services, caller, 'connection.share', id, circumstances, { ended: true }, async (db) => {
    const { workspaceId } = await rowOf(db, caller, id);
    const found = await db.findOneBy(users, { id: user });
    const which = { workspaceId, connectionId: id, user: found?.username ?? user };
    if ((await db.remove(connectionShares, which)) === 0) {
      throw new DataMindError('NOT_FOUND', 'The connection is not shared with them.');
    }
  });
};
