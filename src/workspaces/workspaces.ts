import { In } from 'typeorm';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { Actor } from '../audit/trail.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Role } from '../identity/access.js';
import { type Caller, defaultWorkspace } from '../identity/caller.js';
import { accountActor, type Circumstances, type IdentityServices } from '../identity/service.js';
import { memberships, type WorkspaceRow, workspaces } from '../identity/store.js';
import { changeRow } from '../store/change-row.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { newId } from '../store/new-id.js';
import type { Reader } from '../store/store.js';

const unknown = (): DataMindError => new DataMindError('NOT_FOUND', 'There is no such workspace.');

/** A workspace, as somebody may see it. */
interface Seen {
  readonly row: WorkspaceRow;
  /** The caller's; `null` for an operator who is no member. */
  readonly role: Role | null;
}

/**
 * A workspace that the caller is a member of, or runs.
 * @param needed at least this: `admin` is the operator too
 * @throws DataMindError `NOT_FOUND`, the same for one that is not there; `FORBIDDEN` for a member who may not
 */
export const seenWorkspace = async (
  db: Reader,
  caller: Caller,
  id: string,
  needed: 'member' | 'admin' | 'operator',
): Promise<Seen> => {
  const row = await db.findOneBy(workspaces, { id });
  const membership = await db.findOneBy(memberships, { workspaceId: id, userId: caller.id });
  const role = membership?.role ?? null;
  if (row === null || (role === null && !caller.operator)) throw unknown();
  const may = needed === 'member' || caller.operator || (needed === 'admin' && role === 'admin');
  if (may) return { row, role };
  const who = needed === 'operator' ? 'the operator of this instance' : 'admins of the workspace';
  throw new DataMindError('FORBIDDEN', `Only ${who} may do this.`);
};

const shown = async (db: Reader, { row, role }: Seen) => ({
  id: row.id,
  name: row.name,
  role,
  members: await db.countBy(memberships, { workspaceId: row.id }),
  created_at: new Date(row.createdAt).toISOString(),
});

/** Those that the caller is a member of; for the operator all of them. */
export const listWorkspaces = ({ store }: IdentityServices, caller: Caller, page: ListRequest) => {
  const rules = {
    sortable: { name: 'name', created_at: 'createdAt' },
    sortedBy: 'name',
    searched: ['name'],
    key: 'id',
  } as const;
  return store.read(async (db) => {
    const own = await db.findBy(memberships, { userId: caller.id });
    const ids = own.map(({ workspaceId }) => workspaceId);
    const { data, count } = await listRows(db, store.engine, workspaces, page, rules, (query) =>
      caller.operator ? query : query.where({ id: In(ids) }),
    );
    const roleIn = (id: string): Role | null => own.find(({ workspaceId }) => workspaceId === id)?.role ?? null;
    return { data: await Promise.all(data.map((row) => shown(db, { row, role: roleIn(row.id) }))), count };
  });
};

export const showWorkspace = ({ store }: IdentityServices, caller: Caller, id: string) =>
  store.read(async (db) => shown(db, await seenWorkspace(db, caller, id, 'member')));

/** A change of a workspace is audited in it, wherever the caller asked from. */
export const actorIn = ({ subject: { user } }: Caller, workspace: string): Actor => ({
  ...accountActor(user),
  workspace,
});

/** Makes a workspace; whoever makes it is its first admin. */
export const createWorkspace = async (
  services: IdentityServices,
  caller: Caller,
  name: string,
  circumstances: Circumstances,
): Promise<string> => {
  const at = services.now();
  const id = newId(at);
  await changeAudited(
    services,
    intentOf(actorIn(caller, id), 'workspace.create', id, circumstances, { name }),
    ['identity'],
    async (db) => {
      await db.insert(workspaces, { id, name: name.trim(), createdAt: at, version: 1 });
      if (caller.kind !== 'person') return;
      await db.insert(memberships, { workspaceId: id, userId: caller.id, role: 'admin', createdAt: at });
    },
  );
  return id;
};

export const renameWorkspace = (
  services: IdentityServices,
  caller: Caller,
  id: string,
  name: string,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(
    services,
    intentOf(actorIn(caller, id), 'workspace.change', id, circumstances, { name }),
    ['identity'],
    async (db) => {
      const { row } = await seenWorkspace(db, caller, id, 'admin');
      return changeRow(db, workspaces, { id }, row.version, { name: name.trim() }, 'workspace');
    },
  );

/** Deletes a workspace with everything in it. @throws DataMindError `CONFLICT` for the default one, which the server's files are of */
export const deleteWorkspace = (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(
    services,
    intentOf(actorIn(caller, id), 'workspace.delete', id, circumstances, {}),
    ['identity'],
    async (db) => {
      await seenWorkspace(db, caller, id, 'operator');
      if (id === defaultWorkspace) throw new DataMindError('CONFLICT', 'The default workspace stays.');
      return db.remove(workspaces, { id });
    },
  );
