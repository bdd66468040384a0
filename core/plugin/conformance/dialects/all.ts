import type { DialectName } from '../../contract.js';
import type { Phrases } from '../phrases.js';
import { sqlite } from './sqlite.js';
import { clickhouse } from './clickhouse.js';
import { duckdb } from './duckdb.js';
import { mysql } from './mysql.js';
import { postgres } from './postgres.js';
import { redshift } from './redshift.js';

const phrases: Partial<Record<DialectName, Phrases>> = { clickhouse, duckdb, mysql, postgres, redshift, sqlite };

export const hasPhrases = (dialect: DialectName): boolean => phrases[dialect] !== undefined;

/** How the kit speaks to an engine. */
export const phrasesOf = (dialect: DialectName): Phrases => {
  const found = phrases[dialect];
  if (!found) throw new Error(`the conformance kit has no phrases for ${dialect}`);
  return found;
};
