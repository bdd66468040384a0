import type { Origin, Relation } from 'datamind/contract';
import type { Session } from './connect.js';

interface Row {
  readonly name: string;
  readonly type: 'table' | 'view' | 'virtual' | 'shadow';
  readonly sql: string | null;
}

/** Modules that keep their rows in shadow tables, or read the tables that their arguments name. */
const modules = new Set([
  'fts3',
  'fts4',
  'fts5',
  'rtree',
  'rtree_i32',
  'geopoly',
  'fts3tokenize',
  'fts4aux',
  'fts5vocab',
]);

const plain = (text: string): string => text.toLowerCase().replace(/[\s"'`[\]]/g, '');

const originOf = ({ name, type, sql }: Row, rows: readonly Row[]): Origin => {
  if (type === 'table') return { kind: 'stored' };
  if (type === 'view') return sql === null ? { kind: 'unknown' } : { kind: 'query', text: sql };
  const isShadowOf = (shadow: string, owner: string): boolean =>
    shadow.toLowerCase().startsWith(`${owner.toLowerCase()}_`);
  if (type === 'shadow') {
    const owners = rows.filter((row) => row.type === 'virtual' && isShadowOf(name, row.name));
    return owners.length === 0
      ? { kind: 'unknown' }
      : { kind: 'shared', relations: owners.map((row) => ({ name: row.name })) };
  }
  const module = /\busing\s+"?(\w+)"?/i.exec(sql ?? '')?.[1]?.toLowerCase() ?? '';
  if (!modules.has(module)) return { kind: 'unknown' };
  const words = plain(sql!);
  // What the arguments may name: rather one too many.
  const beside = rows.filter(
    (row) =>
      row.name !== name && (words.includes(plain(row.name)) || (row.type === 'shadow' && isShadowOf(row.name, name))),
  );
  return { kind: 'shared', relations: beside.map((row) => ({ name: row.name })) };
};

/** Tables, views, virtual tables and the shadow tables that those keep their rows in. */
export const readRelations = async (session: Session): Promise<readonly Relation[]> => {
  const rows = await session.ask<Row>(
    `SELECT l.name, l.type, s.sql FROM pragma_table_list AS l LEFT JOIN sqlite_schema AS s ON s.name = l.name
     WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY l.name`,
  );
  return rows.map((row) => ({ name: row.name, origin: originOf(row, rows) }));
};
