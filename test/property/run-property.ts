/** Draws cases until enough queries were judged; what fails is made small first. */
import fc from 'fast-check';
import { queriesPerCase, randomCase, type RandomCase } from './arbitrary-case.js';
import type { Database } from './database.js';
import { Disagreement, judgeCase, Tally } from './judge-case.js';

export interface PropertyOptions {
  readonly seed: number;
  /** Where in the tree of shrinks to begin; for a replay. */
  readonly path?: string;
  /** How many queries are enough. */
  readonly queries: number;
  /** How many milliseconds may be spent on making a failure small. */
  readonly shrinkMs: number;
}

export interface PropertyReport {
  readonly tally: Tally;
  readonly models: number;
  /** The smallest failure found. */
  readonly failure: { readonly seed: number; readonly path: string; readonly message: string } | null;
}

/** Runs are drawn in batches with a seed each, so that none is drawn in vain once there are enough. */
const batchSeed = (seed: number, batch: number): number => (seed + batch * 1_000_003) % 2 ** 31;

export async function runProperty(database: Database, options: PropertyOptions): Promise<PropertyReport> {
  const tally = new Tally();
  let models = 0;
  const property = (counts: () => Tally) =>
    fc.asyncProperty(randomCase, async (random: RandomCase) => {
      models += 1;
      await judgeCase(random, database, counts());
    });
  const start = options.path === undefined ? {} : { path: options.path };
  for (let batch = 0; tally.cases < options.queries; batch += 1) {
    const seed = batchSeed(options.seed, batch);
    const numRuns = Math.ceil((options.queries - tally.cases) / queriesPerCase);
    const found = await fc.check(
      property(() => tally),
      { ...start, seed, numRuns, endOnFailure: true },
    );
    if (found.failed) {
      const failure = await shrunk(
        property(() => new Tally()),
        seed,
        found.counterexamplePath ?? '',
        options.shrinkMs,
      );
      return { tally, models, failure };
    }
    if (options.path !== undefined) break;
  }
  return { tally, models, failure: null };
}

/** The smallest case that still fails, as far as the time reaches. */
async function shrunk(
  property: fc.IAsyncProperty<[RandomCase]>,
  seed: number,
  path: string,
  shrinkMs: number,
): Promise<NonNullable<PropertyReport['failure']>> {
  const at = { seed, path, numRuns: 1 };
  const shrinking = shrinkMs > 0 ? await fc.check(property, { ...at, interruptAfterTimeLimit: shrinkMs }) : null;
  // Without an error when even the first failure took longer than that.
  const found = shrinking?.errorInstance ? shrinking : await fc.check(property, { ...at, endOnFailure: true });
  const { failed, counterexamplePath, errorInstance } = found;
  if (!failed) throw new Error(`seed ${seed}, path ${path} failed once and then did not`);
  const message =
    errorInstance instanceof Disagreement
      ? errorInstance.message
      : String((errorInstance as Error | undefined)?.stack ?? errorInstance);
  return { seed, path: counterexamplePath ?? path, message };
}
