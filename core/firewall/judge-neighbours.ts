/** What stands beside each other in one FROM. */
import { type Branch, isBranch, nameOf, type Tree } from './judge-syntax.js';
import { Refused } from './verdict.js';

/** A reference to a table; the name of a column's qualifier has a text where this has an identifier. */
export const isTableReference = (tree: Tree | undefined): tree is Branch => isBranch(tree) && isBranch(tree.name);

/** ClickHouse takes a bare name in FROM for what has it as an alias in the same FROM. */
export const judgeNeighbours = (relations: readonly Tree[]): void => {
  const aliases = new Set<string>();
  const names: string[] = [];
  for (const relation of relations) {
    if (!isBranch(relation)) continue;
    const { table, subquery } = relation;
    const name = isTableReference(table) && table.schema === undefined ? nameOf(table.name) : null;
    const node = isBranch(table) ? table : subquery;
    const alias = isBranch(node) && isBranch(node.alias) ? nameOf(node.alias) : null;
    if (alias !== null && alias !== name) aliases.add(alias);
    if (name !== null) names.push(name);
  }
  const both = names.find((name) => aliases.has(name));
  if (both !== undefined)
    throw new Refused(
      'relation',
      `${both} is a table here and an alias of something else, which ClickHouse would read.`,
    );
};
