/** PostgreSQL's own row-level security as a second oracle: the same policies, the same statements, the same rows. */
import { isLong } from '../property/part-of.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { startEngine } from '../engines/start-engine.js';
import { freshSeed } from '../property/fresh-seed.js';
import { arbitraryPolicies } from './arbitrary-policies.js';
import { arbitrarySql } from './arbitrary-sql.js';
import { isRefused } from './governed.js';
import { differ, isCutEarlier, isOrdered } from './non-interference.js';
import { Product } from './product.js';
import { SecurityDatabase } from './security-database.js';
import type { Shape } from './shapes.js';
import { createWorld, plainTables } from './world.js';

const policySets = isLong ? 200 : 6;
const queriesEach = isLong ? 50 : 15;
const seed = freshSeed();

const shapeOf = (policies: string): Shape => ({
  name: 'random policies',
  policies,
  entities: '',
  attributes: { me: 2, regions: ['EU', 'APAC'] },
  prepare: (data) => data,
  admits: () => true,
  shows: () => 'clear',
});

const tables = Object.keys(plainTables);

describe('governance gives the rows of PostgreSQL’s row-level security', () => {
  it(`under random policies, seed ${seed}`, async function () {
    this.timeout(isLong ? 3_600_000 : 120_000);
    const database = await SecurityDatabase.open('postgres');
    if ('missing' in database) {
      console.log(`    skipped: ${database.missing}`);
      return this.skip();
    }
    const { admin } = database.engine;
    const differences: string[] = [];
    const count = { answered: 0, closed: 0, refused: 0, failed: 0, evaluation: 0, cut: 0 };
    try {
      await database.write(plainTables);
      await admin(
        'drop schema if exists bare cascade',
        'create schema bare',
        ...tables.map((table) => `create table bare.${table} as select * from ${table}`),
        'grant usage on schema bare to datamind_reader',
        'grant select on all tables in schema bare to datamind_reader',
        'drop role if exists clerk',
        'create role clerk',
      );
      const sets = fc.sample(arbitraryPolicies, { seed, numRuns: policySets });
      const statements = fc.sample(arbitrarySql('postgres'), { seed, numRuns: policySets * queriesEach });
      for (const [at, { named, policies }] of sets.entries()) {
        const world = await createWorld('postgres', shapeOf(policies.map(({ yaml }) => yaml).join('')));
        const product = new Product(world, database.engine);
        const texts = statements.slice(at * queriesEach, (at + 1) * queriesEach);
        const verdicts = await product.pipeline(texts);
        product.remove();
        await admin(
          ...policies.map(({ native }) => native),
          ...named.map((table) => `alter table ${table} enable row level security`),
        );
        const theirs = await database.runAll(texts.map((sql) => ({ sql, parameters: [] })));
        await admin(
          ...named.map((table) => `alter table ${table} disable row level security`),
          ...policies.map(({ native }) => native.replace(/^create (policy \S+ on \S+) [\s\S]*$/, 'drop $1')),
        );
        for (const [index, verdict] of verdicts.entries()) {
          const [sql, native] = [texts[index]!, theirs[index]!];
          // A table without a policy for the subject is closed, and refused; PostgreSQL gives no rows instead.
          if (isRefused(verdict)) {
            count[verdict.refused === 'TABLE_CLOSED' ? 'closed' : 'refused'] += 1;
            if (verdict.refused !== 'TABLE_CLOSED' && native.kind === 'rows')
              differences.push(`set ${at}, statement ${index}: ${verdict.refused} ${verdict.message}\n${sql}`);
            continue;
          }
          const own = verdict.outcome;
          // Which of two conditions of one row comes first is the planner's choice, so only one of them may fail.
          if ((own.kind === 'error') !== (native.kind === 'error')) {
            const { code } = own.kind === 'error' ? own : (native as Extract<typeof native, { kind: 'error' }>);
            if (['VALUE_INVALID', 'DIVISION_BY_ZERO', 'NUMERIC_OVERFLOW'].includes(code)) {
              count.evaluation += 1;
              continue;
            }
          }
          // The bare database is read up to fewer rows.
          if (isCutEarlier(native, own)) {
            count.cut += 1;
            continue;
          }
          const why = differ(own, native, isOrdered(sql));
          if (why === null) count[own.kind === 'rows' ? 'answered' : 'failed'] += 1;
          else
            differences.push(
              `set ${at}, statement ${index}: ${why}\n${sql}\n${verdict.sql}\n${policies.map(({ native: text }) => text).join('\n')}`,
            );
        }
      }
    } finally {
      await database.close();
    }
    console.log(`    seed ${seed}: ${policySets} sets of policies, ${JSON.stringify(count)}`);
    expect(
      differences.slice(0, 5).join('\n\n'),
      `${differences.length} differences; replay: DATAMIND_SEED=${seed}`,
    ).to.equal('');
    expect(count.answered).to.be.greaterThan((policySets * queriesEach) / 3);
  });
});

// Engines stop with the run; naming them here makes sure that the hook is there.
void startEngine;
