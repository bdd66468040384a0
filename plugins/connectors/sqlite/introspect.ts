import type { Catalogue, CatalogueTable, ForeignKey } from 'datamind/contract';
import type { Session } from './connect.js';
import { declaredType } from './types.js';

interface TableRow {
  readonly name: string;
  readonly type: 'table' | 'view';
}
interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: bigint;
  /** The place in the primary key, from 1; 0 for none. */
  readonly pk: bigint;
}
interface KeyRow {
  readonly name: string;
  readonly column: string;
}
interface ForeignRow {
  readonly id: bigint;
  readonly toTable: string;
  readonly from: string;
  readonly to: string | null;
}

/** Up to so many rows are counted, beyond them the largest row id is the estimate. */
const countedRows = 10_000;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;

const rowEstimate = async (session: Session, table: TableRow): Promise<number | null> => {
  if (table.type === 'view') return null;
  try {
    const [counted] = await session.ask<{ n: bigint }>(
      `SELECT count(*) AS n FROM (SELECT 1 FROM ${name(table.name)} LIMIT ${countedRows + 1})`,
    );
    if (counted!.n <= countedRows) return Number(counted!.n);
    const [last] = await session.ask<{ n: bigint }>(`SELECT max(rowid) AS n FROM ${name(table.name)}`);
    return Number(last!.n);
  } catch {
    // Tables without row ids and virtual tables have no cheap estimate.
    return null;
  }
};

const grouped = <T>(rows: readonly T[], by: (row: T) => unknown): readonly (readonly T[])[] => {
  const groups = new Map<unknown, T[]>();
  for (const row of rows) {
    const key = by(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
};

const describe = async (
  session: Session,
  table: TableRow,
  keysOf: ReadonlyMap<string, readonly string[]>,
): Promise<CatalogueTable> => {
  const of = text(table.name);
  const columns = await session.ask<ColumnRow>(
    `SELECT name, type, "notnull", pk FROM pragma_table_xinfo(${of}) WHERE hidden <> 1 ORDER BY cid`,
  );
  const unique = await session.ask<KeyRow>(
    `SELECT l.name, i.name AS "column" FROM pragma_index_list(${of}) AS l, pragma_index_info(l.name) AS i
     WHERE l."unique" = 1 AND l.origin <> 'pk' AND l.partial = 0 AND i.name IS NOT NULL ORDER BY l.seq DESC, i.seqno`,
  );
  const foreign = await session.ask<ForeignRow>(
    `SELECT id, "table" AS toTable, "from", "to" FROM pragma_foreign_key_list(${of}) ORDER BY id DESC, seq`,
  );
  return {
    name: table.name,
    kind: table.type,
    rowEstimate: await rowEstimate(session, table),
    columns: columns.map((column) => ({
      name: column.name,
      type: declaredType(column.type) ?? 'unknown',
      nativeType: column.type === '' ? 'ANY' : column.type,
      nullable: column.notnull === 0n && column.pk === 0n,
    })),
    primaryKey: keysOf.get(table.name) ?? [],
    uniqueKeys: grouped(unique, (row) => row.name).map((rows) => rows.map((row) => row.column)),
    foreignKeys: grouped(foreign, (row) => row.id).map(
      (rows): ForeignKey => ({
        columns: rows.map((row) => row.from),
        toTable: rows[0]!.toTable,
        // A key that names no columns on the other side means that side's primary key.
        toColumns: rows.every((row) => row.to !== null)
          ? rows.map((row) => row.to!)
          : (keysOf.get(rows[0]!.toTable) ?? []),
      }),
    ),
  };
};

/** SQLite has no schemas and no comments. */
export const introspect = async (session: Session): Promise<Catalogue> => {
  const tables = await session.ask<TableRow>(
    `SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
  );
  const keys = await session.ask<KeyRow>(
    `SELECT s.name, c.name AS "column" FROM sqlite_schema AS s, pragma_table_info(s.name) AS c
     WHERE s.type = 'table' AND c.pk > 0 ORDER BY s.name, c.pk`,
  );
  const keysOf = new Map(
    grouped(keys, (row) => row.name).map((rows) => [rows[0]!.name, rows.map((row) => row.column)]),
  );
  const described: CatalogueTable[] = [];
  for (const table of tables) described.push(await describe(session, table, keysOf));
  return { dialect: 'sqlite', tables: described };
};
