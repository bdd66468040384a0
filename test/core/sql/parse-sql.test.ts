import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import { parseSql } from '../../../core/sql/parse-sql.js';
import { asWritten, printPieces } from '../../../core/sql/print-sql.js';
import { tokenizeSql } from '../../../core/sql/tokenize-sql.js';
import type { TextDialect } from '../../../core/sql/text-dialects.js';

const all: readonly TextDialect[] = ['postgres', 'mysql', 'sqlite', 'duckdb', 'clickhouse'];
const codeOf = (sql: string, dialect: TextDialect): string => {
  try {
    parseSql(sql, dialect);
    return 'read';
  } catch (error) {
    if (error instanceof DataMindError) return error.code;
    throw error;
  }
};

describe('SQL text', () => {
  const keeps: readonly (readonly [TextDialect | 'all', string])[] = [
    ['all', 'SELECT a FROM t WHERE b = 1 AND NOT c IN (1, 2) OR d BETWEEN 1 AND 2'],
    ['all', 'SELECT count(*), max(a) AS m FROM t GROUP BY b HAVING count(*) > 1 ORDER BY 2 DESC LIMIT 3'],
    ['all', 'SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY 1'],
    ['all', 'SELECT a.b FROM t AS a RIGHT JOIN u AS b ON a.b = b.b LEFT OUTER JOIN v AS c ON c.d > b.b'],
    ['all', 'SELECT a.b FROM t AS a CROSS JOIN u AS b INNER JOIN v AS c USING (d)'],
    ['all', 'WITH x AS (SELECT a FROM t) SELECT * FROM x WHERE a IN (SELECT b FROM u)'],
    ['all', 'SELECT CASE WHEN a > 1 THEN 2 ELSE -a - -1 END FROM t'],
    ['all', 'SELECT sum(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t'],
    ['all', 'SELECT EXISTS (SELECT 1 FROM t), ((SELECT max(a) FROM t))'],
    [
      'postgres',
      `SELECT E'it\\'s', '2024-01-01'::date - interval '1 day', (a).b, ARRAY[1, 2] @> ARRAY[1], x ->> 'k' FROM t`,
    ],
    [
      'postgres',
      'SELECT extract(year FROM a), trim(both FROM b), substring(c FROM 2 FOR 3), a IS DISTINCT FROM b FROM t',
    ],
    ['postgres', 'SELECT DISTINCT ON (a) a FROM t FETCH FIRST 2 ROWS ONLY'],
    ['mysql', "SELECT 7 DIV 2, a <=> b, `c`, group_concat(d SEPARATOR ';') FROM t LIMIT 2, 3"],
    ['mysql', 'SELECT a FROM t WHERE (a, b) IN (SELECT a, b FROM u) AND (a, b) IN ((1, 2), (3, 4))'],
    ['mysql', 'SELECT date_add(a, INTERVAL b + 1 DAY), timestampdiff(MONTH, a, b) FROM t'],
    ['sqlite', 'SELECT a ISNULL, b GLOB \'x*\', c == 1, "d" FROM t LIMIT 1 OFFSET 2'],
    ['duckdb', "SELECT [x * 2 FOR x IN [1, 2] IF x > 1], {'a': 1}, list_transform(l, lambda x: x + 1), s[1:2] FROM t"],
    ['duckdb', 'FROM t SELECT a GROUP BY ALL ORDER BY ALL LIMIT 10%'],
    ['clickhouse', 'SELECT a ? 1 : 2, (1, 2).1, quantile(0.5)(b) FROM t LIMIT 1 BY c LIMIT 5'],
  ];
  for (const [dialect, sql] of keeps)
    for (const name of dialect === 'all' ? all : [dialect])
      it(`${name} keeps ${sql}`, () => {
        expect(printPieces(parseSql(sql, name).pieces, asWritten)).to.equal(sql);
      });

  const mends: readonly (readonly [TextDialect, string, string])[] = [
    ['postgres', 'SELECT /* a */ 1 -- b', 'SELECT 1'],
    ['postgres', 'SELECT a FROM t x', 'SELECT a FROM t AS x'],
    ['postgres', "SELECT '\\d'", "SELECT E'\\\\d'"],
    ['postgres', "SELECT $q$it's$q$", "SELECT 'it''s'"],
    ['postgres', 'SELECT $$a\\tb$$', "SELECT E'a\\\\tb'"],
    ['postgres', "SELECT $$\\' OR 1 = 1 --$$", "SELECT E'\\\\'' OR 1 = 1 --'"],
    ['duckdb', "SELECT $$\\'$$", "SELECT '\\'''"],
    ['mysql', 'SELECT "it\'s"', "SELECT 'it''s'"],
    ['sqlite', 'SELECT [a b] FROM [t]', 'SELECT "a b" FROM "t"'],
    ['sqlite', "SELECT a AS 'b' FROM t", 'SELECT a AS "b" FROM t'],
    ['sqlite', `SELECT a AS 'b", c AS "d' FROM t`, 'SELECT a AS "b"", c AS ""d" FROM t'],
    ['sqlite', `SELECT a FROM t AS 'u" JOIN v AS "w'`, 'SELECT a FROM t AS "u"" JOIN v AS ""w"'],
    ['mysql', "SELECT a AS 'b`, c AS `d' FROM t", 'SELECT a AS `b``, c AS ``d` FROM t'],
  ];
  for (const [dialect, sql, printed] of mends)
    it(`${dialect} writes ${sql} plainly`, () => {
      expect(printPieces(parseSql(sql, dialect).pieces, asWritten)).to.equal(printed);
    });

  // Two signs that grow together are another sign, or a comment to the end of the line.
  for (const [dialect, sql] of [...keeps, ['all', 'SELECT 5 - - 3 + + 2, a < - 1, - - b FROM t'] as const])
    for (const name of dialect === 'all' ? all : [dialect])
      it(`${name} parts by comments as by blanks: ${sql}`, () => {
        const texts = tokenizeSql(sql, name).map(({ text }) => text);
        const printed = (between: string): string => printPieces(parseSql(texts.join(between), name).pieces, asWritten);
        expect(printed('/**/')).to.equal(printed(' '));
      });

  const refused: readonly (readonly [TextDialect | 'all', string])[] = [
    ['all', 'DELETE FROM t'],
    ['all', 'SELECT 1; SELECT 2'],
    ['all', 'SELECT 1 FROM t; DROP TABLE t'],
    ['all', 'WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x'],
    ['all', 'SELECT a INTO b FROM t'],
    ['all', 'SELECT a FROM t FOR UPDATE'],
    ['all', 'SELECT a FROM t TABLESAMPLE SYSTEM (10)'],
    ['all', 'TABLE t'],
    ['all', "SELECT a FROM 'file.csv'"],
    ['all', 'SELECT a FROM read_csv(1)'],
    ['all', 'EXPLAIN SELECT 1'],
    ['all', 'SELECT 1FROM t'],
    ['all', 'SELECT ａ FROM t'],
    ['all', "SELECT 'open"],
    ['all', 'SELECT /* open'],
    ['all', 'SELECT /*+ hint */ 1'],
    ['all', 'SELECT a FROM t WHERE'],
    ['all', 'SELECT current_user'],
    ['all', 'SELECT f(SELECT 1)'],
    ['all', "SELECT CAST('t' AS regclass)"],
    ['all', 'SELECT a FROM t PIVOT (sum(a) FOR b IN (1))'],
    ['all', 'SELECT a \u0000 FROM t'],
    ['postgres', "SELECT U&'\\0041'"],
    ['postgres', 'SELECT $1'],
    ['postgres', 'SELECT pg_catalog.lower(a) FROM t'],
    ['postgres', 'SELECT a FROM (t)'],
    ['postgres', 'SELECT a FROM ROWS FROM (generate_series(1, 2)) AS t (a)'],
    ['mysql', 'SELECT /*!50000 1 */'],
    ['mysql', 'SELECT /*M!100000 1 */'],
    ['mysql', 'SELECT 1--1'],
    ['mysql', 'SELECT 1 # 2'],
    ['mysql', "SELECT '\\''"],
    ['mysql', 'SELECT @a'],
    ['mysql', "SELECT {d '2024-01-01'}"],
    ['mysql', "SELECT _gbk'x'"],
    ['mysql', 'SELECT a FROM t PROCEDURE ANALYSE()'],
    // These bring MariaDB down.
    ['mysql', 'SELECT 1 FROM t WHERE ((SELECT max(a) FROM t), 1) IN (SELECT a, 1 FROM u)'],
    ['mysql', 'SELECT 1 FROM t JOIN u ON ROW((SELECT max(a) FROM t), 1) IN (SELECT a, 1 FROM u)'],
    ['mysql', 'SELECT 1 FROM (SELECT (SELECT 1) AS a) t RIGHT JOIN u ON (t.a, 1) NOT IN ((SELECT a, 1 FROM u))'],
    [
      'mysql',
      'SELECT 1 FROM (SELECT b IN (SELECT 1) AS a FROM t) t RIGHT JOIN u ON (t.a, 1) = ANY (SELECT a, 1 FROM u)',
    ],
    ['mysql', 'SELECT 1 FROM (SELECT EXISTS (SELECT 1) AS a) t RIGHT JOIN u ON (t.a, 1) <> ALL (SELECT a, 1 FROM u)'],
    ['sqlite', 'SELECT a FROM t INDEXED BY i'],
    ['sqlite', 'SELECT a IN pragma_table_info(1)'],
    ['sqlite', 'SELECT :a'],
    ['clickhouse', 'SELECT a FROM t FINAL'],
    ['clickhouse', 'SELECT a FROM t PREWHERE a = 1'],
    ['clickhouse', 'SELECT a FROM t SETTINGS max_threads = 1'],
    ['clickhouse', 'SELECT a FROM t FORMAT JSON'],
    ['clickhouse', "SELECT a FROM t INTO OUTFILE 'x'"],
    ['clickhouse', 'SELECT {a:String}'],
    ['duckdb', 'SELECT a FROM t USING SAMPLE 1'],
    ['duckdb', 'SELECT a FROM (SUMMARIZE t)'],
  ];
  for (const [dialect, sql] of refused)
    for (const name of dialect === 'all' ? all : [dialect])
      it(`${name} refuses ${JSON.stringify(sql)}`, () => {
        expect(codeOf(sql, name)).to.be.oneOf(['SQL_INVALID', 'SQL_NOT_ALLOWED']);
      });

  const instead: readonly (readonly [TextDialect, string, string])[] = [
    ['postgres', 'VALUES (2), (1) ORDER BY 1', 'put VALUES into a subquery'],
    ['postgres', '(VALUES (2), (1)) LIMIT 1', 'read'],
    ['postgres', 'SELECT a FROM (VALUES (2), (1)) AS v (a) ORDER BY a', 'read'],
    ['clickhouse', 'SELECT a FROM t PREWHERE a = 1', 'write WHERE for PREWHERE'],
    ['duckdb', "SELECT listagg(a, ',' ORDER BY b) FROM t", 'write string_agg'],
    ['duckdb', "SELECT listagg(a, ',') FROM t", 'read'],
  ];
  for (const [dialect, sql, words] of instead)
    it(`${dialect} ${words === 'read' ? 'reads' : 'says what to write instead of'} ${sql}`, () => {
      if (words === 'read') expect(codeOf(sql, dialect)).to.equal('read');
      else expect(() => parseSql(sql, dialect)).to.throw(DataMindError, words);
    });

  it('says where', () => {
    expect(() => parseSql('SELECT a\nFROM t FINAL', 'clickhouse')).to.throw(DataMindError, 'line 2, column 8');
  });

  /** Ways to nest: what opens a level, the innermost, and what closes a level. */
  const nestings: readonly (readonly [string, string, string, (readonly TextDialect[])?])[] = [
    ['(', '1', ')'],
    ['coalesce(', '1', ', 2)'],
    ['CASE WHEN 1 = 1 THEN ', '1', ' END'],
    ['1 IN (', '1', ')'],
    ['EXISTS (SELECT ', '1', ')'],
    ['CAST(', '1', ' AS CHAR)'],
    ['(SELECT max(a) FROM t WHERE b = ', '1', ')'],
    ['(SELECT a FROM (SELECT ', '1', ' AS a) AS t)'],
    ['(WITH c AS (SELECT ', '1', ' AS a) SELECT a FROM c)'],
    ['(SELECT 1 UNION SELECT ', '1', ')'],
    ['[', '1', ']', ['duckdb', 'clickhouse']],
    ["{'a': ", '1', '}', ['duckdb']],
    ['ARRAY[', '1', ']', ['postgres', 'duckdb']],
  ];
  for (const [open, inside, close, only] of nestings)
    for (const dialect of only ?? all)
      it(`${dialect} reads so many levels of ${open}…${close}, and no more`, () => {
        const nested = (levels: number): string => `SELECT ${open.repeat(levels)}${inside}${close.repeat(levels)}`;
        expect(codeOf(nested(5), dialect)).to.equal('read');
        expect(codeOf(nested(500), dialect)).to.equal('SQL_TOO_LARGE');
      });

  for (const dialect of all) {
    it(`${dialect} bears depth and length`, () => {
      expect(codeOf(`SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`, dialect)).to.equal('SQL_TOO_LARGE');
      expect(codeOf(`SELECT ${'1 + '.repeat(4_000)}1`, dialect)).to.equal('read');
      expect(codeOf(`SELECT ${'1 + '.repeat(20_000)}1`, dialect)).to.equal('SQL_TOO_LARGE');
      expect(codeOf(`SELECT '${'x'.repeat(10_000_000)}'`, dialect)).to.equal('SQL_TOO_LARGE');
    });

    it(`${dialect} takes long lists of values, and long ones only behind IN`, () => {
      const list = (of: (at: number) => string, most: number): string =>
        Array.from({ length: most }, (_, at) => of(at)).join();
      expect(codeOf(`SELECT 1 WHERE 2 IN (${list(String, 12_000)})`, dialect)).to.equal('read');
      expect(codeOf(`SELECT 1 WHERE 2 NOT IN (${list((at) => `'${at}'`, 10_000)})`, dialect)).to.equal('read');
      expect(codeOf(`SELECT 1 WHERE 2 IN (${list(() => '1', 20_000)})`, dialect)).to.equal('SQL_TOO_LARGE');
      expect(codeOf(`SELECT 1 WHERE 2 IN (${list(() => 'a', 6_000)})`, dialect)).to.equal('SQL_TOO_LARGE');
      expect(codeOf(`SELECT ${list(String, 6_000)}`, dialect)).to.equal('SQL_TOO_LARGE');
    });
  }
});
