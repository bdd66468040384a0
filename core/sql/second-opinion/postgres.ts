/** PostgreSQL's own grammar (`libpg-query`, WebAssembly), loaded when first needed. */
import { createRequire } from 'node:module';
import { compareTrees, type Node, type TreeRules } from './compare-trees.js';
import { type Opinion, opinionOf, type Policing } from './opinion.js';

interface Library {
  loadModule(): Promise<void>;
  parseSync(sql: string): { readonly stmts?: readonly { readonly stmt?: Node }[] };
}

let library: Library | undefined;
let loading: Promise<void> | undefined;

/** Call it before {@link postgresOpinion}. Again is free. */
export const loadPostgresParser = (): Promise<void> => {
  loading ??= (async () => {
    const found = createRequire(import.meta.url)('libpg-query') as Library;
    await found.loadModule();
    library = found;
  })();
  return loading;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const aliasOf = (node: Node): string | null => {
  const { alias } = node as { readonly alias?: { readonly aliasname?: string } };
  return alias?.aliasname ?? null;
};
const inside = (node: Node, key: string): Node | null => {
  const found = node[key];
  return typeof found === 'object' && found !== null && Object.keys(node).length === 1 ? (found as Node) : null;
};

const rules: TreeRules = {
  ignored: new Set([
    'location',
    'stmt_len',
    'stmt_location',
    'number',
    'rexpr_list_start',
    'rexpr_list_end',
    'list_start',
    'list_end',
  ]),
  table: (node) => {
    const range = inside(node, 'RangeVar');
    if (range === null) return null;
    const parts = [range.catalogname, range.schemaname, range.relname].filter((part) => part !== undefined).map(textOf);
    return { parts, alias: aliasOf(range) };
  },
  subquery: (node) => {
    const range = inside(node, 'RangeSubselect');
    return range === null || range.lateral === true ? null : { query: range.subquery, alias: aliasOf(range) };
  },
  column: (node) => {
    const { fields } = inside(node, 'ColumnRef') ?? {};
    return Array.isArray(fields) ? fields.map((field: unknown) => JSON.stringify(field)) : null;
  },
  commonName: new Set(['ctename']),
  around: (node) => {
    const range = (inside(node, 'RangeVar') ?? inside(node, 'RangeSubselect'))!;
    return (range.alias as { readonly colnames?: unknown } | undefined)?.colnames ?? null;
  },
};

const parseOne = (sql: string): unknown => {
  const { stmts } = library!.parseSync(sql);
  const statement = stmts?.length === 1 ? stmts[0]!.stmt : undefined;
  return statement?.SelectStmt === undefined ? null : statement;
};

/** @throws Error when the parser was not loaded */
export const postgresOpinion = (policing: Policing): Opinion => {
  if (library === undefined) throw new Error('postgresOpinion was called before loadPostgresParser was done');
  const opinion = (why: string | null): Opinion => opinionOf('libpg-query', why);
  try {
    const original = parseOne(policing.original);
    const policed = parseOne(policing.text);
    const relations = policing.relations.map(({ text }) => parseOne(text));
    if (original === null || policed === null || relations.includes(null)) return opinion('it does not see one query');
    return opinion(compareTrees(rules, policing, { original, policed, relations }));
  } catch {
    return opinion('it cannot read the statement');
  }
};
