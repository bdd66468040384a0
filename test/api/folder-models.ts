import type { AppLogger } from '../../core/logging/create-logger.js';
import { folderPlace } from '../../src/models/folder-place.js';
import { createModelSource, type ModelCompiler } from '../../src/models/model-source.js';
import { createWorkspaceModels, type WorkspaceModels } from '../../src/models/workspace-models.js';

/** The default workspace's model over a folder, without a store: no other workspace has one. */
export const folderModels = (folder: string, compiler: ModelCompiler, log: AppLogger): WorkspaceModels =>
  createWorkspaceModels({
    folder: createModelSource({ place: folderPlace(folder, compiler.readFolder), compiler, log }),
  });
