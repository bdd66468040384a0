import { In } from 'typeorm';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import { memberOf } from '../identity/managed-user.js';
import { namedGroups } from '../identity/named-groups.js';
import type { Circumstances, IdentityServices } from '../identity/service.js';
import { groupMembers, type GroupRow, groups, type UserRow } from '../identity/store.js';
import { changeRow } from '../store/change-row.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { newId } from '../store/new-id.js';
import type { Reader, Writer } from '../store/store.js';
import { groupOf, type Membership, userPart } from './membership.js';

const shown = async (db: Reader, { id, name, description, createdAt }: GroupRow) => ({
  id,
  name,
  description,
  members: await db.countBy(groupMembers, { groupId: id }),
  created_at: new Date(createdAt).toISOString(),
});

export const usersInGroups: Membership<UserRow> = {
  ...{ whole: 'group', key: 'groupId', find: groupOf, part: userPart, links: groupMembers, epochs: ['identity'] },
  // Not what claims gave any more, and so not theirs to take away.
  made: { source: 'admin' },
  joins: (user) => ({ action: 'group.join', detail: { user } }),
  leaves: (user) => ({ action: 'group.leave', detail: { user } }),
};

/**
 * Puts a user into these groups of a workspace, and into no others; those that claims gave go on.
 * @param named ids or names
 * @throws DataMindError `BAD_REQUEST` for a group that is not there
 */
export const joinGroups = async (
  db: Writer,
  workspaceId: string,
  userId: string,
  named: readonly string[],
  at: number,
): Promise<void> => {
  const wanted = await namedGroups(db, workspaceId, named);
  const all = await db.findBy(groups, { workspaceId });
  const own = In(all.map(({ id }) => id));
  await db.remove(groupMembers, { userId, groupId: own, source: 'admin' });
  const kept = new Set((await db.findBy(groupMembers, { userId, groupId: own })).map(({ groupId }) => groupId));
  for (const groupId of wanted) {
    if (!kept.has(groupId)) await db.insert(groupMembers, { groupId, userId, source: 'admin', createdAt: at });
  }
};

export const listGroups = ({ store }: IdentityServices, caller: Caller, request: ListRequest) => {
  const rules = {
    sortable: { name: 'name', created_at: 'createdAt' },
    sortedBy: 'name',
    searched: ['name', 'description'],
    key: 'id',
  } as const;
  return store.read(async (db) => {
    const { data, count } = await listRows(db, store.engine, groups, request, rules, (query) =>
      query.where({ workspaceId: workspaceOf(caller) }),
    );
    return { data: await Promise.all(data.map((row) => shown(db, row))), count };
  });
};

export const showGroup = ({ store }: IdentityServices, caller: Caller, id: string) =>
  store.read(async (db) => shown(db, await groupOf(db, caller, id)));

export interface NewGroup {
  readonly name: string;
  readonly description?: string;
}

export const createGroup = async (
  services: IdentityServices,
  caller: Caller,
  { name, description = '' }: NewGroup,
  circumstances: Circumstances,
): Promise<string> => {
  const at = services.now();
  const id = newId(at);
  const row = { id, workspaceId: workspaceOf(caller), name: name.trim(), description, createdAt: at, version: 1 };
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'group.create', id, circumstances, { name: row.name }),
    ['identity'],
    (db) => db.insert(groups, row),
  );
  return id;
};

export const changeGroup = (
  services: IdentityServices,
  caller: Caller,
  id: string,
  { name, description }: Partial<NewGroup>,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(
    services,
    intentOf(actorOf(caller), 'group.change', id, circumstances, name === undefined ? {} : { name }),
    ['identity'],
    async (db) => {
      const { workspaceId, version } = await groupOf(db, caller, id);
      const change = {
        ...(name !== undefined && { name: name.trim() }),
        ...(description !== undefined && { description }),
      };
      return changeRow(db, groups, { workspaceId, id }, version, change, 'group');
    },
  );

export const deleteGroup = (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(
    services,
    intentOf(actorOf(caller), 'group.delete', id, circumstances, {}),
    ['identity'],
    async (db) => {
      const { workspaceId } = await groupOf(db, caller, id);
      return db.remove(groups, { workspaceId, id });
    },
  );

/** The groups of a user in the caller's workspace, by name. */
export const groupsOf = ({ store }: IdentityServices, caller: Caller, userId: string): Promise<readonly string[]> =>
  store.read(async (db) => {
    await memberOf(db, caller, userId);
    const ids = (await db.findBy(groupMembers, { userId })).map(({ groupId }) => groupId);
    const own = await db.findBy(groups, { workspaceId: workspaceOf(caller), id: In(ids) });
    return own.map(({ name }) => name).sort();
  });

export const replaceGroups = (
  services: IdentityServices,
  caller: Caller,
  userId: string,
  named: readonly string[],
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(
    services,
    intentOf(actorOf(caller), 'user.assign', userId, circumstances, { groups: [...named] }),
    ['identity'],
    async (db) => {
      await memberOf(db, caller, userId);
      await joinGroups(db, workspaceOf(caller), userId, named, services.now());
    },
  );
