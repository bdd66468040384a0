/** SQLite's own grammar (`sqlite3-parser`), loaded when first needed. */
import { compareTrees, type Node, type TreeRules } from './compare-trees.js';
import { type Opinion, opinionOf, type Policing } from './opinion.js';

type Parse = (sql: string) => { readonly status: string; readonly root?: Node };

let parse: Parse | undefined;
let loading: Promise<void> | undefined;

/** Call it before {@link sqliteOpinion}. Again is free. */
export const loadSqliteParser = (): Promise<void> => {
  loading ??= (async () => {
    parse = ((await import('sqlite3-parser')) as unknown as { readonly parse: Parse }).parse;
  })();
  return loading;
};

const unquoted = (name: string): string => {
  const quote = name[0]!;
  if (quote === '[') return name.slice(1, -1);
  return '"`\''.includes(quote) && name.length > 1 ? name.slice(1, -1).replaceAll(quote + quote, quote) : name;
};
const nameOf = (value: unknown): string | null => {
  const { text } = (value ?? {}) as { readonly text?: unknown };
  return typeof text === 'string' ? unquoted(text) : null;
};
const aliasOf = (node: Node): string | null => nameOf((node.alias as Node | undefined)?.name);
const qualified = (value: unknown): readonly string[] => {
  const { dbName, objName } = value as Node;
  return [nameOf(dbName), nameOf(objName)].filter((part) => part !== null);
};

const rules: TreeRules = {
  ignored: new Set(['span', 'loc', 'offset', 'start', 'end']),
  table: (node) => (node.type === 'TableSelectTable' ? { parts: qualified(node.tblName), alias: aliasOf(node) } : null),
  subquery: (node) => (node.type === 'SelectSelectTable' ? { query: node.select, alias: aliasOf(node) } : null),
  column: (node) => {
    if (!/(?:Qualified)Expr$/.test(String(node.type))) return null;
    return [node.schema, node.db, node.dbName, node.table, node.column].map(nameOf).filter((part) => part !== null);
  },
  commonName: new Set(['common']),
  fold: (name) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  around: ({ indexed }) => indexed ?? null,
};

/** `x IN t` means `x IN (SELECT * FROM t)`. */
const everythingOf = (tblName: unknown): Node => ({
  type: 'Select',
  select: {
    type: 'SelectFrom',
    columns: [{ type: 'StarResultColumn' }],
    from: { type: 'FromClause', select: { type: 'TableSelectTable', tblName } },
  },
});

/** Names spelled alike however they are quoted, aliases with and without AS, `==` as `=`. */
const normal = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(normal);
  if (typeof node !== 'object' || node === null) return node;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) if (!rules.ignored.has(key)) copy[key] = normal(value);
  if (copy.type === 'Name' && typeof copy.text === 'string') copy.text = unquoted(copy.text);
  if (copy.type === 'ElidedAs') copy.type = 'AsAs';
  if (copy.type === 'VariableExpr') copy.name = '?';
  // `a, b ON …` is `a JOIN b ON …`; without a condition the two are the same.
  if (copy.type === 'CommaJoinOperator' || (copy.type === 'TypedJoinJoinOperator' && copy.joinType === undefined))
    return { type: 'PlainJoin' };
  if (copy.type === 'CommonTableExpr') {
    copy.common = nameOf(copy.tblName);
    copy.tblName = null;
  }
  if (copy.type === 'InTableExpr') return { ...copy, type: 'InSelectExpr', rhs: everythingOf(copy.rhs) };
  return copy;
};

const parseOne = (sql: string): Node | null => {
  const { status, root } = parse!(sql);
  const commands = root?.cmds;
  if (status !== 'ok' || !Array.isArray(commands) || commands.length !== 1) return null;
  const [only] = commands as readonly Node[];
  return only!.type === 'SelectStmt' ? (normal(only) as Node) : null;
};

/** @throws Error when the parser was not loaded */
export const sqliteOpinion = (policing: Policing): Opinion => {
  if (parse === undefined) throw new Error('sqliteOpinion was called before loadSqliteParser was done');
  const opinion = (why: string | null): Opinion => opinionOf('sqlite3-parser', why);
  try {
    const original = parseOne(policing.original);
    const policed = parseOne(policing.text);
    const relations = policing.relations.map(({ text }) => parseOne(text)?.body ?? null);
    if (original === null || policed === null || relations.includes(null)) return opinion('it does not see one query');
    return opinion(compareTrees(rules, policing, { original, policed, relations }));
  } catch {
    return opinion('it cannot read the statement');
  }
};
