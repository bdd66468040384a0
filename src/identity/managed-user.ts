import { In } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Reader } from '../store/store.js';
import type { Caller } from './caller.js';
import { memberships, type UserRow, users } from './store.js';

const unknown = (): DataMindError => new DataMindError('NOT_FOUND', 'There is no such user in this workspace.');

/** A user who is a member of the caller's workspace. @throws DataMindError `NOT_FOUND`, also for users of other workspaces */
export const memberOf = async (db: Reader, { workspace }: Caller, userId: string): Promise<UserRow> => {
  const isMember = workspace !== null && (await db.existsBy(memberships, { workspaceId: workspace, userId }));
  const user = isMember ? await db.findOneBy(users, { id: userId }) : null;
  if (user === null || user.status === 'deleted') throw unknown();
  return user;
};

/**
 * A user whose account the caller may change: an account is its owner's in every workspace, so an admin of one must be admin of
 * all that it belongs to. The operator's account is the operator's own.
 * @throws DataMindError `NOT_FOUND`, `FORBIDDEN`
 */
export const managedUser = async (db: Reader, caller: Caller, userId: string): Promise<UserRow> => {
  if (caller.operator) {
    const user = await db.findOneBy(users, { id: userId });
    if (user === null || user.status === 'deleted') throw unknown();
    return user;
  }
  const user = await memberOf(db, caller, userId);
  if (user.operator)
    throw new DataMindError('FORBIDDEN', 'The account of the operator is changed by the operator only.');
  const theirs = (await db.findBy(memberships, { userId })).map(({ workspaceId }) => workspaceId);
  const governed = await db.countBy(memberships, { userId: caller.id, workspaceId: In(theirs), role: 'admin' });
  if (governed === theirs.length) return user;
  throw new DataMindError('FORBIDDEN', 'This account belongs to other workspaces too, where you are no admin.', {
    hint: 'You can take it out of this workspace, or ask the operator.',
  });
};
