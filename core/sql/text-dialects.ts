/** The dialects of which SQL text of users is taken: those whose words this room knows and whose statements somebody else reads too. */
import type { DialectName } from '../plugin/contract.js';

const taken = ['duckdb', 'sqlite', 'postgres', 'mysql', 'clickhouse'] as const satisfies readonly DialectName[];

export type TextDialect = (typeof taken)[number];

export const takesText = (dialect: DialectName): dialect is TextDialect =>
  (taken as readonly DialectName[]).includes(dialect);
