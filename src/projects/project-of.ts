/** Which project a request is about. */
import { In } from 'typeorm';
import type { Role } from '../identity/access.js';
import type { Reader } from '../store/store.js';
import { projectGroups, projectMembers, type ProjectRow, projects } from './store.js';

/** Somebody in a workspace. */
export interface Worker {
  readonly workspaceId: string;
  readonly role: Role | null;
  /** `null` for a service token, which groups alone make a member. */
  readonly userId: string | null;
  readonly groupIds: readonly string[];
}

/** Admins of the workspace are members of all of its projects. */
export const projectsOf = async (
  db: Reader,
  { workspaceId, role, userId, groupIds }: Worker,
): Promise<readonly ProjectRow[]> => {
  if (role === null) return [];
  const all = await db.find(projects, { where: { workspaceId }, order: { name: 'ASC' } });
  if (role === 'admin' || all.length === 0) return all;
  const own = userId === null ? [] : await db.findBy(projectMembers, { userId });
  const byGroup = groupIds.length === 0 ? [] : await db.findBy(projectGroups, { groupId: In([...groupIds]) });
  const ids = new Set([...own, ...byGroup].map(({ projectId }) => projectId));
  return all.filter(({ id }) => ids.has(id));
};

/** What a request is about: a project, all of the workspace (`null`), or something that the caller is no member of. */
export type ProjectChoice = Pick<ProjectRow, 'id' | 'name'> | null | 'refused';

/** @param wanted the id in the request; `null`: it names none, and whoever is confined to a project works in that one */
export const chooseProject = async (db: Reader, worker: Worker, wanted: string | null): Promise<ProjectChoice> => {
  if (wanted === null && worker.role === 'admin') return null;
  const own = await projectsOf(db, worker);
  if (wanted !== null) return own.find(({ id }) => id === wanted) ?? 'refused';
  return own.find(({ confines }) => confines) ?? null;
};
