/**
 * ClickHouse goes on knowing a table by its own name beside its alias; under governance it stands under the alias alone. What
 * governance answers must be what the bare engine answers where it holds only what the subject may see.
 */
import { expect } from 'chai';
import type { Verdict } from './governed.js';
import { isRefused } from './governed.js';
import { differ } from './non-interference.js';
import { Product } from './product.js';
import { type Outcome, SecurityDatabase } from './security-database.js';
import { shapeNamed } from './shapes.js';
import { createWorld } from './world.js';

const fewer = "(SELECT toInt32(100) AS id, 'w' AS name)";
const common = 'WITH customers AS (SELECT id + 100 AS id, status AS name FROM orders)';

/** What is refused, though the bare engine answers it; and what is answered. Each at its neighbours. */
const rows: readonly (readonly ['refused' | 'answered', string])[] = [
  ['refused', 'SELECT customers.id FROM customers AS x'],
  ['refused', 'SELECT datamind.customers.id FROM customers AS x'],
  ['refused', 'SELECT customers.* FROM customers AS x'],
  ['refused', 'SELECT count(*) AS n FROM customers AS x GROUP BY customers.id'],
  ['refused', 'SELECT x.id FROM customers AS x ORDER BY customers.id'],
  ['refused', `${common} SELECT customers.id FROM customers AS x`],
  ['answered', 'SELECT customers.id FROM datamind.customers'],
  ['answered', 'SELECT datamind.customers.id FROM customers'],
  ['answered', `${common} SELECT customers.id FROM customers`],
  ['refused', `${common.replace('customers', 'c')} SELECT c.id FROM c AS x`],
  // Another source has the name.
  ['refused', `SELECT customers.id FROM datamind.customers AS x CROSS JOIN ${fewer} AS customers`],
  ['refused', `SELECT customers.id FROM ${fewer} AS customers CROSS JOIN datamind.customers AS x`],
  ['refused', `SELECT customers.* FROM ${fewer} AS customers CROSS JOIN datamind.customers AS x`],
  ['refused', 'SELECT customers.id FROM datamind.customers AS x CROSS JOIN employees AS customers'],
  ['refused', 'SELECT customers.id FROM datamind.customers AS x JOIN employees AS customers USING (id)'],
  ['refused', 'SELECT 1 AS one FROM datamind.customers AS x JOIN employees AS customers ON x.id = customers.id'],
  ['refused', 'SELECT customers.id FROM datamind.employees AS customers CROSS JOIN datamind.customers AS employees'],
  ['refused', `${common} SELECT customers.id FROM datamind.customers AS x CROSS JOIN customers`],
  ['refused', `${common} SELECT customers.id FROM customers AS x CROSS JOIN datamind.customers`],
  ['answered', `SELECT x.id, id FROM datamind.customers AS x CROSS JOIN ${fewer} AS customers`],
  ['answered', `SELECT x.* FROM ${fewer} AS customers CROSS JOIN datamind.customers AS x`],
  [
    'answered',
    'SELECT x.id, customers.name FROM customers AS x JOIN employees AS e ON e.id = x.id JOIN customers ON 1 = 1',
  ],
  ['answered', `${common} SELECT x.id, customers.id FROM employees AS x JOIN customers ON x.id + 110 = customers.id`],
  // A table beside itself: bare names are the second's where only the first has an alias.
  ['answered', 'SELECT customers.id, x.id FROM customers AS x JOIN customers ON x.id > customers.id'],
  ['answered', 'SELECT datamind.customers.id, x.id FROM customers AS x JOIN customers ON x.id > customers.id'],
  ['answered', 'SELECT customers.id, id FROM customers JOIN customers AS x ON x.id > customers.id'],
  ['answered', 'SELECT id FROM customers AS x JOIN customers AS y ON x.id > y.id'],
  ['answered', 'SELECT region.id, region FROM customers AS x JOIN customers AS region ON x.id > region.id'],
  [
    'answered',
    'SELECT customers.id, x.id FROM customers AS customers JOIN datamind.customers AS x ON x.id > customers.id',
  ],
  [
    'answered',
    'SELECT customers.id, x.id FROM datamind.customers AS x JOIN customers AS customers ON x.id > customers.id',
  ],
  [
    'refused',
    'SELECT datamind.customers.id FROM datamind.customers AS x JOIN customers AS customers ON x.id > customers.id',
  ],
  [
    'refused',
    'SELECT x.id FROM customers AS x JOIN orders AS o ON customers.id = o.customer_id JOIN customers ON 1 = 1',
  ],
  ['refused', 'SELECT customers.id FROM customers AS x JOIN customers AS y ON x.id > y.id'],
  ['refused', 'SELECT id FROM customers AS x JOIN customers ON x.id > customers.id'],
  ['refused', 'SELECT x.id AS id FROM customers AS x JOIN customers ON x.id > customers.id ORDER BY id DESC'],
  ['answered', 'SELECT x.id AS n FROM customers AS x JOIN customers ON x.id > customers.id ORDER BY n DESC'],
  ['refused', `${common} SELECT id FROM customers AS x JOIN customers ON x.id > customers.id`],
  ['answered', `${common} SELECT x.id, customers.id FROM customers AS x JOIN customers ON x.id > customers.id`],
  // In queries inside of queries the nearest counts.
  ['refused', 'SELECT (SELECT max(customers.id) FROM datamind.customers AS x) AS m FROM employees AS customers'],
  [
    'refused',
    'SELECT 1 FROM employees AS customers WHERE EXISTS (SELECT 1 FROM datamind.customers AS x WHERE x.id = customers.id)',
  ],
  [
    'refused',
    'SELECT 1 FROM customers WHERE EXISTS (SELECT 1 FROM datamind.customers AS x WHERE x.id = customers.id + 2)',
  ],
  [
    'refused',
    'SELECT 1 FROM customers AS x WHERE EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = customers.id)',
  ],
  [
    'refused',
    'SELECT 1 FROM customers WHERE EXISTS (SELECT 1 FROM orders AS customers WHERE customers.customer_id = datamind.customers.id)',
  ],
  [
    'refused',
    'WITH c AS (SELECT max(o.id) AS m FROM orders AS o WHERE o.customer_id = customers.id) SELECT x.id, (SELECT m FROM c) AS m FROM customers AS x',
  ],
  [
    'answered',
    'SELECT 1 FROM customers AS x WHERE EXISTS (SELECT 1 FROM employees AS customers WHERE x.id = customers.id)',
  ],
  [
    'answered',
    'SELECT x.id FROM datamind.customers AS x WHERE EXISTS (SELECT 1 FROM datamind.customers WHERE x.id = customers.id + 2)',
  ],
  [
    'answered',
    'WITH customers AS (SELECT 100 AS id) SELECT a FROM (WITH customers_query AS (SELECT 5 AS id) SELECT customers.id AS a FROM customers CROSS JOIN customers_query) AS t',
  ],
];

/** Each name in each FROM: answered alike, or refused, or the bare engine cannot tell either. */
const named = ['id', 'name', 'x.id', 'customers.id', 'customers.name', 'datamind.customers.id', 'customers.*', 'x.*'];
const sources: readonly string[] = [
  'customers AS x',
  'customers AS x JOIN customers ON x.id >= customers.id',
  'customers JOIN customers AS x ON x.id >= customers.id',
  'customers AS x JOIN customers USING (id)',
  'customers AS customers LEFT ANTI JOIN datamind.customers AS x ON x.id = customers.id + 2',
  'datamind.customers AS x LEFT SEMI JOIN customers AS customers ON x.id = customers.id + 2',
  'datamind.customers AS x, customers AS customers, datamind.customers AS y',
  'customers AS x LEFT ANTI JOIN customers ON x.id = customers.id + 2',
  'customers AS x, customers, customers AS y',
  'customers AS x JOIN customers AS y ON x.id >= y.id JOIN customers ON customers.id >= x.id',
  'customers AS x JOIN employees ON employees.id = x.id JOIN customers ON customers.id >= x.id',
  `datamind.customers AS x CROSS JOIN ${fewer} AS customers`,
  `${fewer} AS customers CROSS JOIN datamind.customers AS x`,
  'datamind.customers AS x CROSS JOIN employees AS customers',
  'employees AS customers LEFT JOIN datamind.customers AS x ON x.id = customers.id',
  'employees AS x JOIN datamind.customers ON x.id = customers.id',
];
const withs = ['', `${common} `];
const everywhere = withs.flatMap((start) =>
  sources.flatMap((source) => named.map((name) => `${start}SELECT ${name} FROM ${source}`)),
);

/**
 * In a common table's own body the engine takes its name for a table of the database where the expression that it computes
 * there has a name that the body has too. It computes the expression then, and an error tells of a row.
 */
const hiddenTexts = ['name = 666', 'name = 667', 'missing = 1'].map(
  (condition) =>
    `WITH secrets AS (SELECT x.* FROM (SELECT 1 AS name) AS x) SELECT (SELECT toInt32(if(${condition}, 'a', '1')) FROM secrets AS s) AS x, 1 AS n FROM secrets AS t`,
);

describe('names by which ClickHouse knows a table', function () {
  this.timeout(120_000);
  const texts = [...rows.map(([, sql]) => sql), ...everywhere];
  let verdicts: readonly Verdict[];
  let bare: readonly (Outcome | null)[];
  let hidden: readonly Verdict[];

  before(async function () {
    const database = await SecurityDatabase.open('clickhouse');
    if ('missing' in database) {
      process.stdout.write(`skipped: ${database.missing}\n`);
      return this.skip();
    }
    const world = await createWorld('clickhouse', shapeNamed('equals'));
    const product = new Product(world, database.engine);
    try {
      await database.write(world.pair.first);
      verdicts = await product.pipeline(texts);
      await database.set(
        'CREATE TABLE secrets (name Int32) ENGINE = MergeTree ORDER BY name',
        'INSERT INTO secrets VALUES (666)',
      );
      hidden = await product.pipeline(hiddenTexts);
      await database.set('DROP TABLE secrets');
      await database.write(world.seen);
      bare = await database.runAll(texts.map((sql) => ({ sql, parameters: [] })));
    } finally {
      product.remove();
      await database.close();
    }
  });

  /** Why what governance made of it is not what the bare engine does. */
  const wrong = (at: number): string | null => {
    const [verdict, asIs] = [verdicts[at]!, bare[at]!];
    if (isRefused(verdict) || asIs.kind === 'error') return null;
    return differ(asIs, verdict.outcome, false);
  };

  for (const [at, [expected, sql]] of rows.entries())
    it(`${sql}: ${expected}`, () => {
      const verdict = verdicts[at]!;
      expect(bare[at]!.kind).to.equal('rows');
      expect(isRefused(verdict) ? verdict.refused : 'answered').to.equal(
        expected === 'refused' ? 'SQL_NOT_ALLOWED' : 'answered',
      );
      expect(wrong(at)).to.equal(null);
    });

  it('tells nothing of a table that a common table is called like', () => {
    for (const verdict of hidden)
      expect(isRefused(verdict) ? verdict.refused : verdict.outcome).to.include({ code: 'RELATION_NOT_FOUND' });
  });

  it(`answers ${everywhere.length} more as the bare engine does, or refuses them`, () => {
    const differences = everywhere.flatMap((sql, index) => {
      const why = wrong(rows.length + index);
      return why === null ? [] : [`${sql}: ${why}`];
    });
    expect(differences).to.deep.equal([]);
    const answered = verdicts.slice(rows.length).filter((verdict) => !isRefused(verdict)).length;
    expect(answered).to.be.greaterThan(everywhere.length / 3);
  });
});
