/**
 * MariaDB takes what a view computes for never null where an outer join makes up rows, and answers wrongly. Under governance
 * the same is asked of views as they are usually made, of views that are stored first, and must be answered alike.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../core/package-root.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { createSubject } from '../../core/subject/subject.js';
import { openProject, type Project } from '../../src/open-project.js';
import { readSqlAnswer } from '../../src/pipeline/answer-sql.js';
import { readAnswer } from '../../src/pipeline/answer-query.js';
import type { GovernedExecutor } from '../../src/pipeline/execute.js';
import { SecurityDatabase } from './security-database.js';

const subject = createSubject({ user: 'root', roles: ['admin'] });

/** Views of customers, each with what it makes of them. */
const views: Readonly<Record<string, string>> = {
  plain: 'SELECT id, level AS x FROM mv_customers',
  literal: 'SELECT id, 5 AS x FROM mv_customers',
  filled: 'SELECT id, coalesce(level, 0) AS x FROM mv_customers',
  joined: 'SELECT c.id, coalesce(c.level, 0) AS x FROM mv_orders o JOIN mv_customers c ON c.id = o.id',
  outer: 'SELECT o.id, t.x FROM mv_orders o LEFT JOIN (SELECT id, 5 AS x FROM mv_customers) t ON t.id = o.id',
  nested: 'SELECT o.id, t.x FROM mv_orders o LEFT JOIN mv_literal_@ t ON t.id = o.id',
};
const algorithms = { asked: ['UNDEFINED', 'MERGE'], sure: 'TEMPTABLE' } as const;
const nameOf = (view: string, algorithm: string): string => `mv_${view}_${algorithm.toLowerCase()}`;
const names = Object.keys(views).flatMap((view) =>
  [...algorithms.asked, algorithms.sure].map((algorithm) => [view, algorithm] as const),
);

const made = [
  'CREATE TABLE mv_orders (id INTEGER PRIMARY KEY, customer INTEGER, amount INTEGER)',
  'INSERT INTO mv_orders VALUES (1, 1, 10), (2, 2, 20), (3, NULL, 30), (4, 9, 40)',
  'CREATE TABLE mv_customers (id INTEGER PRIMARY KEY, level INTEGER)',
  'INSERT INTO mv_customers VALUES (1, 5), (2, NULL)',
  ...names.map(
    ([view, algorithm]) =>
      `CREATE ALGORITHM=${algorithm} VIEW ${nameOf(view, algorithm)} AS ${views[view]!.replace('@', algorithm.toLowerCase())}`,
  ),
];
const dropped = [
  ...names.map(([view, algorithm]) => `DROP VIEW IF EXISTS ${nameOf(view, algorithm)}`),
  'DROP TABLE IF EXISTS mv_orders, mv_customers',
];

const entity = (name: string): string => `---
entity: ${name}
table: ${name}
key: id
dimensions: {id: {type: number}, x: {type: number}}
measures: {${name}_rows: {count: "*"}, ${name}_most: {max: x}}
`;
const model = `project: {name: Views, connection: shop, timezone: UTC}
---
entity: orders
table: mv_orders
key: id
joins:
${names.map(([view, algorithm]) => `  ${nameOf(view, algorithm)}: {to: ${nameOf(view, algorithm)}, on: {customer: id}}`).join('\n')}
dimensions: {id: {type: number}, amount: {type: number}}
measures:
  order_count: {count: "*"}
${names.map(([view, algorithm]) => `  most_${nameOf(view, algorithm)}: {max: ${nameOf(view, algorithm)}.x}`).join('\n')}
${names.map(([view, algorithm]) => entity(nameOf(view, algorithm))).join('')}`;

/** Asked in SQL of each view, which is written @. */
const texts: readonly string[] = [
  'SELECT count(*) AS n FROM mv_orders o LEFT JOIN @ t ON t.id = o.customer WHERE t.x IS NULL',
  'SELECT count(*) AS n FROM mv_orders o LEFT JOIN (@ t JOIN @ u ON u.id = t.id) ON t.id = o.customer WHERE t.x IS NULL AND u.x IS NULL',
  'SELECT max(t.x) AS n FROM mv_orders o LEFT JOIN @ t ON t.id = o.id + 10',
  'SELECT max(t.x) AS n FROM @ t RIGHT JOIN mv_orders o ON t.id = o.id + 10',
  'SELECT max(t.x) AS n FROM @ t WHERE t.id = 4',
  'SELECT max(s.x) AS n FROM (SELECT o.id, t.x FROM mv_orders o LEFT JOIN @ t ON t.id = o.customer) s WHERE s.id = 3',
  'SELECT o.id, sum(t.x) OVER (ORDER BY o.id) AS n FROM mv_orders o LEFT JOIN @ t ON t.id = o.customer ORDER BY 1',
  'SELECT (SELECT max(t.x) FROM mv_orders o LEFT JOIN @ t ON t.id = o.id + p.id) AS n FROM mv_orders p ORDER BY p.id',
];
const queries = (view: string): readonly SemanticQuery[] => [
  { metrics: [`most_${view}`] },
  { metrics: [`most_${view}`], filters: { member: 'orders.id', op: 'gt', values: [2] } },
  { metrics: ['order_count'], filters: { member: `${view}.x`, op: 'is_null' } },
  { metrics: [`${view}_most`], filters: { member: `${view}.id`, op: 'eq', values: [4] } },
];

describe('views that MariaDB merges', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'datamind-views-'));
  let database: SecurityDatabase;
  let project: Project;
  let executor: GovernedExecutor;

  before(async function () {
    const opened = await SecurityDatabase.open('mysql');
    if ('missing' in opened) {
      process.stdout.write(`skipped: ${opened.missing}\n`);
      return this.skip();
    }
    database = opened;
    await database.set(...dropped, ...made);
    mkdirSync(join(folder, 'ontology'));
    writeFileSync(join(folder, 'ontology', 'views.yaml'), model);
    const { password, ...config } = database.engine.config;
    const use = join(packageRoot(), database.engine.plugin);
    const shop = { use, as: 'shop', config: { ...config, password: { $env: 'TEST_PASSWORD' } } };
    writeFileSync(join(folder, 'plugins.config.json'), JSON.stringify({ plugins: [shop] }));
    project = openProject({
      config: join(folder, 'plugins.config.json'),
      ontology: join(folder, 'ontology'),
      env: { DATAMIND_HOME: join(folder, 'home'), TEST_PASSWORD: String(password) },
      logLevel: 'silent',
    });
    await project.models.refresh();
    executor = await project.openExecutor(['shop']);
  });
  after(async () => {
    await executor?.stop();
    await database?.set(...dropped);
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const how = { correlationId: 'test', signal: new AbortController().signal, maxRows: 100 };
  const asked = async (sql: string): Promise<unknown> => {
    const request = { model: project.models.model(), sql, subject, connection: 'shop', limit: 100 };
    return (await readSqlAnswer(executor, await executor.prepareSql({ ...request, ...how }), how)).rows;
  };
  const queried = async (query: SemanticQuery): Promise<unknown> => {
    const prepared = await executor.prepare({ model: project.models.model(), query, subject });
    return (await readAnswer(executor, prepared, how)).rows;
  };

  for (const view of Object.keys(views))
    for (const algorithm of algorithms.asked) {
      const name = nameOf(view, algorithm);
      const sure = nameOf(view, algorithms.sure);
      it(`${view}, ${algorithm}: texts are answered as of a stored view`, async () => {
        for (const text of texts)
          expect(await asked(text.replaceAll('@', name)), text).to.deep.equal(await asked(text.replaceAll('@', sure)));
      });
      it(`${view}, ${algorithm}: queries are answered as of a stored view`, async () => {
        for (const [at, query] of queries(name).entries())
          expect(await queried(query), JSON.stringify(query)).to.deep.equal(await queried(queries(sure)[at]!));
      });
    }
});
