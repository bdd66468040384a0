import type { Catalogue, CatalogueColumn, CatalogueTable, IntrospectOptions, Parameter } from 'datamind/contract';
import type { Session } from './session.js';
import { cellType } from './types.js';

interface TableRow {
  readonly schema: string;
  readonly name: string;
  readonly engine: string;
  readonly comment: string;
  readonly rows: string | null;
}

interface ColumnRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** Databases of the engine's own. */
const systemDatabases = `'system', 'INFORMATION_SCHEMA', 'information_schema', '_temporary_and_external_tables'`;
const timeoutMs = 60_000;

/** Dictionaries are read by functions, and the hidden tables behind materialised views by their views. */
const tableQuery = (chosen: string): string => `
SELECT database AS schema, name, engine, comment, total_rows AS rows
FROM system.tables
WHERE database NOT IN (${systemDatabases}) AND NOT is_temporary AND engine NOT IN ('Dictionary')
  AND NOT startsWith(name, '.inner')${chosen}
ORDER BY database, name`;

const columnQuery = (chosen: string): string => `
SELECT database AS schema, table, name, type, comment
FROM system.columns
WHERE database NOT IN (${systemDatabases}) AND default_kind NOT IN ('EPHEMERAL')${chosen}
ORDER BY database, table, position`;

const key = (schema: string, table: string): string => JSON.stringify([schema, table]);

const columnOf = ({ name, type, comment }: ColumnRow): CatalogueColumn => {
  const cell = cellType(type);
  return {
    name,
    type: cell?.logical ?? 'unknown',
    nativeType: type,
    nullable: cell?.nullable ?? false,
    ...(comment === '' ? {} : { comment }),
  };
};

/**
 * Tables and views with their columns. ClickHouse has no unique and no foreign keys, and its primary key is an order
 * that permits duplicates: so no table has a key here, and the model must name one that the data keeps.
 */
export const introspectClickHouse = async (session: Session, options: IntrospectOptions): Promise<Catalogue> => {
  const schemas = options.schemas ?? [];
  const parameters: readonly Parameter[] = schemas.map((value) => ({ type: 'string', value }));
  const placeholders = ["''", ...schemas.map((_, at) => `{p${at + 1}:String}`)].join(', ');
  const chosen = options.schemas === undefined ? '' : ` AND database IN (${placeholders})`;
  const ask = async <Row>(text: string) =>
    (await session.query({ text, parameters, timeoutMs })) as unknown as readonly Row[];
  const tables = await ask<TableRow>(tableQuery(chosen));
  const columns = new Map(tables.map(({ schema, name }) => [key(schema, name), [] as CatalogueColumn[]]));
  for (const row of await ask<ColumnRow>(columnQuery(chosen))) {
    columns.get(key(row.schema, row.table))?.push(columnOf(row));
  }
  return {
    dialect: 'clickhouse',
    tables: tables.map(
      ({ schema, name, engine, comment, rows }): CatalogueTable => ({
        schema,
        name,
        kind: engine.endsWith('View') ? 'view' : 'table',
        ...(comment === '' ? {} : { comment }),
        rowEstimate: rows === null ? null : Number(rows),
        columns: columns.get(key(schema, name)) ?? [],
        primaryKey: [],
        uniqueKeys: [],
        foreignKeys: [],
      }),
    ),
  };
};
