import type { Lineages } from '../../../semantic/policy/lineage.js';

/** Of a database that has nothing but tables which keep their own rows. */
export const onlyTables: Lineages = {
  hash: 'only tables',
  nameOf: (connection) => connection,
  of: () => ({
    hash: 'only tables',
    ownFunctions: new Map(),
    namedBy: ({ table }) => new Set([table.toLowerCase()]),
    storesOf: (source) => new Set(source.kind === 'table' ? [source.table.toLowerCase()] : []),
    viewsOf: () => [],
  }),
};
