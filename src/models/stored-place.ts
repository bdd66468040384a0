import type { Store } from '../store/store.js';
import { checkModelName } from './model-path.js';
import type { ModelPlace } from './model-place.js';
import { advanceRevision, revisionOf } from './revision.js';
import { modelFiles, modelFileVersions } from './store.js';

/** The files of a workspace's model in the store, each with all its versions. */
export const storedPlace = (store: Store, workspaceId: string, now: () => number = Date.now): ModelPlace => ({
  words: {
    name: 'The model of this workspace',
    empty: 'This workspace has no model yet; an admin adds a first file with POST /api/v1/semantic/models.',
    mend: 'Mend its files with PUT /api/v1/semantic/models/{name}.',
  },
  // What the store has is meant: nobody is in the middle of writing it.
  keepsLast: false,
  revision: () => store.read((db) => revisionOf(db, workspaceId)),
  read: async () => {
    const rows = await store.read((db) => db.find(modelFiles, { where: { workspaceId }, order: { name: 'ASC' } }));
    return { files: new Map(rows.map(({ name, text }) => [name, text])), findings: [] };
  },
  readFile: async (file) => {
    const name = checkModelName(file);
    return (await store.read((db) => db.findOneBy(modelFiles, { workspaceId, name })))?.text ?? null;
  },
  write: async (file, text, revision, changedBy) => {
    const name = checkModelName(file);
    const which = { workspaceId, name };
    await store.transaction(async (db) => {
      await advanceRevision(db, workspaceId, revision);
      const changedAt = now();
      const [last] = await db.find(modelFileVersions, { where: which, order: { version: 'DESC' }, take: 1 });
      const version = (last?.version ?? 0) + 1;
      await db.insert(modelFileVersions, { ...which, version, text, changedAt, changedBy });
      await db.remove(modelFiles, which);
      if (text === null) return;
      await db.insert(modelFiles, { ...which, text, version, changedAt, changedBy });
    });
    return revision + 1;
  },
});
