import { expect } from 'chai';
import duckdb from '../../plugins/connectors/duckdb/index.js';
import { start } from '../engines/duckdb.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing } from '../engines/start-engine.js';
import { codeOf, type OpenConnector, withConnector } from '../engines/open-connector.js';

/** A tenth of the rows are permitted, with salaries below 100; the largest of all is 20,000. */
const setup = `
  CREATE TABLE e AS
  SELECT i AS id, i % 10 = 0 AS open, 'name' || i AS name, CASE WHEN i % 10 = 0 THEN i % 100 ELSE i END AS salary
  FROM range(20001) t (i)`;
const permitted = '(SELECT id, name, salary FROM e AS p WHERE p.open OFFSET 0) AS e';
const failing = `SELECT id, salary, CAST(name AS INTEGER) AS x FROM ${permitted}`;

/** Whether the engine reaches what fails may depend on what is permitted, and on nothing else: for no number beyond that does it change. */
const statements: readonly ((beyond: number) => string)[] = [
  (k) => `SELECT x FROM (${failing} LIMIT 5) AS a WHERE salary > ${k}`,
  (k) => `SELECT x FROM (${failing} ORDER BY CAST(name AS INTEGER) LIMIT 5) AS a WHERE salary > ${k}`,
  (k) =>
    `SELECT x FROM (SELECT salary, sum(CAST(name AS INTEGER)) OVER () AS x FROM ${permitted}) AS a WHERE salary > ${k}`,
  (k) => `SELECT sum(x) FROM (${failing}) AS a JOIN (SELECT range + ${k} AS k FROM range(4)) AS b ON a.salary >= b.k`,
];
const numbers = [200, 15_000, 19_999, 20_001, 40_000];
const outcome = (open: OpenConnector, sql: string, fixed: boolean) =>
  codeOf(open.ask(sql, { planning: { unmerged: false, fixed } }));

describe('DuckDB with fixed plans', () => {
  let engine: TestEngine | null = null;
  before(async function () {
    const started = await start();
    if (isMissing(started)) return this.skip();
    engine = started;
    await engine.admin(setup);
  });
  after(async () => engine?.stop());

  for (const statement of statements)
    it(`tells nothing of hidden values by failing: ${statement(0)}`, () =>
      withConnector(duckdb, engine!.config, async (open) => {
        const outcomes: string[] = [];
        for (const k of numbers) outcomes.push(await outcome(open, statement(k), true));
        expect(new Set(outcomes), outcomes.join()).to.have.lengthOf(1);
      }));

  it('needs them: as the engine likes, one of these tells', () =>
    withConnector(duckdb, engine!.config, async (open) => {
      const telling = new Set<string>();
      for (const k of numbers) telling.add(await outcome(open, statements[0]!(k), false));
      expect(telling).to.have.lengthOf(2);
    }));

  it('answers the same, in turns with others, and is as shut', () =>
    withConnector(duckdb, { ...engine!.config, pool: { max: 1 } }, async (open) => {
      for (const fixed of [true, false, true]) {
        const options = { planning: { unmerged: false, fixed } };
        const { rows } = await open.ask(
          `SELECT current_setting('disabled_optimizers') <> '' AS fixed, current_setting('lock_configuration') AS locked,
             current_setting('enable_external_access') AS external, current_setting('TimeZone') AS zone,
             (SELECT readonly FROM duckdb_databases() WHERE database_name = current_database()) AS readonly`,
          options,
        );
        expect(rows).to.deep.equal([[fixed, true, false, 'UTC', true]]);
        expect((await open.ask('SELECT count(*) AS n, sum(salary) AS s FROM e', options)).rows).to.deep.equal([
          ['20001', '180090000'],
        ]);
      }
    }));

  it('lets go of its file', async () => {
    await withConnector(duckdb, engine!.config, (open) => outcome(open, 'SELECT 1 AS a', true));
    await engine!.admin('CREATE TABLE another AS SELECT 1 AS a');
  });
});
