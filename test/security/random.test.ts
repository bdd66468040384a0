import { expect } from 'chai';
import { dialects, startEngine } from '../engines/start-engine.js';
import { freshSeed } from '../property/fresh-seed.js';
import { isLong } from '../property/part-of.js';
import { runRandom } from './run-random.js';
import { SecurityDatabase } from './security-database.js';
import { shapes } from './shapes.js';

const queries = isLong ? Number(process.env.DATAMIND_QUERIES ?? 20_000) : 24;
const from = Number(process.env.DATAMIND_FROM ?? 0);
const seed = freshSeed();
const shape = process.env.DATAMIND_SHAPE ?? shapes[seed % shapes.length]!.name;

/** The least share of what the bare engine answers that must be answered: agreement is not agreement to refuse. */
const leastAnswered = 0.8;

describe('random statements tell nothing and are answered rightly', () => {
  for (const dialect of dialects)
    it(`on ${dialect}, seed ${seed}, shape ${shape}`, async function () {
      this.timeout(isLong ? 7_200_000 : 120_000);
      const database = await SecurityDatabase.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      try {
        const report = await runRandom(database, { seed, shape, queries, from });
        const refused = [...report.refused].map(([code, times]) => `${times}× ${code}`).join(', ');
        console.log(
          `    ${dialect}, seed ${seed}, ${shape}: ${report.answered} answered, ${report.failedAlike} failed alike, refused ${refused || 'none'} (${report.refusedNeedlessly.length} of them the bare engine answers)`,
        );
        expect(
          report.differences.slice(0, 5).join('\n\n'),
          `${report.differences.length} differences; replay: DATAMIND_SEED=${seed} DATAMIND_SHAPE='${shape}'`,
        ).to.equal('');
        expect(report.answered / (report.answered + report.refusedNeedlessly.length)).to.be.greaterThan(leastAnswered);
      } finally {
        await database.close();
      }
    });
});

// Engines stop with the run; naming them here makes sure that the hook is there.
void startEngine;
