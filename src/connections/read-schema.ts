import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Caller } from '../identity/caller.js';
import { connectFailure } from '../pipeline/made-connections.js';
import { keepCatalogue, shownCatalogue } from './catalogues.js';
import { assertWhole, configuredOf, type ConnectionServices, grantedOf } from './service.js';
import { type ConnectionRow, connectionCatalogues, connectionStates } from './store.js';
import { evenly } from './test-connections.js';

type Shown = ReturnType<typeof shownCatalogue>;
export interface ConnectionSchema extends Shown {
  readonly warning?: string;
}

/** Notes what has changed since it was read before. @returns when */
export const noteCatalogue = async (
  { store, now }: Pick<ConnectionServices, 'store' | 'now'>,
  row: ConnectionRow,
  catalogue: Parameters<typeof keepCatalogue>[2],
): Promise<number> => {
  const at = now();
  await store.transaction(async (db) => {
    const changes = await keepCatalogue(db, row, catalogue, at);
    if (changes === null) return;
    await db.update(connectionStates, { connectionId: row.id }, { schemaChanges: changes, schemaChangedAt: at });
  });
  return at;
};

const storedSchema = async (
  { store }: ConnectionServices,
  row: ConnectionRow,
  error: unknown,
): Promise<ConnectionSchema> => {
  const failure = connectFailure(error);
  const kept = await store.read((db) =>
    db.findOneBy(connectionCatalogues, { workspaceId: row.workspaceId, connectionId: row.id }),
  );
  if (kept === null) throw failure;
  const warning = `The database could not be asked now (${failure.message}), so this is what it had before.`;
  return { ...shownCatalogue(kept.catalogue, kept.readAt), warning };
};

/**
 * What the database has now; what it had when it was read for the last time, with a warning, where it cannot be asked.
 * @throws DataMindError when it was never read either
 */
export const readConnectionSchema = async (
  services: ConnectionServices,
  caller: Caller,
  id: string,
  signal: AbortSignal,
): Promise<ConnectionSchema> => {
  if (configuredOf(services, caller, id) !== null) {
    assertWhole(caller);
    // It tells of tables and columns that policies may close.
    if (caller.role !== 'admin') throw new DataMindError('FORBIDDEN', 'Only admins see all that this database has.');
    try {
      return shownCatalogue(await services.configured.introspect(id, signal), services.now());
    } catch (error) {
      throw connectFailure(error);
    }
  }
  const { row, publishedOnly } = await grantedOf(services, caller, id, 'view');
  assertWhole(caller);
  if (publishedOnly) {
    throw new DataMindError(
      'FORBIDDEN',
      'Only those whom the connection is shared with see all that its database has.',
    );
  }
  try {
    const catalogue = await evenly(services, () =>
      services.control.introspect(services.reader.madeOf(row), {}, signal),
    );
    return shownCatalogue(catalogue, await noteCatalogue(services, row, catalogue));
  } catch (error) {
    return storedSchema(services, row, error);
  }
};
