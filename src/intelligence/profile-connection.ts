/**
 * What a database holds, found with small statements, one at a time: what the model knows of its tables, as whoever asks may see
 * them. There is no second way to a database for it.
 */
import type { Catalogue, CatalogueTable } from '../../core/plugin/contract.js';
import type { Entity, Model } from '../../semantic/model/model.js';
import { columnsRead, isSameTable } from '../../semantic/policy/table-columns.js';
import type { Asking } from './ask-rows.js';
import { findReferences } from './find-references.js';
import type { ConnectionProfile, TableProfile } from './profile.js';
import { type DeclaredPersonal, profileTable } from './profile-table.js';

export interface Profiling extends Asking {
  readonly catalogue: Catalogue;
  /** From 0 to 1, with each table. */
  readonly onProgress?: (done: number) => void | Promise<void>;
}

const mostTables = 300;

export const entitiesOf = (
  model: Model,
  { schema, name }: Pick<CatalogueTable, 'schema' | 'name'>,
  connection: string,
  defaultConnection: string | null,
): readonly Entity[] =>
  Object.values(model.entities).filter(
    ({ from, connection: own }) =>
      from.kind === 'table' &&
      isSameTable(from, { catalog: null, schema: schema ?? null, table: name }) &&
      (own ?? model.project.connection ?? defaultConnection) === connection,
  );

/** What is computed from a column is of its class too, so a class of the computed one closes the column. */
const declaredIn =
  (model: Model, of: (table: CatalogueTable) => readonly Entity[]): DeclaredPersonal =>
  (table, column) => {
    const own = of(table).flatMap((entity) =>
      Object.values(entity.dimensions).filter(
        (dimension) =>
          dimension.column === column ||
          columnsRead(model, entity, dimension.expr).some(
            (read) => read.entity.name === entity.name && read.column === column,
          ),
      ),
    );
    const classed = own.find(({ pii }) => pii !== null)?.pii;
    if (classed !== undefined && classed !== null) return classed;
    return own.some(({ pii_none: none, column: direct }) => none && direct === column) ? 'none' : null;
  };

/** @throws what is no failure of a statement; the reason of the signal once it is aborted */
export const profileConnection = async ({
  catalogue,
  onProgress,
  ...asking
}: Profiling): Promise<ConnectionProfile> => {
  const { model, connection, executor } = asking;
  const { dialect } = catalogue;
  const entities = (table: CatalogueTable) => entitiesOf(model, table, connection, executor.defaultConnection);
  const known = catalogue.tables.filter((table) => entities(table).length > 0).slice(0, mostTables);
  const declared = declaredIn(model, entities);
  const tables: TableProfile[] = [];
  for (const table of known) {
    asking.signal.throwIfAborted();
    tables.push(await profileTable(asking, dialect, table, declared));
    await onProgress?.(tables.length / known.length);
  }
  return { connection, dialect, tables: await findReferences(asking, dialect, known, tables) };
};
