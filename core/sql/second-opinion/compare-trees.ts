/**
 * Is a policed tree the original tree with each table replaced by its relation, and nothing else? Both trees, and those of
 * the relations, are another parser's; this knows of them only what {@link TreeRules} says.
 */
import type { Policing } from './opinion.js';

export type Node = Readonly<Record<string, unknown>>;

export interface TreeRules {
  /** Members that say nothing of what a statement means: places in the text, numbers of parameters. */
  readonly ignored: ReadonlySet<string>;
  /** A name in FROM: its parts, the last one the table's, and its alias. */
  table(node: Node): { readonly parts: readonly string[]; readonly alias: string | null } | null;
  /** A subquery in FROM. */
  subquery(node: Node): { readonly query: unknown; readonly alias: string | null } | null;
  /** A column's name in parts. */
  column(node: Node): readonly string[] | null;
  /** Members that hold the name of a common table where it is defined. */
  readonly commonName: ReadonlySet<string>;
  /** A name of a common table as the engine compares it, where its parser does not fold it. */
  fold?(name: string): string;
  /** What else a table and the subquery in its place have, to be equal. */
  around(node: Node): unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const commonNamesIn = (tree: unknown, rules: TreeRules, found = new Set<string>()): ReadonlySet<string> => {
  if (Array.isArray(tree)) for (const part of tree) commonNamesIn(part, rules, found);
  if (!isNode(tree)) return found;
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string' && rules.commonName.has(key)) found.add(value.toLowerCase());
    else commonNamesIn(value, rules, found);
  }
  return found;
};

class Comparison {
  readonly #rules: TreeRules;
  readonly #policing: Policing;
  readonly #relations: readonly unknown[];
  /** Of all common tables of the policed statement, in lower case. */
  readonly #commonNames: ReadonlySet<string>;
  replaced = 0;

  constructor(rules: TreeRules, policing: Policing, policed: unknown, relations: readonly unknown[]) {
    this.#rules = rules;
    this.#policing = policing;
    this.#relations = relations;
    this.#commonNames = commonNamesIn(policed, rules);
  }

  /** Equal member by member. @param exact without any replacement: within a relation */
  same(a: unknown, b: unknown, exact: boolean): boolean {
    if (Array.isArray(a))
      return Array.isArray(b) && a.length === b.length && a.every((part, at) => this.same(part, b[at], exact));
    if (!isNode(a) || !isNode(b)) return a === b;
    if (!exact) {
      const table = this.#rules.table(a);
      if (table !== null) return this.#table(a, table, b);
      const column = this.#rules.column(a);
      if (column !== null) {
        const other = this.#rules.column(b);
        if (
          other !== null &&
          other.length > 0 &&
          column.length - other.length <= 2 &&
          column.slice(-other.length).join('\u0000') === other.join('\u0000')
        )
          return other.length === column.length || other.length > 1;
        return false;
      }
    }
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const key of keys) {
      if (this.#rules.ignored.has(key)) continue;
      if (!exact && this.#rules.commonName.has(key) && typeof a[key] === 'string') {
        if (this.#newName(a[key]) !== b[key]) return false;
      } else if (!this.same(a[key], b[key], exact)) return false;
    }
    return true;
  }

  #newName(name: string): string {
    const { renamed } = this.#policing;
    const folded = this.#rules.fold?.(name) ?? name;
    return Object.hasOwn(renamed, folded) ? renamed[folded]! : name;
  }

  #table(a: Node, table: { readonly parts: readonly string[]; readonly alias: string | null }, b: Node): boolean {
    const shown = table.alias ?? table.parts.at(-1)!;
    const other = this.#rules.table(b);
    if (other !== null) {
      const name = table.parts[0]!;
      const path = table.parts.join('\u0000');
      if (
        path === other.parts.join('\u0000') &&
        table.alias === other.alias &&
        this.#policing.bare?.some((each) => each.join('\u0000') === path)
      )
        return true;
      return (
        table.parts.length === 1 &&
        other.parts.length === 1 &&
        // What stays as it is is a common table; in planned statements an author's query names tables, too.
        (this.#policing.bare !== undefined || this.#commonNames.has(other.parts[0]!.toLowerCase())) &&
        other.parts[0] === this.#newName(name) &&
        (other.alias ?? other.parts[0]) === shown
      );
    }
    const subquery = this.#rules.subquery(b);
    if (subquery === null || subquery.alias !== shown) return false;
    if (
      !this.#relations.some(
        (relation, at) =>
          this.#policing.relations[at]!.alias.toLowerCase() === shown.toLowerCase() &&
          this.same(relation, subquery.query, true),
      )
    )
      return false;
    this.replaced += 1;
    return this.same(this.#rules.around(a), this.#rules.around(b), true);
  }
}

/** Why the policed tree is not what it should be; `null` when it is. */
export const compareTrees = (
  rules: TreeRules,
  policing: Policing,
  trees: { readonly original: unknown; readonly policed: unknown; readonly relations: readonly unknown[] },
): string | null => {
  const comparison = new Comparison(rules, policing, trees.policed, trees.relations);
  if (!comparison.same(trees.original, trees.policed, false))
    return 'it sees another statement than the one that was meant';
  return comparison.replaced === policing.relations.length ? null : 'it sees another number of tables';
};
