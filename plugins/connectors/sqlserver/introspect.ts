import type { Catalogue, CatalogueTable, ForeignKey, IntrospectOptions } from 'datamind/contract';
import type { Session } from './session.js';
import { logicalTypeOf } from './types.js';

const tablesQuery = `
SELECT CAST(o.object_id AS int) AS id, s.name AS [schema], o.name AS name, CASE o.type WHEN 'V' THEN 'view' ELSE 'table' END AS kind,
  CAST(p.value AS nvarchar(4000)) AS comment,
  CASE o.type WHEN 'V' THEN NULL ELSE (SELECT CAST(SUM(r.rows) AS float) FROM sys.partitions r WHERE r.object_id = o.object_id AND r.index_id IN (0, 1)) END AS estimate
FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
LEFT JOIN sys.extended_properties p ON p.class = 1 AND p.major_id = o.object_id AND p.minor_id = 0 AND p.name = 'MS_Description'
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1
ORDER BY s.name, o.name`;

const columnsQuery = `
SELECT CAST(c.object_id AS int) AS id, CAST(c.column_id AS int) AS number, c.name AS name, t.name AS base, CAST(c.max_length AS int) AS length,
  CAST(c.precision AS int) AS precision, CAST(c.scale AS int) AS scale, CAST(c.is_nullable AS int) AS nullable, CAST(p.value AS nvarchar(4000)) AS comment
FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id AND o.type IN ('U', 'V') AND o.is_ms_shipped = 0
JOIN sys.types t ON t.user_type_id = c.system_type_id
LEFT JOIN sys.extended_properties p ON p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description'
ORDER BY c.object_id, c.column_id`;

/** Unique indexes over all rows. */
const keysQuery = `
SELECT CAST(i.object_id AS int) AS id, i.name AS name, CAST(i.is_primary_key AS int) AS isPrimary, CAST(x.column_id AS int) AS number
FROM sys.indexes i JOIN sys.index_columns x ON x.object_id = i.object_id AND x.index_id = i.index_id AND x.is_included_column = 0
WHERE i.is_unique = 1 AND i.has_filter = 0 AND i.is_disabled = 0
ORDER BY i.object_id, i.name, x.key_ordinal`;

/** Foreign keys that were checked against all rows. */
const foreignKeysQuery = `
SELECT CAST(f.parent_object_id AS int) AS id, f.name AS name, CAST(f.referenced_object_id AS int) AS target,
  CAST(x.parent_column_id AS int) AS number, CAST(x.referenced_column_id AS int) AS other
FROM sys.foreign_keys f JOIN sys.foreign_key_columns x ON x.constraint_object_id = f.object_id
WHERE f.is_disabled = 0 AND f.is_not_trusted = 0
ORDER BY f.parent_object_id, f.name, x.constraint_column_id`;

interface TableRow {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly comment: string | null;
  readonly estimate: number | null;
}
interface ColumnRow {
  readonly id: number;
  readonly number: number;
  readonly name: string;
  readonly base: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly nullable: number;
  readonly comment: string | null;
}
interface KeyRow {
  readonly id: number;
  readonly name: string;
  readonly isPrimary: number;
  readonly number: number;
}
interface ForeignKeyRow {
  readonly id: number;
  readonly name: string;
  readonly target: number;
  readonly number: number;
  readonly other: number;
}

const nativeOf = ({ base, length, precision, scale }: ColumnRow): string => {
  if (base === 'decimal' || base === 'numeric') return `${base}(${precision},${scale})`;
  if (!/^n?(?:var)?(?:char|binary)$/.test(base)) return base;
  return `${base}(${length === -1 ? 'max' : base.startsWith('n') ? length / 2 : length})`;
};

const groupBy = <Row>(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, readonly Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
};

/** Reads the whole catalogue in four statements. */
export const introspectSqlServer = async (session: Session, { schemas }: IntrospectOptions): Promise<Catalogue> => {
  const all = await session.query<TableRow>(tablesQuery);
  const columns = groupBy(await session.query<ColumnRow>(columnsQuery), ({ id }) => String(id));
  const keys = groupBy(await session.query<KeyRow>(keysQuery), ({ id, name }) => `${id} ${name}`);
  const foreign = groupBy(await session.query<ForeignKeyRow>(foreignKeysQuery), ({ id, name }) => `${id} ${name}`);
  const byId = new Map(all.map((table) => [table.id, table]));
  const named = (id: number, number: number): string =>
    columns.get(String(id))?.find((column) => column.number === number)?.name ?? '';

  const describe = ({ id, schema, name, kind, comment, estimate }: TableRow): CatalogueTable => {
    const own = [...keys.values()].filter(([first]) => first!.id === id);
    const namesOf = (rows: readonly KeyRow[]): readonly string[] => rows.map(({ number }) => named(id, number));
    const foreignKeys = [...foreign.values()].flatMap((rows): readonly ForeignKey[] => {
      const [first] = rows;
      const target = byId.get(first!.target);
      if (first!.id !== id || target === undefined) return [];
      const from = rows.map(({ number }) => named(id, number));
      const to = rows.map(({ target: other, other: number }) => named(other, number));
      return [{ columns: from, toSchema: target.schema, toTable: target.name, toColumns: to }];
    });
    return {
      schema,
      name,
      kind,
      ...(comment === null ? {} : { comment }),
      rowEstimate: estimate,
      columns: (columns.get(String(id)) ?? []).map((column) => ({
        name: column.name,
        type: logicalTypeOf(column.base),
        nativeType: nativeOf(column),
        nullable: column.nullable === 1,
        ...(column.comment === null ? {} : { comment: column.comment }),
      })),
      primaryKey: own.filter(([first]) => first!.isPrimary === 1).flatMap(namesOf),
      uniqueKeys: own.filter(([first]) => first!.isPrimary !== 1).map(namesOf),
      foreignKeys,
    };
  };
  const chosen = all.filter(({ schema }) => schemas === undefined || schemas.includes(schema));
  return { dialect: 'sqlserver', tables: chosen.map(describe) };
};
