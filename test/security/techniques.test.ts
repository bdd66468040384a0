import { expect } from 'chai';
import { dialects, startEngine } from '../engines/start-engine.js';
import { judgeBenign } from './judge-benign.js';
import { judgeAll } from './non-interference.js';
import { Product } from './product.js';
import { SecurityDatabase } from './security-database.js';
import { isLong, partOf } from '../property/part-of.js';
import { type Shape, shapes } from './shapes.js';
import { harmlessOn } from './techniques/harmless.js';
import { hostileClickhouse } from './techniques/hostile-clickhouse.js';
import { hostileDuckdb } from './techniques/hostile-duckdb.js';
import { hostileEverywhere } from './techniques/hostile-everywhere.js';
import { hostileMysql } from './techniques/hostile-mysql.js';
import { hostilePostgres } from './techniques/hostile-postgres.js';
import { hostileSqlite } from './techniques/hostile-sqlite.js';
import { harmlessStatements, hostileStatements } from './techniques/read-statements.js';
import type { Technique } from './techniques/technique.js';
import { createWorld } from './world.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

const hostile: Readonly<Record<TextDialect, readonly Technique[]>> = {
  duckdb: hostileDuckdb,
  sqlite: hostileSqlite,
  postgres: hostilePostgres,
  mysql: hostileMysql,
  clickhouse: hostileClickhouse,
};

/** Of the shapes that have most in them one for each engine, in turn; the long run tries all. */
const shapesOf = (dialect: TextDialect, ...most: readonly string[]): readonly Shape[] =>
  shapes.filter(({ name }) => isLong || name === most[dialects.indexOf(dialect) % most.length]);
const hostileShapes = (dialect: TextDialect): readonly Shape[] =>
  shapesOf(dialect, 'join', 'row mask').filter(({ name }) => name !== 'everything');
const harmlessShapes = (dialect: TextDialect): readonly Shape[] => shapesOf(dialect, 'everything', 'hierarchy');

/** At most this share of what is harmless may be refused, with a reason. */
const mostRefused = 0.03;

const open = async (dialect: TextDialect): Promise<SecurityDatabase | null> => {
  const database = await SecurityDatabase.open(dialect);
  if (!('missing' in database)) return database;
  console.log(`    skipped on ${dialect}: ${database.missing}`);
  return null;
};

/**
 * In the short run of the techniques for every engine a quarter on each, so that each is tried on one engine at least, and
 * every second one of an engine's own; the long run tries all on all.
 */
describe('ways around governance', () => {
  for (const [nth, dialect] of dialects.entries())
    it(`tell nothing on ${dialect}, whatever the policies’ shape`, async function () {
      this.timeout(180_000);
      const database = await open(dialect);
      if (database === null) return this.skip();
      const wrong: string[] = [];
      const techniques = [
        ...partOf(hostileEverywhere, 4, nth),
        ...partOf(hostile[dialect], 2),
        ...partOf(hostileStatements(dialect), 4, nth),
      ];
      let refused = 0;
      let ran = 0;
      try {
        for (const shape of hostileShapes(dialect)) {
          const world = await createWorld(dialect, shape);
          const product = new Product(world, database.engine);
          const texts = techniques.map(({ sql }) => sql);
          const judged = await judgeAll(database, world.pair, product.pipeline, texts);
          product.remove();
          for (const [at, judgement] of judged.entries()) {
            const { title, refuse, sql } = techniques[at]!;
            if (judgement.kind === 'refused') refused += 1;
            else ran += 1;
            if (judgement.kind === 'leaked' || (refuse && judgement.kind !== 'refused'))
              wrong.push(`${shape.name}: ${title} ${judgement.kind}\n${sql}\n${JSON.stringify(judgement)}`);
          }
        }
      } finally {
        await database.close();
      }
      console.log(`    ${dialect}: ${techniques.length} techniques, ${refused} times refused, ${ran} times run`);
      expect(wrong.join('\n\n')).to.equal('');
    });
});

describe('what is harmless', () => {
  for (const dialect of dialects)
    it(`is answered as on a copy that holds only what the subject may see, on ${dialect}`, async function () {
      this.timeout(180_000);
      const database = await open(dialect);
      if (database === null) return this.skip();
      const wrong: string[] = [];
      const refused: string[] = [];
      const statements = partOf([...harmlessOn(dialect), ...harmlessStatements(dialect)], 3);
      let right = 0;
      try {
        for (const shape of harmlessShapes(dialect)) {
          const world = await createWorld(dialect, shape);
          const product = new Product(world, database.engine);
          const texts = statements.map(({ sql }) => sql);
          const judged = await judgeBenign(database, world.pair.first, world.seen, product.pipeline, texts);
          product.remove();
          for (const [at, judgement] of judged.entries()) {
            const { title, sql } = statements[at]!;
            const where = `${shape.name}: ${title} ${judgement.kind}\n${sql}`;
            if (judgement.kind === 'right') right += 1;
            else if (judgement.kind === 'refused')
              refused.push(`${title} (${shape.name}): ${judgement.code} ${judgement.message}\n      ${sql}`);
            else wrong.push(`${where}\n${JSON.stringify(judgement)}`);
          }
        }
      } finally {
        await database.close();
      }
      console.log(
        `    ${dialect}: ${statements.length} statements, ${right} times right, ${refused.length} times refused`,
      );
      for (const each of refused) console.log(`    refused: ${each}`);
      expect(wrong.join('\n\n')).to.equal('');
      if (refused.length > mostRefused * statements.length * harmlessShapes(dialect).length)
        throw new Error(`${refused.length} are refused, which is too many`);
    });
});

// Engines stop with the run; naming them here makes sure that the hook is there.
void startEngine;
