import { expect } from 'chai';
import { judge } from '../../../core/firewall/judge.js';
import type { Verdict } from '../../../core/firewall/verdict.js';
import { loadQueryParser } from '../../../core/sql/parse-query.js';
import type { TextDialect } from '../../../core/sql/text-dialects.js';

const dialects: readonly TextDialect[] = ['postgres', 'mysql', 'sqlite', 'duckdb', 'clickhouse'];

const count = 200;
const values = (instead: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: count }, (_, at) => instead[at] ?? (at % 2 === 0 ? `'v${at}'` : `${at}`)).join(', ');
const relation = (list: string): string => `SELECT p.id AS id FROM shop.people AS p WHERE p.code IN (${list})`;

describe('long lists of plain values', () => {
  before(loadQueryParser);

  const found = (dialect: TextDialect, list: string, of: (relation: string) => string): string => {
    const verdict: Verdict = judge({
      dialect,
      text: of(relation(list)),
      expected: [{ table: 'people', text: relation(values()) }],
    });
    return verdict.verdict === 'allow' ? 'allow' : verdict.rule;
  };
  const rows: readonly (readonly [title: string, list: string, rule: string])[] = [
    ['the same values', values(), 'allow'],
    ['another value first', values({ 0: "'v'" }), 'table_outside'],
    ['another value in the middle', values({ 100: "'v101'" }), 'table_outside'],
    ['another value last', values({ [count - 1]: '0' }), 'table_outside'],
    ['a number for a text', values({ 100: '100' }), 'table_outside'],
    ['a negative number', values({ 101: '-101' }), 'table_outside'],
    ['one more', `${values()}, 1`, 'table_outside'],
    ['one less', values().replace(/, \S+$/, ''), 'table_outside'],
    ['a column among them', values({ 100: 'p.id' }), 'table_outside'],
  ];
  for (const dialect of dialects) {
    for (const [title, list, rule] of rows)
      it(`of a permitted relation must be exactly these: ${title}, ${dialect}`, () => {
        expect(found(dialect, list, (text) => `SELECT a.id FROM (${text}) AS a`)).to.equal(rule);
      });

    const inOwn: readonly (readonly [title: string, list: string, rule: string])[] = [
      ['plain', values(), 'allow'],
      ['with a subquery', values({ 100: '(SELECT max(id) FROM shop.people)' }), 'table_outside'],
      ['with a subquery at the end', `${values()}, (SELECT 1 FROM people)`, 'table_outside'],
      ['with a call that is on no list', values({ 100: 'my_own(1)' }), 'function_unlisted'],
      ['that ends in another condition', `${values()}) OR 1 IN (SELECT id FROM shop.people`, 'table_outside'],
    ];
    for (const [title, list, rule] of inOwn)
      it(`of one's own are judged as ever: ${title}, ${dialect}`, () => {
        const verdict = judge({ dialect, text: `SELECT 1 AS one WHERE 1 IN (${list})`, expected: [] });
        expect(verdict.verdict === 'allow' ? 'allow' : verdict.rule).to.equal(rule);
      });
  }
});
