import { expect } from 'chai';
import { loadQueryParser, parseQuery } from '../../../core/sql/parse-query.js';

type Dialect = Parameters<typeof parseQuery>[1];
const cases: readonly (readonly [Dialect, string, string | null])[] = [
  ['default', 'select a from b', null],
  ['default', 'with x as (select 1 as a) select * from x', null],
  ['default', '(select 1) union all select 2', null],
  ['duckdb', 'from x select a', null],
  ['clickhouse', 'select a from b final', null],
  ['default', 'select id,, b from x', '10 the query cannot be parsed'],
  ['default', 'select a\nfrom b where (c > 0', '27 the query cannot be parsed'],
  ['postgres', 'select a b c from d', '11 the query cannot be parsed'],
  ['default', 'select 1; select 2', '0 this must be one query'],
  ['default', 'delete from x', '0 this must be a SELECT'],
  ['default', 'insert into x values (1)', '0 this must be a SELECT'],
  ['postgres', 'select 1 into x', '0 this must only read'],
  ['default', '  ', '0 the query is empty'],
];

describe('queries that authors wrote', () => {
  before(() => loadQueryParser());
  for (const [dialect, sql, expected] of cases) {
    it(`${dialect}: ${sql}`, () => {
      const problem = parseQuery(sql, dialect);
      if (expected === null) expect(problem).to.equal(null);
      else expect(`${problem?.start} ${problem?.message}`).to.contain(expected);
    });
  }
});
