/** Parts of a year that was said, or was not. */
import type { Grain } from 'datamind/contract';
import { type Bounded, day, move, write, yearOf } from './calendar.js';
import { eatYear, made } from './eat-period.js';
import type { Place, TimeExpression } from './expression.js';

/** The latest of a month or quarter that has begun. */
const latest = (of: (year: number) => Bounded, now: number): Bounded => {
  const year = yearOf(now);
  return [of(year + 1), of(year), of(year - 1)].find(({ low }) => low <= now)!;
};

/** A part of a year: the year that was said, or the last one in which the part has begun. */
export const inYear = (
  place: Place,
  at: number,
  length: number,
  unit: Grain | null,
  of: (year: number, isFiscal: boolean) => Bounded,
  words: (year: number) => string | null,
  isFiscal = false,
): TimeExpression => {
  const year = eatYear(place, at + length);
  if (year !== null) {
    const fiscal = isFiscal || year.isFiscal;
    const grain = fiscal && unit === 'quarter' ? 'fiscal_quarter' : unit;
    return made(of(year.year, fiscal), length + year.length, grain, fiscal ? null : words(year.year));
  }
  const span = latest((one) => of(one, isFiscal), place.calendar.now);
  const said = place.tokens
    .slice(at, at + length)
    .map(({ text }) => text)
    .join(' ');
  const note = `"${said}" was taken as the latest one that has begun: ${write(span.low)} to ${write(span.high - day)}.`;
  const grain = isFiscal && unit === 'quarter' ? 'fiscal_quarter' : unit;
  const ofYear = (one: number): Bounded => of(one, isFiscal);
  const next = ofYear(yearOf(span.low) + 1);
  const coming = made(next, length, grain, isFiscal ? null : words(yearOf(next.low)));
  const isAhead = yearOf(next.low) === yearOf(place.calendar.now);
  return made(span, length, grain, isFiscal ? null : words(yearOf(span.low)), {
    note,
    inYear: ofYear,
    ...(isAhead && { coming }),
  });
};

export const monthsFrom = (first: number, start: number, months: number): Bounded => {
  const low = move(first, 'month', start);
  return { low, high: move(low, 'month', months) };
};
