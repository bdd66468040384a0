/** Who works in a project: users, and groups with everybody in them. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import { memberOf } from '../identity/managed-user.js';
import type { Circumstances } from '../identity/service.js';
import { groups, users } from '../identity/store.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { projectEpochs, type ProjectServices, seenProject } from './service.js';
import { projectGroups, projectMembers } from './store.js';

export const listProjectMembers = ({ store }: ProjectServices, caller: Caller, id: string, request: ListRequest) => {
  const rules = {
    sortable: { username: 'username', name: 'name' },
    sortedBy: 'username',
    searched: ['username', 'name'],
    key: 'id',
  } as const;
  return store.read(async (db) => {
    await seenProject(db, caller, id);
    const { data, count } = await listRows(db, store.engine, users, request, rules, (query) =>
      query.innerJoin(projectMembers.options.name, 'member', 'member.userId = item.id and member.projectId = :id', {
        id,
      }),
    );
    return { data: data.map(({ id: userId, username, name }) => ({ id: userId, username, name })), count };
  });
};

export const listProjectGroups = ({ store }: ProjectServices, caller: Caller, id: string, request: ListRequest) => {
  const rules = { sortable: { name: 'name' }, sortedBy: 'name', searched: ['name'], key: 'id' } as const;
  return store.read(async (db) => {
    await seenProject(db, caller, id);
    const { data, count } = await listRows(db, store.engine, groups, request, rules, (query) =>
      query.innerJoin(projectGroups.options.name, 'one', 'one.groupId = item.id and one.projectId = :id', { id }),
    );
    return { data: data.map(({ id: groupId, name }) => ({ id: groupId, name })), count };
  });
};

/** @throws DataMindError `NOT_FOUND` for a user who is no member of the workspace */
export const addProjectMember = (
  services: ProjectServices,
  caller: Caller,
  id: string,
  userId: string,
  circumstances: Circumstances,
): Promise<void> =>
  changeAudited(
    services,
    intentOf(actorOf(caller), 'project.change', id, circumstances, { joins: userId }),
    projectEpochs,
    async (db) => {
      await seenProject(db, caller, id);
      await memberOf(db, caller, userId);
      await db.remove(projectMembers, { projectId: id, userId });
      await db.insert(projectMembers, { projectId: id, userId, createdAt: services.now() });
    },
  );

/** @throws DataMindError `NOT_FOUND` for a group that is not of the workspace */
export const addProjectGroup = (
  services: ProjectServices,
  caller: Caller,
  id: string,
  groupId: string,
  circumstances: Circumstances,
): Promise<void> =>
  changeAudited(
    services,
    intentOf(actorOf(caller), 'project.change', id, circumstances, { joins_group: groupId }),
    projectEpochs,
    async (db) => {
      await seenProject(db, caller, id);
      if (!(await db.existsBy(groups, { workspaceId: workspaceOf(caller), id: groupId }))) {
        throw new DataMindError('NOT_FOUND', 'There is no such group in this workspace.');
      }
      await db.remove(projectGroups, { projectId: id, groupId });
      await db.insert(projectGroups, { projectId: id, groupId, createdAt: services.now() });
    },
  );

export const removeProjectMember = (
  services: ProjectServices,
  caller: Caller,
  id: string,
  userId: string,
  circumstances: Circumstances,
): Promise<void> =>
  changeAudited(
    services,
    intentOf(actorOf(caller), 'project.change', id, circumstances, { leaves: userId }),
    projectEpochs,
    async (db) => {
      await seenProject(db, caller, id);
      if ((await db.remove(projectMembers, { projectId: id, userId })) > 0) return;
      throw new DataMindError('NOT_FOUND', 'The user is no member of this project.');
    },
  );

export const removeProjectGroup = (
  services: ProjectServices,
  caller: Caller,
  id: string,
  groupId: string,
  circumstances: Circumstances,
): Promise<void> =>
  changeAudited(
    services,
    intentOf(actorOf(caller), 'project.change', id, circumstances, { leaves_group: groupId }),
    projectEpochs,
    async (db) => {
      await seenProject(db, caller, id);
      if ((await db.remove(projectGroups, { projectId: id, groupId })) > 0) return;
      throw new DataMindError('NOT_FOUND', 'The group is not in this project.');
    },
  );
