/** Policies by API: compiled with the whole model first, kept with all their versions, audited before they change. */
import { DataMindError } from '../../core/errors/datamind-error.js';
import { assertPrecondition } from '../api/entity-tag.js';
import type { AuditAction } from '../audit/actions.js';
import { intentOf } from '../audit/intent-of.js';
import { performAudited } from '../audit/perform-audited.js';
import type { AuditTrail } from '../audit/trail.js';
import { actorOf, type Caller } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { advanceRevision } from '../models/revision.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import type { Store } from '../store/store.js';
import { policyFile, policyLayerFile } from './policy-layer.js';
import { type PolicyBody, type PolicyRow, policies, policyVersions } from './store.js';

export interface PolicyKeeping {
  readonly models: Pick<WorkspaceModels, 'of'>;
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly now: () => number;
}

type Headers = Parameters<typeof assertPrecondition>[0];

/** Names that addresses under `policies/` have. */
const reserved: readonly string[] = ['rows', 'columns', 'preview', 'explain'];
const mostTries = 8;

/** The row was another one when it was to be written. */
class Moved extends Error {
  override readonly name = 'Moved';
}

const policyTag = ({ version }: PolicyRow): string => `"${version}"`;

export const keptPolicies = (store: Store, workspaceId: string): Promise<readonly PolicyRow[]> =>
  store.read((db) => db.find(policies, { where: { workspaceId }, order: { name: 'ASC' } }));

export const versionsOf = async (store: Store, workspaceId: string, name: string) => {
  const rows = await store.read((db) =>
    db.find(policyVersions, { where: { workspaceId, name }, order: { version: 'DESC' } }),
  );
  if (rows.length === 0) throw unknown(name);
  return rows.map(({ version, body, changedAt, changedBy }) => ({
    ...{ name, version, definition: body },
    ...{ changed_at: new Date(changedAt).toISOString(), changed_by: changedBy },
  }));
};

const unknown = (name: string): DataMindError =>
  new DataMindError('NOT_FOUND', `There is no policy "${name}" that was made by API.`);

interface Changing {
  readonly action: AuditAction;
  readonly caller: Caller;
  readonly circumstances: Circumstances;
}

/** @param edit gets what is there now and says what is to be; it may be called again when somebody else was quicker */
const change = async (
  { models, store, trail, now }: PolicyKeeping,
  { action, caller, circumstances }: Changing,
  name: string,
  edit: (row: PolicyRow | null, isAuthored: string | null) => PolicyBody | null,
): Promise<void> => {
  const { user, workspace: workspaceId } = caller.subject;
  const source = await models.of(workspaceId);
  const which = { workspaceId, name };

  const once = async (): Promise<void> => {
    const row = await store.read((db) => db.findOneBy(policies, which));
    const compiled = source.state().model?.policies[name];
    const isAuthored = row === null && compiled !== undefined ? compiled.source.file : null;
    const body = edit(row, isAuthored);
    const changes = new Map([[policyFile(name), body === null ? null : policyLayerFile(body)]]);
    await source.changeLayers(changes, (revision) =>
      store.transaction(async (db) => {
        await advanceRevision(db, workspaceId, revision);
        const there = await db.findOneBy(policies, which);
        if (there?.version !== row?.version) throw new Moved();
        const changedAt = now();
        const [last] = await db.find(policyVersions, { where: which, order: { version: 'DESC' }, take: 1 });
        const version = (last?.version ?? 0) + 1;
        const changed = { version, changedAt, changedBy: user };
        await db.insert(policyVersions, { ...which, ...changed, body });
        if (body === null) await db.remove(policies, which);
        else if (row !== null) await db.update(policies, which, { ...changed, body });
        else await db.insert(policies, { ...which, ...changed, body, createdAt: changedAt, createdBy: user });
      }),
    );
  };

  const untilItHolds = async (): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
        if (tries === mostTries)
          throw new DataMindError('CONFLICT', 'Others change this policy all the time; try again.');
      }
    }
  };

  await performAudited(trail, intentOf(actorOf(caller), action, name, circumstances), untilItHolds);
};

/** @throws DataMindError `CONFLICT`, `MODEL_INVALID`, `BAD_REQUEST` */
export const createPolicy = async (
  keeping: PolicyKeeping,
  who: Omit<Changing, 'action'>,
  body: PolicyBody,
): Promise<void> => {
  const { name } = body;
  if (reserved.includes(name)) {
    throw new DataMindError('BAD_REQUEST', `No policy can be named "${name}": an address has this name.`, {
      at: '/name',
    });
  }
  return change(keeping, { ...who, action: 'policy.create' }, name, (row, isAuthored) => {
    if (row !== null || isAuthored !== null) {
      throw new DataMindError('CONFLICT', `There is a policy "${name}" already.`, { at: '/name' });
    }
    return body;
  });
};

/**
 * Changes a policy that was made by API, or deletes it.
 * @param edit of what is there; `null`: it is deleted
 * @throws DataMindError `NOT_FOUND`, `READ_ONLY` for one of a file, `PRECONDITION_FAILED`, `MODEL_INVALID`
 */
export const changePolicy = (
  keeping: PolicyKeeping,
  changing: Changing & { readonly action: 'policy.change' | 'policy.delete' },
  { name, headers }: { readonly name: string; readonly headers: Headers },
  edit: (body: PolicyBody) => PolicyBody | null,
): Promise<void> =>
  change(keeping, changing, name, (row, isAuthored) => {
    if (isAuthored !== null) {
      throw new DataMindError('READ_ONLY', `The policy "${name}" is written in ${isAuthored}; change it there.`);
    }
    if (row === null) throw unknown(name);
    assertPrecondition(headers, policyTag(row));
    return edit(row.body);
  });
