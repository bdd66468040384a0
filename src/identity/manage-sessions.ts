import { IsNull, MoreThan } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { ListRequest } from '../store/list-rows.js';
import { listRows } from '../store/list-rows.js';
import { actorOf, type Caller } from './caller.js';
import { endSessions } from './end-sessions.js';
import { managedUser } from './managed-user.js';
import { accountActor, type Circumstances, type IdentityServices } from './service.js';
import { type SessionRow, sessions } from './store.js';

const iso = (ms: number): string => new Date(ms).toISOString();

const shown = (caller: Caller) => (row: SessionRow) => ({
  id: row.id,
  user_id: row.userId,
  created_at: iso(row.createdAt),
  used_at: iso(row.usedAt),
  expires_at: iso(row.expiresAt),
  address: row.address,
  user_agent: row.userAgent,
  current: row.id === caller.session,
});

/** Whose sessions the caller may see and end: one's own, and those of accounts that one manages. */
const assertGoverns = async ({ store }: IdentityServices, caller: Caller, userId: string): Promise<void> => {
  if (userId === caller.id) return;
  if (caller.role !== 'admin' && !caller.operator) {
    throw new DataMindError('FORBIDDEN', 'Only admins may see the sessions of others.', { at: 'user_id' });
  }
  await store.read((db) => managedUser(db, caller, userId));
};

export const listSessions = async (
  services: IdentityServices,
  caller: Caller,
  { user_id: userId = caller.id, ...page }: ListRequest & { readonly user_id?: string },
) => {
  await assertGoverns(services, caller, userId);
  const { store, now } = services;
  const rules = {
    sortable: { created_at: 'createdAt', used_at: 'usedAt', expires_at: 'expiresAt' },
    sortedBy: '-used_at',
    searched: ['address', 'userAgent'],
    key: 'id',
  } as const;
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, sessions, page, rules, (query) =>
      query.where({ userId, endedAt: IsNull(), expiresAt: MoreThan(now()) }),
    ),
  );
  return { data: data.map(shown(caller)), count };
};

/** Ends a session. @throws DataMindError `NOT_FOUND`, also for sessions of accounts that the caller does not manage */
export const revokeSession = async (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  const { store, now } = services;
  const unknown = (): DataMindError => new DataMindError('NOT_FOUND', 'There is no such session.');
  const session = await store.read((db) => db.findOneBy(sessions, { id, endedAt: IsNull() }));
  if (session === null) throw unknown();
  await assertGoverns(services, caller, session.userId).catch((error: unknown) => {
    throw error instanceof DataMindError && ['FORBIDDEN', 'NOT_FOUND'].includes(error.code) ? unknown() : error;
  });
  const own = session.userId === caller.id;
  const intent = intentOf(actorOf(caller), 'session.revoke', id, circumstances, { own });
  await changeAudited(services, intent, [], (db) => endSessions(db, { id }, 'revoked', now()));
};

/** Ends the caller's own session, or that of a refresh token. */
export const logOut = async (
  services: IdentityServices,
  session: Pick<SessionRow, 'id'>,
  username: string,
  circumstances: Circumstances,
): Promise<void> => {
  const intent = intentOf(accountActor(username), 'session.logout', session.id, circumstances);
  await changeAudited(services, intent, [], (db) => endSessions(db, { id: session.id }, 'logout', services.now()));
};
