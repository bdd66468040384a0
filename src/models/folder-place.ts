import { readFile } from 'node:fs/promises';
import type { FolderContent } from '../../semantic/load/read-folder.js';
import { modelPath } from './model-path.js';
import type { ModelPlace } from './model-place.js';
import { watchFolder } from './watch-folder.js';
import { removeFile, removeLeftovers, writeFileWhole } from './write-file.js';

const readIfThere = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw error;
  }
};

/** @param revision of what layers add to it from a store */
export const folderPlace = (
  folder: string,
  readFolder: (folder: string) => Promise<FolderContent>,
  revision: () => Promise<number> = async () => 0,
): ModelPlace => ({
  words: {
    name: 'The ontology folder',
    empty: 'The ontology folder holds no YAML files yet; add an entity to it.',
    mend: 'Mend the folder; it is read again by itself.',
  },
  // Editors write in several steps.
  keepsLast: true,
  revision,
  read: () => readFolder(folder),
  readFile: (name) => readIfThere(modelPath(folder, name)),
  write: async (name, text, revision) => {
    const path = modelPath(folder, name);
    if (text === null) await removeFile(path);
    else await writeFileWhole(path, text);
    return revision;
  },
  watch: (changed, options) => watchFolder(folder, changed, options),
  tidy: () => removeLeftovers(folder),
});
