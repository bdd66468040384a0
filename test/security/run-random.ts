/**
 * Random statements under a shape of policies: the same on two databases that differ in what is hidden, and what the bare
 * engine says on a copy that holds only what the subject may see.
 */
import fc from 'fast-check';
import { arbitrarySql } from './arbitrary-sql.js';
import { governedChain } from './governed-chain.js';
import { isRefused } from './governed.js';
import { differ, isOrdered } from './non-interference.js';
import type { Outcome, Runnable, SecurityDatabase } from './security-database.js';
import { shapeNamed } from './shapes.js';
import { createWorld } from './world.js';

export interface RandomRun {
  readonly seed: number;
  readonly shape: string;
  readonly queries: number;
}

export interface RandomReport {
  readonly answered: number;
  readonly failedAlike: number;
  /** Codes of refusals, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  /** The bare engine answers on the copy, and governance refuses. */
  readonly refusedNeedlessly: number;
  readonly differences: readonly string[];
}

/** Statements between two swaps of the tables. */
const batch = 2000;

const dataErrors: ReadonlySet<string> = new Set(['VALUE_INVALID', 'DIVISION_BY_ZERO', 'NUMERIC_OVERFLOW']);

/** Sums of floats depend on the order of the rows in their last digits. */
const rounded = (outcome: Outcome): Outcome =>
  outcome.kind === 'error'
    ? outcome
    : {
        ...outcome,
        rows: outcome.rows.map((row) =>
          JSON.stringify(
            JSON.parse(row, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value)),
          ),
        ),
      };

/** The bare engine may fail where the governed one answers: a name it cannot tell apart, an error in a row that is cut off. */
function verdictOf(first: Outcome, second: Outcome, bare: Outcome, ordered: boolean): string | null {
  const leak = differ(first, second, ordered);
  if (leak !== null) return `leaked: ${leak}`;
  if (bare.kind === 'error') return null;
  // Which of two expressions over permitted rows is computed at all is the engine's choice.
  if (first.kind === 'error' && dataErrors.has(first.code)) return null;
  const wrong = differ(rounded(bare), rounded(first), ordered);
  return wrong === null ? null : `wrong: ${wrong}`;
}

export async function runRandom(database: SecurityDatabase, run: RandomRun): Promise<RandomReport> {
  const { dialect } = database.engine;
  const world = await createWorld(dialect, shapeNamed(run.shape));
  const governed = await governedChain(world, dialect);
  const statements = fc.sample(arbitrarySql(dialect), { seed: run.seed, numRuns: run.queries });
  const refused = new Map<string, number>();
  const differences: string[] = [];
  let answered = 0;
  let failedAlike = 0;
  let refusedNeedlessly = 0;
  for (let from = 0; from < statements.length; from += batch) {
    const texts = statements.slice(from, from + batch);
    const verdicts = [];
    for (const sql of texts) verdicts.push(await governed(sql));
    const approved = verdicts.map((verdict): Runnable | null => (isRefused(verdict) ? null : verdict));
    await database.write(world.pair.second);
    const second = await database.runAll(approved);
    await database.write(world.pair.first);
    const first = await database.runAll(approved);
    await database.write(world.seen);
    const bare = await database.runAll(texts.map((sql) => ({ sql, parameters: [] })));
    for (const [at, verdict] of verdicts.entries()) {
      const sql = texts[at]!;
      if (isRefused(verdict)) {
        refused.set(verdict.refused, (refused.get(verdict.refused) ?? 0) + 1);
        if (bare[at]!.kind === 'rows') refusedNeedlessly += 1;
        continue;
      }
      const why = verdictOf(first[at]!, second[at]!, bare[at]!, isOrdered(sql));
      if (why !== null)
        differences.push(
          `statement ${from + at}: ${why}\n${sql}\n${verdict.sql}\n${JSON.stringify([first[at], second[at], bare[at]])}`,
        );
      else if (first[at]!.kind === 'rows') answered += 1;
      else failedAlike += 1;
    }
  }
  return { answered, failedAlike, refused, refusedNeedlessly, differences };
}
