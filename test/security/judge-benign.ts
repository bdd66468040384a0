import type { Data } from '../reference/data.js';
import { type Governed, isRefused } from './governed.js';
import { differ, isOrdered } from './non-interference.js';
import type { Outcome, SecurityDatabase } from './security-database.js';

export type BenignJudgement =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'right'; readonly outcome: Outcome }
  /** The bare engine refuses it too, on what the subject may see. */
  | { readonly kind: 'fails everywhere'; readonly code: string }
  | {
      readonly kind: 'wrong';
      readonly why: string;
      readonly sql: string;
      readonly expected: Outcome;
      readonly actual: Outcome;
    };

/**
 * Right is what the bare engine says on a copy that holds only what the subject may see.
 * @param full what governance runs on
 * @param seen the copy
 */
export async function judgeBenign(
  database: SecurityDatabase,
  full: Data,
  seen: Data,
  governed: Governed,
  statements: readonly string[],
): Promise<readonly BenignJudgement[]> {
  await database.write(full);
  const verdicts = await governed(statements);
  await database.write(seen);
  const expected = await database.runAll(statements.map((sql) => ({ sql, parameters: [] })));
  return verdicts.map((verdict, at): BenignJudgement => {
    const wanted = expected[at]!;
    if (wanted.kind === 'error' && (isRefused(verdict) || verdict.outcome.kind === 'error'))
      return { kind: 'fails everywhere', code: `${wanted.code}: ${wanted.detail}` };
    if (isRefused(verdict)) return { kind: 'refused', code: verdict.refused, message: verdict.message };
    const { outcome: got } = verdict;
    const why = differ(wanted, got, isOrdered(statements[at]!));
    return why === null
      ? { kind: 'right', outcome: got }
      : { kind: 'wrong', why, sql: verdict.sql, expected: wanted, actual: got };
  });
}
