/** Words for ranges of time, as `CONTEXT.md` lists them under "Time". */
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Calendar, Step } from '../../core/sql/statement.js';
import type { Grain } from '../../core/query/semantic-query.js';
import type { Period } from '../model/model.js';
import {
  addMonths,
  addStep,
  coarseness,
  dayMs,
  isFirstOfMonth,
  isMidnight,
  minuteMs,
  parseLocal,
  stepOf,
  stepOfPeriod,
  truncate,
} from './calendar.js';

/** Half-open, in local time; `null` leaves a side open. */
export interface TimeRange {
  readonly low: number | null;
  readonly high: number | null;
}

export interface Clock {
  /** The local time now, in the query's zone. */
  readonly now: number;
  readonly calendar: Calendar;
}

const examples = [
  'last 3 months',
  'this year to date',
  '2024-Q3',
  'past 7 days',
  'since 2024-01-15',
  '2024-01 to 2024-03',
];

const invalid = (message: string, at: string): DataMindError =>
  new DataMindError('TIME_RANGE_INVALID', message, {
    at,
    hint: 'Write words such as "last 3 months", or a pair of dates such as ["2024-01-01", "2024-04-01"].',
    suggestions: examples,
  });

const unitPattern = '(minute|hour|day|week|month|quarter|year|fiscal quarter|fiscal year)s?';
const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

const grainOf = (unit: string): Grain => unit.replace(' ', '_') as Grain;

type Bounded = { readonly low: number; readonly high: number };

/** The period that holds the moment, moved by so many. */
const period = (clock: Clock, grain: Grain, moved: number, length = 1): Bounded => {
  const start = truncate(clock.now, grain, clock.calendar);
  return { low: addStep(start, stepOf(grain), moved), high: addStep(start, stepOf(grain), moved + length) };
};

const span = (low: number, step: Step): Bounded => ({ low, high: addStep(low, step) });

const yearStart = (year: number, month: number): number | null =>
  parseLocal(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`)?.ms ?? null;

const ofMonth = (year: string, month: number, length: number): Bounded | null => {
  const low = yearStart(Number(year), month);
  return low === null ? null : span(low, { count: length, unit: 'month' });
};

/** One named period: what may stand after `since`, before and after `to`. */
const parsePeriod = (text: string, clock: Clock): Bounded | null => {
  const day = parseLocal(text);
  if (day !== null) return day.isDate ? span(day.ms, stepOf('day')) : null;
  if (text === 'today') return period(clock, 'day', 0);
  if (text === 'yesterday') return period(clock, 'day', -1);
  if (text === 'tomorrow') return period(clock, 'day', 1);
  let found = /^(\d{4})$/.exec(text);
  if (found !== null) return ofMonth(found[1]!, 1, 12);
  found = /^(\d{4})-(\d{2})$/.exec(text);
  if (found !== null) return ofMonth(found[1]!, Number(found[2]), 1);
  found = /^(\d{4})[- ]?q([1-4])$/.exec(text);
  if (found !== null) return ofMonth(found[1]!, Number(found[2]) * 3 - 2, 3);
  found = /^q([1-4])[- ](\d{4})$/.exec(text);
  if (found !== null) return ofMonth(found[2]!, Number(found[1]) * 3 - 2, 3);
  found = /^fy ?(\d{4})$/.exec(text);
  if (found !== null) {
    const first = clock.calendar.fiscal_month;
    return ofMonth(String(Number(found[1]) - (first === 1 ? 0 : 1)), first, 12);
  }
  found = /^([a-z]+) (\d{4})$/.exec(text);
  const month = found === null ? -1 : months.findIndex((name) => name === found![1] || name.slice(0, 3) === found![1]);
  if (found !== null && month >= 0) return ofMonth(found[2]!, month + 1, 1);
  found = new RegExp(`^(this|last|next) ${unitPattern}$`).exec(text);
  if (found !== null) return period(clock, grainOf(found[2]!), { this: 0, last: -1, next: 1 }[found[1] as 'this']);
  return null;
};

/** `past 3 months`: so many units that end with today, or with the current hour or minute. */
const past = (clock: Clock, grain: Grain, count: number): Bounded => {
  const { high } = period(clock, coarseness[grain] < coarseness.day ? grain : 'day', 0);
  const step = stepOf(grain);
  return { low: addStep(high, step, -count), high };
};

const parseWords = (text: string, clock: Clock): TimeRange | null => {
  const single = parsePeriod(text, clock);
  if (single !== null) return single;
  let found = new RegExp(`^(last|past|next) (\\d{1,5}) (?:full )?${unitPattern}$`).exec(text);
  if (found !== null) {
    const [, which, digits, unit] = found;
    const count = Number(digits);
    const grain = grainOf(unit!);
    if (count === 0) return null;
    if (which === 'past') return past(clock, grain, count);
    return which === 'last' ? period(clock, grain, -count, count) : period(clock, grain, 1, count);
  }
  found = new RegExp(`^past ${unitPattern}$`).exec(text);
  if (found !== null) return past(clock, grainOf(found[1]!), 1);
  found = new RegExp(`^(?:(this|last) )?${unitPattern} to date$`).exec(text);
  if (found !== null) {
    const grain = grainOf(found[2]!);
    const range = { low: truncate(clock.now, grain, clock.calendar), high: period(clock, 'day', 0).high };
    return found[1] === 'last' ? moveRange(range, stepOf(grain), -1) : range;
  }
  found = /^(since|before) (.+)$/.exec(text);
  if (found !== null) {
    const named = parsePeriod(found[2]!, clock);
    if (named === null) return null;
    return found[1] === 'since' ? { low: named.low, high: null } : { low: null, high: named.low };
  }
  found = /^(.+) to (.+)$/.exec(text);
  if (found === null) return null;
  const from = parsePeriod(found[1]!, clock);
  const to = parsePeriod(found[2]!, clock);
  return from === null || to === null ? null : { low: from.low, high: to.high };
};

/**
 * @param at JSON pointer of the range, for errors
 * @throws DataMindError `TIME_RANGE_INVALID`
 */
export const parseTimeRange = (
  range: string | readonly [string | null, string | null],
  clock: Clock,
  at: string,
): TimeRange => {
  if (typeof range === 'string') {
    const found = parseWords(range.trim().toLowerCase().replace(/\s+/g, ' '), clock);
    if (found === null) throw invalid(`The time range "${shorten(range)}" is not understood.`, at);
    if (found.low !== null && found.high !== null && found.low >= found.high) {
      throw invalid(`The time range "${shorten(range)}" ends before it begins.`, at);
    }
    return found;
  }
  const [low, high] = range.map((bound, side) => {
    if (bound === null) return null;
    const parsed = parseLocal(bound);
    if (parsed !== null) return parsed.ms;
    const zoned = /([Zz]|[+-]\d{2}:?\d{2})$/.test(bound) && bound.length > 10;
    throw invalid(
      zoned
        ? 'A bound of a time range is a local time in the query\'s time zone; leave "Z" and offsets away.'
        : `"${shorten(bound)}" is not a date like 2024-03-05 or a local timestamp like 2024-03-05T14:30:00.`,
      `${at}/${side}`,
    );
  });
  if (low !== null && high !== null && low! >= high!) throw invalid('The time range ends before it begins.', at);
  return { low: low ?? null, high: high ?? null };
};

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Moves each bound as a comparison moves it. @param times negative for back */
export const moveRange = <R extends TimeRange>({ low, high }: R, step: Step, times: number): R => {
  const { count, unit } = step;
  const moved = (bound: number, isHigh: boolean): number => {
    if (unit !== 'month') return addStep(bound, step, times);
    if (isFirstOfMonth(bound) || !isHigh || !isMidnight(bound)) return addMonths(bound, count * times);
    return addMonths(bound - dayMs, count * times) + dayMs;
  };
  return { low: low === null ? null : moved(low, false), high: high === null ? null : moved(high, true) } as R;
};

const comparePattern = /^previous (year|quarter|month|week|day)$/;

/**
 * How far back `time.compare` looks.
 * @throws DataMindError `TIME_RANGE_INVALID`
 */
export const parseComparison = (text: string, range: TimeRange | null, at: string): Period => {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (words === 'previous period') {
    if (range === null || range.low === null || range.high === null) {
      throw invalid('"previous period" needs a time range with both ends.', at);
    }
    return lengthOf(range.low, range.high);
  }
  const previous = comparePattern.exec(words);
  if (previous !== null) return { count: 1, unit: previous[1] as Period['unit'] };
  const ago = /^(\d{1,5}) (minute|hour|day|week|month|quarter|year)s? ago$/.exec(words);
  if (ago !== null && Number(ago[1]) > 0) return { count: Number(ago[1]), unit: ago[2] as Period['unit'] };
  throw new DataMindError('TIME_RANGE_INVALID', `The comparison "${shorten(text)}" is not understood.`, {
    at,
    hint: 'Write "previous period", "previous year" (or quarter, month, week, day), or "3 months ago".',
    suggestions: ['previous period', 'previous year', '3 months ago'],
  });
};

/** Whole months as months, else days; a length that is no whole day in minutes. */
const lengthOf = (low: number, high: number): Period => {
  if (isFirstOfMonth(low) && isFirstOfMonth(high)) {
    const [from, to] = [new Date(low), new Date(high)];
    const count = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
    return { count, unit: 'month' };
  }
  const length = high - low;
  if (length % dayMs === 0) return { count: length / dayMs, unit: 'day' };
  return { count: Math.ceil(length / minuteMs), unit: 'minute' };
};

/**
 * How a time dimension of a grain (`null`: none) moves by an offset, or `null` when starts of periods would not meet starts
 * of periods.
 */
export const alignedStep = (offset: Period, grain: Grain | null): Step | null => {
  const { count, unit } = stepOfPeriod(offset);
  if (grain === 'week') {
    if (unit === 'month') return count % 12 === 0 ? { count: (count / 12) * 364, unit: 'day' } : null;
    return unit === 'day' && count % 7 === 0 ? { count, unit } : null;
  }
  if (grain === null || grain === 'day') return unit === 'minute' ? null : { count, unit };
  const step = stepOf(grain);
  if (step.unit === 'minute') return unit !== 'minute' || count % step.count === 0 ? { count, unit } : null;
  return unit === 'month' && count % step.count === 0 ? { count, unit } : null;
};
