import type { Origin, OwnFunction, Relation, RelationName } from 'datamind/contract';
import type { Session } from './session.js';

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly engine: string;
  readonly uuid: string;
  readonly text: string;
  readonly created: string;
}

const timeoutMs = 60_000;

const relationsQuery = `
SELECT database AS schema, name, engine, toString(uuid) AS uuid, as_select AS text,
       if(engine = 'MaterializedView', create_table_query, '') AS created
FROM system.tables
WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema', '_temporary_and_external_tables')
  AND NOT is_temporary
ORDER BY database, name`;

/** Engines that keep rows of their own; others (Merge, Distributed, Buffer, Dictionary, Alias, URL, …) read elsewhere. */
const storing = /^(?:\w*MergeTree|Log|TinyLog|StripeLog|Memory)$/;

const identifier = '(?:`((?:[^`\\\\]|\\\\.)+)`|([A-Za-z_]\\w*))';
const targetIn = new RegExp(`\\bTO ${identifier}(?:\\.${identifier})?`);

/** Where a materialised view keeps its rows. */
const targetOf = ({ schema, name, uuid, created }: Row, rows: readonly Row[]): RelationName | null => {
  const [head = ''] = created.split(/\bAS (?:SELECT|WITH)\b/);
  const found = targetIn.exec(head);
  const [first, second] = found === null ? [] : [found[1] ?? found[2], found[3] ?? found[4]];
  const candidates =
    first === undefined
      ? [`.inner_id.${uuid}`, `.inner.${name}`].map((inner) => ({ schema, name: inner }))
      : [second === undefined ? { schema, name: first } : { schema: first, name: second }];
  return candidates.find((one) => rows.some((row) => row.schema === one.schema && row.name === one.name)) ?? null;
};

/** Tables, views of both kinds and what lies behind them. */
export const readRelations = async (session: Session): Promise<readonly Relation[]> => {
  const rows = (await session.query({ text: relationsQuery, parameters: [], timeoutMs })) as unknown as readonly Row[];
  const filledBy = new Map<string, RelationName[]>();
  const targets = new Map<Row, RelationName | null>();
  for (const row of rows) {
    if (row.engine !== 'MaterializedView') continue;
    const target = targetOf(row, rows);
    targets.set(row, target);
    if (target === null) continue;
    const key = JSON.stringify(target);
    filledBy.set(key, [...(filledBy.get(key) ?? []), { schema: row.schema, name: row.name }]);
  }
  const originOf = (row: Row): Origin => {
    const { schema, name, engine, text } = row;
    if (engine === 'View') return text === '' ? { kind: 'unknown' } : { kind: 'query', text };
    if (engine === 'MaterializedView') {
      const target = targets.get(row) ?? null;
      return text === '' || target === null ? { kind: 'unknown' } : { kind: 'query', text, relations: [target] };
    }
    if (!storing.test(engine)) return { kind: 'unknown' };
    const relations = filledBy.get(JSON.stringify({ schema, name }));
    return relations === undefined ? { kind: 'stored' } : { kind: 'shared', relations };
  };
  return rows.map((row) => ({ schema: row.schema, name: row.name, origin: originOf(row) }));
};

/** Names of functions are mostly told apart by case: one that differs from the engine's in that alone may exist. */
const functionsQuery =
  "SELECT DISTINCT lower(name) AS name FROM system.functions WHERE origin != 'System' ORDER BY name";

export const readOwnFunctions = async (session: Session): Promise<readonly OwnFunction[]> => {
  const rows = await session.query({ text: functionsQuery, parameters: [], timeoutMs });
  return rows.map(({ name }) => ({ name: String(name), hides: false }));
};
