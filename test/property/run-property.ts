/** Draws cases until enough queries were judged; what fails is made small first. */
import fc from 'fast-check';
import { queriesPerCase, randomCase, type RandomCase } from './arbitrary-case.js';
import type { Database } from './database.js';
import { Disagreement, judgeCase, Tally } from './judge-case.js';

export interface PropertyOptions {
  readonly seed: number;
  /** Which case of the seed's, in the tree of shrinks: that one only, for a replay. */
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

const propertyOf = (run: (random: RandomCase) => Promise<void>): fc.IAsyncProperty<[RandomCase]> =>
  fc.asyncProperty(randomCase, run);

type Failure = NonNullable<PropertyReport['failure']>;

export async function runProperty(database: Database, options: PropertyOptions): Promise<PropertyReport> {
  const tally = new Tally();
  if (options.path !== undefined) return runOne(database, tally, { ...options, path: options.path });
  let models = 0;
  const property = propertyOf(async (random) => {
    models += 1;
    await judgeCase(random, database, tally);
  });
  for (let batch = 0; tally.cases < options.queries; batch += 1) {
    const seed = batchSeed(options.seed, batch);
    const numRuns = Math.ceil((options.queries - tally.cases) / queriesPerCase);
    const found = await fc.check(property, { seed, numRuns, endOnFailure: true });
    if (found.failed) {
      const first = { seed, path: found.counterexamplePath ?? '', error: found.errorInstance };
      return { tally, models, failure: await shrunk(database, first, options.shrinkMs) };
    }
  }
  return { tally, models, failure: null };
}

/** Exactly the case of a path: fast-check itself goes on to that case's neighbours, thousands of them, where it does not fail. */
async function runOne(
  database: Database,
  tally: Tally,
  { seed, path, shrinkMs }: PropertyOptions & { readonly path: string },
): Promise<PropertyReport> {
  const [random] = fc.sample(randomCase, { seed, path, numRuns: 1 });
  if (random === undefined) throw new Error(`seed ${seed} has no path ${path}`);
  try {
    await judgeCase(random, database, tally);
  } catch (error) {
    return { tally, models: 1, failure: await shrunk(database, { seed, path, error }, shrinkMs) };
  }
  return { tally, models: 1, failure: null };
}

/** What is wrong, in words that stay the same while a case becomes smaller. */
const kindOf = (error: unknown): string =>
  error instanceof Disagreement
    ? error.reason.replaceAll(/\d+/g, 'N')
    : String((error as Error | undefined)?.message).replaceAll(/\d+/g, 'N');

/** The smallest case that fails for the same reason, as far as the time reaches. */
async function shrunk(
  database: Database,
  first: { readonly seed: number; readonly path: string; readonly error: unknown },
  shrinkMs: number,
): Promise<Failure> {
  const { seed } = first;
  const kind = kindOf(first.error);
  const until = Date.now() + shrinkMs;
  let smallest: { readonly path: string; readonly error: unknown } = first;
  if (shrinkMs > 0) {
    const property = propertyOf(async (random) => {
      if (Date.now() > until) return;
      try {
        await judgeCase(random, database, new Tally());
      } catch (error) {
        if (kindOf(error) === kind) throw error;
      }
    });
    const found = await fc.check(property, { seed, path: first.path, numRuns: 1, interruptAfterTimeLimit: shrinkMs });
    if (found.errorInstance) smallest = { path: found.counterexamplePath ?? first.path, error: found.errorInstance };
  }
  const { path, error } = smallest;
  const message = error instanceof Disagreement ? error.message : String((error as Error | undefined)?.stack ?? error);
  return { seed, path, message };
}
