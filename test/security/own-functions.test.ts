/**
 * Functions that somebody made in the database under names that the lists know: each of them is called by the bare engine
 * and reads hidden rows; under governance none is, and without it the same statement is answered.
 */
import { expect } from 'chai';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { createSubject } from '../../core/subject/subject.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { parseSql } from '../../core/sql/parse-sql.js';
import { unknownLineage } from '../../semantic/policy/lineage.js';
import { refuseOwnFunctions } from '../../semantic/policy/own-functions.js';
import { openProject } from '../../src/open-project.js';
import { isRefused } from './governed.js';
import { Product } from './product.js';
import { SecurityDatabase } from './security-database.js';
import { shapeNamed } from './shapes.js';
import { createWorld } from './world.js';
import { join } from 'node:path';

interface Own {
  readonly title: string;
  readonly made: readonly string[];
  readonly dropped: string;
  /** Calls it, bare, and tells of a hidden row. */
  readonly sql: string;
  /** The engine has none of this name: without it the statement fails. */
  readonly isNew?: true;
  /** It is behind what statements do not call by a name, so that planned ones would meet it too. */
  readonly hides?: true;
}

const secret = "(SELECT max(name) FROM customers WHERE name LIKE 'Hidden%')";

const made: Readonly<Record<TextDialect, readonly Own[]>> = {
  postgres: [
    {
      title: 'a better match than the engine has',
      made: [`CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT ${secret} $$`],
      dropped: 'DROP FUNCTION lower(varchar)',
      sql: 'select lower(cast(region as varchar)) as x from customers',
    },
    {
      title: 'a function of an extension that is not there',
      made: [
        `CREATE FUNCTION similarity(text, text) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT ${secret} $$`,
      ],
      dropped: 'DROP FUNCTION similarity(text, text)',
      sql: "select similarity('a', 'b') as x",
      isNew: true,
    },
    {
      title: 'one in FROM',
      made: [
        `CREATE FUNCTION unnest(varchar) RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS $$ SELECT ${secret} $$`,
      ],
      dropped: 'DROP FUNCTION unnest(varchar)',
      sql: "select x from unnest(cast('a' as varchar)) as x",
      isNew: true,
    },
    {
      title: 'an operator',
      made: [
        `CREATE FUNCTION peeked(varchar, varchar) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT ${secret} $$`,
        'CREATE OPERATOR || (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = peeked)',
      ],
      dropped: 'DROP FUNCTION peeked(varchar, varchar) CASCADE',
      sql: "select cast('a' as varchar) || cast('b' as varchar) as x",
      hides: true,
    },
  ],
  mysql: [
    {
      title: 'a function of another version',
      made: [
        `CREATE FUNCTION any_value(x INT) RETURNS VARCHAR(99) READS SQL DATA SQL SECURITY DEFINER RETURN ${secret}`,
        'GRANT EXECUTE ON FUNCTION shop.any_value TO datamind_reader',
      ],
      dropped: 'DROP FUNCTION any_value',
      sql: 'select any_value(1) as x',
      isNew: true,
    },
  ],
  sqlite: [],
  duckdb: [
    {
      title: 'a macro',
      made: [`CREATE MACRO list_sum(x) AS ${secret}`],
      dropped: 'DROP MACRO list_sum',
      sql: 'select [1, 2].list_sum() as x',
      hides: true,
    },
    {
      title: 'a macro in FROM',
      made: [`CREATE MACRO range(n) AS TABLE SELECT max(name) AS x FROM customers WHERE name LIKE 'Hidden%'`],
      dropped: 'DROP MACRO TABLE range',
      sql: 'select * from range(3)',
      hides: true,
    },
    {
      title: 'a macro behind an operator',
      made: [`CREATE MACRO "+"(a, b) AS ${secret}`],
      dropped: 'DROP MACRO "+"',
      sql: 'select 1 + 2 as x',
      hides: true,
    },
    {
      title: 'a macro behind count(*)',
      made: [`CREATE MACRO count_star() AS ${secret}`],
      dropped: 'DROP MACRO count_star',
      sql: 'select count(*) as x from customers',
      hides: true,
    },
    {
      title: 'a macro behind a clause of the grammar',
      made: [`CREATE MACRO "overlay"(a, b, c) AS ${secret}`],
      dropped: 'DROP MACRO "overlay"',
      sql: "select overlay('a' placing 'b' from 1) as x",
      isNew: true,
    },
  ],
  clickhouse: [
    {
      title: 'a function that differs in case',
      made: ["CREATE FUNCTION Plus AS (a, b) -> concat('Hidden', toString(a))"],
      dropped: 'DROP FUNCTION Plus',
      sql: 'select Plus(1, 2) as x',
      isNew: true,
    },
  ],
};

const admin = createSubject({ user: 'root', roles: ['admin'] });

describe('functions that somebody made in the database', () => {
  for (const [dialect, cases] of Object.entries(made) as [TextDialect, readonly Own[]][])
    describe(dialect, () => {
      let database: SecurityDatabase;
      let product: Product;

      before(async function () {
        this.timeout(60_000);
        if (cases.length === 0) return this.skip();
        const opened = await SecurityDatabase.open(dialect);
        if ('missing' in opened) return this.skip();
        database = opened;
        const world = await createWorld(dialect, shapeNamed('exists'));
        await database.write(world.pair.first);
        product = new Product(world, database.engine);
      });

      after(async () => {
        product?.remove();
        await database?.close();
      });

      for (const { title, made: statements, dropped, sql, isNew = false, hides = false } of cases)
        it(title, async () => {
          const [free] = await product.pipeline([sql]);
          await database.set(...statements);
          try {
            const bare = await database.run({ sql, parameters: [] });
            expect(JSON.stringify(bare), 'the bare engine calls it').to.contain('Hidden');
            await database.close();
            const [verdict] = await product.pipeline([sql]);
            expect(verdict).to.deep.include({ refused: 'SQL_NOT_ALLOWED' });
            expect(isRefused(verdict!) && verdict.message).to.match(/of its own/);
            if (hides) expect(await planned(product)).to.equal('SQL_NOT_ALLOWED');
            else expect(await planned(product)).to.equal('approved');
          } finally {
            await database.set(dropped);
          }
          if (!isNew) expect(free).to.not.have.property('refused');
          expect(JSON.stringify(free)).to.not.contain('Hidden');
        });
    });

  it('calls nothing while it cannot be told what is called', () => {
    const refused = (sql: string): string | null => {
      try {
        refuseOwnFunctions(parseSql(sql, 'sqlite').uses, unknownLineage);
        return null;
      } catch (error) {
        return error instanceof DataMindError ? error.code : String(error);
      }
    };
    expect(refused('select lower(name) from customers')).to.equal('SQL_NOT_ALLOWED');
    expect(refused('select name from customers')).to.equal(null);
  });
});

/** What becomes of a semantic query, which calls no function by a name of the user's. */
const planned = async (product: Product): Promise<string> => {
  const project = openProject({
    config: join(product.folder, 'plugins.config.json'),
    ontology: join(product.folder, 'ontology'),
    env: product.env,
    logLevel: 'silent',
  });
  await project.models.refresh();
  const executor = await project.openExecutor(['shop']);
  try {
    const query = { dimensions: ['orders.status'] };
    await executor.prepare({ model: project.models.model(), query, subject: admin, connection: 'shop' });
    return 'approved';
  } catch (error) {
    return error instanceof DataMindError ? error.code : String(error);
  } finally {
    await executor.stop();
  }
};
