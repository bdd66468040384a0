import type { Origin, Relation, RelationName } from 'datamind/contract';
import type { Session } from './session.js';

/**
 * All that has rows, also what the role may not read by itself: a view reads it for the role. Functions and operators that
 * are not the engine's own can read anything; the engine records which views use them.
 */
const relationsQuery = `
  SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
         CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS text,
         c.relkind IN ('v', 'm') AND EXISTS (
           SELECT 1 FROM pg_catalog.pg_rewrite r
           JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
           WHERE r.ev_class = c.oid
             AND d.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)) AS opaque
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ORDER BY n.nspname, c.relname`;

/** Rows of a partition, or of a table that inherits, are rows of its parent. */
const heirsQuery = `
  SELECT cn.nspname::text AS "childSchema", c.relname::text AS child, pn.nspname::text AS "parentSchema", p.relname::text AS parent
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
  JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f')
  ORDER BY 1, 2, 3, 4`;

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f';
  readonly text: string | null;
  readonly opaque: boolean;
}

interface HeirRow {
  readonly childSchema: string;
  readonly child: string;
  readonly parentSchema: string;
  readonly parent: string;
}

const keyOf = (schema: string, name: string): string => JSON.stringify([schema, name]);

/** Tables, partitions, views of both kinds and foreign tables; of the last it is not known what they read. */
export async function readRelations(session: Session): Promise<readonly Relation[]> {
  const rows = (await session.query(relationsQuery, [])) as unknown as readonly Row[];
  const heirs = (await session.query(heirsQuery, [])) as unknown as readonly HeirRow[];
  const family = new Map<string, RelationName[]>();
  const relate = (key: string, other: RelationName): void => {
    family.set(key, [...(family.get(key) ?? []), other]);
  };
  for (const { childSchema, child, parentSchema, parent } of heirs) {
    relate(keyOf(childSchema, child), { schema: parentSchema, name: parent });
    relate(keyOf(parentSchema, parent), { schema: childSchema, name: child });
  }
  const originOf = ({ schema, name, kind, text, opaque }: Row): Origin => {
    if (kind === 'f' || opaque) return { kind: 'unknown' };
    if (kind === 'v' || kind === 'm') return text === null ? { kind: 'unknown' } : { kind: 'query', text };
    const relations = family.get(keyOf(schema, name));
    return relations === undefined ? { kind: 'stored' } : { kind: 'shared', relations };
  };
  return rows.map((row) => ({ schema: row.schema, name: row.name, origin: originOf(row) }));
}
