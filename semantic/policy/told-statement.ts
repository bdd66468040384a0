/**
 * A planned statement as whoever asked may read it. Joins walk over columns that the subject may not see as they are, or at all:
 * what is told calls them by made-up names, in the order in which it needs them, and leaves out those that it does not need.
 * An author's query stands there by the name of its entity where it names what is closed to the subject.
 */
import type { Select, Statement } from '../../core/sql/statement.js';
import { barrierOf } from './barrier.js';
import { columnBehind } from './visible-model.js';

type Node = Readonly<Record<string, unknown>>;
type Aliases = Readonly<Record<string, string>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

/** The node with `change` made in each node below it, the innermost first. */
const mapNodes = (node: unknown, change: (node: Node, aliases: Aliases) => Node, aliases: Aliases = {}): unknown => {
  if (Array.isArray(node)) return node.map((part) => mapNodes(part, change, aliases));
  if (!isNode(node)) return node;
  const known = node.kind === 'authored' ? (node.aliases as Aliases) : aliases;
  const mapped = Object.entries(node).map(([key, value]) => [key, mapNodes(value, change, known)]);
  return change(Object.fromEntries(mapped) as Node, known);
};

/** The alias before a column's name. */
const aliasOf = ({ kind, table, path }: Node, aliases: Aliases): string | null => {
  if (kind === 'column') return table as string;
  return kind === 'field' ? (aliases[(path as readonly string[]).join('.')] ?? null) : null;
};

/** @param showsQuery whether the subject may read the query that an entity is */
export const toldStatement = (statement: Statement, showsQuery: (entity: string) => boolean): Statement => {
  const made = new Map<string, string>();
  const keyOf = (alias: string, name: unknown): string => JSON.stringify([alias, name]);
  const named = mapNodes(statement, (node, aliases) => {
    if (node.kind === 'query' && !showsQuery(node.entity as string)) {
      const { entity, alias } = node;
      return { kind: 'table', entity, catalog: null, schema: null, table: entity, alias };
    }
    const alias = aliasOf(node, aliases);
    if (alias === null || columnBehind(node.column as string) === null) return node;
    const key = keyOf(alias, node.column);
    const column = made.get(key) ?? `datamind_key_${made.size + 1}`;
    made.set(key, column);
    return { ...node, column };
  });
  const ofRelation = (relation: Select, alias: string): Select => {
    const columns = relation.columns.flatMap(({ as, value }) => {
      const behind = columnBehind(as);
      if (behind === null) return [{ as, value }];
      const told = made.get(keyOf(alias, as));
      if (told === undefined) return [];
      const hide = (node: Node): Node =>
        node.kind === 'column' && node.column === behind ? { ...node, column: told } : node;
      return [{ as: told, value: mapNodes(value, hide) as typeof value }];
    });
    // Its barrier may count them.
    const barrier = relation.barrier === undefined ? {} : { barrier: barrierOf(statement.dialect, { columns }) };
    return { ...relation, columns, ...barrier };
  };
  return mapNodes(named, (node) => {
    if (node.kind !== 'derived' || (node.query as Node).kind !== 'select') return node;
    return { ...node, query: ofRelation(node.query as unknown as Select, node.alias as string) };
  }) as Statement;
};
