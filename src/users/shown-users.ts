import { In } from 'typeorm';
import { type Caller, workspaceOf } from '../identity/caller.js';
import { memberOf } from '../identity/managed-user.js';
import type { IdentityServices } from '../identity/service.js';
import { groupMembers, groups, memberships, type UserRow, users } from '../identity/store.js';
import { type ListRequest, listRows, type ListRules } from '../store/list-rows.js';
import type { Reader } from '../store/store.js';

const rules: ListRules<UserRow> = {
  sortable: { username: 'username', email: 'email', name: 'name', created_at: 'createdAt' },
  sortedBy: 'username',
  searched: ['username', 'email', 'name'],
  key: 'id',
};

/** Users of a workspace, with what they are in it. */
const described = async (db: Reader, workspaceId: string, rows: readonly UserRow[]) => {
  const userId = In(rows.map(({ id }) => id));
  const members = await db.findBy(memberships, { workspaceId, userId });
  const named = new Map((await db.findBy(groups, { workspaceId })).map(({ id, name }) => [id, name]));
  const joined = await db.findBy(groupMembers, { userId });
  const groupsOf = (id: string): readonly string[] =>
    joined.flatMap((row) => (row.userId === id ? (named.get(row.groupId) ?? []) : [])).sort();
  return rows.map(({ id, username, email, name, status, operator, createdAt }) => ({
    id,
    username,
    email,
    name,
    status,
    operator,
    role: members.find((row) => row.userId === id)?.role ?? null,
    groups: groupsOf(id),
    created_at: new Date(createdAt).toISOString(),
  }));
};

export type ShownUser = Awaited<ReturnType<typeof described>>[number];

const page = (services: IdentityServices, caller: Caller, request: ListRequest, found: ListRules<UserRow>) => {
  const { store } = services;
  const workspaceId = workspaceOf(caller);
  return store.read(async (db) => {
    const { data, count } = await listRows(db, store.engine, users, request, found, (query) =>
      query.innerJoin(
        memberships.options.name,
        'member',
        'member.userId = item.id and member.workspaceId = :workspaceId',
        {
          workspaceId,
        },
      ),
    );
    return { data: await described(db, workspaceId, data), count };
  });
};

/** The users of the caller's workspace. */
export const listUsers = (services: IdentityServices, caller: Caller, request: ListRequest) =>
  page(services, caller, request, rules);

/** Whom one may share with: names without addresses. */
export const searchUsers = async (services: IdentityServices, caller: Caller, request: ListRequest) => {
  const found = await page(services, caller, request, {
    ...rules,
    sortable: { username: 'username', name: 'name' },
    searched: ['username', 'name'],
  });
  return { data: found.data.map(({ id, username, name }) => ({ id, username, name })), count: found.count };
};

/** @throws DataMindError `NOT_FOUND` */
export const showUser = ({ store }: IdentityServices, caller: Caller, id: string): Promise<ShownUser> =>
  store.read(async (db) => (await described(db, workspaceOf(caller), [await memberOf(db, caller, id)]))[0]!);
