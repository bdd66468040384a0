/**
 * Random statements under a shape of policies: the same on two databases that differ in what is hidden, and what the bare
 * engine says on a copy that holds only what the subject may see.
 */
import fc from 'fast-check';
import { arbitrarySql } from './arbitrary-sql.js';
import { type Governed, isRefused, type Verdict } from './governed.js';
import { differ, isCutEarlier, isOrdered } from './non-interference.js';
import { Product } from './product.js';
import type { Outcome, Runnable, SecurityDatabase } from './security-database.js';
import { shapeNamed } from './shapes.js';
import { createWorld, type World } from './world.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

export interface RandomRun {
  readonly seed: number;
  readonly shape: string;
  readonly queries: number;
  /** The first statement that is run: those before it are drawn only, so that a seed's N-th can be had alone. */
  readonly from?: number;
}

export interface RandomReport {
  readonly answered: number;
  readonly failedAlike: number;
  /** Codes of refusals, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  /** The bare engine answers on the copy, and governance refuses: why, and what. */
  readonly refusedNeedlessly: readonly string[];
  readonly differences: readonly string[];
}

/**
 * MariaDB 10.11 goes down over some nested WITHs and lists compared with subqueries, which is why they are refused: the bare
 * engine is not asked about what is refused and has such.
 */
const isDeadly = (dialect: TextDialect, verdict: Verdict, sql: string): boolean =>
  dialect === 'mysql' &&
  isRefused(verdict) &&
  (/\(with\b/.test(sql) || sql.split(/\bwith\b/).length > 2 || /\) (?:not )?in \(select/.test(sql));

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

/**
 * MariaDB says now this, now that about one statement, by how it plans it: what governance answers must be what the bare
 * engine answers in one of the two ways.
 */
const otherPlan: Partial<Record<TextDialect, { readonly on: string; readonly off: string }>> = {
  mysql: {
    on: "SET GLOBAL optimizer_switch = 'derived_merge=off'",
    off: "SET GLOBAL optimizer_switch = 'derived_merge=on'",
  },
};

/** The bare engine may fail where the governed one answers: a name it cannot tell apart, an error in a row that is cut off. */
function verdictOf(first: Outcome, second: Outcome, bare: Outcome, ordered: boolean): string | null {
  const leak = differ(first, second, ordered);
  if (leak !== null) return `leaked: ${leak}`;
  if (bare.kind === 'error' || isCutEarlier(bare, first)) return null;
  // Which of two expressions over permitted rows is computed at all is the engine's choice.
  if (first.kind === 'error' && dataErrors.has(first.code)) return null;
  const wrong = differ(rounded(bare), rounded(first), ordered);
  return wrong === null ? null : `wrong: ${wrong}`;
}

/** One batch, run on both databases and on the copy. */
interface Batch {
  readonly texts: readonly string[];
  readonly verdicts: readonly Verdict[];
  readonly first: readonly (Outcome | null)[];
  readonly second: readonly Outcome[];
  readonly bare: readonly (Outcome | null)[];
}

/** A refusal that depends on what is hidden would tell, as an error would. */
const spoken = (verdict: Verdict): Outcome =>
  isRefused(verdict) ? { kind: 'error', code: verdict.refused, detail: verdict.message } : verdict.outcome;

const outcomeOf = (verdict: Verdict): Outcome | null => (isRefused(verdict) ? null : verdict.outcome);

const runBatch = async (
  database: SecurityDatabase,
  world: World,
  governed: Governed,
  texts: readonly string[],
): Promise<Batch> => {
  const { dialect } = database.engine;
  await database.write(world.pair.second);
  const second = (await governed(texts)).map(spoken);
  await database.write(world.pair.first);
  const verdicts = await governed(texts);
  const first = verdicts.map(outcomeOf);
  await database.write(world.seen);
  const asIs = texts.map((sql): Runnable => ({ sql, parameters: [] }));
  const bare = await database.runAll(
    asIs.map((each, at) => (isDeadly(dialect, verdicts[at]!, each.sql) ? null : each)),
  );
  const plan = otherPlan[dialect];
  if (plan === undefined) return { texts, verdicts, first, second, bare };
  const isWrong = (at: number): boolean =>
    first[at] != null && verdictOf(first[at], second[at]!, bare[at]!, isOrdered(texts[at]!)) !== null;
  await database.set(plan.on);
  const again = await database.runAll(asIs.map((each, at) => (isWrong(at) ? each : null)));
  await database.set(plan.off);
  return { texts, verdicts, first, second, bare: bare.map((outcome, at) => again[at] ?? outcome) };
};

export async function runRandom(database: SecurityDatabase, run: RandomRun): Promise<RandomReport> {
  const { dialect } = database.engine;
  const world = await createWorld(dialect, shapeNamed(run.shape));
  const product = new Product(world, database.engine);
  const statements = fc.sample(arbitrarySql(dialect), { seed: run.seed, numRuns: run.queries });
  const refused = new Map<string, number>();
  const differences: string[] = [];
  const refusedNeedlessly: string[] = [];
  let answered = 0;
  let failedAlike = 0;
  for (let from = run.from ?? 0; from < statements.length; from += batch) {
    const texts = statements.slice(from, from + batch);
    const { verdicts, first, second, bare } = await runBatch(database, world, product.pipeline, texts);
    for (const [at, verdict] of verdicts.entries()) {
      const sql = texts[at]!;
      if (isRefused(verdict)) {
        const there = second[at]!;
        if (there.kind === 'rows' || there.code !== verdict.refused)
          differences.push(`statement ${from + at}: leaked: refused on one database only\n${sql}`);
        refused.set(verdict.refused, (refused.get(verdict.refused) ?? 0) + 1);
        if (bare[at]?.kind === 'rows') refusedNeedlessly.push(`${verdict.refused}: ${verdict.message}\n${sql}`);
        continue;
      }
      const why = verdictOf(first[at]!, second[at]!, bare[at]!, isOrdered(sql));
      if (why !== null)
        differences.push(
          `statement ${from + at}: ${why}\n${sql}\n${verdict.sql}\n${JSON.stringify([first[at], second[at], bare[at]]).slice(0, 2000)}`,
        );
      else if (first[at]!.kind === 'rows') answered += 1;
      else failedAlike += 1;
    }
  }
  product.remove();
  return { answered, failedAlike, refused, refusedNeedlessly, differences };
}
