import type { Cell } from 'datamind/contract';
import type { Session } from '../postgres/session.js';
import { createTypeRegistry, type PostgresType, type TypeRegistry, type TypeRow } from '../postgres/types.js';

/** Redshift's own types. Source of the numbers: the type codes of its drivers. */
const own: Readonly<Record<number, PostgresType>> = {
  4000: { name: 'super', type: 'json', read: (text): Cell => text },
  6551: { name: 'varbyte', type: 'binary', read: (text): Cell => Buffer.from(text, 'hex').toString('base64') },
};

export const createTypes = (): TypeRegistry => createTypeRegistry(own);

/** Its catalogue of types is that of PostgreSQL 8: names are all that is asked of it, and such values stay as they are written. */
export const describeTypes = async (session: Session, oids: readonly number[]): Promise<readonly TypeRow[]> => {
  const rows = await session.query<{ oid: string; name: string }>(
    `SELECT CAST(oid AS varchar(20)) AS oid, CAST(typname AS varchar(128)) AS name FROM pg_catalog.pg_type WHERE oid IN (${oids.map(Number).join(', ')})`,
  );
  const names = new Map(rows.map(({ oid, name }) => [Number(oid), name]));
  return oids.map((oid) => ({
    oid,
    name: names.get(oid) ?? 'unknown',
    kind: 'b',
    category: 'U',
    element: 0,
    delimiter: ',',
    base: 0,
  }));
};
