import { column, plainSelect, type Sql } from '../../core/sql/statement.js';
import { type AskedLeaf, leafKey } from './asked-leaf.js';
import type { AskedQuery } from './asked-query.js';
import { type FinishedRows, nameRows, rowsOver } from './finished-rows.js';
import type { Leaf } from './metric-tree.js';
import { eachLeaf } from './metric-value.js';
import { freshName } from './query-context.js';

/** A leaf over all rows that have the same values of some of the query's dimensions. */
export const totalOf = (leaf: Leaf, within: readonly number[]): AskedLeaf => ({
  leaf,
  offset: null,
  key: `${leafKey(leaf, null)} within ${within.join(' ')}`,
});

/**
 * The rows with, beside the leaves, what the shares' leaves add up to. The totals are taken here, of all rows: what conditions on
 * finished rows, limits and pages take away afterwards stays in them.
 */
export const addTotals = (
  { context, shares }: AskedQuery,
  rows: FinishedRows,
  leaves: readonly AskedLeaf[],
): FinishedRows => {
  if (shares.length === 0) return rows;
  const named = nameRows(rows, context.query.dimensions, leaves);
  const grouped = 'grouped';
  const all = new Map(named.leaves);
  const totals: { readonly as: string; readonly value: Sql }[] = [];
  for (const { compiled, within } of shares) {
    eachLeaf(compiled.tree, null, (leaf) => {
      const total = totalOf(leaf, within);
      if (all.has(total.key)) return;
      const as = freshName(`${leaf.label}_total`, named.taken);
      all.set(total.key, as);
      totals.push({
        as,
        value: {
          kind: 'window',
          function: 'sum',
          operand: column(grouped, named.leaves.get(leafKey(leaf, null))!),
          partition: within.map((index) => column(grouped, named.dimensions[index]!)),
        },
      });
    });
  }
  const own = [...named.dimensions, ...named.leaves.values()].map((as) => ({ as, value: column(grouped, as) }));
  const query = plainSelect([...own, ...totals], { kind: 'derived', query: named.body, alias: grouped });
  return rowsOver(query, named.dimensions, all);
};
