import {
  externalAccounts,
  groupMembers,
  groups,
  memberships,
  userAttributes,
  type UserRow,
  users,
} from '../identity/store.js';
import { connectionShares } from '../connections/store.js';
import { askedQuestions } from '../feedback/store.js';
import { leaveProjects } from '../projects/leave-projects.js';
import { projectMembers } from '../projects/store.js';
import { savedQueries } from '../saved-queries/store.js';
import { countUp } from '../store/epochs.js';
import type { Writer } from '../store/store.js';

/** Takes a user out of a workspace, with everything that it is there. */
export const leaveWorkspace = async (db: Writer, workspaceId: string, userId: string): Promise<void> => {
  for (const { id } of await db.findBy(groups, { workspaceId })) {
    await db.remove(groupMembers, { groupId: id, userId });
  }
  await leaveProjects(db, workspaceId, userId);
  await db.remove(userAttributes, { workspaceId, userId });
  await db.remove(memberships, { workspaceId, userId });
  const user = await db.findOneBy(users, { id: userId });
  if (user === null) return;
  // What is shared stays with those whom it was shared with.
  await db.remove(savedQueries, { workspaceId, owner: user.username, shared: false });
  await db.remove(askedQuestions, { workspaceId, user: user.username });
  // Whoever comes back is given nothing by what was shared before.
  if ((await db.remove(connectionShares, { workspaceId, user: user.username })) > 0) await countUp(db, 'connections');
};

/** Leaves nothing of an account but its id and username: no policy and no audit entry ever means somebody else. */
export const forgetUser = async (db: Writer, { id, username, version }: UserRow): Promise<void> => {
  await db.remove(groupMembers, { userId: id });
  await db.remove(projectMembers, { userId: id });
  await db.remove(userAttributes, { userId: id });
  await db.remove(memberships, { userId: id });
  await db.remove(externalAccounts, { userId: id });
  await db.remove(savedQueries, { owner: username, shared: false });
  await db.remove(askedQuestions, { user: username });
  const nothing = { email: null, name: '', passwordHash: null, status: 'deleted', operator: false } as const;
  await db.update(users, { id }, { ...nothing, version: version + 1 });
};
