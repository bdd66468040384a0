/** Days and periods of the local calendar. A moment is the local wall-clock time as milliseconds, as if it were UTC. */
import type { Grain } from 'datamind/contract';

export interface Calendar {
  /** Local time now. */
  readonly now: number;
  /** 0 for Monday. */
  readonly weekStart: number;
  /** 1–12. */
  readonly fiscalMonth: number;
}

export interface Span {
  readonly low: number | null;
  readonly high: number | null;
}

export type Bounded = { readonly low: number; readonly high: number };

const minute = 60_000;
export const day = 86_400_000;
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timezone: string): Intl.DateTimeFormat => {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timezone, format);
  }
  return format;
};

export const localTime = (now: number, timezone: string): number => {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(now)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const at = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name)!;
  return Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
};

export const calendarOf = (
  now: number,
  timezone: string,
  { weekStart, fiscalYearStart }: { readonly weekStart: string; readonly fiscalYearStart: number },
): Calendar => ({
  now: localTime(now, timezone),
  weekStart: Math.max(0, weekdays.indexOf(weekStart.toLowerCase())),
  fiscalMonth: fiscalYearStart,
});

/** `null` for a day that there is not. @param month 1–12 */
export const dateOf = (year: number, month: number, date: number): number | null => {
  const at = Date.UTC(year, month - 1, date);
  const made = new Date(at);
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === date && made.getUTCFullYear() === year ? at : null;
};

/** The first of a month; months beyond 12 are of later years. */
export const monthOf = (year: number, month: number): number => Date.UTC(year, month - 1, 1);

export const yearOf = (at: number): number => new Date(at).getUTCFullYear();
const monthIn = (at: number): number => new Date(at).getUTCMonth() + 1;

export const startOfDay = (at: number): number => Math.floor(at / day) * day;

const monthsOf: Partial<Record<Grain, number>> = { month: 1, quarter: 3, fiscal_quarter: 3, year: 12, fiscal_year: 12 };

/** The start of the period that holds a moment. */
export const startOf = (at: number, unit: Grain, { weekStart, fiscalMonth }: Calendar): number => {
  const [year, month] = [yearOf(at), monthIn(at)];
  switch (unit) {
    case 'minute':
      return Math.floor(at / minute) * minute;
    case 'hour':
      return Math.floor(at / (60 * minute)) * 60 * minute;
    case 'day':
      return startOfDay(at);
    case 'week': {
      // 1970-01-01 was a Thursday: 3 days after a Monday.
      const days = Math.floor(at / day);
      return (days - ((((days + 3 - weekStart) % 7) + 7) % 7)) * day;
    }
    case 'month':
      return monthOf(year, month);
    case 'quarter':
      return monthOf(year, month - ((month - 1) % 3));
    case 'year':
      return monthOf(year, 1);
    case 'fiscal_quarter':
      return monthOf(year, month - ((month - fiscalMonth + 12) % 3));
    case 'fiscal_year':
      return monthOf(month < fiscalMonth ? year - 1 : year, fiscalMonth);
  }
};

/** Moves by so many units; a day of a month stays where there is one, else it is the last. */
export const move = (at: number, unit: Grain, count: number): number => {
  const months = monthsOf[unit];
  if (months === undefined) {
    const length = { minute, hour: 60 * minute, day, week: 7 * day }[unit as 'minute' | 'hour' | 'day' | 'week'];
    return at + count * length;
  }
  const from = new Date(at);
  const target = monthOf(from.getUTCFullYear(), from.getUTCMonth() + 1 + months * count);
  const last = new Date(monthOf(yearOf(target), monthIn(target) + 1) - day).getUTCDate();
  return target + (Math.min(from.getUTCDate(), last) - 1) * day + (at - startOfDay(at));
};

/** The period that holds now, moved by so many. */
export const periodAt = (calendar: Calendar, unit: Grain, moved: number, length = 1): Bounded => {
  const start = startOf(calendar.now, unit, calendar);
  return { low: move(start, unit, moved), high: move(start, unit, moved + length) };
};

/** A fiscal year is named after the calendar year in which it ends. */
export const fiscalYear = (calendar: Calendar, year: number): Bounded => {
  const low = monthOf(calendar.fiscalMonth === 1 ? year : year - 1, calendar.fiscalMonth);
  return { low, high: move(low, 'year', 1) };
};

/** As a query writes it: a date, or a local timestamp. */
export const write = (at: number): string => {
  const text = new Date(at).toISOString();
  return at % day === 0 ? text.slice(0, 10) : text.slice(0, 19);
};
