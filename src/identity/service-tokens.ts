import { In, IsNull } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Attribute } from '../../core/subject/subject.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { newId } from '../store/new-id.js';
import type { Reader } from '../store/store.js';
import type { Role, Scope } from './access.js';
import { actorOf, type Caller, workspaceOf } from './caller.js';
import { namedGroups } from './named-groups.js';
import type { Circumstances, IdentityServices } from './service.js';
import { hashOf, newSecret } from './session-tokens.js';
import { groups, type ServiceTokenRow, serviceTokens } from './store.js';

const dayMs = 24 * 60 * 60_000;

export interface NewServiceToken {
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly groups?: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly expires_in_days?: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();

const shown = async (db: Reader, row: ServiceTokenRow) => ({
  id: row.id,
  name: row.name,
  role: row.role,
  scopes: row.scopes,
  groups: (await db.findBy(groups, { workspaceId: row.workspaceId, id: In([...row.groups]) })).map(({ name }) => name),
  attributes: row.attributes,
  created_by: row.createdBy,
  created_at: iso(row.createdAt),
  expires_at: iso(row.expiresAt),
});

/** The living tokens of the caller's workspace, without their secrets: those are kept as hashes only. */
export const listServiceTokens = ({ store }: IdentityServices, caller: Caller, page: ListRequest) => {
  const rules = {
    sortable: { name: 'name', created_at: 'createdAt', expires_at: 'expiresAt' },
    sortedBy: 'name',
    searched: ['name'],
    key: 'id',
  } as const;
  return store.read(async (db) => {
    const { data, count } = await listRows(db, store.engine, serviceTokens, page, rules, (query) =>
      query.where({ workspaceId: workspaceOf(caller), revokedAt: IsNull() }),
    );
    return { data: await Promise.all(data.map((row) => shown(db, row))), count };
  });
};

/**
 * Makes a token for a program, which is a caller of its own: `service:<name>`. A name is never given twice.
 * @returns the token, which nobody can read again
 * @throws DataMindError `CONFLICT` for a name that is taken, `BAD_REQUEST` for a group that is not there
 */
export const createServiceToken = async (
  services: IdentityServices,
  caller: Caller,
  { name, role, scopes, groups: named = [], attributes = {}, expires_in_days: days = 90 }: NewServiceToken,
  circumstances: Circumstances,
) => {
  const { now } = services;
  const workspaceId = workspaceOf(caller);
  const at = now();
  const id = newId(at);
  const token = newSecret(`dms_${id}_`);
  const detail = { name, role, scopes: [...scopes], groups: [...named], attributes: Object.keys(attributes), days };
  const intent = intentOf(actorOf(caller), 'token.create', id, circumstances, detail);
  return changeAudited(services, intent, [], async (db) => {
    const row: ServiceTokenRow = {
      id,
      workspaceId,
      name,
      hash: hashOf(token),
      role,
      scopes,
      groups: await namedGroups(db, workspaceId, named),
      attributes,
      createdBy: caller.subject.user,
      createdAt: at,
      expiresAt: at + days * dayMs,
      revokedAt: null,
    };
    await db.insert(serviceTokens, row);
    return { token, ...(await shown(db, row)) };
  });
};

/** Ends a token, with effect on the next request. @throws DataMindError `NOT_FOUND` */
export const revokeServiceToken = async (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  const intent = intentOf(actorOf(caller), 'token.revoke', id, circumstances);
  await changeAudited(services, intent, ['identity'], async (db) => {
    const which = { id, workspaceId: workspaceOf(caller), revokedAt: IsNull() };
    if ((await db.update(serviceTokens, which, { revokedAt: services.now() })) === 0) {
      throw new DataMindError('NOT_FOUND', 'There is no such service token.');
    }
  });
};
