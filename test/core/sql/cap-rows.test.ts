import { expect } from 'chai';
import { capRows } from '../../../core/sql/cap-rows.js';
import type { TextDialect } from '../../../core/sql/text-dialects.js';

type Case = readonly [title: string, text: string, capped: string, dialects?: readonly TextDialect[]];

const all: readonly TextDialect[] = ['postgres', 'duckdb', 'sqlite', 'mysql', 'clickhouse'];
const others = all.filter((name) => name !== 'clickhouse');
const same = (title: string, text: string, dialects?: readonly TextDialect[]): Case =>
  [title, text, text, ...(dialects === undefined ? [] : [dialects])] as unknown as Case;

const cases: readonly Case[] = [
  ['a plain query', 'select 1', 'select 1\nLIMIT 10'],
  ['with a semicolon', 'select 1 ;', 'select 1 \nLIMIT 10;'],
  ['with a comment at its end', 'select 1 -- all', 'select 1 -- all\nLIMIT 10'],
  ['with its order', 'select a from t order by a desc', 'select a from t order by a desc\nLIMIT 10'],
  ['with a limit inside only', 'select * from (select 1 limit 99) q', 'select * from (select 1 limit 99) q\nLIMIT 10'],
  ['common tables', 'with a as (select 1) select * from a', 'with a as (select 1) select * from a\nLIMIT 10'],
  ['a union', 'select 1 union all select 2', 'select 1 union all select 2\nLIMIT 10', others],
  same('a union on ClickHouse, where LIMIT is of its last part', 'select 1 union all select 2', ['clickhouse']),
  ['an offset', 'select 1 offset 2', 'select 1 offset 2\nLIMIT 10', ['postgres', 'duckdb']],
  same('a smaller limit', 'select 1 limit 9'),
  same('the very limit', 'select 1 limit 10'),
  ['a larger limit', 'select 1 LIMIT 1000 offset 3', 'select 1 LIMIT 10 offset 3'],
  [
    'the count behind a comma',
    'select 1 limit 1000, 2000',
    'select 1 limit 1000, 10',
    ['mysql', 'sqlite', 'clickhouse'],
  ],
  same('a computed limit', 'select 1 limit 5 * 1000'),
  same('a limit in percent', 'select 1 limit 50 percent', ['duckdb']),
  same('all', 'select 1 limit all', ['postgres']),
  same('FETCH', 'select 1 fetch first 5 rows only', ['postgres']),
  ['so many of each', 'select a limit 1000 by a', 'select a limit 1000 by a\nLIMIT 10', ['clickhouse']],
  ['so many of each, and a limit', 'select a limit 2 by a limit 99', 'select a limit 2 by a limit 10', ['clickhouse']],
  same('a list of values', 'values (1), (2)'),
  same('a sample', 'select * from t using sample 5', ['duckdb']),
  ['FROM first', 'from t', 'from t\nLIMIT 10', ['duckdb']],
  [
    'a column of that name',
    'select "limit" from t',
    'select "limit" from t\nLIMIT 10',
    ['postgres', 'duckdb', 'sqlite'],
  ],
];

describe('the outer limit', () => {
  for (const [title, text, capped, dialects = all] of cases)
    it(title, () => {
      for (const dialect of dialects) expect(capRows(text, dialect, 10), dialect).to.equal(capped);
    });

  it('refuses what has too many words, before any parser sees it', () => {
    const code = (text: string): unknown => {
      try {
        return capRows(text, 'postgres', 10).length;
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    };
    expect(code(`select ${'1+'.repeat(10_000)}1`)).to.equal('SQL_TOO_LARGE');
    expect(code(`select '${'x'.repeat(200_000)}'`)).to.equal('SQL_TOO_LARGE');
    expect(code(`select ${'1,'.repeat(4_000)}1`)).to.be.a('number');
  });
});
