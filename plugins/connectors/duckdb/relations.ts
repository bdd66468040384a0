import type { OwnFunction, Relation } from 'datamind/contract';
import type { Session } from './connect.js';

const own = 'database_name = current_database() AND NOT internal';

const relationsQuery = `
  SELECT schema_name AS schema, table_name AS name, NULL AS text FROM duckdb_tables() WHERE ${own}
  UNION ALL
  SELECT schema_name, view_name, coalesce(sql, '') FROM duckdb_views() WHERE ${own}
  ORDER BY 1, 2`;

/** A macro may have the name of a function that is harmless, and read any table. */
const macrosQuery = `
  SELECT DISTINCT lower(function_name) AS name FROM duckdb_functions()
  WHERE function_type IN ('macro', 'table_macro') AND NOT internal`;

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly text: string | null;
}

/** Tables and views; of a view that may call a macro nothing is known. */
export const readRelations = async (session: Session): Promise<readonly Relation[]> => {
  const ask = async <T>(text: string) => (await session.ask(text)) as unknown as readonly T[];
  const macros = (await ask<{ readonly name: string }>(macrosQuery)).map(({ name }) => name);
  return (await ask<Row>(relationsQuery)).map(({ schema, name, text }): Relation => {
    if (text === null) return { schema, name, origin: { kind: 'stored' } };
    const lower = text.toLowerCase();
    const isOpaque = text === '' || macros.some((macro) => lower.includes(macro));
    return { schema, name, origin: isOpaque ? { kind: 'unknown' } : { kind: 'query', text } };
  });
};

/**
 * The database's macros come before the engine's functions of their names, also behind operators, literals, `LIKE`,
 * `EXTRACT` and `count(*)`: all of those are calls in there.
 */
const functionsQuery = `
  WITH f AS (SELECT lower(function_name) AS name, internal FROM duckdb_functions())
  SELECT name, bool_or(internal) AS hides FROM f GROUP BY name HAVING bool_or(NOT internal) ORDER BY name`;

export const readOwnFunctions = async (session: Session): Promise<readonly OwnFunction[]> =>
  (await session.ask(functionsQuery)) as unknown as readonly OwnFunction[];
