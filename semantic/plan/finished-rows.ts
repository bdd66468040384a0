import { column, number, plainSelect, type QueryBody, type Select, type Sql } from '../../core/sql/statement.js';
import { type AskedLeaf, nullOf } from './asked-leaf.js';
import { isCount } from './metric-tree.js';
import type { Value } from './metric-value.js';
import type { AskedDimension } from './parse-query.js';
import { freshName } from './query-context.js';
import type { Stage } from './stage.js';

/** Rows that are grouped already, or are ready to be: what metrics are computed over. */
export interface FinishedRows {
  readonly select: Pick<Select, 'from' | 'joins' | 'where'>;
  /** The dimensions' values, in the query's order. */
  readonly dimensions: readonly Sql[];
  leaf(asked: AskedLeaf): Value;
}

/** One stage alone: its rows are grouped where they are projected. */
export const rowsOfStage = ({ from, joins, where, dimensions, leaves }: Stage): FinishedRows => ({
  select: { from, joins, where },
  dimensions,
  leaf: ({ key, leaf }) => ({ sql: leaves.get(key)!, notNull: isCount(leaf.measure) }),
});

/** Several stages one under the other, so that a group that any has is a row; grouping puts their leaves side by side. */
export const stitchStages = (
  stages: readonly Stage[],
  asked: readonly AskedDimension[],
  leaves: readonly AskedLeaf[],
): FinishedRows => {
  const taken = new Set<string>();
  const dimensions = asked.map(({ column: name }) => freshName(name, taken));
  const names = new Map(leaves.map(({ key, leaf }) => [key, freshName(leaf.label, taken)]));
  const parts = stages.map(
    (stage): Select => ({
      ...plainSelect(
        [
          ...dimensions.map((as, index) => ({ as, value: stage.dimensions[index]! })),
          ...leaves.map(({ key, leaf }) => ({
            as: names.get(key)!,
            value: stage.leaves.get(key) ?? nullOf(leaf),
          })),
        ],
        stage.from,
      ),
      joins: stage.joins,
      where: stage.where,
      group: dimensions.length,
    }),
  );
  return rowsOver(parts.length === 1 ? parts[0]! : { kind: 'union', distinct: false, parts }, dimensions, names);
};

/** Rows grouped by their dimensions, with plain names for all that they have. */
export interface NamedRows {
  readonly body: Select;
  readonly dimensions: readonly string[];
  /** The columns of the leaves, by the leaves' keys. */
  readonly leaves: ReadonlyMap<string, string>;
  /** Names of columns that are taken. */
  readonly taken: Set<string>;
}

export const nameRows = (
  rows: FinishedRows,
  asked: readonly AskedDimension[],
  leaves: readonly AskedLeaf[],
): NamedRows => {
  const taken = new Set<string>();
  const dimensions = asked.map(({ column: name }) => freshName(name, taken));
  const names = new Map(leaves.map(({ key, leaf }) => [key, freshName(leaf.label, taken)]));
  const columns = [
    ...dimensions.map((as, index) => ({ as, value: rows.dimensions[index]! })),
    ...leaves.map((one) => ({ as: names.get(one.key)!, value: rows.leaf(one).sql })),
  ];
  const body = { ...plainSelect(columns, rows.select.from), ...rows.select, group: dimensions.length };
  return { body, dimensions, leaves: names, taken };
};

/**
 * Rows of a query that has a column for each dimension and leaf, to be grouped once more.
 * @param leaves the columns of the leaves, by the leaves' keys
 */
export const rowsOver = (
  query: QueryBody,
  dimensions: readonly string[],
  leaves: ReadonlyMap<string, string>,
): FinishedRows => {
  const alias = 'stitched';
  return {
    select: { from: { kind: 'derived', query, alias }, joins: [], where: [] },
    dimensions: dimensions.map((name) => column(alias, name)),
    leaf: ({ key, leaf }) => {
      const value: Sql = { kind: 'aggregate', function: 'max', operand: column(alias, leaves.get(key)!), at: null };
      if (!isCount(leaf.measure)) return { sql: value, notNull: false };
      return { sql: { kind: 'coalesce', args: [value, number(0)] }, notNull: true };
    },
  };
};
