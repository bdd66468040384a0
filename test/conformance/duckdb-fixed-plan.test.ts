import { expect } from 'chai';
import duckdb from '../../plugins/connectors/duckdb/index.js';
import { start } from '../engines/duckdb.js';
import type { TestEngine } from '../engines/engine.js';
import { isMissing } from '../engines/start-engine.js';
import { codeOf, createConnector, type OpenConnector, withConnector } from '../engines/open-connector.js';

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

/** Of each table 20 rows are permitted; hidden ones leave the values of one apart from those of the other, or widen them. */
const pair = ['apart', 'wide'] as const;
const values = (table: string, first: number): readonly string[] =>
  pair.map((which) => {
    const hidden = which === 'apart' ? `${first} + i % 20` : 'i * 10';
    return `CREATE TABLE ${which}_${table} AS
      SELECT ${first} + i AS id, i % 3 AS kind, TIMESTAMP '2025-01-01' + INTERVAL (i) DAY AS at, TRUE AS open FROM range(20) t (i)
      UNION ALL SELECT ${hidden}, i % 3, TIMESTAMP '2025-01-01' + INTERVAL (i) DAY, FALSE FROM range(500) t (i)`;
  });
const antiSetup = [...values('a', 1_000), ...values('b', 3_000), ...values('c', 500)];
const of = (table: string): string => `(SELECT p.id, p.kind, p.at FROM #_${table} AS p WHERE p.open) AS ${table}`;
const anti = `${of('a')} ANTI JOIN ${of('b')} ON a.id = b.id`;
const known = `a.kind NOT IN (SELECT c.id FROM ${of('c')})`;
const antiJoins: readonly string[] = [
  `SELECT a.at FROM ${anti} WHERE ${known} GROUP BY 1`,
  `SELECT DISTINCT a.at FROM ${anti} WHERE ${known}`,
  `SELECT a.at FROM ${anti} WHERE ${known}`,
  `SELECT a.at, count(*) AS n FROM ${anti} JOIN ${of('c')} ON a.kind = c.kind GROUP BY ALL`,
  `SELECT a.at, max(a.id) OVER (PARTITION BY a.kind) AS m FROM ${anti} JOIN ${of('c')} ON a.kind = c.kind`,
  `SELECT count(DISTINCT a.at) AS n FROM ${anti} SEMI JOIN ${of('c')} ON a.kind = c.kind`,
  `SELECT a.at FROM ${anti} WHERE ${known} INTERSECT SELECT c.at FROM ${of('c')}`,
];

describe('DuckDB with fixed plans', () => {
  let engine: TestEngine | null = null;
  before(async function () {
    const started = await start();
    if (isMissing(started)) return this.skip();
    engine = started;
    for (const text of [setup, ...antiSetup]) await engine.admin(text);
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

  const overBoth = (open: OpenConnector, sql: string, fixed: boolean): Promise<readonly string[]> =>
    Promise.all(
      pair.map(async (which) => {
        const text = sql.replaceAll('#', which);
        try {
          const { rows } = await open.ask(text, { planning: { unmerged: false, fixed } });
          return JSON.stringify(rows.map((row) => JSON.stringify(row)).sort());
        } catch (error) {
          return String(error);
        }
      }),
    );

  for (const sql of antiJoins)
    it(`answers over an ANTI JOIN, whatever is hidden: ${sql}`, () =>
      withConnector(duckdb, engine!.config, async (open) => {
        const [apart, wide] = await overBoth(open, sql, true);
        expect(apart)
          .to.equal(wide)
          .and.to.match(/^\["\[/);
      }));

  it('needs them there: as the engine likes, some of these fail by what is hidden', () =>
    withConnector(duckdb, engine!.config, async (open) => {
      let failed = 0;
      for (const sql of antiJoins) {
        const [apart, wide] = await overBoth(open, sql, false);
        if (apart !== wide) failed += 1;
      }
      expect(failed).to.be.greaterThan(0);
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

  it('says that it cannot spill where its folder cannot be made', async () => {
    const { connector } = createConnector(duckdb, {
      ...engine!.config,
      temp_directory: `${engine!.config.path}/spill`,
    });
    const told = await connector.start(new AbortController().signal).then(
      () => 'started',
      (error: Error) => error.message,
    );
    await connector.stop();
    expect(told).to.contain('`temp_directory`');
  });

  it('answers what DuckDB fails at without some of its optimizers', () =>
    withConnector(duckdb, engine!.config, async (open) => {
      const sql = `SELECT salary FROM ${permitted} QUALIFY row_number() OVER (ORDER BY salary, id) <= 2`;
      const { rows } = await open.ask(sql, { planning: { unmerged: false, fixed: true } });
      expect(rows).to.deep.equal([['0'], ['0']]);
    }));

  it('tells more than one row in the place of a value as an invalid value', () =>
    withConnector(duckdb, engine!.config, async (open) => {
      expect(await outcome(open, 'SELECT (SELECT id FROM e) AS a', true)).to.equal('VALUE_INVALID');
    }));

  it('lets go of its file', async () => {
    await withConnector(duckdb, engine!.config, (open) => outcome(open, 'SELECT 1 AS a', true));
    await engine!.admin('CREATE TABLE another AS SELECT 1 AS a');
  });
});
