import type { NullType, Sql } from '../../core/sql/statement.js';
import type { Period } from '../model/model.js';
import type { Leaf } from './metric-tree.js';

/** One leaf of the query: a leaf of the model with an offset in time. */
export interface AskedLeaf {
  readonly leaf: Leaf;
  readonly offset: Period | null;
  readonly key: string;
}

export const periodKey = (period: Period | null): string => (period === null ? '' : `${period.count} ${period.unit}`);

/** Unique in the query. */
export const leafKey = (leaf: Leaf, offset: Period | null): string =>
  offset === null ? leaf.id : `${leaf.id} -${periodKey(offset)}`;

const nullTypes: Partial<Record<Leaf['measure']['type'], NullType>> = {
  date: 'date',
  timestamp: 'timestamp',
  instant: 'timestamp',
};

/** What stands for the leaf in rows that another stage gives. */
export const nullOf = ({ measure }: Leaf): Sql => ({ kind: 'null', type: nullTypes[measure.type] ?? 'number' });
