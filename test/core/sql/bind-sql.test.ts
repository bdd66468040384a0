import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import { bindSql } from '../../../core/sql/bind-sql.js';
import { parseSql } from '../../../core/sql/parse-sql.js';
import type { TextDialect } from '../../../core/sql/text-dialects.js';

const all: readonly TextDialect[] = ['postgres', 'mysql', 'sqlite', 'duckdb', 'clickhouse'];
const names = {
  tables: [
    { catalog: null, schema: 'shop', table: 'people' },
    { catalog: null, schema: 'archive', table: 'old' },
    { catalog: 'other', schema: 'shop', table: 'far' },
    { catalog: null, schema: null, table: 'near' },
  ],
  defaults: { catalog: null, schema: 'shop' },
};

/** How many names in FROM mean the table, and how many a common table; or the code of the refusal. */
const meaning = (sql: string, dialect: TextDialect): string => {
  try {
    const { tables, commons } = bindSql(parseSql(sql, dialect), names);
    return `${tables.size} tables, ${commons.size} common`;
  } catch (error) {
    if (error instanceof DataMindError) return error.code;
    throw error;
  }
};

describe('names in FROM', () => {
  const rows: readonly (readonly [string, string, (readonly TextDialect[])?])[] = [
    ['SELECT id FROM people', '1 tables, 0 common'],
    ['SELECT id FROM shop.people', '1 tables, 0 common'],
    ['SELECT id FROM strangers', 'TABLE_UNKNOWN'],
    ['WITH people AS (SELECT 1 AS id) SELECT id FROM people', '0 tables, 1 common'],
    ['WITH people AS (SELECT 1 AS id) SELECT id FROM shop.people', '1 tables, 0 common'],
    ['SELECT a.id FROM people AS a RIGHT JOIN people AS b ON a.id = b.id', '2 tables, 0 common'],
    [
      'WITH x AS (SELECT 1 AS id) SELECT id FROM (WITH y AS (SELECT 2 AS n) SELECT x.id FROM x, y) AS t',
      '0 tables, 2 common',
    ],
    // A bare name is the default schema's, and never a table of the same name elsewhere.
    ['SELECT id FROM near', '1 tables, 0 common'],
    ['SELECT id FROM shop.near', '1 tables, 0 common'],
    ['SELECT id FROM archive.near', 'TABLE_UNKNOWN'],
    ['SELECT id FROM old', 'TABLE_UNKNOWN'],
    ['SELECT id FROM shop.old', 'TABLE_UNKNOWN'],
    ['SELECT id FROM archive.old', '1 tables, 0 common'],
    ['SELECT id FROM far', 'TABLE_UNKNOWN'],
    ['SELECT id FROM shop.far', 'TABLE_UNKNOWN'],
    ['SELECT id FROM other.shop.far', '1 tables, 0 common'],
    ['SELECT id FROM people AS a JOIN old AS b USING (id)', 'TABLE_UNKNOWN'],
    // The engine takes a bare name twice, and no alias.
    ['SELECT 1 FROM people CROSS JOIN people', 'SQL_NOT_ALLOWED', ['clickhouse']],
    ['SELECT 1 FROM people CROSS JOIN shop.people', 'SQL_NOT_ALLOWED', ['clickhouse']],
    ['SELECT 1 FROM people CROSS JOIN (SELECT 1 AS id) AS people', 'SQL_NOT_ALLOWED', ['clickhouse']],
    ['WITH x AS (SELECT 1 AS id) SELECT 1 FROM x CROSS JOIN x', 'SQL_NOT_ALLOWED', ['clickhouse']],
    ['SELECT 1 FROM people CROSS JOIN people AS other', '2 tables, 0 common', ['clickhouse']],
    ['SELECT 1 FROM people WHERE id IN (SELECT id FROM people)', '2 tables, 0 common', ['clickhouse']],
    ['SELECT 1 FROM people WHERE id IN people', '2 tables, 0 common', ['clickhouse']],
    // The engine takes only one alias of a name, and looks for what a common table reads where that is used.
    ['SELECT id AS people FROM people', 'SQL_NOT_ALLOWED', ['clickhouse']],
    ['WITH x AS (SELECT id FROM people) SELECT id AS x FROM x', 'SQL_NOT_ALLOWED', ['clickhouse']],
    ['SELECT id AS people FROM people AS p', '1 tables, 0 common', ['clickhouse']],
    [
      'WITH c AS (SELECT id FROM people) SELECT id FROM (WITH people AS (SELECT 1 AS id) SELECT c.id FROM c, people) AS t',
      'SQL_NOT_ALLOWED',
      ['clickhouse'],
    ],
    ['WITH people AS (SELECT id FROM people) SELECT id FROM people', '1 tables, 1 common', ['clickhouse']],
    // The engine may take what is selected for the relation.
    ['WITH c AS (SELECT x.id FROM people AS x) SELECT (SELECT max(id) FROM c) AS x', 'SQL_NOT_ALLOWED', ['clickhouse']],
    [
      'WITH c AS (SELECT x.id FROM people AS x) SELECT (SELECT max(id) FROM c) AS y',
      '1 tables, 1 common',
      ['clickhouse'],
    ],
    ['WITH c AS (SELECT x.id FROM people AS x) SELECT max(id) AS x FROM c', '1 tables, 1 common', ['clickhouse']],
    ['SELECT (SELECT 1) AS x FROM people AS x', '1 tables, 0 common', ['clickhouse']],
    // The engine looks past the outer common table, for a table of the database.
    [
      'WITH x AS (SELECT 1 AS id) SELECT id FROM (WITH y AS (SELECT id FROM x) SELECT id FROM y) AS t',
      'SQL_NOT_ALLOWED',
      ['mysql'],
    ],
    // The engine goes down over some that nothing reads, but not where they stand before the whole statement.
    ['SELECT id FROM (WITH x AS (SELECT id FROM people) SELECT id FROM people) AS t', 'SQL_NOT_ALLOWED', ['mysql']],
    ['WITH a AS (WITH x AS (SELECT 1 AS id) SELECT 1 AS id) SELECT id FROM a', 'SQL_NOT_ALLOWED', ['mysql']],
    ['SELECT id FROM (WITH x AS (SELECT id FROM people) SELECT id FROM x) AS t', '1 tables, 1 common', ['mysql']],
    ['WITH x AS (SELECT id FROM people) SELECT id FROM people', '2 tables, 0 common', ['mysql']],
    [
      'WITH RECURSIVE r AS (SELECT id FROM r UNION ALL SELECT id + 1 FROM r WHERE id < 3) SELECT id FROM r',
      'SQL_NOT_ALLOWED',
      ['duckdb', 'clickhouse'],
    ],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS id EXCEPT SELECT id FROM r WHERE id < 3) SELECT id FROM r',
      'SQL_NOT_ALLOWED',
      ['duckdb', 'clickhouse'],
    ],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT id FROM r WHERE id < 3 UNION ALL SELECT 9) SELECT id FROM r',
      'SQL_NOT_ALLOWED',
      ['duckdb'],
    ],
    [
      'WITH RECURSIVE r AS (WITH x AS (SELECT id FROM r) SELECT 1 AS id UNION ALL SELECT id FROM x WHERE id < 3) SELECT id FROM r',
      'SQL_NOT_ALLOWED',
      ['duckdb', 'clickhouse', 'mysql'],
    ],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM r WHERE id < 3) SELECT id FROM r UNION ALL SELECT id FROM r',
      'SQL_NOT_ALLOWED',
      ['clickhouse'],
    ],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM r WHERE id < 3) SELECT id FROM r',
      '0 tables, 2 common',
    ],
  ];
  for (const [sql, expected, only] of rows)
    for (const dialect of only ?? all)
      it(`${dialect}: ${sql} → ${expected}`, () => {
        expect(meaning(sql, dialect)).to.equal(expected);
      });

  // What a WITH names is not seen behind the query that it belongs to.
  const inner = '(WITH people AS (SELECT 1 AS id) SELECT id FROM people)';
  const behind: readonly string[] = [
    `SELECT 1 FROM ${inner} AS x, people`,
    `SELECT 1 FROM ${inner} AS x JOIN people AS y ON x.id = y.id`,
    `SELECT ${inner} FROM people`,
    `SELECT 1 FROM shop.near WHERE id IN ${inner} AND id IN (SELECT id FROM people)`,
    `SELECT 1 FROM shop.near WHERE EXISTS ${inner} AND EXISTS (SELECT id FROM people)`,
    `SELECT id FROM ${inner} AS x UNION ALL SELECT id FROM people`,
    `${inner} UNION ALL SELECT id FROM people`,
    `WITH c AS ${inner} SELECT id FROM c, people`,
    `WITH c AS ${inner}, d AS (SELECT id FROM people) SELECT 1 FROM c, d`,
    `WITH c AS (SELECT id FROM ${inner} AS x) SELECT id FROM c, people`,
    `SELECT 1 FROM (SELECT id FROM ${inner} AS x, people) AS y`,
  ];
  for (const sql of behind)
    for (const dialect of all)
      it(`${dialect}: the last people is the table in ${sql}`, () => {
        const { tables, commons } = bindSql(parseSql(sql, dialect), names);
        const people = [...tables.values()].filter(({ table }) => table.table === 'people');
        expect(people.map(({ reference }) => reference.at)).to.deep.equal([sql.lastIndexOf('people')]);
        expect([...commons.keys()].map(({ at }) => at)).to.include(sql.indexOf('people)'));
      });
});
