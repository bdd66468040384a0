import { expect } from 'chai';
import { parseTimeRange } from '../../semantic/plan/time-range.js';
import { type Language, readLanguages } from '../../plugins/llm/interpreter/language.js';
import { type Calendar, calendarOf } from '../../plugins/llm/interpreter/time/calendar.js';
import { rangeOf } from '../../plugins/llm/interpreter/time/expression.js';
import { readTime } from '../../plugins/llm/interpreter/time/read-time.js';
import { tokenize } from '../../plugins/llm/interpreter/tokens.js';

type Bound = string | null;
type Row = readonly [words: string, from: Bound, to: Bound];

/** Half-open ranges, seen from a moment in a zone, with a first day of the week and a first month of the fiscal year. */
interface Table {
  readonly title: string;
  readonly now: string;
  readonly timezone: string;
  readonly weekStart: string;
  readonly fiscal: number;
  readonly rows: readonly Row[];
}

const berlin = { timezone: 'Europe/Berlin', weekStart: 'monday', fiscal: 11 };

const tables: readonly Table[] = [
  {
    title: 'a Wednesday in June 2026',
    now: '2026-06-17T10:00:00Z',
    ...berlin,
    rows: [
      ['today', '2026-06-17', '2026-06-18'],
      ['yesterday', '2026-06-16', '2026-06-17'],
      ['tomorrow', '2026-06-18', '2026-06-19'],
      ['day before yesterday', '2026-06-15', '2026-06-16'],
      ['the day before yesterday', '2026-06-15', '2026-06-16'],
      ['3 days ago', '2026-06-14', '2026-06-15'],
      ['ten days ago', '2026-06-07', '2026-06-08'],
      ['this week', '2026-06-15', '2026-06-22'],
      ['last week', '2026-06-08', '2026-06-15'],
      ['previous week', '2026-06-08', '2026-06-15'],
      ['next week', '2026-06-22', '2026-06-29'],
      ['this month', '2026-06-01', '2026-07-01'],
      ['current month', '2026-06-01', '2026-07-01'],
      ['the current month', '2026-06-01', '2026-07-01'],
      ['last month', '2026-05-01', '2026-06-01'],
      ['the last month', '2026-05-01', '2026-06-01'],
      ['prior month', '2026-05-01', '2026-06-01'],
      ['next month', '2026-07-01', '2026-08-01'],
      ['this quarter', '2026-04-01', '2026-07-01'],
      ['last quarter', '2026-01-01', '2026-04-01'],
      ['next quarter', '2026-07-01', '2026-10-01'],
      ['this year', '2026-01-01', '2027-01-01'],
      ['last year', '2025-01-01', '2026-01-01'],
      ['previous year', '2025-01-01', '2026-01-01'],
      ['next year', '2027-01-01', '2028-01-01'],
      ['this fiscal year', '2025-11-01', '2026-11-01'],
      ['current fiscal year', '2025-11-01', '2026-11-01'],
      ['last fiscal year', '2024-11-01', '2025-11-01'],
      ['last financial year', '2024-11-01', '2025-11-01'],
      ['next fiscal year', '2026-11-01', '2027-11-01'],
      ['this fiscal quarter', '2026-05-01', '2026-08-01'],
      ['last fiscal quarter', '2026-02-01', '2026-05-01'],
      ['last 7 days', '2026-06-10', '2026-06-17'],
      ['last seven days', '2026-06-10', '2026-06-17'],
      ['the last 30 days', '2026-05-18', '2026-06-17'],
      ['past 7 days', '2026-06-11', '2026-06-18'],
      ['past 90 days', '2026-03-20', '2026-06-18'],
      ['the past 90 days', '2026-03-20', '2026-06-18'],
      ['past week', '2026-06-11', '2026-06-18'],
      ['past month', '2026-05-18', '2026-06-18'],
      ['past year', '2025-06-18', '2026-06-18'],
      ['trailing 12 months', '2025-06-18', '2026-06-18'],
      ['last 3 months', '2026-03-01', '2026-06-01'],
      ['last three months', '2026-03-01', '2026-06-01'],
      ['previous 3 months', '2026-03-01', '2026-06-01'],
      ['last 3 full months', '2026-03-01', '2026-06-01'],
      ['last 12 months', '2025-06-01', '2026-06-01'],
      ['last 2 quarters', '2025-10-01', '2026-04-01'],
      ['last 4 quarters', '2025-04-01', '2026-04-01'],
      ['last 2 years', '2024-01-01', '2026-01-01'],
      ['1 to 7 June 2026', '2026-06-01', '2026-06-08'],
      ['from 1 to 7 June', '2026-06-01', '2026-06-08'],
      ['between 10 and 23 November 2025', '2025-11-10', '2025-11-24'],
      ['June 3-9', '2026-06-03', '2026-06-10'],
      ['the 3rd to the 9th of March 2025', '2025-03-03', '2025-03-10'],
      ['28 to 30 December', '2025-12-28', '2025-12-31'],
      ['24 and 25 October 2025', '2025-10-24', '2025-10-26'],
      ['the weekend of 25 and 26 October 2025', '2025-10-25', '2025-10-27'],
      ['first 10 days of May 2026', '2026-05-01', '2026-05-11'],
      ['the last day of February 2024', '2024-02-29', '2024-03-01'],
      ['last two months of 2025', '2025-11-01', '2026-01-01'],
      ['first month of Q2 2026', '2026-04-01', '2026-05-01'],
      ['past half year', '2025-12-18', '2026-06-18'],
      ['this half year', '2026-01-01', '2026-07-01'],
      ['first half of the year 2025', '2025-01-01', '2025-07-01'],
      ['summer 2025 (June to August)', '2025-06-01', '2025-09-01'],
      ['winter 2025/26 (November to March)', '2025-11-01', '2026-04-01'],
      ['Black Friday (28 November 2025)', '2025-11-28', '2025-11-29'],
      ['28 November 2025 (Black Friday)', '2025-11-28', '2025-11-29'],
      ['until the end of May 2026', null, '2026-06-01'],
      ['from January 2026 until the end of March 2026', '2026-01-01', '2026-04-01'],
      ['after the end of May 2026', '2026-06-01', null],
      ['2026 so far', '2026-01-01', '2026-06-18'],
      ['last two fiscal years', '2023-11-01', '2025-11-01'],
      ['last 4 weeks', '2026-05-18', '2026-06-15'],
      ['next 2 weeks', '2026-06-22', '2026-07-06'],
      ['year to date', '2026-01-01', '2026-06-18'],
      ['year-to-date', '2026-01-01', '2026-06-18'],
      ['YTD', '2026-01-01', '2026-06-18'],
      ['month to date', '2026-06-01', '2026-06-18'],
      ['MTD', '2026-06-01', '2026-06-18'],
      ['quarter to date', '2026-04-01', '2026-06-18'],
      ['QTD', '2026-04-01', '2026-06-18'],
      ['week to date', '2026-06-15', '2026-06-18'],
      ['fiscal year to date', '2025-11-01', '2026-06-18'],
      ['this year so far', '2026-01-01', '2026-06-18'],
      ['so far this year', '2026-01-01', '2026-06-18'],
      ['this month so far', '2026-06-01', '2026-06-18'],
      ['this year to date', '2026-01-01', '2026-06-18'],
      ['2024', '2024-01-01', '2025-01-01'],
      ['year 2024', '2024-01-01', '2025-01-01'],
      ['Q3 2024', '2024-07-01', '2024-10-01'],
      ['q3 of 2024', '2024-07-01', '2024-10-01'],
      ['2024 Q3', '2024-07-01', '2024-10-01'],
      ['2024-Q3', '2024-07-01', '2024-10-01'],
      ['third quarter of 2024', '2024-07-01', '2024-10-01'],
      ['first quarter 2026', '2026-01-01', '2026-04-01'],
      ['Q4 last year', '2025-10-01', '2026-01-01'],
      ['second quarter of last year', '2025-04-01', '2025-07-01'],
      ['Q1', '2026-01-01', '2026-04-01'],
      ['Q2', '2026-04-01', '2026-07-01'],
      ['Q3', '2025-07-01', '2025-10-01'],
      ['Q4', '2025-10-01', '2026-01-01'],
      ['H1 2025', '2025-01-01', '2025-07-01'],
      ['H2 2025', '2025-07-01', '2026-01-01'],
      ['first half of 2025', '2025-01-01', '2025-07-01'],
      ['second half of last year', '2025-07-01', '2026-01-01'],
      ['FY2026', '2025-11-01', '2026-11-01'],
      ['FY26', '2025-11-01', '2026-11-01'],
      ['FY 2025', '2024-11-01', '2025-11-01'],
      ['fiscal year 2025', '2024-11-01', '2025-11-01'],
      ['fiscal 2025', '2024-11-01', '2025-11-01'],
      ['Q1 FY2026', '2025-11-01', '2026-02-01'],
      ['Q4 of fiscal year 2025', '2025-08-01', '2025-11-01'],
      ['fiscal Q2 2026', '2026-02-01', '2026-05-01'],
      ['March 2024', '2024-03-01', '2024-04-01'],
      ['Mar 2024', '2024-03-01', '2024-04-01'],
      ['March of 2024', '2024-03-01', '2024-04-01'],
      ['March, 2024', '2024-03-01', '2024-04-01'],
      ['2024-03', '2024-03-01', '2024-04-01'],
      ['February 2024', '2024-02-01', '2024-03-01'],
      ['December 2025', '2025-12-01', '2026-01-01'],
      ['March', '2026-03-01', '2026-04-01'],
      ['June', '2026-06-01', '2026-07-01'],
      ['July', '2025-07-01', '2025-08-01'],
      ['December', '2025-12-01', '2026-01-01'],
      ['March last year', '2025-03-01', '2025-04-01'],
      ['March of last year', '2025-03-01', '2025-04-01'],
      ['December this year', '2026-12-01', '2027-01-01'],
      ['last March', '2026-03-01', '2026-04-01'],
      ['last June', '2025-06-01', '2025-07-01'],
      ['last December', '2025-12-01', '2026-01-01'],
      ['2024-03-05', '2024-03-05', '2024-03-06'],
      ['5 March 2024', '2024-03-05', '2024-03-06'],
      ['5th March 2024', '2024-03-05', '2024-03-06'],
      ['5th of March 2024', '2024-03-05', '2024-03-06'],
      ['March 5, 2024', '2024-03-05', '2024-03-06'],
      ['March 5th 2024', '2024-03-05', '2024-03-06'],
      ['March 31 2025', '2025-03-31', '2025-04-01'],
      ['December 31, 2025', '2025-12-31', '2026-01-01'],
      ['February 29 2024', '2024-02-29', '2024-03-01'],
      ['March 5', '2026-03-05', '2026-03-06'],
      ['August 5', '2025-08-05', '2025-08-06'],
      ['5.3.2024', '2024-03-05', '2024-03-06'],
      ['05.03.2024', '2024-03-05', '2024-03-06'],
      ['3/25/2024', '2024-03-25', '2024-03-26'],
      ['25/3/2024', '2024-03-25', '2024-03-26'],
      ['5/5/2024', '2024-05-05', '2024-05-06'],
      ['Monday', '2026-06-15', '2026-06-16'],
      ['Tuesday', '2026-06-16', '2026-06-17'],
      ['Wednesday', '2026-06-10', '2026-06-11'],
      ['last Friday', '2026-06-12', '2026-06-13'],
      ['last Sunday', '2026-06-14', '2026-06-15'],
      ['this Friday', '2026-06-19', '2026-06-20'],
      ['this Monday', '2026-06-15', '2026-06-16'],
      ['since 2024', '2024-01-01', null],
      ['since March', '2026-03-01', null],
      ['since March 2024', '2024-03-01', null],
      ['since last month', '2026-05-01', null],
      ['since yesterday', '2026-06-16', null],
      ['since 2024-01-15', '2024-01-15', null],
      ['since the start of 2025', '2025-01-01', null],
      ['since the beginning of last year', '2025-01-01', null],
      ['since FY2025', '2024-11-01', null],
      ['starting from March 2025', '2025-03-01', null],
      ['from March 2025 onwards', '2025-03-01', null],
      ['from 2025 on', '2025-01-01', null],
      ['after 2024', '2025-01-01', null],
      ['after March 5 2024', '2024-03-06', null],
      ['after March 2024', '2024-04-01', null],
      ['after yesterday', '2026-06-17', null],
      ['before 2024', null, '2024-01-01'],
      ['before March 2024', null, '2024-03-01'],
      ['before 2024-03-05', null, '2024-03-05'],
      ['prior to 2025', null, '2025-01-01'],
      ['before last year', null, '2025-01-01'],
      ['until 2024', null, '2025-01-01'],
      ['until March 2025', null, '2025-04-01'],
      ['up to yesterday', null, '2026-06-17'],
      ['through March 2025', null, '2025-04-01'],
      ['between 2023 and 2024', '2023-01-01', '2025-01-01'],
      ['between January and March 2025', '2025-01-01', '2025-04-01'],
      ['between January 2025 and March 2025', '2025-01-01', '2025-04-01'],
      ['between 2025-01-15 and 2025-02-15', '2025-01-15', '2025-02-16'],
      ['between November and February 2026', '2025-11-01', '2026-03-01'],
      ['between March and May', '2026-03-01', '2026-06-01'],
      ['between November and February', '2025-11-01', '2026-03-01'],
      ['from January to March 2025', '2025-01-01', '2025-04-01'],
      ['from January 2025 to March', '2025-01-01', '2025-04-01'],
      ['from November 2024 to February', '2024-11-01', '2025-03-01'],
      ['from 2024-01-01 to 2024-03-31', '2024-01-01', '2024-04-01'],
      ['from 2024-01-01 until 2024-03-31', '2024-01-01', '2024-04-01'],
      ['from March 5 to March 10 2025', '2025-03-05', '2025-03-11'],
      ['from 5 March to 10 March', '2026-03-05', '2026-03-11'],
      ['from last month to today', '2026-05-01', '2026-06-18'],
      ['March to May 2025', '2025-03-01', '2025-06-01'],
      ['March through May 2025', '2025-03-01', '2025-06-01'],
      ['2023 to 2025', '2023-01-01', '2026-01-01'],
      ['Q1 to Q3 2025', '2025-01-01', '2025-10-01'],
      ['Q4 2024 to Q1 2025', '2024-10-01', '2025-04-01'],
      ['from Q2 2025 to Q1 2026', '2025-04-01', '2026-04-01'],
      ['from 1 May to 15 May 2026', '2026-05-01', '2026-05-16'],
    ],
  },
  {
    title: 'the last day of a month',
    now: '2026-03-31T12:00:00Z',
    ...berlin,
    rows: [
      ['last month', '2026-02-01', '2026-03-01'],
      ['next month', '2026-04-01', '2026-05-01'],
      ['past month', '2026-03-01', '2026-04-01'],
      ['past 1 months', '2026-03-01', '2026-04-01'],
      ['past 3 months', '2026-01-01', '2026-04-01'],
      ['past year', '2025-04-01', '2026-04-01'],
      ['last quarter', '2025-10-01', '2026-01-01'],
      ['month to date', '2026-03-01', '2026-04-01'],
      ['yesterday', '2026-03-30', '2026-03-31'],
    ],
  },
  {
    title: 'a leap day',
    now: '2028-02-29T12:00:00Z',
    ...berlin,
    rows: [
      ['today', '2028-02-29', '2028-03-01'],
      ['tomorrow', '2028-03-01', '2028-03-02'],
      ['this month', '2028-02-01', '2028-03-01'],
      ['past year', '2027-03-01', '2028-03-01'],
      ['February', '2028-02-01', '2028-03-01'],
      ['February 2027', '2027-02-01', '2027-03-01'],
      ['February 29', '2028-02-29', '2028-03-01'],
      ['year to date', '2028-01-01', '2028-03-01'],
      ['last 29 days', '2028-01-31', '2028-02-29'],
    ],
  },
  {
    title: 'New Year, which is a day earlier in Los Angeles',
    now: '2026-01-01T05:00:00Z',
    timezone: 'America/Los_Angeles',
    weekStart: 'sunday',
    fiscal: 1,
    rows: [
      ['today', '2025-12-31', '2026-01-01'],
      ['this year', '2025-01-01', '2026-01-01'],
      ['last year', '2024-01-01', '2025-01-01'],
      ['this week', '2025-12-28', '2026-01-04'],
      ['last week', '2025-12-21', '2025-12-28'],
      ['FY2025', '2025-01-01', '2026-01-01'],
      ['this fiscal year', '2025-01-01', '2026-01-01'],
      ['January', '2025-01-01', '2025-02-01'],
      ['Sunday', '2025-12-28', '2025-12-29'],
      ['this Saturday', '2026-01-03', '2026-01-04'],
      ['this Sunday', '2025-12-28', '2025-12-29'],
    ],
  },
  {
    title: 'the first moments of a year in Tokyo',
    now: '2025-12-31T15:30:00Z',
    timezone: 'Asia/Tokyo',
    weekStart: 'saturday',
    fiscal: 4,
    rows: [
      ['today', '2026-01-01', '2026-01-02'],
      ['yesterday', '2025-12-31', '2026-01-01'],
      ['last month', '2025-12-01', '2026-01-01'],
      ['this week', '2025-12-27', '2026-01-03'],
      ['this fiscal year', '2025-04-01', '2026-04-01'],
      ['last fiscal year', '2024-04-01', '2025-04-01'],
      ['this fiscal quarter', '2026-01-01', '2026-04-01'],
      ['last fiscal quarter', '2025-10-01', '2026-01-01'],
      ['FY2026', '2025-04-01', '2026-04-01'],
      ['fiscal Q1 2026', '2025-04-01', '2025-07-01'],
      ['Q1', '2026-01-01', '2026-04-01'],
    ],
  },
  {
    title: 'the night in which the clock is moved',
    now: '2026-03-29T00:59:00Z',
    ...berlin,
    rows: [
      ['today', '2026-03-29', '2026-03-30'],
      ['yesterday', '2026-03-28', '2026-03-29'],
      ['this week', '2026-03-23', '2026-03-30'],
      ['past 7 days', '2026-03-23', '2026-03-30'],
      ['Saturday', '2026-03-28', '2026-03-29'],
      ['Sunday', '2026-03-22', '2026-03-23'],
    ],
  },
];

/** What nobody can know, or what there is not. */
const unread = [
  ...[
    '3/5/2024',
    'February 30 2025',
    '31 April 2026',
    '2025-02-30',
    'last',
    'this',
    'summer',
    'soon',
    'weeks',
    'Q5 2025',
    '24 and 28 October 2025',
    '9 to 3 June 2026',
    '1 to 31 June 2026',
    'the weekend of 24 and 25 October 2025',
    'winter 2025 (November to March)',
    'summer 2025 (June 2024)',
    'Atlantis 2025 (June)',
    '2025 so far',
    'first month of the week',
    'last month in Q3 2025',
  ],
  ...[
    'the other day',
    'ago',
    'between 2025',
    'fiscal',
    'Marchember',
    'last few weeks',
    'week 12 of 2025',
    'the nineties',
  ],
];

describe('words for times', () => {
  let english: Language;
  before(async () => {
    [english] = (await readLanguages(['en'])) as [Language];
  });
  const read = (words: string, calendar: Calendar): ReturnType<typeof readTime> => {
    const tokens = tokenize(words);
    const found = readTime({ tokens, language: english, calendar }, 0);
    return found?.length === tokens.length ? found : null;
  };
  const say = (at: number | null): string | null =>
    at === null ? null : at % 86_400_000 === 0 ? new Date(at).toISOString().slice(0, 10) : new Date(at).toISOString();

  for (const { title, now, timezone, weekStart, fiscal, rows } of tables) {
    describe(title, () => {
      const calendar = calendarOf(Date.parse(now), timezone, { weekStart, fiscalYearStart: fiscal });
      const clock = { now: calendar.now, calendar: { week_start: calendar.weekStart, fiscal_month: fiscal } };
      for (const [words, from, to] of rows) {
        it(`${words}: ${from ?? '…'} to ${to ?? '…'}`, () => {
          const found = read(words, calendar);
          expect(found, 'not read whole').not.to.equal(null);
          expect([say(found!.low), say(found!.high)]).to.deep.equal([from, to]);
          // What the planner makes of it is the same.
          const range = parseTimeRange(rangeOf(found!), clock, '/time/range');
          expect([say(range.low), say(range.high)]).to.deep.equal([from, to]);
        });
      }
    });
  }

  it('does not guess', () => {
    const calendar = calendarOf(Date.parse('2026-06-17T10:00:00Z'), 'UTC', { weekStart: 'monday', fiscalYearStart: 1 });
    expect(unread.filter((words) => read(words, calendar) !== null)).to.deep.equal([]);
  });

  it('reads hours', () => {
    const calendar = calendarOf(Date.parse('2026-06-17T10:20:00Z'), 'UTC', { weekStart: 'monday', fiscalYearStart: 1 });
    expect(rangeOf(read('last 24 hours', calendar)!)).to.equal('last 24 hours');
    expect(rangeOf(read('past 2 hours', calendar)!)).to.equal('past 2 hours');
  });
});
