/**
 * The oracle. Two databases agree on all that a subject may see and differ in all that is hidden. A governed statement
 * must do the same on both: the same rows (in order where it orders them), or an error with the same code.
 */
import type { Data } from '../reference/data.js';
import { type Governed, isRefused, type Verdict } from './governed.js';
import type { Outcome, SecurityDatabase } from './security-database.js';

export interface Pair {
  readonly first: Data;
  readonly second: Data;
}

export type Judgement =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'same'; readonly outcome: Outcome }
  | { readonly kind: 'leaked'; readonly why: string; readonly first: Verdict; readonly second: Verdict }
  /** Two runs on one database differ already: a clock or a random number. */
  | { readonly kind: 'volatile' };

/**
 * The statement's own rows are ordered: `order by` stands outside of all parentheses and texts, and not behind a set
 * operation, where ClickHouse orders the last part only.
 */
export const isOrdered = (sql: string): boolean => {
  let flat = sql
    .replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`/g, 'x')
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  for (let last = ''; last !== flat; ) {
    last = flat;
    flat = flat.replace(/\([^()]*\)/g, ' ');
  }
  return /\border\s+by\b/i.test(flat) && !/\b(?:union|except|intersect)\b/i.test(flat);
};

/** The other reader stopped earlier: there is nothing to compare. */
export const isCutEarlier = (bare: Outcome, governed: Outcome): boolean =>
  bare.kind === 'rows' && governed.kind === 'rows' && bare.cut && governed.rows.length > bare.rows.length;

/** Why two outcomes are not the same, or `null`. */
export function differ(a: Outcome, b: Outcome, ordered: boolean): string | null {
  if (a.kind === 'error' || b.kind === 'error') {
    const [left, right] = [a, b].map((outcome) => (outcome.kind === 'error' ? outcome.code : 'rows'));
    return left === right ? null : `${left} against ${right}`;
  }
  if (a.columns.length !== b.columns.length) return `${a.columns.length} columns against ${b.columns.length}`;
  if (a.rows.length !== b.rows.length) return `${a.rows.length} rows against ${b.rows.length}`;
  const [left, right] = ordered ? [a.rows, b.rows] : [[...a.rows].sort(), [...b.rows].sort()];
  const at = left.findIndex((row, index) => row !== right[index]);
  return at === -1 ? null : `${left[at]} against ${right[at]}`;
}

/** A refusal that depends on what is hidden tells as much as a row does. */
const differVerdicts = (a: Verdict, b: Verdict, ordered: boolean): string | null => {
  if (isRefused(a) || isRefused(b)) {
    const [left, right] = [a, b].map((verdict) => (isRefused(verdict) ? verdict.refused : 'approved'));
    return left === right ? null : `${left} against ${right}`;
  }
  return differ(a.outcome, b.outcome, ordered);
};

/** Judges many statements with one swap of the databases; the answers are in the order of the statements. */
export async function judgeAll(
  database: SecurityDatabase,
  { first, second }: Pair,
  governed: Governed,
  statements: readonly string[],
): Promise<readonly Judgement[]> {
  await database.write(first);
  const here = await governed(statements);
  await database.write(second);
  const there = await governed(statements);
  const why = statements.map((sql, at) => differVerdicts(here[at]!, there[at]!, isOrdered(sql)));
  const suspects = statements.filter((_, at) => why[at] !== null);
  const again = suspects.length === 0 ? [] : await governed(suspects);
  return statements.map((sql, at): Judgement => {
    const [a, b] = [here[at]!, there[at]!];
    const difference = why[at]!;
    if (difference !== null) {
      const repeated = again[suspects.indexOf(sql)]!;
      return differVerdicts(b, repeated, isOrdered(sql)) === null
        ? { kind: 'leaked', why: difference, first: a, second: b }
        : { kind: 'volatile' };
    }
    return isRefused(a)
      ? { kind: 'refused', code: a.refused, message: a.message }
      : { kind: 'same', outcome: a.outcome };
  });
}
