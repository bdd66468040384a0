import type { Origin, OwnFunction, Relation } from 'datamind/contract';
import type { Session } from './session.js';

type Cells = readonly (string | null)[];

/** Engines that keep rows of their own; others (MERGE, FEDERATED, CONNECT, SPIDER, …) read elsewhere. */
const storing = new Set(
  'innodb myisam aria memory archive csv rocksdb tokudb columnstore ndbcluster ndb s3 mroonga'.split(' '),
);

const own = `('mysql', 'information_schema', 'performance_schema', 'sys')`;

/** Tables and views that the user may know of. The text of a view is there for those who may SHOW VIEW. */
export async function readRelations(session: Session): Promise<readonly Relation[]> {
  const rows = await session.query<Cells>(`
    SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, v.VIEW_DEFINITION
    FROM information_schema.TABLES t
    LEFT JOIN information_schema.VIEWS v ON v.TABLE_SCHEMA = t.TABLE_SCHEMA AND v.TABLE_NAME = t.TABLE_NAME
    WHERE t.TABLE_SCHEMA NOT IN ${own}
    ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME`);
  const originOf = ([, , kind, engine, text]: Cells): Origin => {
    if (kind === 'VIEW')
      return text === null || text === '' || text === undefined ? { kind: 'unknown' } : { kind: 'query', text };
    return { kind: storing.has((engine ?? '').toLowerCase()) ? 'stored' : 'unknown' };
  };
  return rows.map((row) => ({ schema: String(row[0]), name: String(row[1]), origin: originOf(row) }));
}

/** A stored function is called by a bare name that the server has no function of its own for: another version may have one. */
export async function readOwnFunctions(session: Session): Promise<readonly OwnFunction[]> {
  const rows = await session.query<Cells>(`
    SELECT DISTINCT LOWER(ROUTINE_NAME) FROM information_schema.ROUTINES
    WHERE ROUTINE_TYPE = 'FUNCTION' AND ROUTINE_SCHEMA = DATABASE() ORDER BY 1`);
  return rows.map(([name]) => ({ name: String(name), hides: false }));
}
