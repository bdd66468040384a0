/** When two answers say the same: the rules of `src/eval/CONTEXT.md`. */
import { expect } from 'chai';
import { type GivenAnswer, saysTheSame } from '../../src/eval/compare-rows.js';
import type { KnownAnswer } from '../../src/eval/question-set.js';

const byStore: KnownAnswer = {
  columns: ['store', 'revenue'],
  rows: [
    ['Berlin', 120.5],
    ['Oslo', 80],
    ['Paris', 99.99],
  ],
};

interface Case {
  readonly title: string;
  readonly known?: Partial<KnownAnswer>;
  readonly given: GivenAnswer;
  readonly same: boolean;
}

const given = (rows: GivenAnswer['rows'], columns = ['name', 'sum']): GivenAnswer => ({ columns, rows });

const cases: readonly Case[] = [
  {
    title: 'rows in another order',
    given: given([
      ['Paris', 99.99],
      ['Berlin', 120.5],
      ['Oslo', 80],
    ]),
    same: true,
  },
  {
    title: 'columns the other way round',
    given: given([
      [120.5, 'Berlin'],
      [80, 'Oslo'],
      [99.99, 'Paris'],
    ]),
    same: true,
  },
  {
    title: 'a further column',
    given: given(
      [
        ['Berlin', 3, 120.5],
        ['Oslo', 2, 80],
        ['Paris', 1, 99.99],
      ],
      ['name', 'orders', 'sum'],
    ),
    same: true,
  },
  {
    title: 'digits as a text',
    given: given([
      ['Berlin', '120.50'],
      ['Oslo', '80.0'],
      ['Paris', '99.99'],
    ]),
    same: true,
  },
  {
    title: 'another number',
    given: given([
      ['Berlin', 120.5],
      ['Oslo', 80],
      ['Paris', 98.99],
    ]),
    same: false,
  },
  {
    title: 'a whole number that is nearly right',
    given: given([
      ['Berlin', 120.5],
      ['Oslo', 80.001],
      ['Paris', 99.99],
    ]),
    same: false,
  },
  {
    title: 'numbers of others',
    given: given([
      ['Berlin', 80],
      ['Oslo', 120.5],
      ['Paris', 99.99],
    ]),
    same: false,
  },
  {
    title: 'a row too many',
    given: given([
      ['Berlin', 120.5],
      ['Oslo', 80],
      ['Paris', 99.99],
      ['Rome', 1],
    ]),
    same: false,
  },
  {
    title: 'a row too few',
    given: given([
      ['Berlin', 120.5],
      ['Oslo', 80],
    ]),
    same: false,
  },
  {
    title: 'a row twice',
    given: given([
      ['Berlin', 120.5],
      ['Oslo', 80],
      ['Oslo', 80],
    ]),
    same: false,
  },
  { title: 'a column too few', given: given([['Berlin'], ['Oslo'], ['Paris']], ['name']), same: false },
  {
    title: 'one that may be left out',
    known: { spare: ['revenue'] },
    given: given([['Oslo'], ['Paris'], ['Berlin']], ['name']),
    same: true,
  },
  {
    title: 'a row of nothing',
    given: given([
      ['Berlin', 120.5],
      ['Oslo', 80],
      ['Paris', 99.99],
      ['Basel', 0],
    ]),
    same: true,
  },
  {
    title: 'a row of nobody that is not known',
    given: given([
      ['Berlin', 120.5],
      ['Oslo', 80],
      ['Paris', 99.99],
      [null, 7],
    ]),
    same: true,
  },
  {
    title: 'a row of nobody that is left out',
    known: { rows: [...byStore.rows, [null, 7]] },
    given: given(byStore.rows),
    same: true,
  },
  {
    title: 'a row of nobody that is wrong',
    known: { rows: [...byStore.rows, [null, 7]] },
    given: given([...byStore.rows, [null, 8]]),
    same: false,
  },
  { title: 'the order that was asked for', known: { order: ['revenue'] }, given: given(byStore.rows), same: true },
  {
    title: 'another order than was asked for',
    known: { order: ['revenue'] },
    given: given([...byStore.rows].reverse()),
    same: false,
  },
  {
    title: 'rows that are equal in what they are ordered by',
    known: {
      rows: [
        ['Berlin', 2],
        ['Oslo', 2],
        ['Paris', 1],
      ],
      order: ['revenue'],
    },
    given: given([
      ['Oslo', 2],
      ['Berlin', 2],
      ['Paris', 1],
    ]),
    same: true,
  },
  {
    title: 'percent in place of fractions',
    known: {
      rows: [
        ['Berlin', 0.125],
        ['Oslo', 0.5],
      ],
      percent: ['revenue'],
    },
    given: given([
      ['Oslo', 50],
      ['Berlin', 12.5],
    ]),
    same: true,
  },
  {
    title: 'percent in one row only',
    known: {
      rows: [
        ['Berlin', 0.125],
        ['Oslo', 0.5],
      ],
      percent: ['revenue'],
    },
    given: given([
      ['Oslo', 0.5],
      ['Berlin', 12.5],
    ]),
    same: false,
  },
  {
    title: 'percent where it is no fraction',
    known: {
      rows: [
        ['Berlin', 0.125],
        ['Oslo', 0.5],
      ],
    },
    given: given([
      ['Oslo', 50],
      ['Berlin', 12.5],
    ]),
    same: false,
  },
  {
    title: 'rounded to two decimals',
    known: { columns: ['aov'], rows: [[506.8215332]] },
    given: given([[506.82]], ['x']),
    same: true,
  },
  {
    title: 'rounded to one digit',
    known: { columns: ['rate'], rows: [[0.04326]] },
    given: given([[0.04]], ['x']),
    same: false,
  },
  {
    title: 'periods as people name them',
    known: {
      columns: ['q', 'n'],
      rows: [
        ['2025-10-01', 4],
        ['2026-01-01', 5],
      ],
    },
    given: given([
      ['2026-Q1', 5],
      ['2025-10', 4],
    ]),
    same: true,
  },
  {
    title: 'years as numbers',
    known: { columns: ['y', 'n'], rows: [['2025-01-01', 4]] },
    given: given([[2025, 4]]),
    same: true,
  },
  {
    title: 'a day and its midnight',
    known: { columns: ['d', 'n'], rows: [['2025-10-07', 4]] },
    given: given([['2025-10-07T00:00:00', 4]]),
    same: true,
  },
  {
    title: 'another month',
    known: { columns: ['q', 'n'], rows: [['2025-10-01', 4]] },
    given: given([['2025-11', 4]]),
    same: false,
  },
  {
    title: 'two columns of the same values',
    known: { columns: ['a', 'b'], rows: [[4, 4]] },
    given: given([[4]], ['x']),
    same: false,
  },
  {
    title: 'nothing, where nothing is right',
    known: { rows: [['Berlin', 0]] },
    given: given([['Berlin', 0]]),
    same: true,
  },
  {
    title: 'no rows, where the only row is of nothing',
    known: { rows: [['Berlin', 0]] },
    given: given([]),
    same: false,
  },
  {
    title: 'a truth and its word',
    known: {
      columns: ['eu', 'n'],
      rows: [
        [true, 4],
        [false, 5],
      ],
    },
    given: given([
      ['false', 5],
      ['true', 4],
    ]),
    same: true,
  },
];

describe('when two answers say the same', () => {
  for (const { title, known, given: answer, same } of cases) {
    it(`${title}: ${same ? 'yes' : 'no'}`, () => {
      expect(saysTheSame({ ...byStore, ...known }, answer)).to.equal(same);
    });
  }
});
