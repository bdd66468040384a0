/**
 * Where rows come from: each base table only inside a subquery that is, node by node, a relation that was expected; besides
 * these, common tables, subqueries, lists of values and harmless generators. Also counts what a statement joins.
 */
import type { DialectName } from '../plugin/contract.js';
import { isTableReference, judgeNeighbours } from './judge-neighbours.js';
import { judgeInnerWith, judgeRecursion, startsWithRecursion } from './judge-recursion.js';
import { type Branch, isBranch, isList, nameOf, setOperations, type Tree } from './judge-syntax.js';
import type { Limits } from './limits.js';
import { firewallLists } from './lists/index.js';
import { Refused } from './verdict.js';

export interface ExpectedTables {
  /** Canonical text of a permitted relation → the table it stands for. */
  readonly relations: ReadonlyMap<string, string>;
  /** {@link bareKey} of a table that may stand by itself → its name. */
  readonly bare: ReadonlyMap<string, string>;
}

/** A path as it is written, upper and lower case told apart: to be strict is safe. */
export const bareKey = (path: readonly (string | null)[]): string =>
  JSON.stringify(path.filter((part) => part !== null));

/** A name of the model as the engine finds it: Snowflake reads plain names in upper case, and the printer writes them so. */
export const knownName = (dialect: DialectName, name: string): string =>
  dialect === 'snowflake' && /^[a-z_][a-z0-9_]*$/.test(name) ? name.toUpperCase() : name;

const foundName = (dialect: DialectName, identifier: Tree): string => {
  const name = nameOf(identifier);
  const quoted = isBranch(identifier) && identifier.quoted === true;
  return quoted ? name : knownName(dialect, name);
};

export const canonical = (tree: Tree): string => JSON.stringify(tree);

interface CommonTable {
  readonly name: string;
  used: boolean;
}

interface Scope {
  readonly parent: Scope | null;
  readonly tables: readonly CommonTable[];
}

/** The same name for the engine, certainly; where that is not certain, two names differ. */
const fold = (dialect: DialectName, identifier: Tree | undefined): string => {
  const name = nameOf(identifier);
  if (dialect === 'postgres') {
    const quoted = isBranch(identifier) && identifier.quoted === true;
    return quoted ? name : name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  }
  return dialect === 'sqlite' || dialect === 'duckdb' ? name.toLowerCase() : name;
};

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

const outside = (name: string): Refused =>
  new Refused('table_outside', `The table ${name} is read outside of the rows that are permitted.`);

const captured = (name: string): Refused =>
  new Refused('relation', `WITH gives the name ${name} to something else, which is a table here: choose another name.`);

class TableJudge {
  readonly found = new Set<string>();
  readonly #dialect: DialectName;
  readonly #expected: ExpectedTables['relations'];
  readonly #bare: ExpectedTables['bare'];
  readonly #limits: Limits;
  readonly #everyCommonName = new Set<string>();
  /** Aliases of expressions: ClickHouse sees them inside of subqueries too. */
  readonly #everyAlias = new Set<string>();
  #relations = 0;

  constructor(dialect: DialectName, { relations, bare }: ExpectedTables, limits: Limits) {
    this.#dialect = dialect;
    this.#expected = relations;
    this.#bare = bare;
    this.#limits = limits;
  }

  judge(query: Branch): void {
    this.#collectCommonNames(query);
    if (this.#dialect === 'mysql') judgeInnerWith(query);
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
        // ClickHouse gives each part a WITH of its own, without the word RECURSIVE.
        if (this.#dialect === 'clickhouse' && startsWithRecursion(node))
          throw new Refused('recursion', 'Behind WITH RECURSIVE, put the set operation into a subquery.');
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
      throw captured(nameOf(table.name));
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
    if (this.#dialect === 'clickhouse')
      judgeNeighbours([...from, ...joins.map((join) => (isBranch(join) ? (join.this ?? null) : null))]);
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
    if (common === null) this.#bareTable(table);
    else if (this.#bare.has(bareKey([foundName(this.#dialect, table.name ?? null)])))
      throw captured(nameOf(table.name));
    // DuckDB takes such a name for a file.
    if (this.#dialect === 'duckdb' && /[/\\.:*?]/.test(nameOf(table.name))) throw outside(nameOf(table.name));
    if (common !== null) common.used = true;
    for (const key of Object.keys(table)) {
      const isPath = common === null && (key === 'schema' || key === 'catalog');
      if (!isPath && !['name', 'alias', 'alias_explicit_as', 'alias_keyword', 'column_aliases'].includes(key)) {
        throw new Refused('syntax', 'A name in FROM takes an alias and nothing else.');
      }
    }
  }

  #bareTable({ catalog, schema, name }: Branch): void {
    const path = [catalog, schema, name].filter((part) => part !== undefined && part !== null);
    const found = this.#bare.get(bareKey(path.map((part) => foundName(this.#dialect, part!))));
    if (found === undefined) throw outside(path.map(nameOf).join('.'));
    this.found.add(found);
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
    // Inside a common table of an inner WITH, MariaDB looks past those of the outer ones.
    let inside = this.#dialect === 'mysql' ? null : outer;
    for (const one of list) {
      if (!isBranch(one)) continue;
      if (one.alias_first !== true) {
        // ClickHouse's `WITH expression AS name` names a value.
        this.#visit(one.this ?? null, scope);
        continue;
      }
      const table: CommonTable = { name: fold(this.#dialect, one.alias), used: false };
      const recursive = clause.recursive === true || this.#dialect === 'sqlite' || this.#dialect === 'sqlserver';
      const tables = [table];
      const withIt: Scope = { parent: inside, tables };
      if (recursive && (this.#dialect === 'duckdb' || this.#dialect === 'clickhouse'))
        this.#recursiveBody(one.this ?? null, inside, withIt);
      else this.#visit(one.this ?? null, recursive ? withIt : inside);
      if (table.used) judgeRecursion(one, this.#dialect);
      scope = { parent: scope, tables };
      inside = withIt;
    }
    this.#visitRest(clause, scope, 'ctes');
    return scope;
  }

  /** These two find the table under its own name behind a plain UNION only; elsewhere they take the name for a table. */
  #recursiveBody(body: Tree, without: Scope | null, withIt: Scope): void {
    const union = isBranch(body) ? body.union : undefined;
    if (!isBranch(union) || union.left === undefined || union.by_name === true) {
      this.#visit(body, without);
      return;
    }
    const inner = this.#with(union.with, without);
    // What the body's own WITH names is seen in all parts; the table itself in the later ones.
    const later: Scope = { parent: inner, tables: withIt.tables };
    if (this.#dialect === 'clickhouse' && isBranch(union.left) && isBranch(union.left.union))
      this.#recursiveBody(union.left, inner, later);
    else this.#visit(union.left, inner);
    this.#visit(union.right ?? null, later);
    this.#visitRest(union, inner, 'with', 'left', 'right');
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
  expected: ExpectedTables,
  limits: Limits,
): ReadonlySet<string> => {
  const judge = new TableJudge(dialect, expected, limits);
  judge.judge(query);
  return judge.found;
};
