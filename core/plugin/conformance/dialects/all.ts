import type { DialectName } from '../../contract.js';
import type { Phrases } from '../phrases.js';
import { duckdb } from './duckdb.js';

const phrases: Partial<Record<DialectName, Phrases>> = { duckdb };

/** How the kit speaks to an engine. */
export const phrasesOf = (dialect: DialectName): Phrases => {
  const found = phrases[dialect];
  if (!found) throw new Error(`the conformance kit has no phrases for ${dialect}`);
  return found;
};
