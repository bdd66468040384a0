import { expect } from 'chai';
import type { PlannedColumn } from '../../semantic/plan/query.js';
import type { AnswerRows } from '../../src/pipeline/question.js';
import type { WireCell } from '../../src/pipeline/spell-cells.js';
import { answerInWords } from '../../src/pipeline/words/answer-in-words.js';
import { numbersAreOfRows } from '../../src/pipeline/words/check-numbers.js';
import { cautionsOf } from '../../src/pipeline/words/cautions.js';
import { suggestChart } from '../../src/pipeline/words/suggest-chart.js';

const column = (name: string, more: Partial<PlannedColumn> = {}): PlannedColumn => ({
  name,
  kind: 'metric',
  type: 'number',
  unit: null,
  format: null,
  label: name.charAt(0).toUpperCase() + name.slice(1),
  description: null,
  grain: null,
  member: name,
  ...more,
});
const revenue = column('revenue', { unit: 'EUR' });
const country = column('country', { kind: 'dimension', type: 'string' });
const month = column('metric_time', { kind: 'dimension', type: 'date', grain: 'month', label: 'Time' });

const rowsOf = (
  columns: readonly PlannedColumn[],
  rows: readonly (readonly WireCell[])[],
  truncated = false,
): AnswerRows => ({
  columns,
  rows,
  row_count: rows.length,
  truncated,
});
const say = (answer: AnswerRows, more: Partial<Parameters<typeof answerInWords>[0]> = {}): string =>
  answerInWords({ query: {}, answer, filters: [], time: null, ...more });

describe('an answer in words', () => {
  const cases: readonly [what: string, said: string, words: string][] = [
    ['one number', say(rowsOf([revenue], [[1234.5]])), 'Revenue: 1,234.50 EUR.'],
    ['no value', say(rowsOf([revenue], [[null]])), 'Revenue: no value.'],
    [
      'a time that is not the one of the metric',
      say(rowsOf([column('hires')], [[7]]), {
        time: { dimension: 'staff.left_on', words: '2025', from: null, to: '2026-01-01', compared_with: null },
        timeOf: 'Leaving date',
      }),
      'Hires in 2025 (Leaving date): 7.',
    ],
    [
      'nothing',
      say(rowsOf([country, revenue], []), { filters: ['Country is Mars'] }),
      'There is nothing for this, where Country is Mars.',
    ],
    [
      'digits that no number holds',
      say(rowsOf([column('stars')], [['12345678901234567890']])),
      'Stars: 12345678901234567890.',
    ],
    [
      'what it is compared with',
      say(
        rowsOf(
          [revenue, column('revenue__previous', { unit: 'EUR' }), column('revenue__percent', { format: 'percent' })],
          [[110, 100, 0.1]],
        ),
      ),
      'Revenue: 110.00 EUR (earlier: 100.00 EUR, a change of 10.0 %).',
    ],
    [
      'shares of a total',
      say(
        rowsOf(
          [country, revenue, column('revenue__share', { format: 'percent' })],
          [
            ['DE', 3, 0.25],
            ['FR', 9, 0.75],
          ],
        ),
      ),
      'Revenue by Country: of 2 rows, highest are FR (9.00 EUR, a share of 75.0 %) and DE (3.00 EUR, a share of 25.0 %).',
    ],
    [
      'the first of each',
      say(rowsOf([country, revenue], [['DE', 3]]), { query: { limit_per: { dimensions: ['country'], limit: 1 } } }),
      'Revenue by Country: DE (3.00 EUR).',
    ],
    [
      'groups, null among them',
      say(
        rowsOf(
          [country, revenue],
          [
            ['DE', 3],
            ['FR', 9],
            [null, 5],
          ],
        ),
      ),
      'Revenue by Country: of 3 rows, highest are FR (9.00 EUR), (none) (5.00 EUR) and DE (3.00 EUR).',
    ],
    [
      'rows without a value',
      say(
        rowsOf(
          [country, revenue],
          [
            ['DE', 3],
            ['FR', 9],
            ['NO', null],
          ],
        ),
      ),
      'Revenue by Country: of 3 rows, 1 without a value, highest are FR (9.00 EUR) and DE (3.00 EUR).',
    ],
    [
      'the worst, where they were asked for',
      say(
        rowsOf(
          [country, revenue],
          [
            ['DE', 3],
            ['FR', 9],
          ],
        ),
        { query: { order: [{ by: 'revenue' }], limit: 2 } },
      ),
      'Revenue by Country: of the 2 rows shown, lowest are DE (3.00 EUR) and FR (9.00 EUR).',
    ],
    [
      'a course of time',
      say(
        rowsOf(
          [month, revenue],
          [
            ['2025-01-01', 3],
            ['2025-02-01', 9],
            ['2025-03-01', 5],
          ],
        ),
      ),
      'Revenue by Time (month): of 3 rows, highest in February 2025 (9.00 EUR), lowest in January 2025 (3.00 EUR); last, March 2025 (5.00 EUR).',
    ],
    ['a list', say(rowsOf([country], [['DE'], ['FR']])), '2 rows of Country: DE; FR.'],
    ['a list that was cut', say(rowsOf([country], [['DE'], ['FR']], true)), 'More than 2 rows of Country: DE; FR.'],
    [
      'a span of time',
      say(rowsOf([revenue], [[1]]), {
        time: {
          dimension: 'metric_time',
          words: 'last 3 months',
          from: '2025-01-01',
          to: '2025-04-01',
          compared_with: null,
        },
      }),
      'Revenue from 2025-01-01 to 2025-03-31: 1.00 EUR.',
    ],
  ];
  for (const [what, said, words] of cases) it(`says ${what}`, () => expect(said).to.equal(words));

  describe('by somebody else', () => {
    const answer = rowsOf(
      [country, revenue, column('share', { format: 'percent' })],
      [
        ['DE', 1234567.89, 0.234],
        ['FR 2', -50, 0.766],
      ],
    );
    const rows: readonly [text: string, isOfRows: boolean][] = [
      ['Germany has 1,234,567.89.', true],
      ['Germany has about 1.2 million, or 1,234,568.', true],
      ['23.4 % and 77 percent.', true],
      ['A loss of 50 in FR 2; two rows, 2 of them.', true],
      ['No number at all.', true],
      ['Germany has 1,234,567.88.', false],
      ['Altogether 1,234,517.89.', false],
      ['24 %.', false],
      ['1.3 million.', false],
      ['In 2025 it was 50.', false],
    ];
    for (const [text, isOfRows] of rows)
      it(`${isOfRows ? 'is' : 'is not'} taken: ${text}`, () =>
        expect(numbersAreOfRows(text, answer, [])).to.equal(isOfRows));

    it('may repeat numbers of the question', () =>
      expect(numbersAreOfRows('In 2025 it was 50.', answer, ['How was it in 2025?'])).to.equal(true));
  });
});

describe('a picture of an answer', () => {
  it('is a line over time, bars over categories, and none where there is nothing to see', () => {
    const line = suggestChart(
      rowsOf(
        [month, revenue],
        [
          ['2025-01-01', '3.5'],
          ['2025-02-01', 9],
        ],
      ),
    );
    expect(line).to.nested.include({
      'mark.type': 'line',
      'encoding.x.type': 'temporal',
      'encoding.y.title': 'Revenue (EUR)',
    });
    expect((line!.data as { values: unknown }).values).to.deep.equal([
      { c0: '2025-01-01', c1: 3.5 },
      { c0: '2025-02-01', c1: 9 },
    ]);
    expect(
      suggestChart(
        rowsOf(
          [country, revenue],
          [
            ['DE', 3],
            ['FR', 9],
          ],
        ),
      ),
    ).to.include({ mark: 'bar' });
    const both = suggestChart(
      rowsOf(
        [month, country, revenue],
        [
          ['2025-01-01', 'DE', 3],
          ['2025-02-01', 'DE', 9],
        ],
      ),
    );
    expect(both).to.nested.include({ 'encoding.color.field': 'c1' });
    for (const none of [
      rowsOf([revenue], [[3]]),
      rowsOf([country], [['DE'], ['FR']]),
      rowsOf([country, revenue], [['DE', 3]]),
    ])
      expect(suggestChart(none)).to.equal(null);
  });
});

describe('what one may overlook in an answer', () => {
  const noon = Date.parse('2026-11-22T11:00:00Z');
  const ask = (from: string | null, to: string | null, compare?: string, now = noon): readonly string[] =>
    cautionsOf(
      { timezone: 'Europe/Berlin', time: { range: 'any', ...(compare !== undefined && { compare }) } },
      { dimension: 'metric_time', words: null, from, to, compared_with: compare ?? null },
      { now, timezone: 'UTC' },
    );
  const open = 'The time asked for is not over: it ends with';
  const cases: readonly [what: string, said: readonly string[], expected: readonly string[]][] = [
    ['a year that is not over', ask('2026-01-01', '2027-01-01'), [`${open} 2026-12-31.`]],
    [
      'the same beside a whole one',
      ask('2026-01-01', '2027-01-01', 'previous year'),
      [`${open} 2026-12-31. It is compared with a whole one.`],
    ],
    ['nothing of what is over', ask('2025-01-01', '2026-01-01'), []],
    ['nothing of what goes to the end of today', ask('2026-11-01', '2026-11-23'), []],
    ['a day that has begun where it is asked', ask('2026-11-22', '2026-11-24', undefined, noon + 12 * 3_600_000), []],
    ['nothing of what is to come', ask('2026-12-01', '2027-01-01'), []],
    ['nothing without an end', ask('2026-01-01', null), []],
    ['a time of day', ask('2026-11-22 08:00:00', '2026-11-23 08:00:00'), [`${open} 2026-11-23 08:00:00.`]],
  ];
  for (const [what, said, expected] of cases) it(`is ${what}`, () => expect(said).to.deep.equal(expected));
});
