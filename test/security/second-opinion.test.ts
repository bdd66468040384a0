/** What the second parsers agree to: the user's statement with each table replaced by its relation, and nothing else. */
import { expect } from 'chai';
import type { Connector, DialectName } from '../../core/plugin/contract.js';
import { clickhouseOpinion, clickhouseTexts } from '../../core/sql/second-opinion/clickhouse.js';
import { duckdbOpinion } from '../../core/sql/second-opinion/duckdb.js';
import { type Opinion, type Policing, textsOf } from '../../core/sql/second-opinion/opinion.js';
import { postgresOpinion } from '../../core/sql/second-opinion/postgres.js';
import { sqliteOpinion } from '../../core/sql/second-opinion/sqlite.js';
import { loadSecondParser, secondOpinion } from '../../src/pipeline/second-opinion.js';
import { SecurityDatabase } from './security-database.js';

const relations = {
  customers: "SELECT p.id AS id, p.name AS name FROM shop.customers AS p WHERE p.region = 'EU'",
  staff: "SELECT p.id AS id, p.name AS name FROM shop.staff AS p WHERE p.site = 'Kiel'",
  // Inside of a call, ClickHouse writes such a condition in parentheses.
  orders: 'SELECT p.id AS id FROM shop.orders AS p WHERE p.customer IN (SELECT k.id FROM shop.customers AS k)',
} as const;

interface Case {
  readonly title: string;
  /** As it came from the user. */
  readonly original: string;
  /** As it was policed; `@table` stands for the relation of the table. */
  readonly policed: string;
  /** Alias and table of each relation that was put in. */
  readonly put: readonly (readonly [string, keyof typeof relations])[];
  readonly agrees: boolean;
  readonly renamed?: Readonly<Record<string, string>>;
  /** Who cannot tell; the firewall can. */
  readonly except?: readonly DialectName[];
}

const both = 'SELECT a.id, b.id FROM customers AS a, staff AS b WHERE a.id = b.id';
const bothPut: Case['put'] = [
  ['a', 'customers'],
  ['b', 'staff'],
];
const two = (title: string, policed: string, agrees = false): Case => ({
  title,
  original: both,
  policed,
  put: bothPut,
  agrees,
});
const one = (title: string, original: string, policed: string, agrees = false): Case => ({
  title,
  original,
  policed,
  put: [['c', 'customers']],
  agrees,
});
const inCall = (title: string, relation: string, agrees = false): Case => ({
  title,
  original: 'SELECT round((SELECT max(o.id) FROM orders AS o), 2) AS a',
  policed: `SELECT round((SELECT max(o.id) FROM ${relation} AS o), 2) AS a`,
  put: [['o', 'orders']],
  agrees,
});
const plain = 'SELECT c.id, c.name FROM customers AS c WHERE c.id > 5 ORDER BY c.id LIMIT 3';
const policedPlain = plain.replace('customers', '@customers');

const cases: readonly Case[] = [
  two('two tables', 'SELECT a.id, b.id FROM @customers AS a, @staff AS b WHERE a.id = b.id', true),
  two('two relations that changed places', 'SELECT a.id, b.id FROM @staff AS a, @customers AS b WHERE a.id = b.id'),
  two('one relation twice', 'SELECT a.id, b.id FROM @customers AS a, @customers AS b WHERE a.id = b.id'),
  two('a table that was left', 'SELECT a.id, b.id FROM @customers AS a, staff AS b WHERE a.id = b.id'),
  two('both tables left', both),
  two('other aliases', 'SELECT a.id, b.id FROM @customers AS b, @staff AS a WHERE a.id = b.id'),
  two('one alias twice', 'SELECT a.id, b.id FROM @customers AS a, @staff AS a WHERE a.id = b.id'),
  two('one more table', 'SELECT a.id, b.id FROM @customers AS a, @staff AS b, staff AS d WHERE a.id = b.id'),
  two('a lost condition', 'SELECT a.id, b.id FROM @customers AS a, @staff AS b'),
  one('one table', plain, policedPlain, true),
  one('another column', plain, policedPlain.replace('c.name FROM', 'c.id FROM')),
  one('another constant', plain, policedPlain.replace('> 5', '> 6')),
  one('another operator', plain, policedPlain.replace('> 5', '>= 5')),
  one('another limit', plain, policedPlain.replace('LIMIT 3', 'LIMIT 4')),
  one('no limit', plain, policedPlain.replace(' LIMIT 3', '')),
  one('another order', plain, policedPlain.replace('ORDER BY c.id', 'ORDER BY c.id DESC')),
  one('DISTINCT', plain, policedPlain.replace('SELECT c.id', 'SELECT DISTINCT c.id')),
  one('one column more', plain, policedPlain.replace('c.name FROM', 'c.name, 1 FROM')),
  one(
    'a relation that lost its condition',
    plain,
    policedPlain.replace('@customers', '(SELECT p.id AS id, p.name AS name FROM shop.customers AS p)'),
  ),
  one(
    'a relation with another value',
    plain,
    policedPlain.replace('@customers', `(${relations.customers.replace('EU', 'US')})`),
  ),
  one('a relation of another table', plain, policedPlain.replace('@customers', '@staff')),
  one('a second statement', plain, `${policedPlain}; SELECT 1`),
  one('a second statement before it', plain, `SELECT 1; ${policedPlain}`),
  one('what it cannot read', plain, `${policedPlain} )`),
  one('nothing', plain, ''),
  {
    ...one(
      'a table that nobody spoke of',
      'SELECT c.id FROM customers AS c WHERE c.id IN (SELECT id FROM staff)',
      'SELECT c.id FROM @customers AS c WHERE c.id IN (SELECT id FROM staff)',
    ),
    // It gives a text, and in a text a name is a name.
    except: ['clickhouse'],
  },
  one(
    'a UNION that lost its ALL',
    'SELECT c.id FROM customers AS c UNION ALL SELECT 1',
    'SELECT c.id FROM @customers AS c UNION SELECT 1',
  ),
  one(
    'a UNION',
    'SELECT c.id FROM customers AS c UNION ALL SELECT 1',
    'SELECT c.id FROM @customers AS c UNION ALL SELECT 1',
    true,
  ),
  one(
    'another kind of join',
    'SELECT c.id FROM customers AS c LEFT JOIN (SELECT 1 AS n) AS x ON c.id = x.n',
    'SELECT c.id FROM @customers AS c INNER JOIN (SELECT 1 AS n) AS x ON c.id = x.n',
  ),
  inCall('a query inside of a call', '@orders', true),
  inCall('a relation that lost its condition inside of a call', '(SELECT p.id AS id FROM shop.orders AS p)'),
  inCall(
    'a relation with another condition inside of a call',
    `(${relations.orders.replace('.customer IN', '.id IN')})`,
  ),
  inCall('a relation of another table inside of a call', '@customers'),
  one('another function', 'SELECT max(c.id) FROM customers AS c', 'SELECT min(c.id) FROM @customers AS c'),
  { title: 'no table', original: 'SELECT 1 AS one', policed: 'SELECT 1 AS one', put: [], agrees: true },
  {
    title: 'no table, and a second statement',
    original: 'SELECT 1 AS one',
    policed: 'SELECT 1 AS one; SELECT 2 AS two',
    put: [],
    agrees: false,
  },
  {
    title: 'two statements from the start',
    original: 'SELECT 1; SELECT 2',
    policed: 'SELECT 1; SELECT 2',
    put: [],
    agrees: false,
  },
  one('fewer tables than relations', 'SELECT 1 AS one', 'SELECT 1 AS one'),
  one('a table that equals itself', 'SELECT name FROM customers', 'SELECT name FROM customers'),
  {
    title: 'a relation more than was put in',
    original: 'SELECT 1 AS one',
    policed: 'SELECT 1 AS one FROM @customers AS c',
    put: [],
    agrees: false,
  },
  {
    title: 'a common table with another name',
    original: 'WITH c AS (SELECT 1 AS id) SELECT c.id FROM c',
    policed: 'WITH c_query AS (SELECT 1 AS id) SELECT c.id FROM c_query AS c',
    put: [],
    agrees: true,
    renamed: { c: 'c_query' },
  },
  {
    title: 'a common table under a name that it was not given',
    original: 'WITH c AS (SELECT 1 AS id) SELECT c.id FROM c',
    policed: 'WITH d AS (SELECT 1 AS id) SELECT c.id FROM d AS c',
    put: [],
    agrees: false,
    renamed: { c: 'c_query' },
  },
];

const policingOf = ({ original, policed, put, renamed = {} }: Case): Policing => ({
  original,
  text: policed.replaceAll(/@(customers|staff|orders)/g, (_, table: keyof typeof relations) => `(${relations[table]})`),
  relations: put.map(([alias, table]) => ({ alias, text: relations[table] })),
  renamed,
});

describe('second opinions', () => {
  for (const dialect of ['postgres', 'sqlite', 'duckdb', 'clickhouse'] as const satisfies readonly DialectName[])
    describe(dialect, () => {
      let connector: Connector | null = null;
      let database: SecurityDatabase | null = null;
      before(async function () {
        this.timeout(60_000);
        await loadSecondParser(dialect);
        if (dialect === 'postgres' || dialect === 'sqlite') return;
        const opened = await SecurityDatabase.open(dialect);
        if ('missing' in opened) {
          console.log(`    skipped on ${dialect}: ${opened.missing}`);
          return this.skip();
        }
        database = opened;
        connector = await opened.connector();
      });
      after(() => database?.close());

      for (const one of cases.filter(({ except }) => !except?.includes(dialect)))
        it(`${one.agrees ? 'agrees to' : 'objects to'} ${one.title}`, async () => {
          const opinion = await secondOpinion(dialect, policingOf(one), connector!, AbortSignal.timeout(10_000));
          expect(opinion).to.include({ agrees: one.agrees });
        });
    });

  describe('of a database whose answers cannot be read', () => {
    const policing = policingOf(cases[0]!);
    const tree = JSON.stringify({ error: false, statements: [{ node: { type: 'SELECT_NODE' } }] });
    const opinions: Readonly<Record<'duckdb' | 'clickhouse', (answers: readonly string[]) => Opinion>> = {
      duckdb: (answers) => duckdbOpinion(policing, answers),
      clickhouse: (answers) => clickhouseOpinion(policing, answers),
    };
    const unread: readonly string[] = [
      ...['', '{"error":false,"statements":[{"node":', 'null', '{}', '[]', '0', '"text"', '{"error":true}'],
      ...[
        '{"error":false,"statements":[]}',
        '{"error":false,"statements":[{}]}',
        `{"error":false,"statements":[null]}`,
      ],
      tree.replace('false', 'true'),
      tree.replace('"error":false,', ''),
    ];
    for (const [dialect, opinion] of Object.entries(opinions)) {
      const count = (dialect === 'duckdb' ? textsOf : clickhouseTexts)(policing).length;
      for (const answer of unread)
        it(`${dialect} objects to ${answer === '' ? 'nothing' : answer}`, () => {
          for (let at = 0; at < count; at += 1) {
            const good = dialect === 'duckdb' ? tree : 'SELECT 1';
            const answers = Array.from({ length: count }, (_, index) => (index === at ? answer : good));
            expect(opinion(answers)).to.include({ agrees: false });
          }
          expect(opinion(Array.from({ length: count }, () => answer))).to.include({ agrees: false });
        });
      it(`${dialect} objects to too few answers and too many`, () => {
        const good = dialect === 'duckdb' ? tree : 'SELECT 1';
        for (const length of [0, 1, 2, count - 1, count + 1])
          expect(opinion(Array.from({ length }, () => good)), String(length)).to.include({ agrees: false });
      });
    }
  });

  it('is an objection where the connector cannot ask', async () => {
    const silent = { dialect: 'duckdb' } as unknown as Connector;
    for (const dialect of ['duckdb', 'clickhouse'] as const)
      expect(await secondOpinion(dialect, policingOf(cases.at(-1)!), silent, AbortSignal.timeout(1_000))).to.include({
        agrees: false,
      });
  });

  it('of PostgreSQL and SQLite is an objection to an original that they cannot read', async () => {
    for (const dialect of ['postgres', 'sqlite'] as const) await loadSecondParser(dialect);
    for (const opinion of [postgresOpinion, sqliteOpinion])
      for (const original of ['', 'SELECT 1 +', 'SELECT 1; SELECT 1', 'CREATE TABLE t (a int)'])
        expect(opinion({ original, text: original, relations: [], renamed: {} }), original).to.include({
          agrees: false,
        });
  });
});
