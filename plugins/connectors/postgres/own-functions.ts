import type { OwnFunction } from 'datamind/contract';
import type { Session } from './session.js';

/** What these bring computes from its arguments alone. */
const harmless =
  'btree_gin btree_gist citext cube earthdistance fuzzystrmatch hstore intarray isn ltree pg_trgm pgcrypto postgis seg unaccent uuid-ossp';

const made = (catalogue: 'pg_proc' | 'pg_operator', oid: string, schema: string): string => `
  ${schema} IN (SELECT n.oid FROM pg_catalog.pg_namespace n
                WHERE n.nspname = ANY (pg_catalog.current_schemas(false)) AND n.nspname <> 'pg_catalog')
  AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
    WHERE d.classid = 'pg_catalog.${catalogue}'::regclass AND d.objid = ${oid} AND d.deptype = 'e'
      AND d.refclassid = 'pg_catalog.pg_extension'::regclass
      AND e.extname = ANY (pg_catalog.string_to_array('${harmless}', ' ')))`;

const ofEngine = "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')";
const isOfEngine = (type: string): string =>
  `EXISTS (SELECT 1 FROM pg_catalog.pg_type t WHERE t.oid = ${type} AND t.typnamespace = ${ofEngine})`;

/**
 * `pg_catalog` comes first in the session, but of functions and operators of one name the one whose types fit best is
 * called, wherever it lies.
 */
const functionsQuery = `
  SELECT DISTINCT pg_catalog.lower(p.proname::text) AS name, false AS hides FROM pg_catalog.pg_proc p
  WHERE ${made('pg_proc', 'p.oid', 'p.pronamespace')}
  UNION ALL
  SELECT DISTINCT o.oprname::text, true FROM pg_catalog.pg_operator o
  WHERE ${made('pg_operator', 'o.oid', 'o.oprnamespace')}
    AND (o.oprleft = 0 OR ${isOfEngine('o.oprleft')}) AND ${isOfEngine('o.oprright')}
    AND EXISTS (SELECT 1 FROM pg_catalog.pg_operator b WHERE b.oprnamespace = ${ofEngine} AND b.oprname = o.oprname)
  ORDER BY 1`;

export const readOwnFunctions = async (session: Session): Promise<readonly OwnFunction[]> =>
  (await session.query(functionsQuery)) as unknown as readonly OwnFunction[];
