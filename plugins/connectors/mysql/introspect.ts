import type { Catalogue, CatalogueTable, ForeignKey, IntrospectOptions } from 'datamind/contract';
import type { Session } from './session.js';
import { catalogueType } from './types.js';

const own = ['mysql', 'information_schema', 'performance_schema', 'sys'];

const text = (value: string): string => `_utf8mb4 0x${Buffer.from(value, 'utf8').toString('hex')}`;
const oneOf = (values: readonly string[]): string => (values.length === 0 ? 'NULL' : values.map(text).join(', '));

type Cells = readonly (string | number | null)[];

function grouped(rows: readonly Cells[]): ReadonlyMap<string, readonly Cells[]> {
  const groups = new Map<string, Cells[]>();
  for (const row of rows) {
    const key = JSON.stringify([row[0], row[1]]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** Rows of one key, which follow one another, as one entry: name → rows in order. */
function byName(rows: readonly Cells[]): readonly (readonly [name: string, rows: readonly Cells[]])[] {
  const names = new Map<string, Cells[]>();
  for (const row of rows) {
    const name = String(row[2]);
    const group = names.get(name);
    if (group) group.push(row);
    else names.set(name, [row]);
  }
  return [...names];
}

/** Reads the whole catalogue in five statements at most, however many tables there are. */
export async function introspectMysql(
  session: Session,
  tinyintIsBoolean: boolean,
  options: IntrospectOptions,
): Promise<Catalogue> {
  const within = (column: string): string =>
    options.schemas ? `${column} IN (${oneOf(options.schemas)})` : `${column} NOT IN (${oneOf(own)})`;
  const tables = await session.query<Cells>(`
    SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_COMMENT, TABLE_ROWS FROM information_schema.TABLES
    WHERE ${within('TABLE_SCHEMA')} AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
    ORDER BY TABLE_SCHEMA, TABLE_NAME`);
  const columns = grouped(
    await session.query<Cells>(`
    SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, COLUMN_COMMENT
    FROM information_schema.COLUMNS WHERE ${within('TABLE_SCHEMA')}
    ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`),
  );
  const keys = grouped(
    await session.query<Cells>(`
    SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS
    WHERE ${within('TABLE_SCHEMA')} AND NON_UNIQUE = 0
    ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`),
  );
  const foreignKeys = grouped(
    await session.query<Cells>(`
    SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME,
           REFERENCED_COLUMN_NAME
    FROM information_schema.KEY_COLUMN_USAGE WHERE ${within('TABLE_SCHEMA')} AND REFERENCED_TABLE_NAME IS NOT NULL
    ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`),
  );

  // MariaDB's JSON is LONGTEXT with this check, and nothing else in the catalogue tells it from text.
  const json = session.mariadb
    ? grouped(
        await session.query<Cells>(`
    SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME FROM information_schema.CHECK_CONSTRAINTS
    WHERE ${within('CONSTRAINT_SCHEMA')} AND LEVEL = 'Column' AND CHECK_CLAUSE LIKE 'json_valid(%'`),
      )
    : new Map<string, readonly Cells[]>();

  const describeTable = ([schema, name, kind, comment, estimate]: Cells): CatalogueTable => {
    const key = JSON.stringify([schema, name]);
    const view = kind === 'VIEW';
    // An index over the beginning of a column, or over an expression, says nothing about whole values.
    const unique = byName(keys.get(key) ?? []).filter(([, rows]) =>
      rows.every((row) => row[3] !== null && row[4] === null),
    );
    const names = (rows: readonly Cells[]): readonly string[] => rows.map((row) => String(row[3]));
    return {
      schema: String(schema),
      name: String(name),
      kind: view ? 'view' : 'table',
      ...(view || comment === '' || comment === null ? {} : { comment: String(comment) }),
      rowEstimate: view || estimate === null ? null : Number(estimate),
      columns: (columns.get(key) ?? []).map(([, , column, dataType, columnType, nullable, note]) => ({
        name: String(column),
        type: json.get(key)?.some((row) => row[2] === column)
          ? 'json'
          : catalogueType(String(dataType).toLowerCase(), String(columnType).toLowerCase(), tinyintIsBoolean),
        nativeType: String(columnType),
        nullable: nullable === 'YES',
        ...(note === '' || note === null ? {} : { comment: String(note) }),
      })),
      primaryKey: unique.filter(([index]) => index === 'PRIMARY').flatMap(([, rows]) => names(rows)),
      uniqueKeys: unique.filter(([index]) => index !== 'PRIMARY').map(([, rows]) => names(rows)),
      foreignKeys: byName(foreignKeys.get(key) ?? []).map(
        ([, rows]): ForeignKey => ({
          columns: names(rows),
          toSchema: String(rows[0]![4]),
          toTable: String(rows[0]![5]),
          toColumns: rows.map((row) => String(row[6])),
        }),
      ),
    };
  };
  return { dialect: 'mysql', tables: tables.map(describeTable) };
}
