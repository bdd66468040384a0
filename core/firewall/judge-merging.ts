/**
 * Where MariaDB merges a subquery in FROM, a common table or a view's subquery into what stands around it, a column of it that
 * is an expression loses that it is null in the rows that an outer join makes up (seen on 10.11: `IS NULL` and the greatest of
 * none answer wrongly). What is a column by itself, or declared to be null at times, keeps it.
 */
import { type Branch, isBranch, isList, nameOf, type Tree } from './judge-syntax.js';

const eachBranch = (tree: Tree | undefined, visit: (branch: Branch) => void): void => {
  if (isList(tree)) for (const part of tree) eachBranch(part, visit);
  if (!isBranch(tree)) return;
  visit(tree);
  for (const part of Object.values(tree)) eachBranch(part, visit);
};

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
  const { column, star, case: choice } = item;
  return column !== undefined || star !== undefined || (isBranch(choice) && choice.else_ === undefined);
};

/** These are never merged. */
const isApart = (select: Branch): boolean =>
  [select.group_by, select.distinct, select.limit].some((part) => part !== undefined);

/** Whether subqueries of the statement must be computed apart. @param query without layout */
export const mergesWrongly = (query: Tree): boolean => {
  const commons = new Map<string, Tree[]>();
  const operands: Tree[] = [];
  eachBranch(query, (node) => {
    operands.push(...filled(node));
    if (!isList(node.ctes)) return;
    for (const common of node.ctes)
      if (isBranch(common)) {
        const name = nameOf(common.alias).toLowerCase();
        commons.set(name, [...(commons.get(name) ?? []), common.this ?? null]);
      }
  });
  let found = false;
  const visited = new Set<string>();
  for (let operand = operands.pop(); operand !== undefined && !found; operand = operands.pop())
    eachBranch(operand, ({ select, table }) => {
      if (isBranch(select) && isList(select.expressions) && !isApart(select))
        found ||= !select.expressions.every(keepsNull);
      const name = isBranch(table) ? nameOf(table.name).toLowerCase() : '';
      if (visited.has(name)) return;
      visited.add(name);
      operands.push(...(commons.get(name) ?? []));
    });
  return found;
};
