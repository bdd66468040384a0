/**
 * Where rows come from: each base table only inside a subquery that is, node by node, a relation that was expected; besides
 * these, common tables, subqueries, lists of values and harmless generators. Also counts what a statement joins.
 */
import type { DialectName } from '../plugin/contract.js';
import { type Branch, isBranch, isList, type Tree } from './judge-syntax.js';
import type { Limits } from './limits.js';
import { firewallLists } from './lists/index.js';
import { Refused } from './verdict.js';

/** Canonical text of a permitted relation → the table it stands for. */
export type ExpectedRelations = ReadonlyMap<string, string>;

export const canonical = (tree: Tree): string => JSON.stringify(tree);

interface CommonTable {
  readonly name: string;
  used: boolean;
}

interface Scope {
  readonly parent: Scope | null;
  readonly tables: readonly CommonTable[];
}

const nameOf = (identifier: Tree | undefined): string =>
  isBranch(identifier) ? String(identifier.name ?? '') : String(identifier ?? '');

/** The same name for the engine, certainly; where that is not certain, two names differ. */
const fold = (dialect: DialectName, identifier: Tree | undefined): string => {
  const name = nameOf(identifier);
  if (dialect === 'postgres') {
    const quoted = isBranch(identifier) && identifier.quoted === true;
    return quoted ? name : name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  }
  return dialect === 'sqlite' || dialect === 'duckdb' ? name.toLowerCase() : name;
};

const setOperations = ['union', 'intersect', 'except'] as const;

/** A reference to a table; the name of a column's qualifier has a text where this has an identifier. */
const isTableReference = (tree: Tree | undefined): tree is Branch => isBranch(tree) && isBranch(tree.name);

const columnsOf = (tree: Tree, found: Set<string>): void => {
  if (isList(tree)) for (const part of tree) columnsOf(part, found);
  if (!isBranch(tree)) return;
  if (isBranch(tree.column)) found.add(`${nameOf(tree.column.table)}.${nameOf(tree.column.name)}`);
  for (const value of Object.values(tree)) columnsOf(value, found);
};

/** Conditions that compare one column with another, joined by AND. */
const links = (tree: Tree | undefined): number => {
  if (!isBranch(tree)) return 0;
  const both = tree.and;
  if (isBranch(both)) return links(both.left) + links(both.right);
  if (isBranch(tree.paren)) return links(tree.paren.this);
  const columns = new Set<string>();
  columnsOf(tree, columns);
  return columns.size > 1 ? 1 : 0;
};

const has = (tree: Tree, keys: ReadonlySet<string>): boolean => {
  if (isList(tree)) return tree.some((part) => has(part, keys));
  if (!isBranch(tree)) return false;
  return Object.entries(tree).some(([key, value]) => keys.has(key) || has(value, keys));
};

const conditions: ReadonlySet<string> = new Set(['where_clause', 'on', 'using', 'having', 'qualify', 'limit', 'fetch']);
const outside = (name: string): Refused =>
  new Refused('table_outside', `The table ${name} is read outside of the rows that are permitted.`);

class TableJudge {
  readonly found = new Set<string>();
  readonly #dialect: DialectName;
  readonly #expected: ExpectedRelations;
  readonly #limits: Limits;
  readonly #everyCommonName = new Set<string>();
  /** Aliases of expressions: ClickHouse sees them inside of subqueries too. */
  readonly #everyAlias = new Set<string>();
  #relations = 0;

  constructor(dialect: DialectName, expected: ExpectedRelations, limits: Limits) {
    this.#dialect = dialect;
    this.#expected = expected;
    this.#limits = limits;
  }

  judge(query: Branch): void {
    this.#collectCommonNames(query);
    this.#visit(query, null);
  }

  #collectCommonNames(tree: Tree): void {
    if (isList(tree)) for (const part of tree) this.#collectCommonNames(part);
    if (!isBranch(tree)) return;
    if (isBranch(tree.subquery) && this.#expected.has(canonical(tree.subquery.this ?? null))) return;
    if (isList(tree.ctes)) {
      for (const table of tree.ctes) {
        if (!isBranch(table)) continue;
        this.#everyCommonName.add(nameOf(table.alias).toLowerCase());
        if (table.alias_first !== true) this.#everyAlias.add(nameOf(table.alias).toLowerCase());
      }
    }
    if (isBranch(tree.alias) && isBranch(tree.alias.alias))
      this.#everyAlias.add(nameOf(tree.alias.alias).toLowerCase());
    for (const value of Object.values(tree)) this.#collectCommonNames(value);
  }

  #visit(tree: Tree, scope: Scope | null): void {
    if (isList(tree)) {
      for (const part of tree) this.#visit(part, scope);
      return;
    }
    if (!isBranch(tree)) return;
    if (isBranch(tree.subquery) && this.#isExpected(tree.subquery)) {
      this.#visitRest(tree.subquery, scope, 'this');
      return;
    }
    if (isBranch(tree.select)) {
      this.#select(tree.select, scope);
      return;
    }
    for (const kind of setOperations) {
      const node = tree[kind];
      if (isBranch(node) && node.left !== undefined) {
        const inner = this.#with(node.with, scope);
        this.#visitRest(node, inner, 'with');
        return;
      }
    }
    if (isTableReference(tree.table)) {
      this.#table(tree.table, scope);
      return;
    }
    if (isBranch(tree.in)) this.#in(tree.in);
    for (const value of Object.values(tree)) this.#visit(value, scope);
  }

  #visitRest(node: Branch, scope: Scope | null, ...without: readonly string[]): void {
    for (const [key, value] of Object.entries(node)) if (!without.includes(key)) this.#visit(value, scope);
  }

  #isExpected(subquery: Branch): boolean {
    const table = this.#expected.get(canonical(subquery.this ?? null));
    if (table === undefined) return false;
    // A name without a schema inside the relation could mean a common table of the statement.
    this.#refuseCapture(subquery.this!);
    this.found.add(table);
    return true;
  }

  #refuseCapture(tree: Tree): void {
    if (isList(tree)) for (const part of tree) this.#refuseCapture(part);
    if (!isBranch(tree)) return;
    const { table } = tree;
    if (
      isTableReference(table) &&
      table.schema === undefined &&
      this.#everyCommonName.has(nameOf(table.name).toLowerCase())
    ) {
      throw new Refused(
        'relation',
        `WITH gives the name ${nameOf(table.name)} to something else, which is a table here: choose another name.`,
      );
    }
    if (
      this.#dialect === 'clickhouse' &&
      isTableReference(table) &&
      this.#everyAlias.has(nameOf(table.alias).toLowerCase())
    ) {
      throw new Refused('relation', `The name ${nameOf(table.alias)} is taken: give the expression another name.`);
    }
    for (const value of Object.values(tree)) this.#refuseCapture(value);
  }

  #select(select: Branch, outer: Scope | null): void {
    const scope = this.#with(select.with, outer);
    const from = isBranch(select.from) && isList(select.from.expressions) ? select.from.expressions : [];
    const joins = isList(select.joins) ? select.joins : [];
    for (const relation of from) this.#relation(relation, scope);
    this.#joins(joins, scope);
    this.#judgeUnjoined(select, from, joins);
    this.#visitRest(select, scope, 'with', 'from', 'joins');
  }

  #joins(joins: readonly Tree[], scope: Scope | null): void {
    for (const join of joins) {
      if (!isBranch(join)) continue;
      // ARRAY JOIN takes arrays, not tables.
      if (join.kind === 'Array' || join.kind === 'LeftArray') this.#visit(join.this ?? null, scope);
      else this.#relation(join.this ?? null, scope);
      this.#visitRest(join, scope, 'this');
    }
  }

  #relation(tree: Tree, scope: Scope | null): void {
    if (!isBranch(tree)) throw new Refused('relation', 'FROM takes tables and subqueries.');
    this.#relations += 1;
    if (this.#relations > this.#limits.relations) {
      throw new Refused(
        'tables',
        `A statement may read at most ${this.#limits.relations} tables and subqueries.`,
        undefined,
        'SQL_TOO_LARGE',
      );
    }
    const [kind] = Object.keys(tree);
    const node = tree[kind!];
    if (kind === 'table' && isTableReference(node)) {
      this.#table(node, scope);
      return;
    }
    if (!isBranch(node)) throw new Refused('relation', 'FROM takes tables and subqueries.');
    switch (kind) {
      case 'alias':
      case 'paren':
      case 'lateral':
        this.#relation(node.this ?? null, scope);
        this.#visitRest(node, scope, 'this', 'alias');
        return;
      case 'subquery':
        if (this.#isExpected(node)) {
          this.#visitRest(node, scope, 'this');
          return;
        }
        if (isBranch(node.this) && (isTableReference(node.this.table) || isBranch(node.this.joined_table))) {
          this.#relation(node.this, scope);
          this.#visitRest(node, scope, 'this');
          return;
        }
        this.#visit(tree, scope);
        return;
      case 'joined_table':
        this.#relation(node.left ?? null, scope);
        this.#joins(isList(node.joins) ? node.joins : [], scope);
        return;
      case 'function': {
        const name = String(node.name).toLowerCase();
        if (!firewallLists[this.#dialect].relations.has(name))
          throw new Refused('relation', `The function ${node.name} cannot stand in FROM.`);
        this.#visit(node, scope);
        return;
      }
      case 'values':
      case 'unnest':
      case 'explode':
      case 'generate_series':
      case 'j_s_o_n_table':
      case 'select':
      case 'union':
      case 'intersect':
      case 'except':
        this.#visit(tree, scope);
        return;
      default:
        throw new Refused('relation', 'FROM takes tables, subqueries and lists of values only.');
    }
  }

  #table(table: Branch, scope: Scope | null): void {
    const common = table.schema === undefined && table.catalog === undefined ? this.#find(table.name, scope) : null;
    if (common === null)
      throw outside(
        [table.catalog, table.schema, table.name]
          .filter((part) => part !== undefined)
          .map(nameOf)
          .join('.'),
      );
    // DuckDB takes such a name for a file.
    if (this.#dialect === 'duckdb' && /[/\\.:*?]/.test(nameOf(table.name))) throw outside(nameOf(table.name));
    common.used = true;
    for (const key of Object.keys(table)) {
      if (!['name', 'alias', 'alias_explicit_as', 'alias_keyword', 'column_aliases'].includes(key)) {
        throw new Refused('syntax', 'A name in FROM takes an alias and nothing else.');
      }
    }
  }

  /** ClickHouse and SQLite read a table where a name stands behind IN. */
  #in(node: Branch): void {
    if (this.#dialect !== 'clickhouse' && this.#dialect !== 'sqlite') return;
    const [only, second] = isList(node.expressions) ? node.expressions : [];
    const bare =
      isBranch(only) &&
      (only.column !== undefined ||
        only.identifier !== undefined ||
        only.dot !== undefined ||
        only.table !== undefined);
    if (bare && second === undefined && (node.is_field === true || this.#dialect === 'clickhouse')) {
      throw new Refused('relation', 'IN takes a list or a subquery; write `IN (SELECT …)`.');
    }
  }

  #find(identifier: Tree | undefined, scope: Scope | null): CommonTable | null {
    const name = fold(this.#dialect, identifier);
    for (let at = scope; at !== null; at = at.parent) {
      const table = at.tables.find((one) => one.name === name);
      if (table !== undefined) return table;
    }
    return null;
  }

  #with(clause: Tree | undefined, outer: Scope | null): Scope | null {
    if (!isBranch(clause)) return outer;
    const list = isList(clause.ctes) ? clause.ctes : [];
    let scope = outer;
    for (const one of list) {
      if (!isBranch(one)) continue;
      if (one.alias_first !== true) {
        // ClickHouse's `WITH expression AS name` names a value.
        this.#visit(one.this ?? null, scope);
        continue;
      }
      const table: CommonTable = { name: fold(this.#dialect, one.alias), used: false };
      const recursive = clause.recursive === true || this.#dialect === 'sqlite';
      const withIt: Scope = { parent: scope, tables: [table] };
      this.#visit(one.this ?? null, recursive ? withIt : scope);
      if (table.used) this.#judgeRecursion(one);
      scope = withIt;
    }
    this.#visitRest(clause, scope, 'ctes');
    return scope;
  }

  #judgeRecursion(table: Branch): void {
    const union = isBranch(table.this) ? table.this.union : undefined;
    const step = isBranch(union) ? union.right : undefined;
    if (step === undefined || !has(step, conditions)) {
      throw new Refused(
        'recursion',
        `The recursion of ${nameOf(table.alias)} has no end: give its second part a condition, such as WHERE n < 100.`,
      );
    }
  }

  #judgeUnjoined(select: Branch, from: readonly Tree[], joins: readonly Tree[]): void {
    const counts = (tree: Tree): boolean =>
      isBranch(tree) && (isTableReference(tree.table) || (isBranch(tree.subquery) && tree.subquery.lateral !== true));
    const free = joins.filter(
      (join) =>
        isBranch(join) &&
        join.on === undefined &&
        join.using === undefined &&
        !/Natural|Array|Lateral/.test(String(join.kind)) &&
        counts(join.this ?? null),
    );
    const unjoined = Math.max(0, from.filter(counts).length - 1) + free.length;
    const where = isBranch(select.where_clause) ? links(select.where_clause.this) : 0;
    if (unjoined - where > this.#limits.unjoined) {
      throw new Refused(
        'cross_join',
        'Too many tables are combined without a condition between them: join them by ON.',
      );
    }
  }
}

/** @returns the expected tables that occur. @throws Refused */
export const judgeTables = (
  dialect: DialectName,
  query: Branch,
  expected: ExpectedRelations,
  limits: Limits,
): ReadonlySet<string> => {
  const judge = new TableJudge(dialect, expected, limits);
  judge.judge(query);
  return judge.found;
};
