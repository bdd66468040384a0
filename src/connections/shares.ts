import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { actorOf, type Caller } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { listPage } from '../api/list.js';
import { type GroupRow, groups, memberships, type UserRow, users } from '../identity/store.js';
import type { ListRequest } from '../store/list-rows.js';
import type { Reader, Writer } from '../store/store.js';
import { type ConnectionServices, grantedOf, rowOf } from './service.js';
import {
  type ConnectionGroupShareRow,
  type ConnectionShareRow,
  connectionGroupShares,
  connectionShares,
  type Permission,
} from './store.js';

/** A user or a group. */
export interface NewShare {
  /** An id, a username or an e-mail address. */
  readonly user?: string;
  /** An id or a name. */
  readonly group?: string;
  readonly permission: Permission;
}

const stamp = ({ createdBy, createdAt }: { readonly createdBy: string; readonly createdAt: number }) => ({
  created_by: createdBy,
  created_at: new Date(createdAt).toISOString(),
});

const shown = (row: ConnectionShareRow) => ({
  ...{ user: row.user, group: null, permission: row.permission },
  ...stamp(row),
});

const shownGroup = (row: ConnectionGroupShareRow, name: string) => ({
  ...{ user: null, group: { id: row.groupId, name }, permission: row.permission },
  ...stamp(row),
});

/** Users first, by name, then groups. */
export const listShares = async (services: ConnectionServices, caller: Caller, id: string, request: ListRequest) => {
  const { row } = await grantedOf(services, caller, id, 'owner');
  const which = { workspaceId: row.workspaceId, connectionId: id };
  const items = await services.store.read(async (db) => {
    const users = await db.find(connectionShares, { where: which, order: { user: 'ASC' } });
    const shared = await db.findBy(connectionGroupShares, which);
    const named = await db.findBy(groups, { workspaceId: row.workspaceId });
    const nameOf = (groupId: string): string => named.find((one) => one.id === groupId)?.name ?? groupId;
    const byGroup = shared.map((one) => shownGroup(one, nameOf(one.groupId)));
    return [
      ...users.map((one) => ({ ...shown(one), name: one.user })),
      ...byGroup
        .sort((a, b) => (a.group.name < b.group.name ? -1 : 1))
        .map((one) => ({ ...one, name: one.group.name })),
    ];
  });
  const { data, count } = listPage(items, request);
  return { data: data.map(({ name: _, ...one }) => one), count };
};

const userOf = async (db: Reader, workspaceId: string, asked: string): Promise<UserRow> => {
  const text = asked.trim().toLowerCase();
  const found =
    (await db.findOneBy(users, { id: asked })) ??
    (await db.findOneBy(users, { username: text })) ??
    (await db.findOneBy(users, { email: text }));
  const isMember = found !== null && (await db.existsBy(memberships, { workspaceId, userId: found.id }));
  if (isMember) return found;
  throw new DataMindError('NOT_FOUND', 'There is no such member of the workspace.', { at: '/user' });
};

const groupOf = async (db: Reader, workspaceId: string, asked: string): Promise<GroupRow> => {
  const found =
    (await db.findOneBy(groups, { workspaceId, id: asked })) ??
    (await db.findOneBy(groups, { workspaceId, name: asked.trim() }));
  if (found !== null) return found;
  throw new DataMindError('NOT_FOUND', 'There is no such group in the workspace.', { at: '/group' });
};

/** Gives somebody of the workspace, or a group, a permission, in the place of the one before. */
export const share = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  { user, group, permission }: NewShare,
  circumstances: Circumstances,
) => {
  await grantedOf(services, caller, id, 'owner');
  const detail = { permission };
  return changeAudited(
    services,
    intentOf(actorOf(caller), 'connection.share', id, circumstances, detail),
    ['connections'],
    async (db) => {
      const { workspaceId, owner } = await rowOf(db, caller, id);
      const made = { connectionId: id, workspaceId, permission, createdBy: caller.subject.user };
      const which = { workspaceId, connectionId: id };
      if (group !== undefined) {
        const { id: groupId, name } = await groupOf(db, workspaceId, group);
        const row: ConnectionGroupShareRow = { ...made, groupId, createdAt: services.now() };
        await db.remove(connectionGroupShares, { ...which, groupId });
        await db.insert(connectionGroupShares, row);
        return shownGroup(row, name);
      }
      const { username } = await userOf(db, workspaceId, user ?? '');
      if (username === owner) throw new DataMindError('CONFLICT', 'The connection is theirs already.', { at: '/user' });
      const row: ConnectionShareRow = { ...made, user: username, createdAt: services.now() };
      await db.remove(connectionShares, { ...which, user: username });
      await db.insert(connectionShares, row);
      return shown(row);
    },
  );
};

/** @param remove takes the share away, and says how many there were */
const endShare = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
  remove: (db: Writer, workspaceId: string) => Promise<number>,
): Promise<void> => {
  await grantedOf(services, caller, id, 'owner');
  const intent = intentOf(actorOf(caller), 'connection.share', id, circumstances, { ended: true });
  await changeAudited(services, intent, ['connections'], async (db) => {
    const { workspaceId } = await rowOf(db, caller, id);
    if ((await remove(db, workspaceId)) > 0) return;
    throw new DataMindError('NOT_FOUND', 'The connection is not shared with them.');
  });
};

/** @param group an id or a name */
export const unshareGroup = (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  group: string,
  circumstances: Circumstances,
): Promise<void> =>
  endShare(services, caller, id, circumstances, async (db, workspaceId) => {
    const { id: groupId } = await groupOf(db, workspaceId, group);
    return db.remove(connectionGroupShares, { workspaceId, connectionId: id, groupId });
  });

/** @param user an id or a username */
export const unshare = (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  user: string,
  circumstances: Circumstances,
): Promise<void> =>
  endShare(services, caller, id, circumstances, async (db, workspaceId) => {
    const found = await db.findOneBy(users, { id: user });
    return db.remove(connectionShares, { workspaceId, connectionId: id, user: found?.username ?? user });
  });
