import type { Curation } from '../../semantic/model/view.js';
import type { Store } from '../store/store.js';
import { projects } from './store.js';

/** The parts of a workspace's model that its projects have, by their names. */
export const curationsOf = async (
  store: Pick<Store, 'read'>,
  workspaceId: string,
): Promise<ReadonlyMap<string, Curation>> => {
  const rows = await store.read((db) => db.findBy(projects, { workspaceId }));
  return new Map(rows.map(({ name, entities, metrics }) => [name, { project: name, entities, metrics }]));
};
