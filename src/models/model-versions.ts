import { DataMindError } from '../../core/errors/datamind-error.js';
import { defaultWorkspace } from '../identity/caller.js';
import type { Store } from '../store/store.js';
import { checkModelName } from './model-path.js';
import { modelFileVersions } from './store.js';

/** What a file of a model in the store was with each of its versions, the latest first. @throws DataMindError `NOT_FOUND` */
export const modelVersionsOf = async (store: Store | null, workspaceId: string, file: string) => {
  const name = checkModelName(file);
  const where = { workspaceId, name };
  const rows =
    store === null || workspaceId === defaultWorkspace
      ? []
      : await store.read((db) => db.find(modelFileVersions, { where, order: { version: 'DESC' } }));
  if (rows.length === 0) {
    throw new DataMindError('NOT_FOUND', `No versions of a file "${name}" are kept.`, {
      ...(workspaceId === defaultWorkspace && { hint: 'Those of the ontology folder are where it is kept, in git.' }),
    });
  }
  return rows.map(({ version, text, changedAt, changedBy }) => ({
    ...{ name, version, text },
    ...{ changed_at: new Date(changedAt).toISOString(), changed_by: changedBy },
  }));
};
