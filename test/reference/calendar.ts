/** Periods, offsets and zones. Local times are texts of {@link TimeValue} `timestamp`; periods are named by their start. */
import { Temporal } from 'temporal-polyfill';
import { BeyondTheJudge, refuse } from './refusal.js';

export type Grain =
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'fiscal_quarter'
  | 'fiscal_year';

export interface Calendar {
  readonly zone: string;
  /** 1 for Monday to 7 for Sunday. */
  readonly weekStart: number;
  /** 1–12. */
  readonly fiscalStart: number;
}

/** Remembers what a pure function of texts gave: the same few times come again and again. */
function remembering<Args extends readonly unknown[]>(make: (...args: Args) => string): (...args: Args) => string {
  const known = new Map<string, string>();
  return (...args) => {
    const key = JSON.stringify(args);
    const value = known.get(key) ?? make(...args);
    known.set(key, value);
    return value;
  };
}

const plain = (text: string): Temporal.PlainDateTime => Temporal.PlainDateTime.from(text);
/** Whether a text of the right shape is a day, or a time of a day, that the calendar has. */
export function isOnCalendar(text: string): boolean {
  try {
    Temporal.PlainDateTime.from(text.replace(' ', 'T'), { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

const print = (at: Temporal.PlainDateTime): string => at.toString({ fractionalSecondDigits: 6 });

export const isBelowDay = (grain: Grain): boolean => grain === 'minute' || grain === 'hour';

/** The wall-clock time of a moment. */
export const toLocal = remembering((instant: string, zone: string): string =>
  print(Temporal.Instant.from(`${instant}Z`).toZonedDateTimeISO(zone).toPlainDateTime()),
);

/** The moment of a wall-clock time: the first one where there are two, later by the gap where there is none. */
export const toInstant = remembering((local: string, zone: string): string =>
  plain(local)
    .toZonedDateTime(zone, { disambiguation: 'compatible' })
    .toInstant()
    .toString({ fractionalSecondDigits: 6 })
    .replace('Z', ''),
);

const midnight = { hour: 0, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 } as const;
const mod = (a: number, b: number): number => ((a % b) + b) % b;

const cutters: Record<Grain, (at: Temporal.PlainDateTime, calendar: Calendar) => Temporal.PlainDateTime> = {
  minute: (at) => at.with({ ...midnight, hour: at.hour, minute: at.minute }),
  hour: (at) => at.with({ ...midnight, hour: at.hour }),
  day: (at) => at.with(midnight),
  week: (at, calendar) => at.with(midnight).subtract({ days: mod(at.dayOfWeek - calendar.weekStart, 7) }),
  month: (at) => at.with({ ...midnight, day: 1 }),
  quarter: (at) => at.with({ ...midnight, day: 1 }).subtract({ months: mod(at.month - 1, 3) }),
  year: (at) => at.with({ ...midnight, day: 1, month: 1 }),
  fiscal_quarter: (at, calendar) =>
    at.with({ ...midnight, day: 1 }).subtract({ months: mod(at.month - calendar.fiscalStart, 3) }),
  fiscal_year: (at, calendar) =>
    at.with({ ...midnight, day: 1 }).subtract({ months: mod(at.month - calendar.fiscalStart, 12) }),
};

const lengths: Record<Grain, { minutes?: number; hours?: number; days?: number; months?: number }> = {
  minute: { minutes: 1 },
  hour: { hours: 1 },
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { months: 12 },
  fiscal_quarter: { months: 3 },
  fiscal_year: { months: 12 },
};

/** The start of the period that holds a local time. */
export const cut = remembering((local: string, grain: Grain, calendar: Calendar): string =>
  print(cutters[grain](plain(local), calendar)),
);

/** A local time moved by so many units; the day becomes the last one of a shorter month. */
export const shift = remembering((local: string, count: number, unit: Grain): string => {
  const length = Object.fromEntries(Object.entries(lengths[unit]).map(([name, amount]) => [name, amount * count]));
  return print(plain(local).add(length));
});

/** How coarse a grain is, for comparing two of them. */
export const coarseness: Record<Grain, number> = {
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

/** More than so many periods of a range are refused. */
const maxPeriods = 100_000;

/**
 * The starts of all periods that `[from, to)` overlaps.
 * @param isRange whether both bounds are of a range, and neither is of the rows
 */
export function periodsBetween(from: string, to: string, grain: Grain, calendar: Calendar, isRange: boolean): string[] {
  const periods: string[] = [];
  if (from >= to) return periods;
  for (let at = cut(from, grain, calendar); at < to; at = shift(at, 1, grain)) {
    if (periods.length >= maxPeriods) {
      if (isRange) refuse('TIME_RANGE_INVALID', `too many periods between ${from} and ${to}`);
      throw new BeyondTheJudge(`too many periods between ${from} and ${to}`);
    }
    periods.push(at);
  }
  return periods;
}

/** A span of time to look back by: exactly one of the three is not 0. */
export interface Offset {
  readonly months: number;
  readonly days: number;
  readonly minutes: number;
}

export function offsetOf(count: number, unit: string): Offset {
  const none = { months: 0, days: 0, minutes: 0 };
  const units: Record<string, Offset> = {
    minute: { ...none, minutes: count },
    hour: { ...none, minutes: count * 60 },
    day: { ...none, days: count },
    week: { ...none, days: count * 7 },
    month: { ...none, months: count },
    quarter: { ...none, months: count * 3 },
    year: { ...none, months: count * 12 },
  };
  return units[unit] ?? refuse('TIME_RANGE_INVALID', `no offset by ${unit}`);
}

const monthsOf: Partial<Record<Grain, number>> = { month: 1, quarter: 3, year: 12, fiscal_quarter: 3, fiscal_year: 12 };

/** Refuses an offset that does not move starts of periods to starts of periods. */
export function assertAlignable(grain: Grain | null, offset: Offset): void {
  const months = grain === null ? undefined : monthsOf[grain];
  const fits =
    months !== undefined
      ? offset.months !== 0 && offset.months % months === 0
      : grain === 'week'
        ? (offset.days !== 0 && offset.days % 7 === 0) || (offset.months !== 0 && offset.months % 12 === 0)
        : offset.minutes !== 0
          ? grain === 'minute' || (grain === 'hour' && offset.minutes % 60 === 0)
          : true;
  if (!fits) refuse('WOULD_BE_WRONG', `${grain} cannot be compared with an offset of ${JSON.stringify(offset)}`);
}

/** The counterpart of a period (or of a value, without grain) of the earlier series, or null where there is none. */
export function moveForward(start: string, grain: Grain | null, offset: Offset): string | null {
  const at = plain(start);
  if (offset.minutes !== 0) return print(at.add({ minutes: offset.minutes }));
  if (offset.days !== 0) return print(at.add({ days: offset.days }));
  if (grain === 'week') return print(at.add({ days: (offset.months / 12) * 364 }));
  const moved = at.add({ months: offset.months });
  return moved.day === at.day ? print(moved) : null;
}

/** A bound of a range moved back by an offset. */
export function moveBound(bound: string, side: 'lower' | 'upper', grain: Grain | null, offset: Offset): string {
  const at = plain(bound);
  if (offset.minutes !== 0) return print(at.subtract({ minutes: offset.minutes }));
  if (offset.days !== 0) return print(at.subtract({ days: offset.days }));
  if (grain === 'week') return print(at.subtract({ days: (offset.months / 12) * 364 }));
  const isMidnight = at.toPlainTime().equals(Temporal.PlainTime.from('00:00'));
  if (side === 'upper' && isMidnight && at.day !== 1)
    return print(at.subtract({ days: 1 }).subtract({ months: offset.months }).add({ days: 1 }));
  return print(at.subtract({ months: offset.months }));
}

/** The length of a range, for `previous period`: whole months as months, else days, a part of a day as a day. */
export function lengthOf(from: string, to: string): Offset {
  const start = plain(from);
  const end = plain(to);
  const isFirst = (at: Temporal.PlainDateTime): boolean =>
    at.day === 1 && at.toPlainTime().equals(Temporal.PlainTime.from('00:00'));
  const months = (end.year - start.year) * 12 + end.month - start.month;
  if (isFirst(start) && isFirst(end) && months > 0) return { months, days: 0, minutes: 0 };
  const seconds = start.until(end, { largestUnit: 'second' }).total('second');
  return { months: 0, days: Math.ceil(seconds / 86_400), minutes: 0 };
}
