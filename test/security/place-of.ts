import type { DialectName } from '../../core/plugin/contract.js';

/** Where the engines of the tests keep their tables. */
export const placeOf: Readonly<Record<DialectName, { readonly catalog: string | null; readonly schema: string }>> = {
  duckdb: { catalog: 'test', schema: 'main' },
  sqlite: { catalog: null, schema: 'main' },
  postgres: { catalog: null, schema: 'public' },
  mysql: { catalog: null, schema: 'shop' },
  clickhouse: { catalog: null, schema: 'datamind' },
};
