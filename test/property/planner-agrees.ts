import { isLong } from './part-of.js';
import { startEngine } from '../engines/start-engine.js';
import { Database } from './database.js';
import type { Tally } from './judge-case.js';
import { freshSeed } from './fresh-seed.js';
import { runProperty } from './run-property.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

const queries = isLong ? 5000 : 200;
const seed = freshSeed();
const path = process.env.DATAMIND_PATH;

const counts = (title: string, map: ReadonlyMap<string, number>): string =>
  map.size === 0 ? '' : `; ${title}: ${[...map].map(([key, times]) => `${times}× ${key}`).join(', ')}`;

const summary = (dialect: string, models: number, tally: Tally): string =>
  `    ${dialect}, seed ${seed}: ${tally.cases} queries over ${models} models, ${tally.answered} answered, ${tally.refused} refused by both${counts('not on this engine', tally.unsupported)}`;

/** The least share of queries that must be answered, so that agreement is not agreement to refuse. */
const leastAnswered = 0.6;

/** One file for each engine calls this, so that engines are tried side by side. */
export const describeAgreement = (dialect: TextDialect): void => {
  describe('the planner agrees with the reference evaluator', () => {
    it(`on ${dialect}, seed ${seed}`, async function () {
      this.timeout(isLong ? 3_600_000 : 120_000);
      const database = await Database.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      try {
        const { failure, models, tally } = await runProperty(database, {
          seed,
          ...(path === undefined ? {} : { path }),
          queries,
          shrinkMs: path === undefined ? 20_000 : 0,
        });
        if (failure)
          throw new Error(
            `${failure.message}\n\nreplay: DATAMIND_SEED=${failure.seed} DATAMIND_PATH=${failure.path}, or node dist/test/property/replay.js --engine ${dialect} --seed ${failure.seed} --path ${failure.path}`,
          );
        console.log(summary(dialect, models, tally));
        if (path === undefined && tally.answered < leastAnswered * tally.cases)
          throw new Error(`only ${tally.answered} of ${tally.cases} queries were answered`);
      } finally {
        await database.close();
      }
    });
  });
};

// Engines stop with the run; naming them here makes sure that the hook is there.
void startEngine;
