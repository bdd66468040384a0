/** The models of workspaces with the drafts of whoever asks. */
import { LRUCache } from 'lru-cache';
import type { Model } from '../../semantic/model/model.js';
import { verifiedOn } from '../../semantic/prompt/verified-meaning.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import { type Drafts, hashOfFiles } from './drafts.js';

const most = 200;

export const withDrafts = (models: WorkspaceModels, drafts: Drafts): WorkspaceModels => {
  const compiled = new LRUCache<string, Promise<Model | null>>({ max: most });
  return {
    ...models,
    modelFor: async (subject) => {
      const source = await models.of(subject.workspace);
      const files = await drafts.filesFor(subject);
      if (files.size === 0) return source.model();
      const { model, revision } = source.state();
      const key = JSON.stringify([subject.workspace, model?.hash ?? null, revision, hashOfFiles(files)]);
      let whole = compiled.get(key);
      if (whole === undefined) {
        whole = source
          .previewLayers(files)
          .then(({ model: drafted }) => (drafted === null || model === null ? drafted : verifiedOn(model, drafted)));
        whole.catch(() => compiled.delete(key));
        compiled.set(key, whole);
      }
      // A draft must not take away what is there without it.
      return (await whole) ?? source.model();
    },
  };
};
