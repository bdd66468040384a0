/** Draws cases until enough queries were judged; what fails is made small first. */
import fc from 'fast-check';
import { randomCase, type RandomCase } from './arbitrary-case.js';
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
  readonly failure: { readonly path: string; readonly message: string } | null;
}

export async function runProperty(database: Database, options: PropertyOptions): Promise<PropertyReport> {
  const tally = new Tally();
  let models = 0;
  let giveUpAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(randomCase, async (random: RandomCase) => {
    const isShrinking = giveUpAt !== Number.POSITIVE_INFINITY;
    if (!isShrinking && tally.cases >= options.queries) return;
    if (Date.now() > giveUpAt) return;
    models += 1;
    try {
      await judgeCase(random, database, isShrinking ? new Tally() : tally);
    } catch (error) {
      if (!isShrinking) giveUpAt = Date.now() + options.shrinkMs;
      throw error;
    }
  });
  const details = await fc.check(property, {
    seed: options.seed,
    ...(options.path === undefined ? {} : { path: options.path }),
    // Each case holds one query at least.
    numRuns: options.queries,
  });
  if (!details.failed) return { tally, models, failure: null };
  const error = details.errorInstance;
  const message = error instanceof Disagreement ? error.message : String((error as Error)?.stack ?? error);
  return { tally, models, failure: { path: details.counterexamplePath ?? '', message } };
}
