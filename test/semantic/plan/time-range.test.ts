import { expect } from 'chai';
import { DataMindError } from '../../../core/errors/datamind-error.js';
import { isoTimestamp, parseLocal } from '../../../semantic/plan/calendar.js';
import { alignedStep, moveRange, parseComparison, parseTimeRange } from '../../../semantic/plan/time-range.js';
import { instantToLocal, localToInstant } from '../../../semantic/plan/zone.js';

const at = (text: string): number => parseLocal(text)!.ms;
const spell = (ms: number | null): string | null => (ms === null ? null : isoTimestamp(ms).replace('T00:00:00', ''));

describe('words for ranges of time', () => {
  // A Thursday; weeks begin on Monday, fiscal years in April.
  const clock = { now: at('2024-02-29T10:20:30'), calendar: { week_start: 0, fiscal_month: 4 } };
  const rows: readonly (readonly [string, string | null, string | null])[] = [
    ['today', '2024-02-29', '2024-03-01'],
    ['yesterday', '2024-02-28', '2024-02-29'],
    ['this week', '2024-02-26', '2024-03-04'],
    ['last month', '2024-01-01', '2024-02-01'],
    ['last 3 full months', '2023-11-01', '2024-02-01'],
    ['last 2 weeks', '2024-02-12', '2024-02-26'],
    ['past 7 days', '2024-02-23', '2024-03-01'],
    ['past 1 month', '2024-02-01', '2024-03-01'],
    ['past 2 hours', '2024-02-29T09:00:00', '2024-02-29T11:00:00'],
    ['next quarter', '2024-04-01', '2024-07-01'],
    ['next 2 days', '2024-03-01', '2024-03-03'],
    ['year to date', '2024-01-01', '2024-03-01'],
    ['this month to date', '2024-02-01', '2024-03-01'],
    ['last year to date', '2023-01-01', '2023-03-01'],
    ['last month to date', '2024-01-01', '2024-02-01'],
    ['2024', '2024-01-01', '2025-01-01'],
    ['Q3 2024', '2024-07-01', '2024-10-01'],
    ['2024-q3', '2024-07-01', '2024-10-01'],
    ['March 2024', '2024-03-01', '2024-04-01'],
    ['2024-03-05', '2024-03-05', '2024-03-06'],
    ['FY2024', '2023-04-01', '2024-04-01'],
    ['this fiscal year', '2023-04-01', '2024-04-01'],
    ['last fiscal quarter', '2023-10-01', '2024-01-01'],
    ['since 2024-01-15', '2024-01-15', null],
    ['before 2024', null, '2024-01-01'],
    ['2023-11 to 2024-01', '2023-11-01', '2024-02-01'],
  ];
  for (const [words, low, high] of rows) {
    it(words, () => {
      const range = parseTimeRange(words, clock, '/time/range');
      expect([spell(range.low), spell(range.high)]).to.deep.equal([low, high]);
    });
  }
  for (const words of ['last 0 days', 'recently', '2024-13', '2024-02-30', '2024 to 2023', '', 'since', 'Q5 2024']) {
    it(`refuses "${words}"`, () => {
      expect(() => parseTimeRange(words, clock, '/time/range'))
        .to.throw(DataMindError)
        .with.property('code', 'TIME_RANGE_INVALID');
    });
  }
});

describe('a range moved as a comparison moves it', () => {
  const rows = [
    ['2024-02-01', '2024-03-01', 1, '2024-01-01', '2024-02-01'],
    ['2024-02-01', '2024-03-01', 12, '2023-02-01', '2023-03-01'],
    ['2024-03-31', '2024-04-01', 1, '2024-02-29', '2024-03-01'],
    ['2024-01-10', '2024-03-31', 1, '2023-12-10', '2024-03-01'],
    ['2024-01-10', '2024-02-29', 12, '2023-01-10', '2023-03-01'],
  ] as const;
  for (const [low, high, count, movedLow, movedHigh] of rows) {
    it(`${low} – ${high} by ${count} months`, () => {
      const moved = moveRange({ low: at(low), high: at(high) }, { count, unit: 'month' }, -1);
      expect([spell(moved.low), spell(moved.high)]).to.deep.equal([movedLow, movedHigh]);
    });
  }

  it('takes the length of the range for the previous period', () => {
    const of = (low: string, high: string) =>
      parseComparison('previous period', { low: at(low), high: at(high) }, '/time/compare');
    expect(of('2024-01-01', '2024-04-01')).to.deep.equal({ count: 3, unit: 'month' });
    expect(of('2024-01-02', '2024-01-09')).to.deep.equal({ count: 7, unit: 'day' });
  });
});

describe('periods that meet periods', () => {
  const year = { count: 1, unit: 'year' } as const;
  const rows = [
    [year, 'month', { count: 12, unit: 'month' }],
    [year, 'week', { count: 364, unit: 'day' }],
    [{ count: 4, unit: 'quarter' }, 'fiscal_year', { count: 12, unit: 'month' }],
    [{ count: 1, unit: 'month' }, 'quarter', null],
    [{ count: 1, unit: 'month' }, 'week', null],
    [{ count: 2, unit: 'week' }, 'week', { count: 14, unit: 'day' }],
    [{ count: 8, unit: 'day' }, 'week', null],
    [{ count: 1, unit: 'hour' }, 'day', null],
    [{ count: 1, unit: 'hour' }, 'minute', { count: 60, unit: 'minute' }],
    [{ count: 30, unit: 'minute' }, 'hour', null],
  ] as const;
  for (const [offset, grain, step] of rows) {
    it(`${grain} by ${offset.count} ${offset.unit}`, () => {
      expect(alignedStep(offset, grain)).to.deep.equal(step);
    });
  }
});

describe('local times and instants', () => {
  const rows = [
    ['Europe/Berlin', '2024-01-15T12:00:00', '2024-01-15T11:00:00'],
    ['Europe/Berlin', '2024-07-15T12:00:00', '2024-07-15T10:00:00'],
    // Never happens: as much later as the clock was moved.
    ['Europe/Berlin', '2024-03-31T02:30:00', '2024-03-31T01:30:00'],
    // Happens twice: the first.
    ['Europe/Berlin', '2024-10-27T02:30:00', '2024-10-27T00:30:00'],
    ['America/Havana', '2024-11-03T00:30:00', '2024-11-03T04:30:00'],
    ['Australia/Lord_Howe', '2024-04-07T01:45:00', '2024-04-06T14:45:00'],
    ['Asia/Kolkata', '2024-01-01T00:00:00', '2023-12-31T18:30:00'],
  ] as const;
  for (const [zone, local, instant] of rows) {
    it(`${local} in ${zone}`, () => {
      expect(isoTimestamp(localToInstant(zone, at(local)))).to.equal(instant);
    });
  }
  it('shows an instant on the wall', () => {
    expect(isoTimestamp(instantToLocal('Europe/Berlin', at('2024-03-31T01:00:00')))).to.equal('2024-03-31T03:00:00');
  });
});
