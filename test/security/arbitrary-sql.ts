/**
 * Random queries over the world's tables, as a user could write them: all kinds of joins, subqueries anywhere, common tables
 * that take the names of tables, recursion, set operations, windows, groupings, lateral joins, functions of the engine's own,
 * expressions that may fail on a hidden row, whole rows, stars, aliases that take the names of columns and tables, quoted
 * names in odd case. What is drawn has the same rows however the engine goes about it: limits stand on a total order,
 * windows give peers the same value.
 */
import fc from 'fast-check';
import { query } from './random-query.js';
import { RandomWriter } from './random-writer.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

export const arbitrarySql = (dialect: TextDialect): fc.Arbitrary<string> =>
  fc.gen().map((draw) => query(new RandomWriter(draw, dialect), 2, true).sql);
