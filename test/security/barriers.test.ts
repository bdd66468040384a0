/** What needs no barrier cannot fail on any row: every function that the rewriter takes for total, on values that are odd. */
import { expect } from 'chai';
import { firewallLists } from '../../core/firewall/lists/index.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';
import { parseSql } from '../../core/sql/parse-sql.js';
import { whyBarrier } from '../../semantic/policy/barrier.js';
import type { ValueType } from '../../core/sql/expression.js';
import type { Data } from '../reference/data.js';
import { partOf } from '../property/part-of.js';
import { SecurityDatabase } from './security-database.js';

const dialects = ['duckdb', 'sqlite', 'postgres', 'mysql', 'clickhouse'] as const satisfies readonly TextDialect[];

const columns = { t: 'string', n: 'integer', f: 'float', d: 'date', b: 'boolean' } as const;
const types: Readonly<Record<string, ValueType>> = { t: 'string', n: 'number', f: 'number', d: 'date', b: 'boolean' };
const odd: Data = {
  odd: {
    columns,
    rows: [
      ['', 0, 0, '0001-01-01', false],
      ['secret', -5, -1.5, '9999-12-31', true],
      ['1', 2147483647, 1e300, '2024-02-29', null],
      ['-1', -2147483648, -1e300, '1999-12-31', false],
      ['not a number', null, 1e-300, null, true],
      [null, 7, null, '1970-01-01', null],
      ["it's\\ %_ ŝ", 1, 3.25, '2000-01-01', true],
    ],
  },
  // Nothing in it is odd: what fails here fails of itself, and tells nothing of other rows.
  plain: { columns, rows: [['1', 1, 1, '2024-01-01', true]] },
};

const names = Object.keys(columns);
/** One argument of each type, two of any, three of texts and numbers; some of them where it must be quick. */
const argumentsOf: readonly (readonly string[])[] =
  process.env.DATAMIND_TEST_LONG === '1'
    ? [
        ...names.map((name) => [name]),
        ...names.flatMap((first) => names.map((second) => [first, second])),
        ...['t', 'n', 'b'].flatMap((first) =>
          ['t', 'n'].flatMap((second) => ['t', 'n'].map((third) => [first, second, third])),
        ),
      ]
    : ['t', 'n', 'd', 't n', 'n t', 't t', 'n n', 't n n', 't t t', 'b t n'].map((given) => given.split(' '));

/** Whether the statement runs without a barrier, as the rewriter reads it; `null` when it does not take it. */
const isBare = (sql: string, dialect: TextDialect): boolean | null => {
  try {
    const { uses } = parseSql(sql, dialect);
    const typeOf = (operand: unknown): ValueType | null => {
      const { parts } = operand as { readonly parts?: readonly { readonly value: string }[] };
      return types[parts?.at(-1)?.value ?? ''] ?? null;
    };
    return whyBarrier(uses, dialect, typeOf, () => odd, []) === null;
  } catch {
    return null;
  }
};

describe('what needs no barrier', () => {
  for (const dialect of dialects)
    it(`fails on no row on ${dialect}`, async function () {
      this.timeout(180_000);
      const database = await SecurityDatabase.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      const failed: string[] = [];
      let ran = 0;
      try {
        await database.write(odd);
        const { functions, words } = firewallLists[dialect];
        const called = [...functions.keys(), ...words.keys()].filter((name) => /^[a-z_0-9]+$/.test(name));
        const conditions = [
          ...called.flatMap((name) => argumentsOf.map((given) => `${name}(${given.join(', ')}) IS NULL`)),
          ...names.flatMap((left) =>
            names.flatMap((right) => ['=', '<', '<>'].map((operator) => `${left} ${operator} ${right}`)),
          ),
          ...names.flatMap((name) => [`${name} = 'x'`, `${name} = 5`, `${name} IN (1, 2)`, `${name} IN ('a', 'b')`]),
          ...names.flatMap((name) => [name, `NOT ${name}`, `${name} AND n = 1`, `n = 1 OR ${name}`, `(${name})`]),
          ...names.flatMap((name) => [`${name} = TRUE`, `${name} IS TRUE`, `${name} = 1 = b`, `b = n = ${name}`]),
          ...names.flatMap((name) => [`${name} = DATE '2024-01-01'`, `${name} = current_date`, `upper(t) = 5`]),
          ...names.flatMap((name) => [`CASE WHEN ${name} THEN 1 END = 1`, `CASE ${name} WHEN 1 THEN 1 END = 1`]),
          ...names.flatMap((name) => [`(${name}, n) = (1, 2)`, `(${name}, n) IN ((1, 2), (3, 4))`, `${name} IN (1)`]),
          ...names.flatMap((name) => names.map((other) => `${name} IN (SELECT ${other} FROM odd)`)),
          ...names.flatMap((name) => names.map((other) => `${name} BETWEEN ${other} AND ${other}`)),
          ...names.flatMap((name) => names.map((other) => `${name} IS NOT DISTINCT FROM ${other}`)),
          ...names.flatMap((name) => names.map((other) => `${name} BETWEEN 1 AND ${other} AND n = 1`)),
          ...names.flatMap((name) => [`${name} LIKE 'a%'`, `${name} BETWEEN 1 AND 2`, `${name} IS NOT NULL`]),
        ];
        for (const condition of partOf(conditions, 3)) {
          const of = (table: string): string => `SELECT count(*) FROM ${table} WHERE ${condition}`;
          if (isBare(of('odd'), dialect) !== true) continue;
          const outcome = await database.run({ sql: of('odd'), parameters: [] });
          if (outcome.kind === 'rows') {
            ran += 1;
            continue;
          }
          if ((await database.run({ sql: of('plain'), parameters: [] })).kind === 'rows')
            failed.push(`${condition}: ${outcome.code} ${outcome.detail}`);
        }
      } finally {
        await database.close();
      }
      console.log(`    ${dialect}: ${ran} conditions`);
      expect(ran).to.be.greaterThan(20);
      expect(failed.join('\n')).to.equal('');
    });
});
