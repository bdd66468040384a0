/** Months, days and weekdays by their names and numbers. */
import { type Bounded, dateOf, day, monthOf, move, startOf, startOfDay, write, yearOf } from './calendar.js';
import { eatYear, made, own, plainYear } from './eat-period.js';
import { dayOfMonth } from './days.js';
import { eat, type Place, type TimeExpression } from './expression.js';
import { inYear, monthsFrom } from './in-year.js';

/** `March`, `March 2024`, `5 March 2024`, `March 5th`, `last March`. */
export const readMonth = (place: Place, at: number): TimeExpression | null => {
  const { time } = place.language;
  const { tokens, calendar } = place;
  const first = dayOfMonth(tokens[at]?.norm);
  const lead = first === null ? 0 : 1 + eat(place, at + 1, time.of);
  const month = own(time.months, tokens[at + lead]?.norm);
  if (month === undefined) {
    const qualified = eat(place, at, time.last) || eat(place, at, time.this) || eat(place, at, time.next);
    const named = qualified > 0 ? own(time.months, tokens[at + qualified]?.norm) : undefined;
    if (named === undefined || plainYear(place, at + qualified + 1) !== null) return null;
    return qualifiedMonth(place, at, qualified, named);
  }
  const second = first === null ? dayOfMonth(tokens[at + lead + 1]?.norm) : null;
  const length = lead + 1 + (second === null ? 0 : 1);
  const date = first ?? second;
  if (date === null) {
    const of = (year: number): Bounded => monthsFrom(monthOf(year, month), 0, 1);
    return inYear(place, at, length, 'month', of, (year) => `${year}-${String(month).padStart(2, '0')}`);
  }
  const year = eatYear(place, at + length);
  if (year?.isFiscal) return null;
  const years =
    year === null ? [yearOf(calendar.now) + 1, yearOf(calendar.now), yearOf(calendar.now) - 1] : [year.year];
  const days = years.flatMap((one) => dateOf(one, month, date) ?? []);
  const low = year === null ? days.find((one) => one <= calendar.now) : days[0];
  if (low === undefined) return null;
  const said = tokens
    .slice(at, at + length)
    .map(({ text }) => text)
    .join(' ');
  const note = year === null ? `"${said}" was taken as ${write(low)}.` : null;
  const span = { low, high: low + day };
  const inAYear = (one: number): Bounded => {
    const start = dateOf(one, month, date) ?? low;
    return { low: start, high: start + day };
  };
  const more = year === null ? { note, inYear: inAYear } : {};
  return made(span, length + (year?.length ?? 0), 'day', write(low), more);
};

const qualifiedMonth = (place: Place, at: number, qualified: number, month: number): TimeExpression => {
  const { calendar, language } = place;
  const current = startOf(calendar.now, 'month', calendar);
  const of = (year: number): number => monthOf(year, month);
  const year = yearOf(calendar.now);
  const low =
    eat(place, at, language.time.last) > 0
      ? [of(year), of(year - 1)].find((one) => one < current)!
      : eat(place, at, language.time.next) > 0
        ? [of(year), of(year + 1)].find((one) => one > current)!
        : of(year);
  const words = write(low).slice(0, 7);
  const said = language.time.months;
  const name = Object.keys(said).find((one) => said[one] === month)!;
  const qualifier =
    eat(place, at, language.time.last) > 0 ? 'last' : eat(place, at, language.time.next) > 0 ? 'next' : 'this';
  return made({ low, high: move(low, 'month', 1) }, qualified + 1, 'month', words, {
    qualifier,
    note: `"${name}" was taken as ${words}.`,
  });
};

export const readWeekday = (place: Place, at: number): TimeExpression | null => {
  const { time } = place.language;
  const { tokens, calendar } = place;
  const last = eat(place, at, time.last);
  const current = last > 0 ? 0 : eat(place, at, time.this);
  const weekday = own(time.weekdays, tokens[at + last + current]?.norm);
  if (weekday === undefined) return null;
  const today = startOfDay(calendar.now);
  const todays = ((today / day + 3) % 7) + 1;
  // The latest one before today; `this Friday` is the one of this week.
  let low = today - ((todays - weekday + 7) % 7 || 7) * day;
  if (current > 0) {
    const week = startOf(calendar.now, 'week', calendar);
    low = week + ((weekday - 1 - calendar.weekStart + 7) % 7) * day;
  }
  const note = `"${tokens[at + last + current]!.text}" was taken as ${write(low)}.`;
  return made({ low, high: low + day }, last + current + 1, 'day', write(low), { note });
};

/** `2024-03-05`, `2024-03`, `5.3.2024`; `3/5/2024` only where it cannot be two days. */
export const readDate = (place: Place, at: number): TimeExpression | null => {
  const token = place.tokens[at];
  if (token?.kind !== 'date') return null;
  const iso = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(token.norm);
  if (iso !== null) {
    const [year, month, date] = [Number(iso[1]), Number(iso[2]), Number(iso[3] ?? 1)];
    const low = dateOf(year, month, date);
    if (low === null) return null;
    const isDay = iso[3] !== undefined;
    return made({ low, high: move(low, isDay ? 'day' : 'month', 1) }, 1, isDay ? 'day' : 'month', token.norm);
  }
  const [, one, mark, two, year] = /^(\d{1,2})([./])(\d{1,2})[./](\d{4})$/.exec(token.norm)!;
  const dayFirst = dateOf(Number(year), Number(two), Number(one));
  const monthFirst = mark === '/' ? dateOf(Number(year), Number(one), Number(two)) : null;
  if (dayFirst !== null && monthFirst !== null && dayFirst !== monthFirst) return null;
  const low = dayFirst ?? monthFirst;
  return low === null ? null : made({ low, high: low + day }, 1, 'day', write(low));
};
