/** The first or last days, weeks or months of a period, and half years seen from today. */
import { readAmount } from '../numbers.js';
import { type Bounded, day, monthOf, move, startOf, yearOf } from './calendar.js';
import { eatGrain, made, own } from './eat-period.js';
import { eat, type Place, type TimeExpression } from './expression.js';

const week = 7 * day;

/** What a week at the edge of a period may be: its first or last seven days, or weeks of the calendar. */
const weeksAt = (place: Place, { low, high }: Bounded, isFirst: boolean, length: number): TimeExpression => {
  const { calendar } = place;
  const holding = startOf(isFirst ? low : high - day, 'week', calendar);
  const full = isFirst ? (holding < low ? holding + week : holding) : holding + week > high ? holding - week : holding;
  const days = isFirst ? low : high - week;
  const starts = [...new Set([days, full, holding])];
  const [first, ...others] = starts.map((start) => made({ low: start, high: start + week }, length, null));
  return { ...first!, others };
};

/** `first week of January 2026`, `last 3 days of September`, `first two months of the year`. */
export const readPartOf = (
  place: Place,
  at: number,
  read: (place: Place, at: number) => TimeExpression | null,
): TimeExpression | null => {
  const { tokens, language } = place;
  const { ordinals, of } = language.time;
  const lead = eat(place, at, ['the']);
  const word = own(ordinals, tokens[at + lead]?.norm);
  const isLast = word === -1;
  if (word !== 1 && !isLast) return null;
  const start = at + lead + 1;
  const amount = readAmount(tokens, start, language);
  const isCount = amount !== null && Number.isInteger(amount.value) && amount.value > 0 && amount.currency === null;
  const count = isCount ? amount.value : 1;
  const unit = eatGrain(place, start + (isCount ? amount.length : 0));
  if (unit === null || count > 366) return null;
  const next = start + (isCount ? amount.length : 0) + unit.length;
  // `orders last month in Q3` says two times that do not fit, `the last month in Q3` one.
  const link = lead > 0 ? eat(place, next, of) : eat(place, next, ['of', 'of the']);
  const period = link === 0 ? null : read(place, next + link);
  if (period === null || period.low === null || period.high === null) return null;
  const length = next + link + period.length - at;
  const span = { low: period.low, high: period.high };
  const { note } = period;
  if (unit.grain === 'week') return count > 1 ? null : { ...weeksAt(place, span, !isLast, length), note };
  if (unit.grain !== 'day' && unit.grain !== 'month' && unit.grain !== 'quarter') return null;
  // A month of a week is none.
  const isAligned =
    startOf(span.low, unit.grain, place.calendar) === span.low &&
    startOf(span.high, unit.grain, place.calendar) === span.high;
  const edge = isLast ? move(span.high, unit.grain, -count) : move(span.low, unit.grain, count);
  if (!isAligned || (isLast ? edge < span.low : edge > span.high)) return null;
  const part = isLast ? { low: edge, high: span.high } : { low: span.low, high: edge };
  return made(part, length, count === 1 ? unit.grain : null, null, { note });
};

/** `last half year`: the half of the calendar before this one, or six months up to this one. `past half year` is the latter up to today. */
export const readHalfYear = (place: Place, at: number): TimeExpression | null => {
  const { calendar, language } = place;
  const { last, past, this: now, half, units } = language.time;
  for (const [words, kind] of [
    [past, 'past'],
    [last, 'last'],
    [now, 'this'],
  ] as const) {
    const lead = eat(place, at, words);
    const word = lead === 0 ? 0 : eat(place, at + lead, half);
    if (word === 0) continue;
    const length = lead + word + eat(place, at + lead + word, units.year);
    const year = yearOf(calendar.now);
    const current = calendar.now >= monthOf(year, 7) ? monthOf(year, 7) : monthOf(year, 1);
    if (kind === 'past') {
      const today = startOf(calendar.now, 'day', calendar) + day;
      return made({ low: move(today, 'month', -6), high: today }, length, null, 'past 6 months');
    }
    const low = kind === 'this' ? current : move(current, 'month', -6);
    const found = made({ low, high: move(low, 'month', 6) }, length, null);
    if (kind === 'this') return found;
    const month = startOf(calendar.now, 'month', calendar);
    const months = made({ low: move(month, 'month', -6), high: month }, length, null, 'last 6 months');
    return { ...found, others: [months] };
  }
  return null;
};
