/**
 * A generic walk over the parser library's tree as plain JSON: each key that holds anything must be on a list, each type and
 * each kind of join too. It knows no node in particular, so a node or a clause that nobody thought of is refused.
 */
import type { DialectName } from '../plugin/contract.js';
import { admitFunction, type Declared } from './judge-words.js';
import type { FirewallList } from './lists/firewall-list.js';
import { firewallLists } from './lists/index.js';
import { commonKeys, joinKinds, layoutKeys, timeParts } from './lists/syntax.js';
import { Refused } from './verdict.js';

export type Tree = { readonly [key: string]: Tree } | readonly Tree[] | string | number | boolean | null;
export type Branch = { readonly [key: string]: Tree };

export const isBranch = (tree: Tree | undefined): tree is Branch =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree);

export const isList = (tree: Tree | undefined): tree is readonly Tree[] => Array.isArray(tree);

/** The name that an identifier gives, or a plain text. */
export const nameOf = (identifier: Tree | undefined): string =>
  isBranch(identifier) ? String(identifier.name ?? '') : String(identifier ?? '');

/** Calls `visit` for each node, those outside first. */
export const eachBranch = (tree: Tree | undefined, visit: (branch: Branch) => void): void => {
  if (isList(tree)) for (const part of tree) eachBranch(part, visit);
  if (!isBranch(tree)) return;
  visit(tree);
  for (const part of Object.values(tree)) eachBranch(part, visit);
};

export const setOperations = ['union', 'intersect', 'except'] as const;

const isEmpty = (tree: Tree): boolean =>
  tree === null || tree === false || tree === '' || (Array.isArray(tree) && tree.length === 0);

/** Without layout, comments and whatever is empty: what two equal trees have in common. */
export const essence = (tree: Tree): Tree => {
  if (isList(tree)) return tree.map(essence);
  if (!isBranch(tree)) return tree;
  const kept: Record<string, Tree> = {};
  for (const [key, value] of Object.entries(tree)) {
    if (!layoutKeys.has(key) && !isEmpty(value)) kept[key] = essence(value);
  }
  return kept;
};

/** Kinds whose `name` the engine calls. */
const namedCalls = ['function', 'aggregate_function', 'anonymous', 'parameterized_agg'] as const;
const roots: ReadonlySet<string> = new Set(['select', 'union', 'intersect', 'except', 'subquery', 'values']);
const describe: Readonly<Record<string, string>> = {
  locks: 'locking rows',
  into: 'INTO',
  settings: 'SETTINGS',
  format: 'FORMAT',
  final_: 'FINAL',
  sample: 'sampling',
  table_sample: 'sampling',
  hint: 'a hint',
  hints: 'a hint',
  operation_modifiers: 'a modifier of SELECT',
  pivot: 'PIVOT',
  unpivot: 'UNPIVOT',
  replace: 'replacing columns of a star',
  parameter: 'a parameter',
  match_against: 'MATCH AGAINST',
};

const judgeType = (list: FirewallList, name: string): void => {
  for (const word of name
    .toLowerCase()
    .replace(/'[^']*'/g, '')
    .match(/[a-z_][a-z0-9_]*/g) ?? []) {
    if (!list.types.has(word))
      throw new Refused('type', `The type ${word} is not among those that are allowed on this database.`);
  }
};

const judgeScalar = (list: FirewallList, owner: string, key: string, value: string): void => {
  if (key === 'data_type') {
    if (value !== 'custom') judgeType(list, value);
  } else if (key === 'kind' && owner === 'joins' && !joinKinds.has(value)) {
    throw new Refused('syntax', `This kind of join (${value}) is not allowed.`);
  } else if (key === 'Custom' && !timeParts.has(value.toLowerCase())) {
    throw new Refused('syntax', `A time has no part ${value} here.`);
  } else if (key === 'join_hint') {
    if (list.dialect !== 'clickhouse') throw new Refused('syntax', 'A hint for a join is not allowed.');
  }
};

const walk = (list: FirewallList, tree: Tree, owner: string): void => {
  if (isList(tree)) {
    for (const part of tree) walk(list, part, owner);
    return;
  }
  if (!isBranch(tree)) return;
  if (tree.data_type === 'custom' || tree.data_type === 'character_set') judgeType(list, String(tree.name));
  for (const [key, value] of Object.entries(tree)) {
    if (isEmpty(value)) continue;
    if (key !== 'join_hint' && !commonKeys.has(key) && !list.keys.has(key)) {
      throw new Refused(
        'syntax',
        `The SQL uses ${describe[key] ?? key.replaceAll('_', ' ')}, which is not allowed on this database.`,
      );
    }
    if (typeof value === 'string') judgeScalar(list, owner, key, value);
    else walk(list, value, key);
  }
  for (const kind of namedCalls) {
    const node = tree[kind];
    if (isBranch(node) && typeof node.name === 'string') admitFunction(list.dialect, node.name);
  }
  const method = tree.method_call;
  if (isBranch(method) && isBranch(method.method)) admitFunction(list.dialect, String(method.method.name));
};

const names = (tree: Tree, found: Set<string>): void => {
  if (isList(tree)) for (const part of tree) names(part, found);
  if (!isBranch(tree)) return;
  const columns = tree.column_aliases ?? tree.columns;
  if (isList(columns) && columns.length > 0 && isBranch(tree.alias) && typeof tree.alias.name === 'string') {
    found.add(tree.alias.name.toLowerCase());
  }
  // What the parser takes for an alias of a column may be followed by a parenthesis only when it has columns.
  for (const value of Object.values(tree)) names(value, found);
};

/** Names that stand before a parenthesis because they name columns. */
export const declaredIn = (query: Tree): Declared => {
  const withColumns = new Set<string>();
  names(query, withColumns);
  return { withColumns };
};

/** @returns the one query of the tree, without layout. @throws Refused */
export const judgeSyntax = (dialect: DialectName, tree: Tree): Branch => {
  const statements = isList(tree) ? tree : [tree];
  const [query] = statements;
  if (statements.length !== 1 || !isBranch(query)) throw new Refused('one_query', 'Send exactly one query.');
  const kinds = Object.keys(query);
  if (kinds.length !== 1 || !roots.has(kinds[0]!))
    throw new Refused('one_query', 'Only a query that reads is allowed: SELECT, WITH or VALUES.');
  const essential = essence(query) as Branch;
  walk(firewallLists[dialect], essential, '');
  return essential;
};
