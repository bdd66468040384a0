/** Stretches of days that share the name of their month: `1 to 7 June 2026`, `June 3–9`, `24 and 25 October`. */
import { type Bounded, dateOf, day, write, yearOf } from './calendar.js';
import { eatYear, made, own } from './eat-period.js';
import { eat, type Place, type TimeExpression } from './expression.js';

/** 1–31, also as `3rd`; `null` for what is no day of a month. */
export const dayOfMonth = (norm: string | undefined): number | null => {
  const found = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(norm ?? '');
  const value = found === null ? 0 : Number(found[1]);
  return value >= 1 && value <= 31 ? value : null;
};

const dashes = ['-', '–', '—'];

interface Days {
  readonly first: number;
  readonly second: number;
  readonly isAnd: boolean;
  readonly length: number;
}

/** `1 to 7`, `the 1st and the 2nd`. */
const eatDays = (place: Place, at: number): Days | null => {
  const { tokens, language } = place;
  const { to, of } = language.time;
  const lead = eat(place, at, of);
  const first = dayOfMonth(tokens[at + lead]?.norm);
  if (first === null) return null;
  const from = at + lead + 1;
  const isDash = dashes.includes(tokens[from]?.norm ?? '');
  const link = isDash ? 1 : eat(place, from, to);
  if (link === 0) return null;
  const start = from + link + eat(place, from + link, of);
  const second = dayOfMonth(tokens[start]?.norm);
  if (second === null || second <= first) return null;
  const isAnd = language.phrases.get(tokens[from]!.norm)?.includes('and') ?? false;
  return { first, second, isAnd, length: start + 1 - at };
};

/** @param isBetween whether `and` joins two ends, and not two days */
export const readDays = (place: Place, at: number, isBetween = false): TimeExpression | null => {
  const { tokens, language, calendar } = place;
  const { months, of } = language.time;
  const before = own(months, tokens[at]?.norm);
  const days = eatDays(place, before === undefined ? at : at + 1);
  if (days === null) return null;
  const { first, second, isAnd } = days;
  if (isAnd && !isBetween && second !== first + 1) return null;
  let length = days.length + (before === undefined ? 0 : 1);
  if (before === undefined) length += eat(place, at + length, of);
  const month = before ?? own(months, tokens[at + length]?.norm);
  if (month === undefined) return null;
  if (before === undefined) length += 1;
  const spanIn = (year: number): Bounded | null => {
    const [low, last] = [dateOf(year, month, first), dateOf(year, month, second)];
    return low === null || last === null ? null : { low, high: last + day };
  };
  const year = eatYear(place, at + length);
  if (year?.isFiscal) return null;
  const now = yearOf(calendar.now);
  const years = year === null ? [now + 1, now, now - 1] : [year.year];
  const span = years
    .map(spanIn)
    .find((one): one is Bounded => one !== null && (year !== null || one.low <= calendar.now));
  if (span === undefined) return null;
  const note = year === null ? `The days were taken as ${write(span.low)} to ${write(span.high - day)}.` : null;
  return made(span, length + (year?.length ?? 0), null, null, {
    note,
    ...(year === null && { inYear: (one: number): Bounded => spanIn(one) ?? span }),
    ...(isAnd && !isBetween && { eachOf: 'day' as const }),
  });
};

/** `the weekend of 24 and 25 October`: nothing else than those days, where they are one. */
export const readWeekend = (place: Place, at: number): TimeExpression | null => {
  const { weekend, of } = place.language.time;
  const word = eat(place, at, weekend);
  if (word === 0) return null;
  const lead = word + eat(place, at + word, of);
  const days = readDays(place, at + lead);
  if (days === null || days.low === null || days.high === null) return null;
  // 1970-01-01 was a Thursday: two days later it was Saturday.
  const isWeekend = days.high - days.low === 2 * day && (days.low / day - 2) % 7 === 0;
  if (!isWeekend) return null;
  const { eachOf: _, ...both } = days;
  return { ...both, length: lead + days.length };
};
