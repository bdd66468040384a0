import { expect } from 'chai';
import { judge } from '../../../core/firewall/judge.js';
import { defaultLimits } from '../../../core/firewall/limits.js';
import type { FirewallRule, Verdict } from '../../../core/firewall/verdict.js';
import type { DialectName } from '../../../core/plugin/contract.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';

const dialects: readonly DialectName[] = ['postgres', 'mysql', 'sqlite', 'duckdb', 'clickhouse'];

/** What a subject may have of `people`; the statements below write it as `@`. */
const relation = "SELECT p.id AS id, p.name AS name FROM shop.people AS p WHERE p.region = 'EU'";
const ask = (dialect: DialectName, text: string): Verdict =>
  judge({ dialect, text: text.replaceAll('@', `(${relation})`), expected: [{ table: 'shop.people', text: relation }] });
const ruleOf = (verdict: Verdict): FirewallRule | 'allow' => (verdict.verdict === 'allow' ? 'allow' : verdict.rule);

/** Title, statement, and the rule that refuses it. On every dialect. */
const everywhere: readonly (readonly [string, string, FirewallRule | 'allow'])[] = [
  ['a relation under an alias', 'SELECT people.id FROM @ AS people', 'allow'],
  ['a join of two', 'SELECT a.id FROM @ AS a JOIN @ AS b ON a.id = b.id', 'allow'],
  ['a common table', 'WITH c AS (SELECT id FROM @ AS x) SELECT count(*) FROM c', 'allow'],
  ['a subquery in a condition', 'SELECT 1 FROM @ AS a WHERE a.id IN (SELECT b.id FROM @ AS b)', 'allow'],
  ['no table at all', 'SELECT 1 + 1 AS two', 'allow'],
  ['the bare table', 'SELECT id FROM shop.people', 'table_outside'],
  ['the bare table without its schema', 'SELECT id FROM people', 'table_outside'],
  ['the bare table in a join', 'SELECT 1 FROM @ AS a JOIN shop.people AS b ON a.id = b.id', 'table_outside'],
  [
    'the bare table in a condition',
    'SELECT 1 FROM @ AS a WHERE EXISTS (SELECT 1 FROM shop.people AS b)',
    'table_outside',
  ],
  ['the bare table as a value', 'SELECT (SELECT max(name) FROM shop.people) FROM @ AS a', 'table_outside'],
  [
    'the bare table in the second part of a union',
    'SELECT id FROM @ AS a UNION ALL SELECT id FROM people',
    'table_outside',
  ],
  [
    'a relation that lost its condition',
    'SELECT id FROM (SELECT p.id AS id, p.name AS name FROM shop.people AS p) AS a',
    'table_outside',
  ],
  [
    'a relation with more columns',
    "SELECT 1 FROM (SELECT p.id AS id, p.ssn AS name FROM shop.people AS p WHERE p.region = 'EU') AS a",
    'table_outside',
  ],
  [
    'a relation with another value',
    "SELECT 1 FROM (SELECT p.id AS id, p.name AS name FROM shop.people AS p WHERE p.region = 'US') AS a",
    'table_outside',
  ],
  [
    'a common table that ends before its use',
    'SELECT 1 FROM (WITH people AS (SELECT 1 AS id) SELECT id FROM people) AS a JOIN people AS b ON a.id = b.id',
    'table_outside',
  ],
  ['a catalogue', 'SELECT * FROM information_schema.tables', 'table_outside'],
  ['two statements', 'SELECT 1; SELECT 2', 'one_query'],
  ['a write', 'DELETE FROM people', 'one_query'],
  ['a comment', 'SELECT 1 /* a */ AS x', 'comment'],
  ['a comment to the end of the line', 'SELECT 1 -- a', 'comment'],
  ['a function on no list', 'SELECT no_such_function(1)', 'function_unlisted'],
  ['a quote that is not closed', "SELECT 'a", 'characters'],
  ['a blank that is none', 'SELECT\u00a01', 'characters'],
  ['nesting', `SELECT ${'('.repeat(500)}1${')'.repeat(500)}`, 'depth'],
  ['ten thousand parentheses', `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`, 'depth'],
  ['a long text', `SELECT '${'a'.repeat(defaultLimits.size)}'`, 'size'],
  [
    'recursion without an end',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r',
    'recursion',
  ],
  [
    'recursion with an end',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT count(*) FROM r',
    'allow',
  ],
  ['a cross join of many', 'SELECT count(*) FROM @ AS a, @ AS b, @ AS c, @ AS d, @ AS e', 'cross_join'],
  [
    'many tables with conditions',
    'SELECT 1 FROM @ AS a, @ AS b, @ AS c, @ AS d WHERE a.id = b.id AND b.id = c.id AND c.id = d.id',
    'allow',
  ],
];

/** The dialect's own: statement and rule. */
const each: Readonly<Record<DialectName, readonly (readonly [string, FirewallRule | 'allow'])[]>> = {
  postgres: [
    ['SELECT pg_sleep(1)', 'function_never'],
    ['SELECT "pg_sleep"(1)', 'function_never'],
    ['SELECT pg_catalog.pg_sleep(1)', 'syntax'],
    ['SELECT current_user', 'function_never'],
    ["SELECT 'people'::regclass", 'type'],
    ['SELECT NULL::people', 'type'],
    ['SELECT 1 OPERATOR(other.=) 1', 'syntax'],
    ['SELECT 1 <<<>>> 1', 'operator'],
    ["SELECT 'aaaa' ~ '^(a+)+$'", 'pattern'],
    ["SELECT repeat('a', 1000000000)", 'bound'],
    ["SELECT repeat('a', 10)", 'allow'],
    ['SELECT g FROM generate_series(1, 1000000000) AS g', 'bound'],
    ['SELECT g FROM generate_series(1, 100) AS g', 'allow'],
    ['SELECT id FROM @ AS a FOR UPDATE', 'syntax'],
    ['SELECT 1 WHERE 1 = $1', 'parameter'],
    ['WITH d AS (DELETE FROM people RETURNING id) SELECT 1 FROM d', 'syntax'],
  ],
  mysql: [
    ['SELECT SLEEP(1)', 'function_never'],
    ['SELECT /*!50000 1 */', 'comment'],
    ["SELECT 'a\\' , '", 'characters'],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 'unreadable'],
    ["SELECT LPAD('a', 5, '0'), DATE_SUB('2024-01-01', INTERVAL '1:1' MINUTE_SECOND)", 'allow'],
    ['WITH a AS (SELECT 1 AS n) SELECT n FROM (WITH b AS (SELECT n FROM a) SELECT n FROM b) AS t', 'table_outside'],
    ['WITH a AS (SELECT 1 AS n) SELECT n FROM (WITH b AS (SELECT 2 AS m) SELECT n FROM a) AS t', 'allow'],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3), x AS (WITH q AS (SELECT 1 AS m) SELECT n FROM r) SELECT n FROM x',
      'recursion',
    ],
  ],
  sqlite: [
    ["SELECT load_extension('x')", 'function_never'],
    ["SELECT printf('%.*c', 100000000, 'x')", 'bound'],
    ['SELECT zeroblob(2000000000)', 'bound'],
    ['SELECT 1 FROM @ AS a WHERE id IN people', 'relation'],
    ['SELECT 1 FROM pragma_table_list', 'table_outside'],
  ],
  duckdb: [
    ["SELECT * FROM read_csv('/etc/passwd')", 'function_never'],
    ["SELECT * FROM '/tmp/x.csv'", 'table_outside'],
    ["SELECT getvariable('x')", 'function_never'],
    ["SELECT * FROM query('SELECT 1')", 'function_never'],
    ['SELECT count(*) FROM range(10000) AS a, range(10000) AS b, range(10000) AS c', 'bound'],
    ["SELECT 7 // 2, [x * 2 FOR x IN [1, 2]], ('a').upper()", 'allow'],
    [
      'WITH RECURSIVE r AS (SELECT n FROM r UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r',
      'table_outside',
    ],
    ['WITH RECURSIVE r AS (SELECT 1 AS n EXCEPT SELECT n FROM r WHERE n < 3) SELECT n FROM r', 'table_outside'],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r WHERE n < 3 UNION ALL SELECT n FROM r WHERE n < 2) SELECT n FROM r',
      'table_outside',
    ],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL BY NAME SELECT n + 1 AS n FROM r WHERE n < 3) SELECT n FROM r',
      'table_outside',
    ],
    [
      'WITH RECURSIVE r AS (WITH x AS (SELECT n FROM r) SELECT 1 AS n UNION ALL SELECT n + 1 FROM x WHERE n < 3) SELECT n FROM r',
      'table_outside',
    ],
  ],
  clickhouse: [
    ["SELECT file('x')", 'function_never'],
    ["SELECT dictGetString('d', 'a', 1)", 'function_never'],
    ['SELECT sleep(1)', 'function_never'],
    ['SELECT 1 SETTINGS max_threads = 1', 'syntax'],
    ['SELECT 1 FORMAT Native', 'syntax'],
    ['SELECT 1 FROM @ AS a WHERE id IN people', 'relation'],
    ['SELECT 1 FROM @ AS a WHERE id IN (people)', 'relation'],
    ["WITH tuple('EU') AS p SELECT a.id FROM @ AS a", 'relation'],
    ['SELECT number FROM numbers(1000000000000)', 'bound'],
    ['SELECT quantile(0.5)(id), sumIf(id, id > 1) FROM @ AS a', 'allow'],
    [
      'WITH RECURSIVE r AS (SELECT n FROM r UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r',
      'table_outside',
    ],
    ['WITH RECURSIVE r AS (SELECT 1 AS n EXCEPT SELECT n FROM r WHERE n < 3) SELECT n FROM r', 'table_outside'],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r UNION ALL SELECT n FROM r',
      'recursion',
    ],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r WHERE n < 3 UNION ALL SELECT n FROM r WHERE n < 2) SELECT n FROM r',
      'allow',
    ],
  ],
};

/** What no statement may hold: put anywhere, it is refused. */
const poisons: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: [
    'pg_sleep(1)',
    'current_user',
    '(SELECT max(name) FROM shop.people)',
    "query_to_xml('x', true, false, '')",
  ],
  mysql: ['sleep(1)', 'current_user', '(SELECT max(name) FROM shop.people)', "load_file('x')"],
  sqlite: ["load_extension('x')", '(SELECT max(name) FROM shop.people)', "readfile('x')"],
  duckdb: ["getvariable('x')", 'current_user', '(SELECT max(name) FROM shop.people)', '(SELECT 1 FROM read_text(1))'],
  clickhouse: ["file('x')", 'hostName()', '(SELECT max(name) FROM shop.people)', "getSetting('x')"],
};

/** Places for an expression. */
const places: readonly string[] = [
  'SELECT # AS x FROM @ AS a',
  'SELECT 1 FROM @ AS a WHERE a.id = #',
  'SELECT 1 FROM @ AS a WHERE NOT (a.id IN (1, #) OR a.id IS NULL)',
  'SELECT 1 FROM @ AS a JOIN @ AS b ON a.id = b.id AND a.id = #',
  'SELECT a.id FROM @ AS a GROUP BY a.id HAVING count(*) > #',
  'SELECT a.id FROM @ AS a ORDER BY coalesce(a.id, #)',
  'SELECT CASE WHEN a.id = 1 THEN # ELSE 2 END FROM @ AS a',
  'SELECT sum(a.id) OVER (PARTITION BY # ORDER BY a.id) FROM @ AS a',
  'SELECT x.y FROM (SELECT # AS y FROM @ AS a) AS x',
  'WITH c AS (SELECT # AS y FROM @ AS a) SELECT y FROM c',
  'SELECT 1 FROM @ AS a UNION ALL SELECT # FROM @ AS b',
  'SELECT lower(upper(coalesce(#, 1))) FROM @ AS a',
  'SELECT 1 FROM @ AS a WHERE EXISTS (SELECT 1 FROM @ AS b WHERE b.id = #)',
];

describe('the firewall', () => {
  before(loadQueryParser);

  for (const dialect of dialects) {
    describe(dialect, () => {
      for (const [title, text, rule] of everywhere) {
        it(`${rule === 'allow' ? 'allows' : 'refuses'} ${title}`, () => {
          expect(ruleOf(ask(dialect, text))).to.equal(rule);
        });
      }
      for (const [text, rule] of each[dialect]) {
        it(`${text} → ${rule}`, () => {
          expect(ruleOf(ask(dialect, text))).to.equal(rule);
        });
      }
      it('refuses what is forbidden wherever it is put', () => {
        for (const place of places) {
          expect(ruleOf(ask(dialect, place.replace('#', '3'))), place).to.equal('allow');
          for (const poison of poisons[dialect]) {
            expect(ruleOf(ask(dialect, place.replace('#', poison))), place.replace('#', poison)).to.not.equal('allow');
          }
        }
      });
    });
  }

  it('takes bound values for what they are: another value makes another relation', () => {
    const text = 'SELECT p.id AS id FROM people AS p WHERE p.region = $1';
    const verdict = (value: string) =>
      judge({
        dialect: 'postgres',
        text: `SELECT a.id FROM (${text}) AS a`,
        parameters: [{ type: 'string', value }],
        expected: [{ table: 'people', text, parameters: [{ type: 'string', value: 'EU' }] }],
      });
    expect(ruleOf(verdict('EU'))).to.equal('allow');
    expect(ruleOf(verdict('US'))).to.equal('table_outside');
  });

  it('refuses a common table that takes the place of a table inside of the relation', () => {
    const text = 'SELECT p.id AS id FROM people AS p WHERE p.id IN (SELECT m.id FROM mine AS m)';
    const expected = [{ table: 'people', text }];
    const statement = `WITH mine AS (SELECT 1 AS id) SELECT a.id FROM (${text}) AS a`;
    expect(ruleOf(judge({ dialect: 'postgres', text: statement, expected }))).to.equal('relation');
  });

  it('reports what is volatile, and which tables occur', () => {
    const verdict = ask('postgres', 'SELECT now(), a.id FROM @ AS a');
    expect(verdict).to.include({ verdict: 'allow', volatile: true });
    expect(verdict.verdict === 'allow' && verdict.tables).to.deep.equal(['shop.people']);
    expect(ask('postgres', 'SELECT lower(a.name) FROM @ AS a')).to.include({ volatile: false });
  });
});
