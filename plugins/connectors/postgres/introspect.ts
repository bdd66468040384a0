import type { Catalogue, CatalogueColumn, CatalogueTable, ForeignKey, IntrospectOptions } from 'datamind/contract';
import type { Session } from './session.js';
import { type TypeRegistry, type TypeRow, typeQuery } from './types.js';

/** Schemas of users; `$1` narrows them. */
const chosen = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND ($1::text[] IS NULL OR n.nspname = ANY ($1))`;

/** Parents of partitions stand for them, with the sum of their estimates. -1 is a table that was never analysed. */
const tablesQuery = `
  SELECT c.oid::int8::float8 AS oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind IN ('v', 'm') AS view,
         pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
         CASE c.relkind
           WHEN 'v' THEN NULL
           WHEN 'p' THEN (SELECT CASE WHEN min(l.reltuples) >= 0 THEN sum(l.reltuples::float8) END
                          FROM pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class l ON l.oid = t.relid
                          WHERE t.isleaf AND l.relkind <> 'p')
           ELSE nullif(c.reltuples, -1)::float8 END AS estimate
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND ${chosen}
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
  ORDER BY n.nspname, c.relname`;

const columnsQuery = `
  SELECT a.attrelid::int8::float8 AS relation, a.attname::text AS name, a.attnotnull AS required,
         pg_catalog.format_type(a.atttypid, a.atttypmod) AS native, a.atttypid::int8::float8 AS type,
         pg_catalog.col_description(a.attrelid, a.attnum) AS comment
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    AND pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
  ORDER BY a.attrelid, a.attnum`;

/** Unique indexes over whole columns and all rows, which keys and unique constraints are made of. */
const keysQuery = `
  SELECT i.indrelid::int8::float8 AS relation, i.indisprimary AS "primary",
         ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
               WHERE k.place <= i.indnkeyatts ORDER BY k.place) AS columns
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = ANY ($1::oid[]) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
  ORDER BY i.indrelid, c.relname`;

const foreignKeysQuery = `
  SELECT f.conrelid::int8::float8 AS relation, n.nspname::text AS "toSchema", t.relname::text AS "toTable",
         ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum ORDER BY k.place) AS columns,
         ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum ORDER BY k.place) AS "toColumns"
  FROM pg_catalog.pg_constraint f JOIN pg_catalog.pg_class t ON t.oid = f.confrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid = ANY ($1::oid[])
  ORDER BY f.conrelid, f.conname`;

interface TableRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly view: boolean;
  readonly comment: string | null;
  readonly estimate: number | null;
}

interface ColumnRow {
  readonly relation: number;
  readonly name: string;
  readonly required: boolean;
  readonly native: string;
  readonly type: number;
  readonly comment: string | null;
}

interface KeyRow {
  readonly relation: number;
  readonly primary: boolean;
  readonly columns: readonly string[];
}

type ForeignKeyRow = ForeignKey & { readonly relation: number };

type Grouped<T> = ReadonlyMap<number, readonly T[]>;

function byRelation<T extends { readonly relation: number }>(rows: readonly T[]): Grouped<T> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.relation);
    if (group) group.push(row);
    else groups.set(row.relation, [row]);
  }
  return groups;
}

/** Reads the whole catalogue in five statements, however many tables there are. */
export async function introspectPostgres(
  session: Session,
  types: TypeRegistry,
  options: IntrospectOptions,
): Promise<Catalogue> {
  const ask = <T>(text: string, values: readonly unknown[]): Promise<readonly T[]> =>
    session.query<T & Record<string, unknown>>(text, values);
  const tables = await ask<TableRow>(tablesQuery, [options.schemas ?? null]);
  const oids = tables.map((table) => table.oid);
  const columnRows = await ask<ColumnRow>(columnsQuery, [oids]);
  const keys = byRelation(await ask<KeyRow>(keysQuery, [oids]));
  const foreignKeys = byRelation(await ask<ForeignKeyRow>(foreignKeysQuery, [oids]));
  const strange = [...new Set(columnRows.map((row) => row.type))].filter((oid) => types.find(oid) === undefined);
  if (strange.length > 0) types.learn(await ask<TypeRow>(typeQuery, [strange]));
  const columns = byRelation(columnRows);

  const describeColumn = (row: ColumnRow): CatalogueColumn => ({
    name: row.name,
    type: types.find(row.type)?.type ?? 'unknown',
    nativeType: row.native,
    nullable: !row.required,
    ...(row.comment === null ? {} : { comment: row.comment }),
  });
  const describeTable = (table: TableRow): CatalogueTable => {
    const unique = keys.get(table.oid) ?? [];
    return {
      schema: table.schema,
      name: table.name,
      kind: table.view ? 'view' : 'table',
      ...(table.comment === null ? {} : { comment: table.comment }),
      rowEstimate: table.estimate,
      columns: (columns.get(table.oid) ?? []).map(describeColumn),
      primaryKey: unique.find((key) => key.primary)?.columns ?? [],
      uniqueKeys: unique.filter((key) => !key.primary).map((key) => key.columns),
      foreignKeys: (foreignKeys.get(table.oid) ?? []).map(({ columns: from, toSchema, toTable, toColumns }) => ({
        columns: from,
        toSchema,
        toTable,
        toColumns,
      })),
    };
  };
  return { dialect: 'postgres', tables: tables.map(describeTable) };
}
