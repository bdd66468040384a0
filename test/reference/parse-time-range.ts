/** Words for spans of time, against a clock: half-open bounds in local time, null for an open side. */
import {
  type Calendar,
  cut,
  type Grain,
  isBelowDay,
  moveBound,
  type Offset,
  offsetOf,
  shift,
  toLocal,
} from './calendar.js';
import { timestamp } from './data.js';
import { refuse } from './refusal.js';

export interface Range {
  readonly from: string | null;
  readonly to: string | null;
}

const units: Readonly<Record<string, Grain>> = {
  minute: 'minute',
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  quarter: 'quarter',
  year: 'year',
  'fiscal quarter': 'fiscal_quarter',
  'fiscal year': 'fiscal_year',
};
const months = 'january february march april may june july august september october november december'.split(' ');

const unitPattern = '(minute|hour|day|week|month|quarter|year|fiscal quarter|fiscal year)s?';
const whole = (words: string): RegExp => new RegExp(`^${words.replace('U', unitPattern).replace('N', '(\\d+)')}$`);

const pad = (value: string | number): string => String(value).padStart(2, '0');

type Rule<Context> = readonly [pattern: RegExp, read: (parts: readonly string[], context: Context) => Range];

function firstMatch<Context>(rules: readonly Rule<Context>[], text: string, context: Context): Range | null {
  for (const [pattern, read] of rules) {
    const match = pattern.exec(text);
    if (match) return read(match, context);
  }
  return null;
}

const span = (from: string, unit: Grain): Range => {
  const start = timestamp(`${from}T00:00:00`).text;
  return { from: start, to: shift(start, 1, unit) };
};
const quarterStart = (quarter: string): string => pad(Number(quarter) * 3 - 2);

/** Spans that a calendar names by itself. */
const literals: readonly Rule<Calendar>[] = [
  [/^(\d{4})$/, ([, year]) => span(`${year}-01-01`, 'year')],
  [/^(\d{4})-q([1-4])$/, ([, year, quarter]) => span(`${year}-${quarterStart(quarter!)}-01`, 'quarter')],
  [/^q([1-4]) (\d{4})$/, ([, quarter, year]) => span(`${year}-${quarterStart(quarter!)}-01`, 'quarter')],
  [/^(\d{4}-(?:0[1-9]|1[0-2]))$/, ([, month]) => span(`${month}-01`, 'month')],
  [/^(\d{4}-\d\d-\d\d)$/, ([, day]) => span(day!, 'day')],
  [
    new RegExp(`^(${months.join('|')}) (\\d{4})$`),
    ([, month, year]) => span(`${year}-${pad(months.indexOf(month!) + 1)}-01`, 'month'),
  ],
  [
    /^fy(\d{4})$/,
    ([, year], { fiscalStart }) =>
      span(`${fiscalStart === 1 ? year : Number(year) - 1}-${pad(fiscalStart)}-01`, 'fiscal_year'),
  ],
];

/** The clock's own periods. */
interface Clock {
  readonly calendar: Calendar;
  readonly today: string;
  readonly tomorrow: string;
  /** The start of the current period. */
  current(unit: Grain): string;
}

const unitOf = (word: string | undefined): Grain => units[word!]!;
const day = (start: string): Range => ({ from: start, to: shift(start, 1, 'day') });

const days: readonly Rule<Clock>[] = [
  [/^today$/, (_, { today }) => day(today)],
  [/^yesterday$/, (_, { today }) => day(shift(today, -1, 'day'))],
  [/^tomorrow$/, (_, { tomorrow }) => day(tomorrow)],
];

const relative: readonly Rule<Clock>[] = [
  [
    whole('last U to date'),
    ([, unit], { current, tomorrow }) => {
      const offset = offsetOf(1, unitOf(unit).replace('fiscal_', ''));
      return {
        from: moveBound(current(unitOf(unit)), 'lower', null, offset),
        to: moveBound(tomorrow, 'upper', null, offset),
      };
    },
  ],
  [whole('(?:this )?U to date'), ([, unit], { current, tomorrow }) => ({ from: current(unitOf(unit)), to: tomorrow })],
  [
    whole('this U'),
    ([, unit], { current }) => ({ from: current(unitOf(unit)), to: shift(current(unitOf(unit)), 1, unitOf(unit)) }),
  ],
  [
    whole('last (?:N )?(?:full )?U'),
    ([, count, unit], { current }) => ({
      from: shift(current(unitOf(unit)), -Number(count ?? 1), unitOf(unit)),
      to: current(unitOf(unit)),
    }),
  ],
  [
    whole('past (?:N )?U'),
    ([, count, word], { current, tomorrow }) => {
      const unit = unitOf(word);
      const end = isBelowDay(unit) ? shift(current(unit), 1, unit) : tomorrow;
      return { from: shift(end, -Number(count ?? 1), unit), to: end };
    },
  ],
  [
    whole('next (?:N )?U'),
    ([, count, word], { current }) => {
      const start = shift(current(unitOf(word)), 1, unitOf(word));
      return { from: start, to: shift(start, Number(count ?? 1), unitOf(word)) };
    },
  ],
];

function point(text: string, clock: Clock): Range {
  const range = firstMatch(days, text, clock) ?? firstMatch(literals, text, clock.calendar);
  return range ?? refuse('TIME_RANGE_INVALID', `not understood: ${text}`);
}

const between: readonly Rule<Clock>[] = [
  [/^since (.+)$/, ([, start], clock) => ({ from: point(start!, clock).from, to: null })],
  [/^before (.+)$/, ([, end], clock) => ({ from: null, to: point(end!, clock).from })],
  [/^(.+) to (.+)$/, ([, start, end], clock) => ({ from: point(start!, clock).from, to: point(end!, clock).to })],
];

/** @param now the moment, as a text of an instant */
export function parseTimeRange(words: string, now: string, calendar: Calendar): Range {
  const text = words.trim().toLowerCase().replace(/\s+/g, ' ');
  const present = toLocal(now, calendar.zone);
  const today = cut(present, 'day', calendar);
  const clock: Clock = {
    calendar,
    today,
    tomorrow: shift(today, 1, 'day'),
    current: (unit) => cut(present, unit, calendar),
  };
  return firstMatch(relative, text, clock) ?? firstMatch(between, text, clock) ?? point(text, clock);
}

/** What `time.compare` may say; null stands for the length of the range. */
export function parseComparison(words: string): Offset | null {
  const text = words.trim().toLowerCase().replace(/\s+/g, ' ');
  if (text === 'previous period') return null;
  const match =
    /^(?:previous (year|quarter|month|week|day)|(\d+) (minute|hour|day|week|month|quarter|year)s? ago)$/.exec(text);
  if (!match || match[2] === '0') return refuse('TIME_RANGE_INVALID', `not a comparison: ${words}`);
  return match[1] ? offsetOf(1, match[1]) : offsetOf(Number(match[2]), match[3]!);
}
