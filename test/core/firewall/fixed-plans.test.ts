import { expect } from 'chai';
import { judge } from '../../../core/firewall/judge.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import type { TextDialect } from '../../../core/sql/text-dialects.js';

/** What a subject may have of `people`; the statements below write it as `@`. */
const relation = 'SELECT p.id AS id, p.name AS name FROM shop.people AS p WHERE p.region IN (SELECT 1 AS x)';
const planningOn = (dialect: TextDialect, text: string) => {
  const expected = ['', '\nOFFSET 0', '\nLIMIT 18446744073709551615'].map((end) => ({
    table: 'shop.people',
    text: `${relation}${end}`,
  }));
  const judged = judge({ dialect, text: text.replaceAll('@', `(${relation})`), expected });
  return judged.verdict === 'allow' ? judged.planning : judged.message;
};

const anti = '@ AS a ANTI JOIN @ AS b ON a.id = b.id';
const inOthers = 'a.name IN (SELECT c.name FROM @ AS c)';

const fixed: readonly string[] = [
  `SELECT a.id FROM ${anti}`,
  `SELECT DISTINCT a.id FROM ${anti} WHERE ${inOthers}`,
  `SELECT count(*) AS n FROM ${anti} JOIN @ AS c ON a.id = c.id`,
  `SELECT a.id FROM ${anti} WHERE ${inOthers} GROUP BY a.id`,
  'SELECT a.id FROM @ AS a ANTI JOIN @ AS b ON a.id IN (SELECT c.id FROM @ AS c) GROUP BY a.id',
  `SELECT a.id FROM @ AS c JOIN ${anti} ON a.id = c.id GROUP BY a.id`,
  `SELECT a.id FROM @ AS c, ${anti} GROUP BY a.id`,
  'SELECT a.id FROM (@ AS a JOIN @ AS c ON a.id = c.id) anti join @ AS b USING (id) GROUP BY a.id',
  `SELECT a.id FROM (SELECT a.id, a.name FROM ${anti}) AS a WHERE ${inOthers} GROUP BY a.id`,
  `SELECT 1 AS one FROM @ AS d WHERE d.id IN (SELECT a.id FROM ${anti} WHERE ${inOthers} GROUP BY a.id)`,
  `WITH x AS (SELECT a.id FROM ${anti} WHERE ${inOthers} GROUP BY a.id) SELECT x.id FROM x`,
  `SELECT 1 AS id UNION ALL SELECT a.id FROM ${anti}`,
  `SELECT a.id FROM (${relation}\nOFFSET 0) AS a`,
  `SELECT a.id FROM @ AS a WHERE a.id IN (SELECT b.id FROM (${relation}\nOFFSET 0) AS b)`,
];

const free: readonly string[] = [
  'SELECT a.id FROM @ AS a',
  `SELECT a.id FROM @ AS a SEMI JOIN @ AS b ON a.id = b.id WHERE ${inOthers} GROUP BY a.id`,
  `SELECT a.id FROM @ AS a WHERE NOT EXISTS (SELECT 1 FROM @ AS b WHERE a.id = b.id) AND ${inOthers} GROUP BY a.id`,
  'SELECT a.id FROM @ AS a WHERE a.id NOT IN (SELECT b.id FROM @ AS b) LIMIT 3 OFFSET 1',
  "SELECT a.id AS anti FROM @ AS a WHERE a.name = 'anti'",
];

describe('plans that are fixed, because engines would plan by what they store', () => {
  before(loadQueryParser);

  for (const text of fixed)
    it(`are those of ${text}`, () => {
      expect(planningOn('duckdb', text)).to.deep.equal({ unmerged: false, fixed: true });
    });
  for (const text of free)
    it(`are not those of ${text}`, () => {
      expect(planningOn('duckdb', text)).to.deep.equal({ unmerged: false, fixed: false });
    });

  const barrier = `(${relation}\nLIMIT 18446744073709551615)`;
  const onClickHouse: readonly (readonly [string, boolean])[] = [
    [`SELECT a.id FROM ${barrier} AS a`, true],
    [`SELECT a.id FROM @ AS a WHERE a.id IN (SELECT b.id FROM ${barrier} AS b)`, true],
    ['SELECT a.id FROM @ AS a LIMIT 10', false],
    [`SELECT a.id FROM ${anti.replace('ANTI', 'LEFT ANTI')} WHERE ${inOthers} GROUP BY a.id`, false],
  ];
  for (const [text, isFixed] of onClickHouse)
    it(`are ${isFixed ? '' : 'not '}asked of ClickHouse for ${text}`, () => {
      expect(planningOn('clickhouse', text)).to.deep.equal({ unmerged: false, fixed: isFixed });
    });

  it('are not asked of MariaDB, which has the same barrier', () => {
    expect(planningOn('mysql', `SELECT a.id FROM ${barrier} AS a`)).to.deep.include({ fixed: false });
  });
});
