/**
 * Where MariaDB merges a subquery in FROM, a common table or a view into what stands around it, a column of it that is an
 * expression loses that it is null in the rows that an outer join makes up (seen on 10.11: `IS NULL`, windows and the greatest of
 * none answer wrongly). What is a column by itself, or declared to be null at times, keeps it. No setting keeps a view of the
 * database from being merged (`ALGORITHM=UNDEFINED` is as `MERGE`), but the subquery that it stands in can be computed apart.
 */
import { type Branch, eachBranch, isBranch, isList, nameOf, setOperations, type Tree } from './judge-syntax.js';
import { Refused } from './verdict.js';

/**
 * What the views of a name read, in any schema: none of a stored table, `null` for what is not known.
 * @param name in lower case @returns `undefined` when nothing has that name
 */
export type ViewsOf<Query> = (name: string) => readonly (Query | null)[] | undefined;

/** What an outer join may fill with nulls; of a right one all that stands before it. */
const filled = (node: Branch): readonly Tree[] => {
  if (!isList(node.joins)) return [];
  const operands: Tree[] = [];
  const before: Tree[] = [node.from ?? null, node.left ?? null, node.this ?? null];
  for (const join of node.joins) {
    if (!isBranch(join)) continue;
    const kind = String(join.kind);
    if (/left|full/i.test(kind)) operands.push(join.this ?? null);
    if (/right|full/i.test(kind)) operands.push(...before);
    before.push(join.this ?? null);
  }
  return operands;
};

/** A CASE without ELSE is null at times by its form. */
const keepsNull = (item: Tree): boolean => {
  if (!isBranch(item)) return false;
  if (isBranch(item.alias) && item.alias.this !== undefined) return keepsNull(item.alias.this);
  const { column, star, dot, case: choice } = item;
  // A column below its table and schema.
  if (isBranch(dot)) return keepsNull(dot.this ?? null);
  return column !== undefined || star !== undefined || (isBranch(choice) && choice.else_ === undefined);
};

/** These are never merged. */
const isApart = (select: Branch): boolean =>
  [select.group_by, select.distinct, select.limit].some((part) => part !== undefined);

const has = (tree: Tree | undefined, ...keys: readonly string[]): boolean => {
  let found = false;
  eachBranch(tree, (node) => {
    found ||= keys.some((key) => node[key] !== undefined);
  });
  return found;
};

/** Where it matters to the query itself that a column is null at times. */
const heedsNull = ({ expressions, where_clause, having, joins, from, group_by }: Branch): boolean =>
  has(expressions, 'window_function') ||
  (group_by === undefined && has(expressions, 'max', 'min')) ||
  [where_clause, having, joins, from].some((part) => has(part, 'is_null', 'null_safe_eq'));

/** Visits what a query has in its own FROM and not in a subquery there. */
const eachBare = (tree: Tree | undefined, visit: (branch: Branch) => void): void => {
  if (isList(tree)) for (const part of tree) eachBare(part, visit);
  if (!isBranch(tree) || [...setOperations, 'select', 'subquery'].some((key) => tree[key] !== undefined)) return;
  visit(tree);
  for (const part of Object.values(tree)) eachBare(part, visit);
};

/** A column has its table's name as a plain text there. */
const tableIn = ({ table }: Branch): string =>
  isBranch(table) && isBranch(table.name) ? nameOf(table.name).toLowerCase() : '';

class Merging {
  readonly #commons = new Map<string, Tree[]>();
  readonly #viewsOf: ViewsOf<Tree>;
  /** The statement, and the views that it reads. */
  readonly #roots: Tree[];
  /** Of a view that is not told anything may be in it, an outer join too. */
  readonly #isAllKnown: boolean;

  constructor(query: Tree, viewsOf: ViewsOf<Tree>) {
    this.#roots = [query];
    this.#viewsOf = viewsOf;
    const read = new Set<string>();
    for (const root of this.#roots)
      eachBranch(root, (node) => {
        if (isList(node.ctes)) for (const common of node.ctes) this.#define(common);
        const name = tableIn(node);
        if (name === '' || read.has(name)) return;
        read.add(name);
        this.#roots.push(...(viewsOf(name) ?? []).filter((view) => view !== null));
      });
    this.#isAllKnown = ![...read].some((name) => this.#views(name).includes(null));
  }

  #define(common: Tree): void {
    if (!isBranch(common)) return;
    const name = nameOf(common.alias).toLowerCase();
    this.#commons.set(name, [...(this.#commons.get(name) ?? []), common.this ?? null]);
  }

  /** What is not known to be a table of the database may be a view. */
  #views(name: string): readonly (Tree | null)[] {
    return name === '' ? [] : (this.#viewsOf(name) ?? (this.#commons.has(name) ? [] : [null]));
  }

  /** Whether a column of these may lose its nulls. */
  #losesNull(operands: Tree[]): boolean {
    let found = false;
    const visited = new Set<string>();
    for (let operand = operands.pop(); operand !== undefined && !found; operand = operands.pop())
      eachBranch(operand, (node) => {
        const { select } = node;
        if (isBranch(select) && isList(select.expressions) && !isApart(select))
          found ||= !select.expressions.every(keepsNull);
        const name = tableIn(node);
        if (visited.has(name)) return;
        visited.add(name);
        operands.push(...(this.#commons.get(name) ?? []));
        for (const view of this.#views(name))
          if (view === null) found = true;
          else operands.push(view);
      });
    return found;
  }

  mustBeApart(): boolean {
    if (!this.#isAllKnown) return true;
    const operands: Tree[] = [];
    for (const root of this.#roots) eachBranch(root, (node) => operands.push(...filled(node)));
    return this.#losesNull(operands);
  }

  /** Views that a query names without a subquery around them, and that are merged in any case; theirs with them. */
  #refuseWithin(query: Branch): void {
    const merged = [query];
    const visited = new Set<string>();
    for (const { from = null, joins = null } of merged) {
      for (const part of [{ from, joins }, from, joins])
        eachBare(part, (node) => {
          for (const operand of filled(node)) eachBare(operand, ({ table }) => this.#refuseBare(table));
          if (visited.has(tableIn(node))) return;
          visited.add(tableIn(node));
          for (const view of this.#bareViews(node.table))
            eachBranch(view ?? undefined, ({ select }) => {
              if (isBranch(select) && !isApart(select)) merged.push(select);
            });
        });
    }
  }

  #bareViews(table: Tree | undefined): readonly (Tree | null)[] {
    if (!isBranch(table)) return [];
    const name = tableIn({ table });
    return table.schema === undefined && this.#commons.has(name) ? [] : this.#views(name);
  }

  #refuseBare(table: Tree | undefined): void {
    for (const view of this.#bareViews(table))
      if (view === null || this.#losesNull([view])) {
        const name = tableIn({ table: table ?? null });
        throw new Refused(
          'merging',
          `MariaDB answers wrongly where the view ${name} stands behind an outer join: what it computes counts as never null. Write (SELECT … FROM ${name}) in its place.`,
        );
      }
  }

  refuseBare(): void {
    for (const root of this.#roots)
      eachBranch(root, ({ select }) => {
        if (isBranch(select) && heedsNull(select)) this.#refuseWithin(select);
      });
  }
}

/**
 * Whether subqueries of the statement must be computed apart.
 * @param query and what views read: without layout @throws Refused where that does not help
 */
export const mergesWrongly = (query: Tree, viewsOf: ViewsOf<Tree>): boolean => {
  const merging = new Merging(query, viewsOf);
  merging.refuseBare();
  return merging.mustBeApart();
};
