import { In } from 'typeorm';
import { didYouMean } from '../../core/config/did-you-mean.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Model } from '../../semantic/model/model.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import type { AuditTrail, JsonObject } from '../audit/trail.js';
import { assertPrecondition } from '../api/entity-tag.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import { groupMembers, serviceTokens } from '../identity/store.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { conversations } from '../conversations/store.js';
import { savedQueries } from '../saved-queries/store.js';
import { usageEvents } from '../usage/store.js';
import { changeRow } from '../store/change-row.js';
import type { EpochName } from '../store/epochs.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { newId } from '../store/new-id.js';
import type { Reader, Store, Writer } from '../store/store.js';
import { projectsOf, type Worker } from './project-of.js';
import { projectGroups, projectMembers, type ProjectRow, projects } from './store.js';

export interface ProjectServices {
  readonly store: Store;
  readonly trail: AuditTrail;
  readonly models: Pick<WorkspaceModels, 'of'>;
  readonly now: () => number;
}

export interface NewProject {
  readonly name: string;
  readonly description?: string;
  readonly entities?: readonly string[];
  readonly metrics?: readonly string[];
  readonly confines?: boolean;
}

export const versionTag = ({ version }: { readonly version: number }): string => `"${version}"`;

const unknown = (): DataMindError => new DataMindError('NOT_FOUND', 'There is no such project in this workspace.');

const workerOf = async (db: Reader, caller: Caller): Promise<Worker> => {
  const { kind, id, role } = caller;
  const workspaceId = workspaceOf(caller);
  if (kind === 'local') return { workspaceId, role, userId: null, groupIds: [] };
  if (kind === 'service') {
    const row = await db.findOneBy(serviceTokens, { workspaceId, id });
    return { workspaceId, role, userId: null, groupIds: row?.groups ?? [] };
  }
  const groupIds = (await db.findBy(groupMembers, { userId: id })).map(({ groupId }) => groupId);
  return { workspaceId, role, userId: id, groupIds };
};

/** One that the caller is a member of. @throws DataMindError `NOT_FOUND`, the same for one that is not there */
export const seenProject = async (db: Reader, caller: Caller, id: string): Promise<ProjectRow> => {
  const found = (await projectsOf(db, await workerOf(db, caller))).find((project) => project.id === id);
  if (found === undefined) throw unknown();
  return found;
};

const shown = async (db: Reader, row: ProjectRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  entities: row.entities,
  metrics: row.metrics,
  confines: row.confines,
  template: row.template,
  members: await db.countBy(projectMembers, { projectId: row.id }),
  groups: await db.countBy(projectGroups, { projectId: row.id }),
  created_at: new Date(row.createdAt).toISOString(),
  changed_at: new Date(row.changedAt).toISOString(),
  version: row.version,
});

export type ShownProject = Awaited<ReturnType<typeof shown>>;

/** Those that the caller is a member of; for admins of the workspace all of them. */
export const listProjects = ({ store }: ProjectServices, caller: Caller, request: ListRequest) => {
  const rules = {
    sortable: { name: 'name', created_at: 'createdAt', changed_at: 'changedAt' },
    sortedBy: 'name',
    searched: ['name', 'description'],
    key: 'id',
  } as const;
  return store.read(async (db) => {
    const ids = (await projectsOf(db, await workerOf(db, caller))).map(({ id }) => id);
    const { data, count } = await listRows(db, store.engine, projects, request, rules, (query) =>
      query.where({ workspaceId: workspaceOf(caller), id: In(ids) }),
    );
    return { data: await Promise.all(data.map((row) => shown(db, row))), count };
  });
};

export const showProject = ({ store }: ProjectServices, caller: Caller, id: string): Promise<ShownProject> =>
  store.read(async (db) => shown(db, await seenProject(db, caller, id)));

/** A project is part of who somebody is in a request, and of what a model is narrowed to: both are remembered. */
export const projectEpochs: readonly EpochName[] = ['projects', 'identity'];

const assertThere = (kind: 'entities' | 'metrics', names: readonly string[], model: Model): void => {
  names.forEach((name, index) => {
    if (Object.hasOwn(model[kind], name)) return;
    const meant = didYouMean(name, Object.keys(model[kind]));
    const what = kind === 'entities' ? 'entity' : 'metric';
    throw new DataMindError('BAD_REQUEST', `There is no ${what} "${name}" in the model of this workspace.`, {
      at: `/${kind}/${index}`,
      ...(meant !== undefined && { suggestions: [meant], hint: `Did you mean "${meant}"?` }),
    });
  });
};

/** @throws DataMindError `BAD_REQUEST` for a name that the model does not have, `MODEL_UNAVAILABLE` where it has none */
const assertKnown = async (
  { models }: ProjectServices,
  caller: Caller,
  { entities = [], metrics = [] }: Partial<NewProject>,
): Promise<void> => {
  if (entities.length === 0 && metrics.length === 0) return;
  const model = (await models.of(workspaceOf(caller))).model();
  assertThere('entities', entities, model);
  assertThere('metrics', metrics, model);
};

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

export interface Provisioned {
  /** The template's name. */
  readonly template: string;
  /** What is kept with it, in the same transaction. */
  readonly keep: (db: Writer, projectId: string) => Promise<void>;
}

/** @returns its id. @throws DataMindError `CONFLICT` for a second one of that name */
export const createProject = async (
  services: ProjectServices,
  caller: Caller,
  asked: NewProject,
  circumstances: Circumstances,
  from?: Provisioned,
): Promise<string> => {
  await assertKnown(services, caller, asked);
  const at = services.now();
  const row: ProjectRow = {
    id: newId(at),
    workspaceId: workspaceOf(caller),
    name: asked.name.trim(),
    description: asked.description ?? '',
    entities: sorted(asked.entities ?? []),
    metrics: sorted(asked.metrics ?? []),
    confines: asked.confines ?? false,
    template: from?.template ?? null,
    createdAt: at,
    changedAt: at,
    version: 1,
  };
  const { name, entities, metrics, confines, template } = row;
  const detail = { name, entities: [...entities], metrics: [...metrics], confines, template };
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'project.create', row.id, circumstances, detail),
    projectEpochs,
    async (db) => {
      await db.insert(projects, row);
      await from?.keep(db, row.id);
    },
  );
  return row.id;
};

/** @param headers with the version that was read, or any @throws DataMindError `NOT_FOUND`, `PRECONDITION_FAILED`, `CONFLICT` */
export const changeProject = async (
  services: ProjectServices,
  caller: Caller,
  id: string,
  asked: Partial<NewProject>,
  headers: Parameters<typeof assertPrecondition>[0],
  circumstances: Circumstances,
): Promise<void> => {
  await assertKnown(services, caller, asked);
  const { name, description, entities, metrics, confines } = asked;
  const change = {
    ...(name !== undefined && { name: name.trim() }),
    ...(description !== undefined && { description }),
    ...(entities !== undefined && { entities: sorted(entities) }),
    ...(metrics !== undefined && { metrics: sorted(metrics) }),
    ...(confines !== undefined && { confines }),
  };
  const { description: _, ...told } = change;
  const detail: JsonObject = JSON.parse(JSON.stringify(told)) as JsonObject;
  await changeAudited(
    services,
    intentOf(actorOf(caller), 'project.change', id, circumstances, detail),
    projectEpochs,
    async (db) => {
      const row = await seenProject(db, caller, id);
      assertPrecondition(headers, versionTag(row));
      const which = { workspaceId: row.workspaceId, id };
      await changeRow(db, projects, which, row.version, { ...change, changedAt: services.now() }, 'project');
      if (change.name !== undefined) {
        await db.update(usageEvents, { workspace: row.workspaceId, project: row.name }, { project: change.name });
      }
    },
  );
};

/** Queries that were saved in it and conversations about it go with it. */
export const deleteProject = (
  services: ProjectServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<unknown> =>
  changeAudited(
    services,
    intentOf(actorOf(caller), 'project.delete', id, circumstances, {}),
    projectEpochs,
    async (db) => {
      const { workspaceId, name } = await seenProject(db, caller, id);
      // A later project of that name has no part in what was asked in this one.
      await db.update(usageEvents, { workspace: workspaceId, project: name }, { project: null });
      await db.remove(savedQueries, { workspaceId, projectId: id });
      await db.remove(conversations, { workspaceId, projectId: id });
      return db.remove(projects, { workspaceId, id });
    },
  );
