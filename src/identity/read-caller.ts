import { timingSafeEqual } from 'node:crypto';
import { In } from 'typeorm';
import { LRUCache } from 'lru-cache';
import { type Attribute, createSubject } from '../../core/subject/subject.js';
import type { Actor } from '../audit/trail.js';
import type { Reader, Store } from '../store/store.js';
import { type AccessClaims, notGood } from './access-token.js';
import { type Addresses, within } from './address-ranges.js';
import { chooseProject, type Worker } from '../projects/project-of.js';
import { actorOf, type Caller, defaultWorkspace, localCaller, NotAdmitted } from './caller.js';
import { hashOf } from './session-tokens.js';
import {
  addressRanges,
  groupMembers,
  groups,
  memberships,
  serviceTokens,
  sessions,
  userAttributes,
  users,
  workspaces,
} from './store.js';

/** From where, and about which workspace, a request comes. */
export interface Asking {
  /** `null` for the caller's own. */
  readonly workspace: string | null;
  /** The id of a project of the workspace; `null`: none is named. */
  readonly project: string | null;
  readonly address: string | null;
}

/**
 * Who a token means, as the store knows them now. What was read is kept until anything about anybody changes (the epoch `identity`, which
 * each change of a role, a group, an attribute, a session, a token or an address range counts up): each request reads
 * one number, and so a session that was ended on another node is over here too.
 */
export interface CallerReader {
  /** @throws DataMindError `UNAUTHENTICATED`, or `FORBIDDEN` for a workspace or from an address that is not the user's */
  person(claims: AccessClaims, asking: Asking): Promise<Caller>;
  /** Whoever sits at this machine, in any workspace that is there. @throws DataMindError `FORBIDDEN` */
  local(asking: Pick<Asking, 'workspace' | 'project'>): Promise<Caller> | Caller;
  /** @throws DataMindError likewise */
  service(token: string, asking: Asking): Promise<Caller>;
}

export const notAMember = (actor: Actor): NotAdmitted =>
  new NotAdmitted('You are not a member of that workspace.', actor, { at: 'X-Workspace-Id' });

/** The same for a project that is not there. */
export const notInProject = (actor: Actor): NotAdmitted =>
  new NotAdmitted('You are not a member of that project.', actor, { at: 'X-Project-Id' });

/** @throws NotAdmitted */
const projectFor = async (db: Reader, worker: Worker, wanted: string | null, user: string) => {
  const project = await chooseProject(db, worker, wanted);
  if (project !== 'refused') return project;
  throw notInProject({ user, workspace: worker.workspaceId, fingerprint: null });
};

const fromElsewhere = (caller: Caller): NotAdmitted =>
  new NotAdmitted('This workspace may not be used from your network address.', actorOf(caller));

/** The names of groups of a workspace, as policies know them. */
export const namesOf = async (db: Reader, workspaceId: string, ids: readonly string[]): Promise<readonly string[]> =>
  ids.length === 0 ? [] : (await db.findBy(groups, { workspaceId, id: In([...ids]) })).map(({ name }) => name);

/** What policies know of a user in a workspace. */
export const attributesOf = async (
  db: Reader,
  userId: string,
  workspaceId: string,
): Promise<Readonly<Record<string, Attribute>>> =>
  Object.fromEntries(
    (await db.findBy(userAttributes, { userId, workspaceId })).map(({ name, value }) => [name, value]),
  );

const addressesOf = async (db: Reader, workspaceId: string): Promise<Addresses> =>
  within((await db.findBy(addressRanges, { workspaceId })).map(({ range }) => range));

interface Read {
  readonly caller: Caller;
  readonly expiresAt: number;
  readonly comesFrom: Addresses;
}

type Wanted = Pick<Asking, 'workspace' | 'project'>;

const readPerson = async (
  db: Reader,
  claims: AccessClaims,
  { workspace: wanted, project: wantedProject }: Wanted,
  now: number,
): Promise<Read> => {
  const session = await db.findOneBy(sessions, { id: claims.session, userId: claims.user });
  const user = await db.findOneBy(users, { id: claims.user });
  if (session === null || session.endedAt !== null || session.expiresAt <= now) throw notGood();
  if (user === null || user.status !== 'active') throw notGood();
  const all = await db.find(memberships, { where: { userId: user.id }, order: { createdAt: 'ASC' } });
  const preferred = all.find(({ workspaceId }) => workspaceId === (wanted ?? defaultWorkspace));
  const membership = preferred ?? (wanted === null ? all[0] : undefined);
  if (wanted !== null && membership === undefined) {
    // What somebody typed is not written down; the name of a workspace that is there may be.
    const known = await db.existsBy(workspaces, { id: wanted });
    throw notAMember({ user: user.username, workspace: known ? wanted : '*', fingerprint: null });
  }
  const workspace = membership?.workspaceId ?? null;
  const own = (await db.findBy(groupMembers, { userId: user.id })).map(({ groupId }) => groupId);
  const role = membership?.role ?? null;
  const worker = { workspaceId: workspace ?? '', role, userId: user.id, groupIds: own };
  const project = await projectFor(db, worker, wantedProject, user.username);
  const subject = createSubject({
    user: user.username,
    project: project?.name ?? null,
    // Nobody's: no policy, no cache and no row of the store has it.
    workspace: workspace ?? '',
    roles: membership === undefined ? [] : [membership.role],
    groups: workspace === null ? [] : await namesOf(db, workspace, own),
    attributes: workspace === null ? {} : await attributesOf(db, user.id, workspace),
  });
  const caller: Caller = Object.freeze({
    kind: 'person',
    id: user.id,
    session: session.id,
    workspace,
    role,
    project: project?.id ?? null,
    operator: user.operator,
    scopes: null,
    subject,
  });
  const comesFrom = workspace === null ? within([]) : await addressesOf(db, workspace);
  return { caller, expiresAt: session.expiresAt, comesFrom };
};

const serviceTokenShape = /^dms_([0-9a-f-]{36})_[\w-]{43}$/;

const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const readService = async (
  db: Reader,
  token: string,
  { workspace: wanted, project: wantedProject }: Wanted,
  now: number,
): Promise<Read> => {
  const id = serviceTokenShape.exec(token)?.[1];
  const row = id === undefined ? null : await db.findOneBy(serviceTokens, { id });
  if (row === null || !same(hashOf(token), row.hash)) throw notGood();
  if (row.revokedAt !== null || row.expiresAt <= now) throw notGood();
  const { workspaceId, name, role, scopes, attributes } = row;
  if (wanted !== null && wanted !== workspaceId) {
    throw notAMember({ user: `service:${name}`, workspace: workspaceId, fingerprint: null });
  }
  const worker = { workspaceId, role, userId: null, groupIds: row.groups };
  const project = await projectFor(db, worker, wantedProject, `service:${name}`);
  const caller: Caller = Object.freeze({
    kind: 'service',
    id: row.id,
    session: null,
    workspace: workspaceId,
    role,
    project: project?.id ?? null,
    operator: false,
    scopes,
    // No user has a colon in the name.
    subject: createSubject({
      user: `service:${name}`,
      workspace: workspaceId,
      project: project?.name ?? null,
      roles: [role],
      groups: await namesOf(db, workspaceId, row.groups),
      attributes,
    }),
  });
  return { caller, expiresAt: row.expiresAt, comesFrom: await addressesOf(db, workspaceId) };
};

const mostKnown = 10_000;

export const createCallerReader = (store: Store, now: () => number): CallerReader => {
  const known = new LRUCache<string, Read & { readonly epoch: number }>({ max: mostKnown });
  const readOnce = async (
    key: string,
    address: string | null,
    read: (db: Reader) => Promise<Read>,
  ): Promise<Caller> => {
    // Before all else: what changes while the rest is read is read again the next time.
    const { identity: epoch } = await store.epochs();
    let found = known.get(key);
    if (found === undefined || found.epoch !== epoch || found.expiresAt <= now()) {
      found = { ...(await store.read(read)), epoch };
      known.set(key, found);
    }
    if (!found.comesFrom(address)) throw fromElsewhere(found.caller);
    return found.caller;
  };
  return {
    local: async ({ workspace: wanted, project: wantedProject }) => {
      // What other processes change on the store is known from now on: policies above all.
      await store.epochs();
      const workspace = wanted ?? defaultWorkspace;
      if (workspace === defaultWorkspace && wantedProject === null) return localCaller;
      const { user, roles } = localCaller.subject;
      return store.read(async (db) => {
        if (!(await db.existsBy(workspaces, { id: workspace }))) throw notAMember(actorOf(localCaller));
        const worker = { workspaceId: workspace, role: localCaller.role, userId: null, groupIds: [] };
        const found = await projectFor(db, worker, wantedProject, user);
        const subject = createSubject({ user, roles, workspace, project: found?.name ?? null });
        return { ...localCaller, workspace, project: found?.id ?? null, subject };
      });
    },
    person: (claims, { workspace, project, address }) =>
      readOnce(JSON.stringify([claims.user, claims.session, workspace, project]), address, (db) =>
        readPerson(db, claims, { workspace, project }, now()),
      ),
    service: (token, { workspace, project, address }) =>
      readOnce(JSON.stringify([hashOf(token), workspace, project]), address, (db) =>
        readService(db, token, { workspace, project }, now()),
      ),
  };
};
