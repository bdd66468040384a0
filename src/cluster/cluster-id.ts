import { leases } from '../jobs/store.js';
import { UniqueViolation } from '../store/describe-store-failure.js';
import { newId } from '../store/new-id.js';
import type { Store } from '../store/store.js';

const name = 'cluster';

/** The name of what the processes of one store are together, made by the first of them: two stores that share a Redis share nothing in it. */
export const clusterId = async (store: Store): Promise<string> => {
  const read = async (): Promise<string | null> =>
    (await store.read((db) => db.findOneBy(leases, { id: name })))?.holder ?? null;
  const known = await read();
  if (known !== null) return known;
  const id = newId();
  try {
    await store.transaction((db) => db.insert(leases, { id: name, holder: id, until: 0, term: 0 }));
    return id;
  } catch (error) {
    const made = error instanceof UniqueViolation ? await read() : null;
    if (made === null) throw error;
    return made;
  }
};
