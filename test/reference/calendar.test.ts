import { expect } from 'chai';
import {
  type Calendar,
  cut,
  type Grain,
  lengthOf,
  moveBound,
  moveForward,
  offsetOf,
  toInstant,
  toLocal,
} from './calendar.js';
import { timestamp } from './data.js';
import { parseTimeRange } from './parse-time-range.js';

const calendar: Calendar = { zone: 'Europe/Berlin', weekStart: 7, fiscalStart: 4 };
const at = (text: string): string => timestamp(text.length === 10 ? `${text}T00:00` : text).text;

describe('the reference calendar', () => {
  const cuts: readonly (readonly [string, Grain, string])[] = [
    ['2024-03-31T12:34:56', 'minute', '2024-03-31T12:34'],
    ['2024-03-31T12:34:56', 'hour', '2024-03-31T12:00'],
    ['2024-03-31T12:34:56', 'week', '2024-03-31'],
    ['2024-03-30T23:59', 'week', '2024-03-24'],
    ['2024-03-31', 'quarter', '2024-01-01'],
    ['2024-03-31', 'fiscal_year', '2023-04-01'],
    ['2024-02-29', 'fiscal_quarter', '2024-01-01'],
    ['2024-04-01', 'fiscal_year', '2024-04-01'],
  ];
  for (const [time, grain, start] of cuts)
    it(`${time} is in the ${grain} of ${start}`, () => expect(cut(at(time), grain, calendar)).to.equal(at(start)));

  const moments: readonly (readonly [string, string, string])[] = [
    ['Europe/Berlin', '2024-10-27T02:30', '2024-10-27T00:30'],
    ['Europe/Berlin', '2024-03-31T02:30', '2024-03-31T01:30'],
    ['Asia/Beirut', '2024-03-31', '2024-03-30T22:00'],
    ['America/Havana', '2024-11-03', '2024-11-03T04:00'],
  ];
  for (const [zone, local, moment] of moments)
    it(`${local} in ${zone} is ${moment} in UTC`, () => expect(toInstant(at(local), zone)).to.equal(at(moment)));
  it('an hour that happens twice has one name', () => {
    expect(toLocal(at('2024-10-27T00:30'), 'Europe/Berlin')).to.equal(at('2024-10-27T02:30'));
    expect(toLocal(at('2024-10-27T01:30'), 'Europe/Berlin')).to.equal(at('2024-10-27T02:30'));
  });

  const moves: readonly (readonly [string, Grain | null, number, string, string | null])[] = [
    ['2024-01-31', 'day', 1, 'month', null],
    ['2024-02-29', 'day', 1, 'year', null],
    ['2023-02-28', 'day', 1, 'year', '2024-02-28'],
    ['2024-01-01', 'month', 1, 'year', '2025-01-01'],
    ['2024-01-07', 'week', 1, 'year', '2025-01-05'],
    ['2024-01-31T13:00', 'hour', 1, 'day', '2024-02-01T13:00'],
  ];
  for (const [start, grain, count, unit, counterpart] of moves)
    it(`${grain} ${start} stands beside ${counterpart ?? 'nothing'} after ${count} ${unit}`, () =>
      expect(moveForward(at(start), grain, offsetOf(count, unit))).to.equal(counterpart && at(counterpart)));

  const bounds: readonly (readonly [string, 'lower' | 'upper', string, string])[] = [
    ['2024-03-01', 'upper', 'month', '2024-02-01'],
    ['2024-03-31', 'upper', 'month', '2024-03-01'],
    ['2024-03-31', 'lower', 'month', '2024-02-29'],
    ['2024-03-15', 'upper', 'year', '2023-03-15'],
    ['2024-03-15T12:00', 'upper', 'month', '2024-02-15T12:00'],
  ];
  for (const [bound, side, unit, moved] of bounds)
    it(`${side} bound ${bound} moves by a ${unit} to ${moved}`, () =>
      expect(moveBound(at(bound), side, 'day', offsetOf(1, unit))).to.equal(at(moved)));

  it('the length of a range is in months or days', () => {
    expect(lengthOf(at('2024-01-01'), at('2024-04-01')).months).to.equal(3);
    expect(lengthOf(at('2024-01-01'), at('2024-01-31')).days).to.equal(30);
    expect(lengthOf(at('2024-01-01T10:00'), at('2024-01-01T13:00')).days).to.equal(1);
  });

  // Friday, 15 March 2024, half past midnight in Berlin; weeks begin on Sunday, fiscal years in April.
  const words: Record<string, readonly [string | null, string | null]> = {
    today: ['2024-03-15', '2024-03-16'],
    yesterday: ['2024-03-14', '2024-03-15'],
    'this week': ['2024-03-10', '2024-03-17'],
    'last week': ['2024-03-03', '2024-03-10'],
    'last 3 full months': ['2023-12-01', '2024-03-01'],
    'past 7 days': ['2024-03-09', '2024-03-16'],
    'past 2 hours': ['2024-03-14T23:00', '2024-03-15T01:00'],
    'next 2 quarters': ['2024-04-01', '2024-10-01'],
    'month to date': ['2024-03-01', '2024-03-16'],
    'last month to date': ['2024-02-01', '2024-02-16'],
    'fiscal year to date': ['2023-04-01', '2024-03-16'],
    'this fiscal quarter': ['2024-01-01', '2024-04-01'],
    '2024': ['2024-01-01', '2025-01-01'],
    '2024-Q3': ['2024-07-01', '2024-10-01'],
    'Q3 2024': ['2024-07-01', '2024-10-01'],
    'March 2024': ['2024-03-01', '2024-04-01'],
    FY2024: ['2023-04-01', '2024-04-01'],
    'since 2024-02': ['2024-02-01', null],
    'before 2024-Q1': [null, '2024-01-01'],
    '2023-12 to today': ['2023-12-01', '2024-03-16'],
  };
  for (const [text, [from, to]] of Object.entries(words))
    it(`«${text}»`, () =>
      expect(parseTimeRange(text, at('2024-03-14T23:30'), calendar)).to.deep.equal({
        from: from && at(from),
        to: to && at(to),
      }));
});
