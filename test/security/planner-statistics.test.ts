/**
 * What an engine knows of whole tables, hidden rows included, must not decide whether an expression is reached that fails on a
 * permitted row: the subject would search for a hidden maximum with a constant of its own.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { dialects } from '../engines/start-engine.js';
import { freshSeed } from '../property/fresh-seed.js';
import { isLong } from '../property/part-of.js';
import type { Data } from '../reference/data.js';
import { isRefused, type Verdict } from './governed.js';
import { differ } from './non-interference.js';
import { Product } from './product.js';
import { type Outcome, SecurityDatabase } from './security-database.js';
import { arbitraryStatement } from './statistics-random.js';
import { shapeStatements } from './statistics-shapes.js';
import { far, near, statistics, subject, yamlFor } from './statistics-world.js';

const queries = isLong ? Number(process.env.DATAMIND_QUERIES ?? 1_500) : 0;
const seed = freshSeed();

const dataErrors: ReadonlySet<string> = new Set(['VALUE_INVALID', 'NUMERIC_OVERFLOW', 'DIVISION_BY_ZERO']);

const outcomeOf = (verdict: Verdict): Outcome =>
  isRefused(verdict) ? { kind: 'error', code: verdict.refused, detail: verdict.message } : verdict.outcome;

/** Time goes by differently each time, and is no part of the promise. */
const inTime = (...outcomes: readonly Outcome[]): boolean =>
  outcomes.every((outcome) => outcome.kind === 'rows' || outcome.code !== 'QUERY_TIMEOUT');

describe('statistics of hidden rows decide nothing', () => {
  it('has a pair that agrees on permitted rows and on the number of rows', () => {
    for (const [name, table] of Object.entries(near)) {
      const other = far[name]!;
      expect(other.rows).to.have.lengthOf(table.rows.length);
      const same = table.rows.filter((row, at) => String(row.slice(0, -2)) === String(other.rows[at]!.slice(0, -2)));
      expect(same, name).to.have.lengthOf(table.rows.length / 10);
    }
  });

  for (const dialect of dialects)
    it(`on ${dialect}${isLong ? `, seed ${seed}` : ''}`, async function () {
      this.timeout(isLong ? 3_600_000 : 120_000);
      const database = await SecurityDatabase.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      const product = new Product({ yaml: yamlFor(dialect), subject }, database.engine);
      const random = fc.sample(arbitraryStatement(dialect), { seed, numRuns: queries });
      const statements = [...shapeStatements(dialect), ...random];
      const run = async (data: Data): Promise<readonly Outcome[]> => {
        await database.write(data);
        await database.set(...statistics[dialect]);
        return (await product.pipeline(statements)).map(outcomeOf);
      };
      try {
        const [here, there] = [await run(near), await run(far)];
        const count = (what: (outcome: Outcome) => boolean): number => here.filter(what).length;
        const answered = count(({ kind }) => kind === 'rows');
        const failed = count((outcome) => outcome.kind === 'error' && dataErrors.has(outcome.code));
        console.log(`    ${dialect}: ${statements.length} statements, ${answered} answered, ${failed} failed`);
        const told = statements.flatMap((sql, at) => {
          const why = inTime(here[at]!, there[at]!) ? differ(here[at]!, there[at]!, true) : null;
          return why === null ? [] : [`${why}\n${sql}`];
        });
        expect(told.slice(0, 5).join('\n\n'), `${told.length} tell; replay: DATAMIND_SEED=${seed}`).to.equal('');
        expect(answered, 'answered').to.be.greaterThan(5);
        expect(failed, 'failed').to.be.greaterThan(5);
      } finally {
        product.remove();
        await database.write({});
        await database.close();
      }
    });
});
