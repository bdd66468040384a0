import { countUp } from '../store/epochs.js';
import type { Reader, Writer } from '../store/store.js';
import { Outdated } from './model-place.js';
import { modelRevisions } from './store.js';

export const revisionOf = async (db: Reader, workspaceId: string): Promise<number> =>
  (await db.findOneBy(modelRevisions, { workspaceId }))?.revision ?? 0;

/**
 * In each transaction that changes what the store has of a workspace's model: holds the change to the state that it was
 * compiled with, and tells all nodes.
 * @throws Outdated
 */
export const advanceRevision = async (db: Writer, workspaceId: string, compiledWith: number): Promise<void> => {
  if ((await revisionOf(db, workspaceId)) !== compiledWith) throw new Outdated();
  const revision = compiledWith + 1;
  if ((await db.update(modelRevisions, { workspaceId }, { revision })) === 0) {
    await db.insert(modelRevisions, { workspaceId, revision });
  }
  await countUp(db, 'models');
};
