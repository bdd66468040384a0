import { In, type EntitySchema } from 'typeorm';
import { LRUCache } from 'lru-cache';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { type Attribute, createSubject } from '../../core/subject/subject.js';
import type { Reader, Store, Writer } from '../store/store.js';
import { type AccessClaims, notGood } from './access-token.js';
import { type Caller, defaultWorkspace } from './caller.js';
import { epochs, groupMembers, groups, memberships, sessions, userAttributes, users } from './store.js';

/**
 * Who the claims of a token mean, as the store knows them now. What was read is kept until anything about anybody changes: each
 * request reads one number, and so a session that was ended on another node is over here too.
 */
export interface CallerReader {
  /** @throws DataMindError `UNAUTHENTICATED`, or `FORBIDDEN` for a workspace that the user is no member of */
  person(claims: AccessClaims, workspace: string | null): Promise<Caller>;
}

/** To be called in each transaction that takes something from somebody, or changes a role, a group or an attribute. */
export const announceChange = async (db: Writer): Promise<void> => {
  const epoch = await db.findOneBy(epochs, { id: 'identity' });
  await db.update(epochs, { id: 'identity' }, { count: (epoch?.count ?? 0) + 1 });
};

export const notAMember = (): DataMindError =>
  new DataMindError('FORBIDDEN', 'You are not a member of that workspace.', { at: 'X-Workspace-Id' });

const idsOf = async <Row extends { readonly groupId: string }>(
  db: Reader,
  table: EntitySchema<Row>,
  userId: string,
): Promise<readonly string[]> => (await db.findBy(table, { userId } as never)).map(({ groupId }) => groupId);

/** The names of a user's groups in a workspace, as policies know them. */
const groupsOf = async (db: Reader, userId: string, workspaceId: string): Promise<readonly string[]> => {
  const ids = await idsOf(db, groupMembers, userId);
  if (ids.length === 0) return [];
  return (await db.findBy(groups, { workspaceId, id: In([...ids]) })).map(({ name }) => name);
};

const attributesOf = async (
  db: Reader,
  userId: string,
  workspaceId: string,
): Promise<Readonly<Record<string, Attribute>>> =>
  Object.fromEntries(
    (await db.findBy(userAttributes, { userId, workspaceId })).map(({ name, value }) => [name, value]),
  );

interface Known {
  readonly epoch: number;
  readonly caller: Caller;
  readonly expiresAt: number;
}

const mostKnown = 10_000;

export const createCallerReader = (store: Store, now: () => number): CallerReader => {
  const known = new LRUCache<string, Known>({ max: mostKnown });

  const readPerson = async (db: Reader, claims: AccessClaims, wanted: string | null): Promise<Omit<Known, 'epoch'>> => {
    const session = await db.findOneBy(sessions, { id: claims.session, userId: claims.user });
    const user = await db.findOneBy(users, { id: claims.user });
    if (session === null || session.endedAt !== null || session.expiresAt <= now()) throw notGood();
    if (user === null || user.status !== 'active') throw notGood();
    const all = await db.find(memberships, { where: { userId: user.id }, order: { createdAt: 'ASC' } });
    const membership =
      all.find(({ workspaceId }) => workspaceId === (wanted ?? defaultWorkspace)) ??
      (wanted === null ? all[0] : undefined);
    if (wanted !== null && membership === undefined) throw notAMember();
    const workspace = membership?.workspaceId ?? null;
    const subject = createSubject({
      user: user.username,
      // Nobody's: no policy, no cache and no row of the store has it.
      workspace: workspace ?? '',
      roles: membership === undefined ? [] : [membership.role],
      groups: workspace === null ? [] : await groupsOf(db, user.id, workspace),
      attributes: workspace === null ? {} : await attributesOf(db, user.id, workspace),
    });
    const caller: Caller = Object.freeze({
      kind: 'person',
      id: user.id,
      session: session.id,
      workspace,
      role: membership?.role ?? null,
      operator: user.operator,
      scopes: null,
      subject,
    });
    return { caller, expiresAt: session.expiresAt };
  };

  return {
    person: (claims, workspace) =>
      store.read(async (db) => {
        const key = JSON.stringify([claims.user, claims.session, workspace]);
        // Before all else: what changes while the rest is read is read again the next time.
        const epoch = (await db.findOneBy(epochs, { id: 'identity' }))?.count ?? 0;
        const before = known.get(key);
        if (before !== undefined && before.epoch === epoch && before.expiresAt > now()) return before.caller;
        const read = await readPerson(db, claims, workspace);
        known.set(key, { ...read, epoch });
        return read.caller;
      }),
  };
};
