/** What a database has: as it is kept, as it is shown, and what has changed in it. */
import { createHash } from 'node:crypto';
import type { Catalogue, CatalogueTable } from '../../core/plugin/contract.js';
import { countUp } from '../store/epochs.js';
import type { Writer } from '../store/store.js';
import { type ConnectionRow, connectionCatalogues, type SchemaChanges } from './store.js';

const nameOf = ({ schema, name }: CatalogueTable): string => (schema === undefined ? name : `${schema}.${name}`);

/** Structure only: estimates of rows change all the time. */
const shapeOf = ({ rowEstimate: _, ...table }: CatalogueTable): string => JSON.stringify(table);

const shapes = ({ tables }: Catalogue): ReadonlyMap<string, string> =>
  new Map(tables.map((table) => [nameOf(table), shapeOf(table)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The same for two that have the same tables, columns and keys. */
export const catalogueHash = (catalogue: Catalogue): string =>
  createHash('sha256')
    .update(JSON.stringify([catalogue.dialect, ...shapes(catalogue)]))
    .digest('hex');

const mostNamed = 100;

/** What happened to tables between two looks, the first hundred of each. */
export const schemaChanges = (before: Catalogue, after: Catalogue): SchemaChanges => {
  const [old, now] = [shapes(before), shapes(after)];
  const some = (names: readonly string[]): readonly string[] => names.slice(0, mostNamed);
  return {
    added: some([...now.keys()].filter((name) => !old.has(name))),
    removed: some([...old.keys()].filter((name) => !now.has(name))),
    changed: some([...now.keys()].filter((name) => old.has(name) && old.get(name) !== now.get(name))),
  };
};

/** As `connections/{id}/schema` answers it. */
export const shownCatalogue = ({ tables }: Catalogue, readAt: number) => ({
  tables: tables.map((table) => ({
    schema: table.schema ?? null,
    name: table.name,
    columns: table.columns.map(({ name, nativeType, nullable }) => ({
      name,
      type: nativeType,
      nullable,
      primary_key: table.primaryKey.includes(name),
    })),
    rowCount: table.rowEstimate,
  })),
  schemas: [...new Set(tables.flatMap(({ schema }) => schema ?? []))].sort(),
  total_rows: tables.reduce((sum, { rowEstimate }) => sum + (rowEstimate ?? 0), 0),
  last_updated: new Date(readAt).toISOString(),
});

/** Keeps what was read; what has changed since the time before, or `null` when nothing has. */
export const keepCatalogue = async (
  db: Writer,
  { id, workspaceId, revision }: Pick<ConnectionRow, 'id' | 'workspaceId' | 'revision'>,
  { relations: _, ...catalogue }: Catalogue,
  readAt: number,
): Promise<SchemaChanges | null> => {
  const hash = catalogueHash(catalogue);
  const before = await db.findOneBy(connectionCatalogues, { connectionId: id });
  const row = { revision, hash, catalogue, readAt };
  if (before === null) {
    await db.insert(connectionCatalogues, { connectionId: id, workspaceId, ...row });
    // The draft of it is another one now.
    await countUp(db, 'connections');
    return null;
  }
  await db.update(connectionCatalogues, { connectionId: id }, row);
  if (before.hash === hash) return null;
  await countUp(db, 'connections');
  return schemaChanges(before.catalogue, catalogue);
};
