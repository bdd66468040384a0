import { createSubject, type Subject } from '../../core/subject/subject.js';
import type { Reader, Store } from '../store/store.js';
import { localSubject } from './caller.js';
import { attributesOf, namesOf } from './read-caller.js';
import { groupMembers, memberships, type UserRow, users } from './store.js';

/** A person as policies know them now; `null`: not of the workspace any more. */
export const personSubject = async (db: Reader, user: UserRow | null, workspace: string): Promise<Subject | null> => {
  if (user === null || user.status !== 'active') return null;
  const membership = await db.findOneBy(memberships, { workspaceId: workspace, userId: user.id });
  if (membership === null) return null;
  const own = (await db.findBy(groupMembers, { userId: user.id })).map(({ groupId }) => groupId);
  return createSubject({
    user: user.username,
    workspace,
    roles: [membership.role],
    groups: await namesOf(db, workspace, own),
    attributes: await attributesOf(db, user.id, workspace),
  });
};

/** Somebody of a workspace as policies know them now; `null`: there is no such person there any more. */
export const namedSubject = async (store: Store, workspace: string, username: string): Promise<Subject | null> => {
  if (username === localSubject.user) return createSubject({ ...localSubject, workspace });
  return store.read(async (db) => personSubject(db, await db.findOneBy(users, { username }), workspace));
};
