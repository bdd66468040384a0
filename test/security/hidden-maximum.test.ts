/**
 * Engines plan by what whole tables hold. No number beyond what a subject may see changes whether a statement of its fails:
 * where one does, numbers search for the largest of the hidden values.
 */
import { expect } from 'chai';
import { createSubject } from '../../core/subject/subject.js';
import { loadQueryParser } from '../../core/sql/parse-query.js';
import { compile } from '../../semantic/check/compiler.js';
import { isRefused } from './governed.js';
import { placeOf } from './place-of.js';
import { Product } from './product.js';
import { SecurityDatabase } from './security-database.js';
import type { World } from './world.js';

const dialects = ['duckdb', 'postgres'] as const;

/** A tenth of the rows are permitted, with salaries below 100 and one day; the largest of all are 20,000 and 2078-10-03. */
const rowsOf = {
  duckdb: 'range(20001) AS t (i)',
  postgres: 'generate_series(0, 20000) AS t (i)',
} as const;
const types = 'id integer, shown boolean, name varchar(20), day date, ratio double precision, salary integer';
const values = `i, i % 10 = 0, 'name', DATE '2024-01-01' + CASE WHEN i % 10 = 0 THEN 0 ELSE CAST(i AS INTEGER) END, 0.5,
  CASE WHEN i % 10 = 0 THEN i % 100 ELSE i END`;

/** What fails on a permitted row, or where there is one; asked below what is beyond. */
const failing: readonly string[] = [
  "coalesce('abc', id)",
  "id = 'abc'",
  "id IN ('abc')",
  "id BETWEEN 0 AND 'abc'",
  "day = '2024-02-30'",
  "DATE '2024-02-30'",
  "INTERVAL '99999999999 years'",
  "CASE WHEN id >= 0 THEN 'abc' ELSE id END",
  "CASE id WHEN 'abc' THEN 1 END",
  "NOT 'abc'",
  "(id = 1) = 'abc'",
  "name LIKE 'a%' ESCAPE 'ab'",
  'ntile(0) OVER ()',
  "lag(id, 1, 'abc') OVER (ORDER BY id)",
  "sum(id) OVER (ORDER BY id ROWS 'abc' PRECEDING)",
  'sum(.99999999999999999999999999999999999999) OVER ()',
  'avg(.99999999999999999999999999999999999999) OVER ()',
  "stddev(coalesce(NULL, ratio, '1e300')) OVER ()",
  "stddev(CASE WHEN id > 20 THEN ratio ELSE '1e300' END) OVER ()",
];
const beyond = [
  ['2025-01-01', 200],
  ['2060-01-01', 15_000],
  ['2078-10-01', 19_999],
  ['2079-01-01', 20_001],
  ['2120-01-01', 40_000],
] as const;
const statements = failing.flatMap((expression) => {
  const below = beyond.map(
    ([day]) => `SELECT x FROM (SELECT day, ${expression} AS x FROM staff LIMIT 50) AS a WHERE a.day > '${day}'`,
  );
  const qualified = beyond.map(([, k]) => `SELECT ${expression} AS x FROM staff QUALIFY salary > ${k}`);
  return [below, ...(expression.includes('OVER') ? [qualified] : [])];
});

describe('what fails on permitted rows', function () {
  this.timeout(120_000);
  before(loadQueryParser);

  for (const dialect of dialects)
    it(`does so whatever is hidden on ${dialect}`, async function () {
      const database = await SecurityDatabase.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      const { catalog, schema } = placeOf[dialect];
      const place = `${catalog === null ? '' : `${catalog}.`}${schema}`;
      const yaml = `
project: { name: Staff, version: 1 }
---
entity: staff
table: ${place}.staff
key: id
dimensions:
  id: { type: number }
  shown: { type: boolean }
  name: { type: string }
  day: { type: time, stores: date }
  ratio: { type: number }
  salary: { type: number }
---
policies:
  - { name: own, for: everyone, on: staff, rows: shown }`;
      const { model, diagnostics } = compile(new Map([['staff.yaml', yaml]]));
      expect(diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
      const subject = createSubject({ user: 'ada' });
      const product = new Product({ yaml, model, subject } as World, database.engine);
      try {
        await database.set(
          `CREATE TABLE staff (${types})`,
          `INSERT INTO staff SELECT ${values} FROM ${rowsOf[dialect]}`,
          'ANALYZE staff',
        );
        const verdicts = await product.pipeline(statements.flat());
        const told = verdicts.map((verdict) =>
          isRefused(verdict) ? verdict.refused : verdict.outcome.kind === 'rows' ? 'rows' : verdict.outcome.code,
        );
        const telling = statements.flatMap(([first], at) => {
          const outcomes = told.slice(at * beyond.length, (at + 1) * beyond.length);
          return new Set(outcomes).size === 1 ? [] : [`${first}: ${outcomes.join()}`];
        });
        expect(telling).to.deep.equal([]);
        expect(told.filter((one) => one === 'rows' || one === 'VALUE_INVALID').length).to.be.greaterThan(20);
      } finally {
        product.remove();
        await database.set('DROP TABLE IF EXISTS staff');
        await database.close();
      }
    });
});
