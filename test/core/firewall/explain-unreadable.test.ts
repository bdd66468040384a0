import { expect } from 'chai';
import { judge } from '../../../core/firewall/judge.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';

const dialects = ['duckdb', 'sqlite', 'mysql', 'postgres'] as const;

describe('why a text cannot be read', () => {
  before(loadQueryParser);

  /** The word behind VALUES that the reason names; `null`: none is known. */
  const told: readonly (readonly [sql: string, by: string | null, at?: number])[] = [
    ['VALUES (1), (2) ORDER BY 1', 'ORDER', 0],
    ['(VALUES (1), (2)) ORDER BY 1', 'ORDER', 1],
    ['(VALUES (1), (2)) LIMIT 1', 'LIMIT', 1],
    ['(VALUES ((1)), (abs(2))) OFFSET 1', 'OFFSET', 1],
    ['(VALUES (1)) UNION SELECT 2', 'UNION', 1],
    ['(VALUES (1)) EXCEPT (VALUES (2))', 'EXCEPT', 1],
    ['SELECT 1 WHERE 1 IN ((VALUES (1)) ORDER BY 1)', 'ORDER', 22],
    ['WITH c AS (SELECT 1) VALUES (1) ORDER BY 1', 'ORDER', 21],
    ['SELECT 1 FROM (VALUES (1)) AS v WHERE', null],
    ['SELECT values FROM', null],
    ['VALUES (', null],
  ];
  for (const [sql, by, at] of told)
    it(sql, () => {
      for (const dialect of dialects) {
        const verdict = judge({ dialect, text: sql, expected: [] });
        const reason =
          by === null
            ? 'The SQL cannot be read by the firewall: write it in a plainer way.'
            : `VALUES cannot be read by the firewall with ${by} behind it: put VALUES into a subquery, SELECT * FROM (VALUES …) AS v ${by} ….`;
        expect(verdict, dialect).to.deep.include({ verdict: 'refuse', rule: 'unreadable', message: reason });
        if (at !== undefined) expect(verdict).to.include({ at });
      }
    });

  it('takes what it tells one to write', () => {
    for (const dialect of dialects)
      for (const tail of ['ORDER BY 1', 'LIMIT 1', 'UNION SELECT 2'])
        expect(
          judge({ dialect, text: `SELECT * FROM (VALUES (1), (2)) AS v ${tail}`, expected: [] }),
          dialect,
        ).to.include({ verdict: 'allow' });
  });
});
