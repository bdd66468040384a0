import { LRUCache } from 'lru-cache';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { defaultWorkspace } from '../identity/caller.js';
import type { Store } from '../store/store.js';
import type { Subject } from '../../core/subject/subject.js';
import type { Model } from '../../semantic/model/model.js';
import type { ModelSource } from './model-source.js';

/**
 * The models of all workspaces: that of `default` is the ontology folder, others are in the store; capabilities add to both.
 * A change on another node is known with the next request, which reads the counts of changes before all else.
 */
export interface WorkspaceModels {
  /** That of the default workspace. */
  readonly folder: ModelSource;
  /**
   * The workspace's, as of the latest change that this node has heard of.
   * @throws DataMindError `STORE_UNAVAILABLE`, `MODEL_UNAVAILABLE` where no workspace but the default one can have one
   */
  of(workspace: string): Promise<ModelSource>;
  /** What a subject asks: the workspace's model, with what is the subject's own in it. @throws DataMindError likewise */
  modelFor(subject: Subject): Promise<Model>;
  /** A model of the subject's workspace, such as one that is tried, as far as it exists for the subject. */
  within(model: Model, subject: Subject): Promise<Model>;
  /** The source at once; `null` when something must be read first. */
  ready(workspace: string): ModelSource | null;
  /** {@link modelFor} at once, without what is the subject's own; `null` when something must be read first. */
  readyFor(subject: Subject): Model | null;
  close(): void;
}

export interface WorkspaceModelsParts {
  readonly folder: ModelSource;
  /** Where changes are counted, and what makes a source of another workspace; absent where there is no store. */
  readonly stored?: {
    readonly store: Pick<Store, 'onEpochs'>;
    readonly create: (workspace: string) => ModelSource;
  };
}

/** Models that are held in memory at once. */
const most = 200;

export const createWorkspaceModels = ({ folder, stored }: WorkspaceModelsParts): WorkspaceModels => {
  const sources = new LRUCache<string, ModelSource>({ max: most });
  /** The latest count of changes that was heard of, and the one that each source is known to be up to. */
  let heard = 0;
  const upTo = new WeakMap<ModelSource, number>([[folder, 0]]);
  const flights = new Map<ModelSource, { readonly count: number; readonly done: Promise<void> }>();
  const stop = stored?.store.onEpochs(({ models }) => {
    heard = Math.max(heard, models);
  });

  const sourceOf = (workspace: string): ModelSource => {
    if (workspace === defaultWorkspace) return folder;
    let source = sources.get(workspace);
    if (source === undefined) {
      if (stored === undefined) throw new DataMindError('MODEL_UNAVAILABLE', 'This workspace has no model.');
      source = stored.create(workspace);
      sources.set(workspace, source);
    }
    return source;
  };

  /** All who ask after the same count share one look. */
  const catchUp = (source: ModelSource): Promise<void> => {
    const count = heard;
    const flight = flights.get(source);
    if (flight?.count === count) return flight.done;
    const done = source
      .catchUp()
      .then(() => {
        upTo.set(source, Math.max(upTo.get(source) ?? 0, count));
      })
      .finally(() => {
        if (flights.get(source)?.done === done) flights.delete(source);
      });
    flights.set(source, { count, done });
    return done;
  };

  const of: WorkspaceModels['of'] = async (workspace) => {
    const source = sourceOf(workspace);
    const wanted = heard;
    while ((upTo.get(source) ?? -1) < wanted) await catchUp(source);
    return source;
  };

  const ready: WorkspaceModels['ready'] = (workspace) => {
    const source = workspace === defaultWorkspace ? folder : sources.get(workspace);
    return source !== undefined && upTo.get(source) === heard ? source : null;
  };

  return {
    folder,
    of,
    modelFor: async ({ workspace }) => (await of(workspace)).model(),
    within: async (model) => model,
    ready,
    readyFor: ({ workspace }) => ready(workspace)?.state().model ?? null,
    close: () => {
      stop?.();
      folder.close();
      for (const source of sources.values()) source.close();
    },
  };
};
