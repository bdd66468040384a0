/** What is in something of a workspace: users in a group, users and groups in a project. */
import type { EntitySchema, ObjectLiteral } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AuditAction } from '../audit/actions.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { AuditTrail, JsonObject } from '../audit/trail.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import { memberOf } from '../identity/managed-user.js';
import type { Circumstances } from '../identity/service.js';
import { type GroupRow, groups, type UserRow, users } from '../identity/store.js';
import type { EpochName } from '../store/epochs.js';
import { type ListRequest, type ListRules, listRows } from '../store/list-rows.js';
import type { Reader, Store } from '../store/store.js';

/** What can be in something. */
export interface Part<Row extends ObjectLiteral> {
  readonly called: 'user' | 'group';
  /** The property of a link that names it. */
  readonly key: 'userId' | 'groupId';
  readonly table: EntitySchema<Row>;
  readonly rules: ListRules<Row>;
  readonly shown: (row: Row) => unknown;
  /** @throws DataMindError `NOT_FOUND` for one that is not of the caller's workspace */
  readonly find: (db: Reader, caller: Caller, id: string) => Promise<Row>;
}

export const userPart: Part<UserRow> = {
  ...{ called: 'user', key: 'userId', table: users, find: memberOf },
  rules: {
    sortable: { username: 'username', name: 'name' },
    sortedBy: 'username',
    searched: ['username', 'name'],
    key: 'id',
  },
  shown: ({ id, username, name }) => ({ id, username, name }),
};

/** @throws DataMindError `NOT_FOUND` */
export const groupOf = async (db: Reader, caller: Caller, id: string): Promise<GroupRow> => {
  const row = await db.findOneBy(groups, { workspaceId: workspaceOf(caller), id });
  if (row === null) throw new DataMindError('NOT_FOUND', 'There is no such group in this workspace.');
  return row;
};

export const groupPart: Part<GroupRow> = {
  ...{ called: 'group', key: 'groupId', table: groups, find: groupOf },
  rules: { sortable: { name: 'name' }, sortedBy: 'name', searched: ['name'], key: 'id' },
  shown: ({ id, name }) => ({ id, name }),
};

/** How the trail has a change: the action, and what it says besides. */
type Told = (id: string) => { readonly action: AuditAction; readonly detail: JsonObject };

/** That some part can be in some whole. */
export interface Membership<Row extends ObjectLiteral = ObjectLiteral> {
  readonly whole: 'group' | 'project';
  /** The property of a link that names the whole. */
  readonly key: 'groupId' | 'projectId';
  /** @throws DataMindError `NOT_FOUND` for a whole that the caller does not see */
  readonly find: (db: Reader, caller: Caller, id: string) => Promise<unknown>;
  readonly part: Part<Row>;
  /** A row of it says that a part is in a whole. */
  readonly links: EntitySchema<ObjectLiteral>;
  /** What such a row has besides, where an admin makes it. */
  readonly made: Readonly<Record<string, string>>;
  readonly epochs: readonly EpochName[];
  readonly joins: Told;
  readonly leaves: Told;
}

export interface MembershipServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly now: () => number;
}

export const listParts = <Row extends ObjectLiteral>(
  { find, part, links, key }: Membership<Row>,
  { store }: MembershipServices,
  caller: Caller,
  id: string,
  request: ListRequest,
) =>
  store.read(async (db) => {
    await find(db, caller, id);
    const { data, count } = await listRows(db, store.engine, part.table, request, part.rules, (query) =>
      query.innerJoin(links.options.name, 'link', `link.${part.key} = item.id and link.${key} = :id`, { id }),
    );
    return { data: data.map(part.shown), count };
  });

/** Also of one that is in it already, by whatever way: from now on an admin has put it there. */
export const addPart = <Row extends ObjectLiteral>(
  { find, part, links, key, made, epochs, joins }: Membership<Row>,
  services: MembershipServices,
  caller: Caller,
  id: string,
  partId: string,
  circumstances: Circumstances,
): Promise<void> => {
  const { action, detail } = joins(partId);
  const intent = intentOf(actorOf(caller), action, id, circumstances, detail);
  return changeAudited(services, intent, epochs, async (db) => {
    await find(db, caller, id);
    await part.find(db, caller, partId);
    const link = { [key]: id, [part.key]: partId };
    await db.remove(links, link);
    await db.insert(links, { ...link, ...made, createdAt: services.now() });
  });
};

/** @throws DataMindError `NOT_FOUND` */
export const removePart = <Row extends ObjectLiteral>(
  { whole, find, part, links, key, epochs, leaves }: Membership<Row>,
  services: MembershipServices,
  caller: Caller,
  id: string,
  partId: string,
  circumstances: Circumstances,
): Promise<void> => {
  const { action, detail } = leaves(partId);
  const intent = intentOf(actorOf(caller), action, id, circumstances, detail);
  return changeAudited(services, intent, epochs, async (db) => {
    await find(db, caller, id);
    if ((await db.remove(links, { [key]: id, [part.key]: partId })) > 0) return;
    throw new DataMindError('NOT_FOUND', `The ${part.called} is not in this ${whole}.`);
  });
};
