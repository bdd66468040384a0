import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Reader } from '../store/store.js';
import { groups } from './store.js';

/**
 * The ids of groups of a workspace, each once.
 * @param named ids or names
 * @throws DataMindError `BAD_REQUEST` for a group that is not there
 */
export const namedGroups = async (
  db: Reader,
  workspaceId: string,
  named: readonly string[],
): Promise<readonly string[]> => {
  const all = await db.findBy(groups, { workspaceId });
  const ids = named.map((text) => {
    const found = all.find(({ id, name }) => id === text || name === text);
    if (found !== undefined) return found.id;
    throw new DataMindError('BAD_REQUEST', `There is no group "${text}" in this workspace.`, { at: '/groups' });
  });
  return [...new Set(ids)];
};
