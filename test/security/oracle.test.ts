import { expect } from 'chai';
import { dialects, startEngine } from '../engines/start-engine.js';
import { rewriting } from './governed.js';
import { appended, type Rewrite, struckByName, withoutBarrier } from './naive.js';
import { differ, isOrdered, type Judgement, judgeAll } from './non-interference.js';
import { assertAgree, otherDatabase } from './other-database.js';
import { SecurityDatabase } from './security-database.js';
import { rowsOf, shapeNamed, shapes } from './shapes.js';
import { createWorld, plainTables } from './world.js';

describe('the oracle of non-interference', () => {
  it('tells outcomes apart', () => {
    const rows = (...cells: string[]) => ({ kind: 'rows', columns: ['a'], rows: cells, cut: false }) as const;
    const error = (code: string) => ({ kind: 'error', code, detail: '' }) as const;
    expect(differ(rows('1', '2'), rows('2', '1'), false)).to.equal(null);
    expect(differ(rows('1', '2'), rows('2', '1'), true)).to.not.equal(null);
    expect(differ(rows('1'), rows('1', '1'), false)).to.not.equal(null);
    expect(differ(error('A'), error('A'), false)).to.equal(null);
    expect(differ(error('A'), error('B'), false)).to.not.equal(null);
    expect(differ(rows(), error('B'), false)).to.not.equal(null);
  });

  it('knows which statements order their rows', () => {
    expect(isOrdered('select a from t order by a')).to.equal(true);
    expect(isOrdered('(select a from t order by a) union (select 1)')).to.equal(false);
    expect(isOrdered('select a from t union all select a from s order by a')).to.equal(false);
    expect(isOrdered("select ' order by ' from t")).to.equal(false);
    expect(isOrdered('select row_number() over (order by a) from t -- order by a')).to.equal(false);
  });

  it('has pairs that agree on what is permitted and differ in each hidden thing', () => {
    for (const shape of shapes.filter(({ name }) => name !== 'everything')) {
      const first = shape.prepare(plainTables);
      const second = otherDatabase(first, shape);
      for (const [name, table] of Object.entries(first)) {
        const there = new Map(rowsOf(second[name]!).map((row) => [row.id ?? row.code, row]));
        for (const row of rowsOf(table)) {
          const other = there.get(row.id ?? row.code);
          if (other === undefined) continue;
          const isHidden = !shape.admits(name, row, first);
          const same = Object.keys(table.columns).filter(
            (column) =>
              !/(^|_)id$|^code$/.test(column) &&
              row[column] !== 'north' &&
              (isHidden || shape.shows(name, column, row) !== 'clear') &&
              row[column] === other[column],
          );
          expect(same, `${shape.name}: ${name} ${row.id}`).to.deep.equal([]);
        }
      }
    }
  });

  it('refuses a pair that disagrees on what is permitted', async () => {
    const shape = shapeNamed('equals');
    const { pair } = await createWorld('postgres', shape);
    const customers = { ...plainTables.customers!, rows: plainTables.customers!.rows.slice(1) };
    expect(() => assertAgree(pair.first, { ...pair.second, customers }, shape)).to.throw(
      /differs in what is permitted/,
    );
  });

  const bare: Rewrite = (sql) => sql;
  const caught: readonly (readonly [title: string, rewrite: Rewrite, statement: string, only?: readonly string[]])[] = [
    ['no governance: hidden rows', bare, 'select id from customers'],
    ['no governance: a denied column', bare, 'select ssn from customers where id = 1'],
    ['no governance: a masked column', bare, 'select email from customers where id = 1'],
    ['no governance: a count', bare, 'select count(*) from orders'],
    ['no governance: an order alone', bare, 'select id from employees order by salary, id'],
    ['appended predicates and OR', appended, 'select id, name from customers where id = 2 or 1 = 1'],
    ['appended predicates and a comment', appended, 'select id from customers where 1 = 1 -- '],
    [
      'appended predicates and a second branch',
      appended,
      'select 1 as id from customers union all select id from customers where id > 0 or id < 0',
    ],
    ['struck names and a star', struckByName, 'select * from customers'],
    [
      'struck names and a whole row',
      struckByName,
      'select cast(customers as varchar(500)) from customers',
      ['postgres', 'duckdb'],
    ],
    [
      'no barrier and an error',
      withoutBarrier,
      'select id from orders where 1 / (amount - 640.64) > -99999',
      ['postgres'],
    ],
  ];

  for (const dialect of dialects)
    it(`catches careless rewriters on ${dialect}`, async function () {
      this.timeout(120_000);
      const database = await SecurityDatabase.open(dialect);
      if ('missing' in database) {
        console.log(`    skipped on ${dialect}: ${database.missing}`);
        return this.skip();
      }
      try {
        const { pair } = await createWorld(dialect, shapeNamed('equals'));
        const here = caught.filter(([, , , only]) => only === undefined || only.includes(dialect));
        const careless = new Map(here.map(([, rewrite, sql]) => [sql, rewrite]));
        const judged = await judgeAll(
          database,
          pair,
          rewriting(database, (sql) => careless.get(sql)!(sql)),
          [...careless.keys()],
        );
        const kinds = here.map(([title], at): [string, Judgement['kind']] => [title, judged[at]!.kind]);
        expect(kinds).to.deep.equal(here.map(([title]) => [title, 'leaked']));
        const [innocent] = await judgeAll(database, pair, rewriting(database, bare), [
          'select id, name from employees order by id',
        ]);
        expect(innocent!.kind).to.equal('same');
      } finally {
        await database.close();
      }
    });
});

// Engines stop with the run; naming them here makes sure that the hook is there.
void startEngine;
