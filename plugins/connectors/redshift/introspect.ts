import type { Catalogue, CatalogueColumn, CatalogueTable, IntrospectOptions } from 'datamind/contract';
import type { Session } from '../postgres/session.js';
import type { TypeRegistry } from '../postgres/types.js';

/** Only what PostgreSQL 8 had: no arrays in expressions, no privileges of columns. Sizes are unknown without svv_table_info. */
const tablesQuery = `
  SELECT CAST(c.oid AS varchar(20)) AS id, CAST(n.nspname AS varchar(128)) AS schema, CAST(c.relname AS varchar(128)) AS name,
         CASE WHEN c.relkind = 'v' THEN 'view' ELSE 'table' END AS kind, obj_description(c.oid, 'pg_class') AS comment
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'v') AND n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND n.nspname <> 'information_schema'
    AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
  ORDER BY n.nspname, c.relname`;

const columnsQuery = `
  SELECT CAST(a.attrelid AS varchar(20)) AS id, CAST(a.attnum AS integer) AS number, CAST(a.attname AS varchar(128)) AS name,
         a.attnotnull AS required, format_type(a.atttypid, a.atttypmod) AS native, CAST(a.atttypid AS varchar(20)) AS type,
         col_description(a.attrelid, a.attnum) AS comment
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v')
  ORDER BY a.attrelid, a.attnum`;

type Rows = Record<string, unknown>;

interface TableRow extends Rows {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly comment: string | null;
}

interface ColumnRow extends Rows {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly required: boolean;
  readonly native: string;
  readonly type: string;
  readonly comment: string | null;
}

const groupBy = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(row.id, [...(groups.get(row.id) ?? []), row]);
  return groups;
};

/**
 * Reads the whole catalogue in two statements. Keys are promises there that nothing keeps, so none is claimed: rows could be
 * told apart, or joined to one, by what is not unique.
 */
export const introspectRedshift = async (
  session: Session,
  types: TypeRegistry,
  { schemas }: IntrospectOptions,
): Promise<Catalogue> => {
  const tables = (await session.query<TableRow>(tablesQuery)).filter(
    ({ schema }) => schemas === undefined || schemas.includes(schema),
  );
  const columns = groupBy(await session.query<ColumnRow>(columnsQuery));
  const describeColumn = ({ name, type, native, required, comment }: ColumnRow): CatalogueColumn => ({
    name,
    type: types.find(Number(type))?.type ?? 'unknown',
    nativeType: native,
    nullable: !required,
    ...(comment === null ? {} : { comment }),
  });
  const describeTable = ({ id, schema, name, kind, comment }: TableRow): CatalogueTable => ({
    schema,
    name,
    kind,
    ...(comment === null ? {} : { comment }),
    rowEstimate: null,
    columns: (columns.get(id) ?? []).map(describeColumn),
    primaryKey: [],
    uniqueKeys: [],
    foreignKeys: [],
  });
  return { dialect: 'redshift', tables: tables.map(describeTable) };
};
