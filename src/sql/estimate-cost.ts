import type { PreparedSql } from '../pipeline/prepared.js';

export type CostClass = 'low' | 'medium' | 'high';

/**
 * What a statement asks of the database, from its shape alone. The database's own plan and estimates are made from statistics
 * of all rows, hidden ones too, so they are not shown to anybody.
 */
export const estimateCost = ({ told, barrier, expensive }: PreparedSql): CostClass => {
  const { length } = told.tables;
  if (length > 4 || (barrier !== null && length > 1)) return 'high';
  return length > 1 || barrier !== null || expensive.length > 0 ? 'medium' : 'low';
};

/** Steps in the order in which they must be thought of. */
export const stepsOf = ({ told, barrier, expensive }: PreparedSql): readonly string[] => [
  ...told.tables.map(({ table, alias, whole }) => {
    const name = table.endsWith(alias) ? table : `${table} as ${alias}`;
    return `read ${name}${whole ? '' : ', permitted rows only'}`;
  }),
  ...(barrier === null ? [] : [`cut off what is kept back before the rest is computed (${barrier})`]),
  ...(expensive.length === 0 ? [] : [`compute ${expensive.join(', ')}`]),
  'compute the rest as it is written',
];
