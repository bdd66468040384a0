/** Recursion that may not end, and the places of a WITH RECURSIVE over which engines stumble. */
import type { DialectName } from '../plugin/contract.js';
import { type Branch, isBranch, isList, nameOf, setOperations, type Tree } from './judge-syntax.js';
import { Refused } from './verdict.js';

const has = (tree: Tree, keys: ReadonlySet<string>): boolean => {
  if (isList(tree)) return tree.some((part) => has(part, keys));
  if (!isBranch(tree)) return false;
  return Object.entries(tree).some(([key, value]) => keys.has(key) || has(value, keys));
};

const conditions: ReadonlySet<string> = new Set(['where_clause', 'on', 'using', 'having', 'qualify', 'limit', 'fetch']);

const hasRecursion = (tree: Tree): boolean => {
  if (isList(tree)) return tree.some(hasRecursion);
  if (!isBranch(tree)) return false;
  return (isList(tree.ctes) && tree.recursive === true) || Object.values(tree).some(hasRecursion);
};

/** Whether the WITH before a set operation is recursive, wherever the parser library hangs it. */
export const startsWithRecursion = (node: Branch): boolean => {
  if (isBranch(node.with) && node.with.recursive === true) return true;
  const { left } = node;
  if (!isBranch(left)) return false;
  return [...setOperations, 'select'].some((kind) => {
    const inner = left[kind];
    return isBranch(inner) && startsWithRecursion(inner);
  });
};

const hasInnerWith = (tree: Tree, isInside: boolean): boolean => {
  if (isList(tree)) return tree.some((part) => hasInnerWith(part, isInside));
  if (!isBranch(tree)) return false;
  if (isList(tree.ctes) && isInside) return true;
  return Object.entries(tree).some(([key, value]) => hasInnerWith(value, isInside || key === 'ctes'));
};

/** @throws Refused for a statement over an unused common table of which MariaDB 10.11 goes down */
export const judgeInnerWith = (query: Tree): void => {
  if (hasRecursion(query) && hasInnerWith(query, false))
    throw new Refused('recursion', 'WITH RECURSIVE and a WITH inside of a common table do not go together here.');
};

/** SQLite ends a recursion when it has made so many rows. */
const isLimited = (union: Tree | undefined): boolean => {
  const limit = isBranch(union) ? union.limit : undefined;
  const literal = isBranch(limit) ? limit.literal : undefined;
  const isNumber =
    isBranch(literal) && literal.literal_type === 'number' && isBranch(union) && union.offset === undefined;
  return isNumber && Number(literal.value) <= mostRows;
};
const mostRows = 1_000_000;

/** @param table a common table that is used in its own body. @throws Refused */
export const judgeRecursion = (table: Branch, dialect: DialectName): void => {
  const union = isBranch(table.this) ? table.this.union : undefined;
  const step = isBranch(union) ? union.right : undefined;
  if (dialect === 'sqlite' && isLimited(union)) return;
  if (step === undefined || !has(step, conditions)) {
    throw new Refused(
      'recursion',
      `The recursion of ${nameOf(table.alias)} has no end: give its second part a condition, such as WHERE n < 100.`,
    );
  }
};
