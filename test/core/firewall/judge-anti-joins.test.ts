import { expect } from 'chai';
import { judge } from '../../../core/firewall/judge.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import type { TextDialect } from '../../../core/sql/text-dialects.js';

/** What a subject may have of `people`; the statements below write it as `@`. */
const relation = 'SELECT p.id AS id, p.name AS name FROM shop.people AS p WHERE p.region IN (SELECT 1 AS x)';
const verdictOn = (dialect: TextDialect, text: string): string => {
  const expected = [{ table: 'shop.people', text: relation }];
  const judged = judge({ dialect, text: text.replaceAll('@', `(${relation})`), expected });
  return judged.verdict === 'allow' ? 'allow' : judged.message;
};

const anti = '@ AS a ANTI JOIN @ AS b ON a.id = b.id';
const inOthers = 'a.name IN (SELECT c.name FROM @ AS c)';

const refused: readonly string[] = [
  `SELECT a.id FROM ${anti} WHERE ${inOthers} GROUP BY a.id`,
  `SELECT a.id FROM ${anti} WHERE NOT EXISTS (SELECT 1 FROM @ AS c WHERE c.id = a.id) GROUP BY ALL`,
  `SELECT a.id, max(a.name IN (SELECT c.name FROM @ AS c)) FROM ${anti} GROUP BY ROLLUP (a.id)`,
  'SELECT a.id FROM @ AS a ANTI JOIN @ AS b ON a.id IN (SELECT c.id FROM @ AS c) GROUP BY a.id',
  `SELECT a.id FROM ${anti} JOIN @ AS c ON a.id = c.id GROUP BY a.id`,
  `SELECT a.id FROM @ AS c JOIN ${anti} ON a.id = c.id GROUP BY a.id`,
  `SELECT a.id FROM @ AS c, ${anti} GROUP BY a.id`,
  `SELECT a.id FROM ${anti}, unnest([a.id]) AS u(n) GROUP BY a.id`,
  'SELECT a.id FROM (@ AS a JOIN @ AS c ON a.id = c.id) ANTI JOIN @ AS b ON a.id = b.id GROUP BY a.id',
  `SELECT 1 AS one FROM @ AS d WHERE d.id IN (SELECT a.id FROM ${anti} WHERE ${inOthers} GROUP BY a.id)`,
  `WITH x AS (SELECT a.id FROM ${anti} WHERE ${inOthers} GROUP BY a.id) SELECT x.id FROM x`,
  `SELECT 1 AS id UNION ALL SELECT a.id FROM ${anti} WHERE ${inOthers} GROUP BY a.id`,
];

const allowed: readonly string[] = [
  `SELECT a.id FROM ${anti} GROUP BY a.id`,
  `SELECT a.id, count(*) AS n FROM ${anti} WHERE a.id > 3 GROUP BY a.id HAVING count(*) > 1 ORDER BY a.id`,
  `SELECT a.id FROM ${anti} WHERE ${inOthers}`,
  `SELECT count(*) AS n FROM ${anti} JOIN @ AS c ON a.id = c.id`,
  `SELECT a.id FROM @ AS a SEMI JOIN @ AS b ON a.id = b.id WHERE ${inOthers} GROUP BY a.id`,
  `SELECT a.id FROM (SELECT a.id, a.name FROM ${anti}) AS a WHERE ${inOthers} GROUP BY a.id`,
  `SELECT a.id FROM @ AS a WHERE NOT EXISTS (SELECT 1 FROM @ AS b WHERE a.id = b.id) AND ${inOthers} GROUP BY a.id`,
];

describe('grouped queries over an ANTI JOIN, which DuckDB plans by what it stores', () => {
  before(loadQueryParser);

  for (const text of refused)
    it(`are refused: ${text}`, () => {
      expect(verdictOn('duckdb', text)).to.match(/an ANTI JOIN beside another join or a subquery/);
    });
  for (const text of allowed)
    it(`are not these: ${text}`, () => {
      expect(verdictOn('duckdb', text)).to.equal('allow');
    });

  it('are ClickHouse’s to plan', () => {
    const text = `SELECT a.id FROM ${anti.replace('ANTI', 'LEFT ANTI')} WHERE ${inOthers} GROUP BY a.id`;
    expect(verdictOn('clickhouse', text)).to.equal('allow');
  });
});
