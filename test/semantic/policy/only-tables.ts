import type { Lineages } from '../../../semantic/policy/lineage.js';

/** Of a database that has nothing but tables which keep their own rows. */
export const onlyTables: Lineages = {
  hash: 'only tables',
  of: () => ({
    hash: 'only tables',
    storesOf: (source) => new Set(source.kind === 'table' ? [source.table.toLowerCase()] : []),
  }),
};
