/** Somebody who does not ask just now, as policies know them now: for what is done later on their behalf. */
import { createSubject, type Subject } from '../../core/subject/subject.js';
import type { Reader } from '../store/store.js';
import { type Caller, localSubject } from './caller.js';
import { personSubject } from './named-subject.js';
import { namesOf } from './read-caller.js';
import { serviceTokens, users } from './store.js';

/** What is kept of whoever asked for something. No rights: these are read again when it is done. */
export interface Asker {
  readonly kind: Caller['kind'];
  /** The id of the user or of the service token. */
  readonly id: string;
}

export const askerOf = ({ kind, id }: Caller): Asker => ({ kind, id });

/** @returns `null` when nobody of the workspace is called so any more, or may not ask */
export const subjectOf = async (
  db: Reader,
  { kind, id }: Asker,
  workspace: string,
  now: number,
  /** Whether callers need no token: only then somebody sits at this machine. */
  isLocal: boolean,
): Promise<Subject | null> => {
  if (kind === 'local') {
    const { user, roles } = localSubject;
    return isLocal ? createSubject({ user, roles, workspace }) : null;
  }
  if (kind === 'service') {
    const row = await db.findOneBy(serviceTokens, { id, workspaceId: workspace });
    if (row === null || row.revokedAt !== null || row.expiresAt <= now) return null;
    const groups = await namesOf(db, workspace, row.groups);
    return createSubject({
      ...{ user: `service:${row.name}`, workspace, roles: [row.role], groups },
      attributes: row.attributes,
    });
  }
  return personSubject(db, await db.findOneBy(users, { id }), workspace);
};
