import type { TextDialect } from '../../core/sql/text-dialects.js';

/** Where the engines of the tests keep their tables. */
export const placeOf: Readonly<Record<TextDialect, { readonly catalog: string | null; readonly schema: string }>> = {
  duckdb: { catalog: 'test', schema: 'main' },
  sqlite: { catalog: null, schema: 'main' },
  postgres: { catalog: null, schema: 'public' },
  mysql: { catalog: null, schema: 'shop' },
  clickhouse: { catalog: null, schema: 'datamind' },
};
