import { expect } from 'chai';
import { judge } from '../../../core/firewall/judge.js';
import { defaultLimits } from '../../../core/firewall/limits.js';
import { firewallLists } from '../../../core/firewall/lists/index.js';
import type { FirewallRule, Verdict } from '../../../core/firewall/verdict.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import type { TextDialect } from '../../../core/sql/text-dialects.js';

const dialects: readonly TextDialect[] = ['postgres', 'mysql', 'sqlite', 'duckdb', 'clickhouse'];

/** What a subject may have of `people`; the statements below write it as `@`. */
const relation = "SELECT p.id AS id, p.name AS name FROM shop.people AS p WHERE p.region = 'EU'";
const ask = (dialect: TextDialect, text: string): Verdict =>
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
  [
    'recursion with a condition in its first part only',
    'WITH RECURSIVE r AS (SELECT 1 AS n FROM @ AS a WHERE a.id = 1 UNION ALL SELECT r.n + 1 FROM r) SELECT count(*) FROM r',
    'recursion',
  ],
  [
    'recursion with a join in its first part only',
    'WITH RECURSIVE r AS (SELECT 1 AS n FROM @ AS a JOIN @ AS b ON a.id = b.id UNION ALL SELECT r.n + 1 FROM r) SELECT count(*) FROM r',
    'recursion',
  ],
  [
    'recursion with a condition outside only',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT r.n + 1 FROM r) SELECT count(*) FROM r WHERE r.n < 9',
    'recursion',
  ],
  [
    'recursion with a limit outside only',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT r.n + 1 FROM r) SELECT r.n FROM r LIMIT 9',
    'recursion',
  ],
  ['a cross join of many', 'SELECT count(*) FROM @ AS a, @ AS b, @ AS c, @ AS d, @ AS e', 'cross_join'],
  [
    'many tables with conditions',
    'SELECT 1 FROM @ AS a, @ AS b, @ AS c, @ AS d WHERE a.id = b.id AND b.id = c.id AND c.id = d.id',
    'allow',
  ],
];

/** The dialect's own: statement and rule. */
const each: Readonly<Record<TextDialect, readonly (readonly [string, FirewallRule | 'allow'])[]>> = {
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
    ["SELECT repeat('a', 100000 * 10000)", 'bound'],
    ["SELECT repeat('a', a.id) FROM @ AS a", 'bound'],
    ["SELECT repeat('a', (SELECT 1000000000))", 'bound'],
    ["SELECT lpad('a', 10 + 1000000000)", 'bound'],
    ['SELECT g FROM generate_series(1, 1000000000) AS g', 'bound'],
    ['SELECT g FROM generate_series(1, 100) AS g', 'allow'],
    ['SELECT id FROM @ AS a FOR UPDATE', 'syntax'],
    ['SELECT 1 WHERE 1 = $1', 'parameter'],
    ['WITH d AS (DELETE FROM people RETURNING id) SELECT 1 FROM d', 'syntax'],
  ],
  mysql: [
    ['SELECT SLEEP(1)', 'function_never'],
    [`SELECT ${'1 + '.repeat(4_900)}1`, 'size'],
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
    ['SELECT number FROM numbers(1000000000, 1000000000)', 'bound'],
    ['SELECT number FROM numbers(1000000000, 100)', 'allow'],
    ['SELECT number FROM numbers(0, 100), numbers(100)', 'allow'],
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

/** Common tables that name themselves; the word RECURSIVE makes them see themselves, on SQLite its absence too. */
const ofThemselves: readonly string[] = [
  'WITH people AS (SELECT 1 AS id UNION ALL SELECT s.id FROM people AS s WHERE s.id > 0) SELECT people.id FROM people',
  'WITH people AS (SELECT 1 AS id UNION SELECT s.id FROM people AS s WHERE s.id < 3) SELECT people.id FROM people',
  'WITH x AS (SELECT 1 AS n), people AS (SELECT 1 AS id UNION ALL SELECT s.id FROM people AS s JOIN x ON s.id < x.n) SELECT people.id FROM people',
  'SELECT t.id FROM (WITH people AS (SELECT 1 AS id UNION ALL SELECT s.id FROM people AS s WHERE s.id > 0) SELECT people.id FROM people) AS t',
];

/** What no statement may hold: put anywhere, it is refused. */
const poisons: Readonly<Record<TextDialect, readonly string[]>> = {
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
      it('looks at what stands around a relation, too', () => {
        expect(ruleOf(ask(dialect, '@ LIMIT 3'))).to.equal('allow');
        for (const text of [
          '@ LIMIT (SELECT count(*) FROM shop.people)',
          '@ ORDER BY (SELECT max(name) FROM shop.people)',
          '@ UNION ALL @ ORDER BY (SELECT max(name) FROM shop.people)',
          '@ UNION ALL SELECT id, name FROM shop.people',
          'SELECT 1 AS one WHERE 1 IN (@ LIMIT (SELECT count(*) FROM shop.people))',
          'SELECT x.id FROM (@ LIMIT (SELECT count(*) FROM shop.people)) AS x',
          'SELECT x.id FROM (@ ORDER BY (SELECT max(name) FROM shop.people)) AS x',
          'WITH x AS (@ LIMIT (SELECT count(*) FROM shop.people)) SELECT x.id FROM x',
        ])
          expect(ruleOf(ask(dialect, text)), text).to.not.equal('allow');
      });
      it('finds a common table where the engine certainly does, by its spelling', () => {
        const quoted = (name: string) => (dialect === 'mysql' ? `\`${name}\`` : `"${name}"`);
        const isFound = (common: string, name: string): boolean =>
          ruleOf(ask(dialect, `WITH ${common} AS (SELECT 1 AS id) SELECT x.id FROM ${name} AS x`)) === 'allow';
        const foldsAll = dialect === 'sqlite' || dialect === 'duckdb';
        const folds = foldsAll || dialect === 'postgres';
        expect(isFound('people', 'people')).to.equal(true);
        expect(isFound('People', 'people')).to.equal(folds);
        expect(isFound('people', 'PEOPLE')).to.equal(folds);
        expect(isFound(quoted('people'), 'people')).to.equal(true);
        expect(isFound(quoted('People'), 'people')).to.equal(foldsAll);
        expect(isFound('people', quoted('People'))).to.equal(foldsAll);
        expect(isFound(quoted('People'), quoted('People'))).to.equal(true);
        expect(isFound(quoted('People'), 'People')).to.equal(dialect !== 'postgres');
      });
      for (const text of ofThemselves)
        it(`${dialect === 'sqlite' ? 'finds itself' : 'reads a table'} in ${text}`, () => {
          expect(ruleOf(ask(dialect, text))).to.equal(dialect === 'sqlite' ? 'allow' : 'table_outside');
        });
      it('says so of all that the clock or chance is in', () => {
        const { functions, words } = firewallLists[dialect];
        const verdicts = (texts: readonly string[]) => texts.map((text) => ask(dialect, `SELECT ${text} AS x`));
        for (const [name, kind] of words)
          if (kind === 'volatile')
            for (const text of [name, name.toUpperCase(), `coalesce(${name}, ${name})`])
              expect(verdicts([text])[0], text).to.include({ verdict: 'allow', volatile: true });
        for (const [name, kind] of functions) {
          if (kind !== 'volatile') continue;
          const allowed = verdicts([`${name}()`, `${name}(1)`, `lower(${name}())`]).filter(
            (verdict) => verdict.verdict === 'allow',
          );
          for (const verdict of allowed) expect(verdict, name).to.include({ volatile: true });
          expect(allowed, name).to.not.be.empty;
        }
      });
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

  describe('values that are bound', () => {
    const text = 'SELECT p.id AS id FROM people AS p WHERE p.region = $1';
    const of = (...values: readonly string[]) => values.map((value) => ({ type: 'string' as const, value }));
    /** What is sent, its values, the value of the relation that is expected, and what becomes of it. */
    const bound: readonly (readonly [string, readonly string[], string, FirewallRule | 'allow'])[] = [
      ['SELECT a.id FROM (@1) AS a', ['EU'], 'EU', 'allow'],
      ['SELECT a.id FROM (@1) AS a', ['US'], 'EU', 'table_outside'],
      // The same text, expected with another value than ever before.
      ['SELECT a.id FROM (@1) AS a', ['EU'], 'US', 'table_outside'],
      ['SELECT a.id FROM (@1) AS a', ['US'], 'US', 'allow'],
      ['SELECT a.id FROM (@1) AS a', [], 'EU', 'parameter'],
      ['SELECT $2 AS x, a.id FROM (@1) AS a', ['EU', 'US'], 'US', 'table_outside'],
      ['SELECT $2 AS x, a.id FROM (@1) AS a', ['EU', 'US'], 'EU', 'allow'],
      ['SELECT $1 AS x, a.id FROM (@2) AS a', ['US', 'EU'], 'EU', 'allow'],
      ['SELECT $1 AS x, a.id FROM (@2) AS a', ['EU', 'US'], 'EU', 'table_outside'],
      ['SELECT a.id FROM (@2) AS a JOIN (@1) AS b ON a.id = b.id', ['EU', 'US'], 'EU', 'table_outside'],
      ['SELECT a.id FROM (@1) AS a JOIN (@1) AS b ON a.id = b.id', ['EU', 'US'], 'EU', 'allow'],
    ];
    for (const [sent, values, value, rule] of bound)
      it(`${sent} with ${values.join(', ') || 'none'}, where ${value} is expected → ${rule}`, () => {
        const verdict = judge({
          dialect: 'postgres',
          text: sent.replaceAll(/@(\d)/g, (_, number: string) => text.replace('$1', `$${number}`)),
          parameters: of(...values),
          expected: [{ table: 'people', text, parameters: of(value) }],
        });
        expect(ruleOf(verdict)).to.equal(rule);
      });
  });

  describe('a common table that takes the place of a table inside of the relation', () => {
    const spellings = ['mine', 'Mine', 'MINE', '"mine"', '"MINE"'];
    const verdict = (dialect: TextDialect, inside: string, common: string): FirewallRule | 'allow' => {
      const text = `SELECT p.id AS id FROM shop.people AS p WHERE p.id IN (SELECT m.id FROM ${inside} AS m)`;
      const statement = `WITH ${common} AS (SELECT 1 AS id) SELECT a.id FROM (${text}) AS a`;
      const quoted = (sql: string) => (dialect === 'mysql' ? sql.replaceAll('"', '`') : sql);
      return ruleOf(judge({ dialect, text: quoted(statement), expected: [{ table: 'people', text: quoted(text) }] }));
    };
    for (const dialect of dialects)
      for (const inside of spellings) {
        it(`is refused on ${dialect} in whatever spelling where the relation says ${inside}`, () => {
          for (const common of spellings) expect(verdict(dialect, inside, common), common).to.equal('relation');
        });
        it(`is none on ${dialect} with another name, or where the relation names its schema: ${inside}`, () => {
          expect(verdict(dialect, inside, 'yours')).to.equal('allow');
          expect(verdict(dialect, `shop.${inside}`, 'mine')).to.equal('allow');
        });
      }
  });

  it('reports what is volatile, and which tables occur', () => {
    const verdict = ask('postgres', 'SELECT now(), a.id FROM @ AS a');
    expect(verdict).to.include({ verdict: 'allow', volatile: true });
    expect(verdict.verdict === 'allow' && verdict.tables).to.deep.equal(['shop.people']);
    expect(ask('postgres', 'SELECT lower(a.name) FROM @ AS a')).to.include({ volatile: false });
  });

  const merged: readonly (readonly [sql: string, unmerged: boolean])[] = [
    ['SELECT a.id FROM @ AS a LEFT JOIN @ AS b ON a.id = b.id', false],
    ['SELECT a.id FROM @ AS a LEFT JOIN (SELECT id FROM @ AS c) AS b ON a.id = b.id', false],
    [
      'SELECT a.id FROM @ AS a LEFT JOIN (SELECT c.*, CASE WHEN id = 1 THEN id END AS x FROM @ AS c) AS b ON 1 = 1',
      false,
    ],
    ['SELECT a.id FROM @ AS a JOIN (SELECT coalesce(id, 1) AS id FROM @ AS c) AS b ON a.id = b.id', false],
    ['SELECT a.id FROM (SELECT coalesce(id, 1) AS id FROM @ AS c) AS a LEFT JOIN @ AS b ON a.id = b.id', false],
    ['SELECT a.id FROM @ AS a LEFT JOIN (SELECT 1 AS id FROM @ AS c GROUP BY name) AS b ON a.id = b.id', false],
    ['SELECT a.id FROM @ AS a LEFT JOIN (SELECT coalesce(id, 1) AS id FROM @ AS c) AS b ON a.id = b.id', true],
    ['SELECT a.id FROM (SELECT coalesce(id, 1) AS id FROM @ AS c) AS a RIGHT JOIN @ AS b ON a.id = b.id', true],
    ['SELECT a.id FROM @ AS a NATURAL LEFT JOIN (SELECT 1 AS id FROM @ AS c) AS b', true],
    ['SELECT a.id FROM @ AS a LEFT JOIN (@ AS d JOIN (SELECT 1 AS id FROM @ AS c) AS b ON 1 = 1) ON a.id = b.id', true],
    [
      'SELECT a.id FROM @ AS a LEFT JOIN (SELECT x.id FROM (SELECT 1 AS id FROM @ AS c) AS x) AS b ON a.id = b.id',
      true,
    ],
    ['WITH b AS (SELECT 1 AS id FROM @ AS c) SELECT a.id FROM @ AS a LEFT JOIN b ON a.id = b.id', true],
    [
      'WITH x AS (SELECT 1 AS id FROM @ AS c), b AS (SELECT id FROM x) SELECT a.id FROM @ AS a LEFT JOIN b ON a.id = b.id',
      true,
    ],
    [
      'SELECT 1 FROM @ AS z WHERE z.id IN (SELECT a.id FROM @ AS a LEFT JOIN (SELECT 1 AS id FROM @ AS c) AS b ON 1 = 1)',
      true,
    ],
  ];
  for (const [sql, unmerged] of merged)
    it(`${unmerged ? 'keeps subqueries of MariaDB apart' : 'lets MariaDB merge subqueries'} in ${sql}`, () => {
      expect(ask('mysql', sql)).to.deep.include({ verdict: 'allow', planning: { unmerged, fixed: false } });
    });

  it('lets others merge', () => {
    expect(ask('postgres', merged.at(-1)![0])).to.deep.include({
      verdict: 'allow',
      planning: { unmerged: false, fixed: false },
    });
  });
});
