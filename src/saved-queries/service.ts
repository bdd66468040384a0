import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { AuditTrail } from '../audit/trail.js';
import { atLeast } from '../identity/access.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { ofProject } from '../projects/of-project.js';
import { changeRow } from '../store/change-row.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { newId } from '../store/new-id.js';
import type { Reader, Store } from '../store/store.js';
import { type SavedQueryRow, savedQueries } from './store.js';

export interface SavedQueryServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly now: () => number;
}

export interface NewSavedQuery {
  readonly name: string;
  readonly description?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly sql?: string;
  readonly connection?: string;
  readonly shared?: boolean;
}

const shown = (row: SavedQueryRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  owner: row.owner,
  query: row.query ?? null,
  sql: row.sql,
  connection: row.connection,
  shared: row.shared,
  created_at: new Date(row.createdAt).toISOString(),
  changed_at: new Date(row.changedAt).toISOString(),
  version: row.version,
});

const rules = {
  sortable: { name: 'name', created_at: 'createdAt', changed_at: 'changedAt', owner: 'owner' },
  sortedBy: 'name',
  searched: ['name', 'description'],
  key: 'id',
} as const;

const isMine = ({ owner }: SavedQueryRow, { subject }: Caller): boolean => owner === subject.user;

/** One's own, or one that is shared; a private one of somebody else is not there. */
export const savedQueryOf = async (db: Reader, caller: Caller, id: string): Promise<SavedQueryRow> => {
  const row = await db.findOneBy(savedQueries, { workspaceId: workspaceOf(caller), id });
  if (row !== null && row.projectId === caller.project && (row.shared || isMine(row, caller))) return row;
  throw new DataMindError('NOT_FOUND', 'There is no such saved query.');
};

/** Its owner changes it; of a shared one an admin too. */
const assertMayChange = (row: SavedQueryRow, caller: Caller): void => {
  if (isMine(row, caller) || (caller.role !== null && atLeast(caller.role, 'admin'))) return;
  throw new DataMindError('FORBIDDEN', 'Only its owner and admins change a shared query.');
};

export const listSavedQueries = async ({ store }: SavedQueryServices, caller: Caller, request: ListRequest) => {
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, savedQueries, request, rules, (query) =>
      query
        .where('item.workspaceId = :workspace', { workspace: workspaceOf(caller) })
        .andWhere(...ofProject(caller))
        .andWhere('(item.owner = :me or item.shared = :shared)', { me: caller.subject.user, shared: true }),
    ),
  );
  return { data: data.map(shown), count };
};

export const showSavedQuery = ({ store }: SavedQueryServices, caller: Caller, id: string) =>
  store.read(async (db) => shown(await savedQueryOf(db, caller, id)));

/** @throws DataMindError `BAD_REQUEST` unless it is either a semantic query or SQL */
const assertOne = ({ query, sql }: { readonly query?: unknown; readonly sql?: unknown }): void => {
  if ((query === undefined || query === null) !== (sql === undefined || sql === null)) return;
  throw new DataMindError('BAD_REQUEST', 'A saved query has either "query" or "sql".', { at: '/query' });
};

/** @returns its id. @throws DataMindError `CONFLICT` for a second one of that name */
export const saveQuery = async (
  services: SavedQueryServices,
  caller: Caller,
  { name, description = '', query, sql, connection, shared = false }: NewSavedQuery,
  circumstances: Circumstances,
): Promise<string> => {
  assertOne({ query, sql });
  const at = services.now();
  const row: SavedQueryRow = {
    id: newId(at),
    workspaceId: workspaceOf(caller),
    owner: caller.subject.user,
    name: name.trim(),
    description,
    query: query ?? null,
    sql: sql ?? null,
    connection: connection ?? null,
    shared,
    projectId: caller.project,
    createdAt: at,
    changedAt: at,
    version: 1,
  };
  await changeAudited(services, intentOf(actorOf(caller), 'query.save', row.id, circumstances), [], (db) =>
    db.insert(savedQueries, row),
  );
  return row.id;
};

export const changeSavedQuery = (
  services: SavedQueryServices,
  caller: Caller,
  id: string,
  change: Partial<NewSavedQuery>,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(services, intentOf(actorOf(caller), 'query.change', id, circumstances), [], async (db) => {
    const row = await savedQueryOf(db, caller, id);
    assertMayChange(row, caller);
    const { query, sql, ...rest } = change;
    // One kind of question takes the place of the other.
    const asked =
      query === undefined && sql === undefined
        ? { query: row.query, sql: row.sql }
        : { query: query ?? null, sql: sql ?? null };
    assertOne(asked);
    const changed = { ...rest, ...asked, changedAt: services.now() };
    return changeRow(db, savedQueries, { workspaceId: row.workspaceId, id }, row.version, changed, 'saved query');
  });

export const deleteSavedQuery = (
  services: SavedQueryServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(services, intentOf(actorOf(caller), 'query.delete', id, circumstances), [], async (db) => {
    const row = await savedQueryOf(db, caller, id);
    assertMayChange(row, caller);
    return db.remove(savedQueries, { workspaceId: row.workspaceId, id });
  });
