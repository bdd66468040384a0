import type { Catalogue, CatalogueTable, ForeignKey, IntrospectOptions } from 'datamind/contract';
import type { Session } from './connect.js';
import { logicalTypeOf } from './types.js';

const own = 'database_name = current_database() AND NOT internal';

const tablesQuery = `
  SELECT schema_name AS schema, table_name AS name, 'table' AS kind, comment, estimated_size AS rows
  FROM duckdb_tables() WHERE ${own} AND NOT temporary
  UNION ALL
  SELECT schema_name, view_name, 'view', comment, NULL FROM duckdb_views() WHERE ${own} AND NOT temporary
  ORDER BY 1, 2`;

const columnsQuery = `
  SELECT schema_name AS schema, table_name AS "table", column_name AS name, data_type AS type, is_nullable AS nullable, comment
  FROM duckdb_columns() WHERE ${own} ORDER BY schema_name, table_name, column_index`;

const keysQuery = `
  SELECT schema_name AS schema, table_name AS "table", constraint_type AS kind, constraint_column_names AS columns,
    referenced_table AS "toTable", referenced_column_names AS "toColumns"
  FROM duckdb_constraints()
  WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
  ORDER BY schema_name, table_name, constraint_index`;

interface TableRow {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly comment: string | null;
  readonly rows: string | null;
}
interface ColumnRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly comment: string | null;
}
interface KeyRow {
  readonly schema: string;
  readonly table: string;
  readonly kind: 'PRIMARY KEY' | 'UNIQUE' | 'FOREIGN KEY';
  readonly columns: readonly string[];
  readonly toTable: string | null;
  readonly toColumns: readonly string[];
}

const byTable = <T extends { readonly schema: string; readonly table: string }>(rows: readonly T[]) =>
  rows.reduce((groups, row) => {
    const key = JSON.stringify([row.schema, row.table]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
    return groups;
  }, new Map<string, T[]>());

/** DuckDB's foreign keys stay within one schema. */
const foreignKeyOf = ({ schema, columns, toTable, toColumns }: KeyRow): ForeignKey => ({
  columns,
  toSchema: schema,
  toTable: toTable!,
  toColumns,
});

export const introspect = async (session: Session, options: IntrospectOptions): Promise<Catalogue> => {
  const ask = async <T>(text: string) => (await session.ask(text)) as unknown as readonly T[];
  const tables = await ask<TableRow>(tablesQuery);
  const columns = byTable(await ask<ColumnRow>(columnsQuery));
  const keys = byTable(await ask<KeyRow>(keysQuery));
  const wanted = options.schemas ? new Set(options.schemas) : null;
  return {
    dialect: 'duckdb',
    tables: tables
      .filter(({ schema }) => wanted === null || wanted.has(schema))
      .map(({ schema, name, kind, comment, rows }): CatalogueTable => {
        const ownKeys = keys.get(JSON.stringify([schema, name])) ?? [];
        return {
          schema,
          name,
          kind,
          ...(comment === null ? {} : { comment }),
          rowEstimate: rows === null ? null : Number(rows),
          columns: (columns.get(JSON.stringify([schema, name])) ?? []).map((column) => ({
            name: column.name,
            type: logicalTypeOf(column.type),
            nativeType: column.type,
            nullable: column.nullable,
            ...(column.comment === null ? {} : { comment: column.comment }),
          })),
          primaryKey: ownKeys.find((key) => key.kind === 'PRIMARY KEY')?.columns ?? [],
          uniqueKeys: ownKeys.filter((key) => key.kind === 'UNIQUE').map((key) => key.columns),
          foreignKeys: ownKeys.filter((key) => key.kind === 'FOREIGN KEY').map(foreignKeyOf),
        };
      }),
  };
};
