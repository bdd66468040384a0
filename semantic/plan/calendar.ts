/**
 * Arithmetic on wall-clock times, in the proleptic Gregorian calendar. A local time is the count of milliseconds since
 * 1970-01-01T00:00:00 as the clock on the wall shows it: no zone, no jumps.
 */
import type { Calendar, Step } from '../../core/sql/statement.js';
import type { Grain } from '../../core/query/semantic-query.js';
import type { Period } from '../model/model.js';

export const minuteMs = 60_000;
const hourMs = 3_600_000;
export const dayMs = 86_400_000;

const floorTo = (ms: number, unit: number): number => Math.floor(ms / unit) * unit;

/** Milliseconds of the first of a month; `month` counts from 0 and may lie outside of 0–11. */
const monthStart = (year: number, month: number): number => {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime();
};

/** The day of the month is kept, or the last of a shorter month taken. */
export const addMonths = (ms: number, months: number): number => {
  const day = floorTo(ms, dayMs);
  const date = new Date(day);
  const first = monthStart(date.getUTCFullYear(), date.getUTCMonth() + months);
  const target = new Date(first);
  const length = (monthStart(target.getUTCFullYear(), target.getUTCMonth() + 1) - first) / dayMs;
  return first + (Math.min(date.getUTCDate(), length) - 1) * dayMs + (ms - day);
};

export const addStep = (ms: number, { count, unit }: Step, times = 1): number =>
  unit === 'month' ? addMonths(ms, count * times) : ms + count * times * (unit === 'day' ? dayMs : minuteMs);

const grainSteps: Readonly<Record<Grain, Step>> = {
  minute: { count: 1, unit: 'minute' },
  hour: { count: 60, unit: 'minute' },
  day: { count: 1, unit: 'day' },
  week: { count: 7, unit: 'day' },
  month: { count: 1, unit: 'month' },
  quarter: { count: 3, unit: 'month' },
  year: { count: 12, unit: 'month' },
  fiscal_quarter: { count: 3, unit: 'month' },
  fiscal_year: { count: 12, unit: 'month' },
};

export const stepOf = (grain: Grain): Step => grainSteps[grain];

export const stepOfPeriod = ({ count, unit }: Period): Step => ({
  count: grainSteps[unit].count * count,
  unit: grainSteps[unit].unit,
});

/** From fine to coarse; equal numbers are equally coarse. */
export const coarseness: Readonly<Record<Grain, number>> = {
  minute: 0,
  hour: 1,
  day: 2,
  week: 3,
  month: 4,
  quarter: 5,
  fiscal_quarter: 5,
  year: 6,
  fiscal_year: 6,
};

/** The start of the period. */
export const truncate = (ms: number, grain: Grain, calendar: Calendar): number => {
  switch (grain) {
    case 'minute':
      return floorTo(ms, minuteMs);
    case 'hour':
      return floorTo(ms, hourMs);
    case 'day':
      return floorTo(ms, dayMs);
    case 'week': {
      // 1970-01-05 was a Monday.
      const offset = (4 + calendar.week_start) * dayMs;
      return floorTo(ms - offset, 7 * dayMs) + offset;
    }
    default: {
      const date = new Date(floorTo(ms, dayMs));
      const months = grainSteps[grain].count;
      const first = grain.startsWith('fiscal') ? calendar.fiscal_month - 1 : 0;
      const month = date.getUTCMonth() - first;
      return monthStart(date.getUTCFullYear(), first + Math.floor(month / months) * months);
    }
  }
};

export const isMidnight = (ms: number): boolean => ms % dayMs === 0;

export const isFirstOfMonth = (ms: number): boolean => isMidnight(ms) && new Date(ms).getUTCDate() === 1;

const wallClock = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/;

/** Reads `2024-03-05`, or that with `T10:30[:15[.250]]`; `null` when it is no such day or time. */
export const parseLocal = (text: string): { readonly ms: number; readonly isDate: boolean } | null => {
  const found = wallClock.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = ''] = found;
  const start = monthStart(Number(year), Number(month) - 1);
  const ms = start + (Number(day) - 1) * dayMs;
  const date = new Date(ms);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCFullYear() !== Number(year) || day === '00') return null;
  if (hour === undefined) return { ms, isDate: true };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const time =
    Number(hour) * hourMs + Number(minute) * minuteMs + Number(second) * 1000 + Number(fraction.padEnd(3, '0'));
  return { ms: ms + time, isDate: false };
};

const four = (year: number): string =>
  year >= 0 && year <= 9999
    ? String(year).padStart(4, '0')
    : `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`;

export const isoDate = (ms: number): string => {
  const date = new Date(ms);
  return `${four(date.getUTCFullYear())}-${String(date.getUTCMonth() + 1).padStart(2, '0')}-${String(date.getUTCDate()).padStart(2, '0')}`;
};

/** @param fraction whether the milliseconds are always written */
export const isoTimestamp = (ms: number, fraction = false): string => {
  const text = `${isoDate(ms)}T${new Date(ms).toISOString().slice(-13, -1)}`;
  return fraction || !text.endsWith('.000') ? text : text.slice(0, -4);
};
