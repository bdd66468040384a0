import type { AppLogger } from '../../core/logging/create-logger.js';
import { defaultWorkspace } from '../../src/identity/caller.js';
import { folderPlace } from '../../src/models/folder-place.js';
import { createModelSource, type ModelCompiler } from '../../src/models/model-source.js';
import { revisionOf } from '../../src/models/revision.js';
import { createWorkspaceModels, type WorkspaceModels } from '../../src/models/workspace-models.js';
import { policyLayer } from '../../src/policies/policy-layer.js';
import type { Store } from '../../src/store/store.js';

/** The default workspace's model over a folder, and what a store adds to it; no other workspace has one. */
export const folderModels = (
  folder: string,
  compiler: ModelCompiler,
  log: AppLogger,
  store?: Store,
): WorkspaceModels => {
  const revision = async () => store?.read((db) => revisionOf(db, defaultWorkspace)) ?? 0;
  const layers = async () => store && policyLayer(store).files(defaultWorkspace);
  return createWorkspaceModels({
    folder: createModelSource({
      place: folderPlace(folder, compiler.readFolder, revision),
      compiler,
      log,
      layers: async () => (await layers()) ?? new Map(),
    }),
  });
};
