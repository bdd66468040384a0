/**
 * DuckDB (seen on 1.5) cannot plan some grouped queries over an ANTI JOIN beside another join or a subquery: an internal error.
 * Whether it meets one depends on the smallest and largest values of whole tables, hidden rows included, by which it packs what
 * is grouped by: who may send them is told about these. So none of them is sent.
 */
import { type Branch, eachBranch, isBranch, isList, type Tree } from './judge-syntax.js';
import { Refused } from './verdict.js';

const partsOf = (tree: Tree | undefined): readonly Tree[] => (isList(tree) ? tree : []);

/** What stands in one FROM, joins in parentheses taken apart; a subquery is one. */
const standing = (select: Branch): { readonly relations: number; readonly anti: boolean } => {
  let relations = 0;
  let anti = false;
  const open: Tree[] = [...partsOf(isBranch(select.from) ? select.from.expressions : []), ...partsOf(select.joins)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!isBranch(node)) continue;
    anti ||= /anti/i.test(String(node.kind ?? ''));
    const relation = node.this ?? node;
    const { joined_table: joined, paren } = isBranch(relation) ? relation : {};
    if (isBranch(joined)) open.push(joined.left ?? null, ...partsOf(joined.joins));
    else if (isBranch(paren)) open.push(paren);
    else relations += 1;
  }
  return { relations, anti };
};

const hasSubquery = (tree: Tree): boolean => {
  let found = false;
  eachBranch(tree, ({ select }) => {
    found ||= isBranch(select);
  });
  return found;
};

/** Whether anything but what stands in FROM reads a query. */
const readsBeside = ({ from: _, joins, with: __, ...rest }: Branch): boolean =>
  hasSubquery(rest) || partsOf(joins).some((join) => isBranch(join) && hasSubquery(join.on ?? null));

/** @param query without layout @throws Refused */
export const judgeAntiJoins = (query: Tree): void => {
  eachBranch(query, ({ select }) => {
    if (!isBranch(select) || select.group_by === undefined) return;
    const { relations, anti } = standing(select);
    if (anti && (relations > 2 || readsBeside(select)))
      throw new Refused(
        'syntax',
        'DuckDB may fail over an ANTI JOIN beside another join or a subquery where it groups: put the ANTI JOIN into a subquery in FROM, or write NOT EXISTS.',
      );
  });
};
