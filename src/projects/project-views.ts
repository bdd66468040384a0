/** The models of workspaces, as they are for whoever works in a project. */
import { LRUCache } from 'lru-cache';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import { type Curation, modelWithin } from '../../semantic/model/view.js';
import { verifiedOn } from '../../semantic/prompt/verified-meaning.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { projectNotThere } from '../pipeline/within-project.js';
import type { Store } from '../store/store.js';
import { projects } from './store.js';

interface Known {
  readonly epoch: number;
  readonly id: string;
  readonly version: number;
  readonly curation: Curation;
}

const most = 2_000;

/**
 * Narrows each model to the project of whoever asks. A change of a project holds on every node for the next request, which reads the
 * counts of changes before all else.
 */
export const withProjects = (models: WorkspaceModels, store: Pick<Store, 'read' | 'onEpochs'>): WorkspaceModels => {
  const known = new LRUCache<string, Known>({ max: most });
  const narrowed = new WeakMap<Model, WeakMap<Curation, Model>>();
  let heard = 0;
  const stop = store.onEpochs(({ projects: count }) => {
    heard = Math.max(heard, count);
  });
  const keyOf = ({ workspace, project }: Subject): string => JSON.stringify([workspace, project]);

  const curationOf = async (subject: Subject, name: string): Promise<Curation> => {
    const key = keyOf(subject);
    const epoch = heard;
    const before = known.get(key);
    if (before !== undefined && before.epoch === epoch) return before.curation;
    const row = await store.read((db) => db.findOneBy(projects, { workspaceId: subject.workspace, name }));
    if (row === null) throw projectNotThere(name);
    const { id, version, entities, metrics } = row;
    const isSame = before !== undefined && before.id === id && before.version === version;
    const curation = isSame ? before.curation : { project: name, entities, metrics };
    known.set(key, { epoch, id, version, curation });
    return curation;
  };

  const narrow = (model: Model, curation: Curation): Model => {
    const views = narrowed.get(model) ?? new WeakMap<Curation, Model>();
    narrowed.set(model, views);
    const found = views.get(curation) ?? verifiedOn(model, modelWithin(model, curation));
    views.set(curation, found);
    return found;
  };

  const within: WorkspaceModels['within'] = async (model, subject) =>
    subject.project === null ? model : narrow(model, await curationOf(subject, subject.project));

  return {
    ...models,
    within,
    modelFor: async (subject) => within(await models.modelFor(subject), subject),
    readyFor: (subject) => {
      const model = models.readyFor(subject);
      if (subject.project === null || model === null) return model;
      const found = known.get(keyOf(subject));
      return found === undefined || found.epoch !== heard ? null : narrow(model, found.curation);
    },
    close: () => {
      stop();
      models.close();
    },
  };
};
