import { IsNull, MoreThan } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { newId } from '../store/new-id.js';
import type { Writer } from '../store/store.js';
import type { Role } from './access.js';
import { actorOf, type Caller, workspaceOf } from './caller.js';
import { normalEmail } from './names.js';
import type { Circumstances, IdentityServices } from './service.js';
import { hashOf, newSecret } from './session-tokens.js';
import { type InvitationRow, invitations, memberships, users } from './store.js';

const lifeMs = 7 * 24 * 60 * 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

const shown = ({ id, email, role, createdAt, expiresAt }: InvitationRow) => ({
  id,
  email,
  role,
  created_at: iso(createdAt),
  expires_at: iso(expiresAt),
});

/** Those of the caller's workspace that can still be used. */
export const listInvitations = async ({ store, now }: IdentityServices, caller: Caller, page: ListRequest) => {
  const rules = {
    sortable: { email: 'email', created_at: 'createdAt', expires_at: 'expiresAt' },
    sortedBy: '-created_at',
    searched: ['email'],
    key: 'id',
  } as const;
  const which = { workspaceId: workspaceOf(caller), usedAt: IsNull(), expiresAt: MoreThan(now()) };
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, invitations, page, rules, (query) => query.where(which)),
  );
  return { data: data.map(shown), count };
};

/** Invites somebody into the caller's workspace. @returns the token to hand over, which nobody can read again */
export const invite = async (
  services: IdentityServices,
  caller: Caller,
  { email, role = 'viewer' }: { readonly email: string; readonly role?: Role },
  circumstances: Circumstances,
) => {
  const { now } = services;
  const token = newSecret('dmi_');
  const at = now();
  const row: InvitationRow = {
    id: newId(at),
    workspaceId: workspaceOf(caller),
    hash: hashOf(token),
    email: normalEmail(email),
    role,
    createdBy: caller.subject.user,
    createdAt: at,
    expiresAt: at + lifeMs,
    usedAt: null,
  };
  const intent = intentOf(actorOf(caller), 'user.invite', row.id, circumstances, { role });
  await changeAudited(services, intent, [], (db) => db.insert(invitations, row));
  return { token, ...shown(row) };
};

/** @throws DataMindError `NOT_FOUND` */
export const withdrawInvitation = async (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  const intent = intentOf(actorOf(caller), 'user.invite', id, circumstances, { withdrawn: true });
  await changeAudited(services, intent, [], async (db) => {
    const which = { id, workspaceId: workspaceOf(caller), usedAt: IsNull() };
    if ((await db.remove(invitations, which)) > 0) return;
    throw new DataMindError('NOT_FOUND', 'There is no such invitation.');
  });
};

/**
 * Takes an invitation, which is good for one use by the person that it is for.
 * @throws DataMindError `FORBIDDEN`, the same whatever is wrong with it
 */
export const takeInvitation = async (db: Writer, token: string, email: string, now: number): Promise<InvitationRow> => {
  const row = await db.findOneBy(invitations, { hash: hashOf(token), usedAt: IsNull() });
  if (row === null || row.expiresAt <= now || row.email !== email) {
    throw new DataMindError('FORBIDDEN', 'The invitation is not valid, not any more, or for another e-mail address.', {
      at: '/invitation',
    });
  }
  await db.update(invitations, { id: row.id }, { usedAt: now });
  return row;
};

/** Adds somebody who has an account already to the workspace of an invitation. */
export const acceptInvitation = async (
  services: IdentityServices,
  caller: Caller,
  token: string,
  circumstances: Circumstances,
): Promise<void> => {
  const { now } = services;
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'member.add', caller.id, circumstances),
    ['identity'],
    async (db) => {
      const user = await db.findOneBy(users, { id: caller.id });
      const { workspaceId, role } = await takeInvitation(db, token, user?.email ?? '', now());
      if (await db.existsBy(memberships, { workspaceId, userId: caller.id })) {
        throw new DataMindError('CONFLICT', 'You are a member of that workspace already.');
      }
      await db.insert(memberships, { workspaceId, userId: caller.id, role, createdAt: now() });
      return { workspace: workspaceId, role };
    },
    (joined) => joined,
  );
};
