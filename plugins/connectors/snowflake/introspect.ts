import type { Catalogue, CatalogueTable, IntrospectOptions } from 'datamind/contract';
import type { Session } from './session.js';
import { logicalTypeOf } from './types.js';

const tablesQuery = `
SELECT TABLE_SCHEMA AS "schema", TABLE_NAME AS "name", CASE WHEN TABLE_TYPE LIKE '%VIEW' THEN 'view' ELSE 'table' END AS "kind",
  COMMENT AS "comment", ROW_COUNT AS "estimate"
FROM INFORMATION_SCHEMA.TABLES
WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'
ORDER BY TABLE_SCHEMA, TABLE_NAME`;

const columnsQuery = `
SELECT TABLE_SCHEMA AS "schema", TABLE_NAME AS "table", COLUMN_NAME AS "name", DATA_TYPE AS "type", NUMERIC_PRECISION AS "precision",
  NUMERIC_SCALE AS "scale", IS_NULLABLE AS "nullable", COMMENT AS "comment"
FROM INFORMATION_SCHEMA.COLUMNS
WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'
ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`;

interface TableRow {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly comment: string | null;
  readonly estimate: string | null;
}

interface ColumnRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly precision: string | null;
  readonly scale: string | null;
  readonly nullable: string;
  readonly comment: string | null;
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

/**
 * Reads the whole catalogue in two statements. Keys are promises there that nothing keeps, so none is claimed. Names are as the
 * catalogue has them, mostly in upper case: a model may write those in lower case.
 */
export const introspectSnowflake = async (session: Session, { schemas }: IntrospectOptions): Promise<Catalogue> => {
  const tables = await session.query<TableRow>(tablesQuery);
  const columns = new Map<string, ColumnRow[]>();
  for (const row of await session.query<ColumnRow>(columnsQuery)) {
    const key = JSON.stringify([row.schema, row.table]);
    columns.set(key, [...(columns.get(key) ?? []), row]);
  }
  const describe = ({ schema, name, kind, comment, estimate }: TableRow): CatalogueTable => ({
    schema,
    name,
    kind,
    ...(comment === null ? {} : { comment }),
    rowEstimate: numberOf(estimate),
    columns: (columns.get(JSON.stringify([schema, name])) ?? []).map((column) => ({
      name: column.name,
      type: logicalTypeOf(column.type, numberOf(column.precision), numberOf(column.scale)),
      nativeType: column.type === 'NUMBER' ? `NUMBER(${column.precision},${column.scale})` : column.type,
      nullable: column.nullable === 'YES',
      ...(column.comment === null ? {} : { comment: column.comment }),
    })),
    primaryKey: [],
    uniqueKeys: [],
    foreignKeys: [],
  });
  const chosen = tables.filter(({ schema }) => schemas === undefined || schemas.includes(schema));
  return { dialect: 'snowflake', tables: chosen.map(describe) };
};
