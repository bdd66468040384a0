/** One named period: `last quarter`, `March 2024`, `Q3`, `FY2026`, `yesterday`, `past 90 days`. */
import type { Grain } from 'datamind/contract';
import { readAmount } from '../numbers.js';
import { type Bounded, day, fiscalYear, monthOf, move, periodAt, startOf, startOfDay, yearOf } from './calendar.js';
import { readDate, readMonth, readWeekday } from './dates.js';
import { eatFiscalYear, eatGrain, eatRelative, made, own, plainYear, sayGrain } from './eat-period.js';
import { eat, type Place, type TimeExpression } from './expression.js';
import { inYear, monthsFrom } from './in-year.js';

const readRelative = (place: Place, at: number): TimeExpression | null => {
  const found = eatRelative(place, at);
  if (found === null) return null;
  const { grain, kind, count, moved, length } = found;
  const { calendar, language } = place;
  const toDate = kind === 'this' || kind === 'last' ? eat(place, at + length, language.time.toDate) : 0;
  if (toDate > 0 && kind === 'this') return readToDate(place, grain, length + toDate);
  if (toDate > 0) return null;
  if (kind === 'past') {
    const isFine = grain === 'minute' || grain === 'hour';
    const { high } = periodAt(calendar, isFine ? grain : 'day', 0);
    return made({ low: move(high, grain, -count), high }, length, null, `past ${count} ${sayGrain(grain, count)}`);
  }
  const span = kind === 'this' ? periodAt(calendar, grain, 0) : periodAt(calendar, grain, moved, count);
  const words = count === 1 ? `${kind} ${sayGrain(grain)}` : `${kind} ${count} ${sayGrain(grain, count)}`;
  return made(span, length, count === 1 ? grain : null, words);
};

const readToDate = ({ calendar }: Place, grain: Grain, length: number): TimeExpression =>
  made(
    { low: startOf(calendar.now, grain, calendar), high: startOfDay(calendar.now) + day },
    length,
    null,
    `${sayGrain(grain)} to date`,
  );

/** `year to date`, `YTD`, `so far this year`. */
const readRunning = (place: Place, at: number): TimeExpression | null => {
  const { time } = place.language;
  const short = own(time.toDateWords, place.tokens[at]?.norm);
  if (short !== undefined) return readToDate(place, short, 1);
  const unit = eatGrain(place, at);
  const after = unit === null ? 0 : eat(place, at + unit.length, time.toDate);
  if (unit !== null && after > 0) return readToDate(place, unit.grain, unit.length + after);
  // `2026 so far` is what there is of this year.
  const year = plainYear(place, at);
  const since = year !== null && year === yearOf(place.calendar.now) ? eat(place, at + 1, time.toDate) : 0;
  if (since > 0) return { ...readToDate(place, 'year', 1 + since), isYearSoFar: true };
  const before = eat(place, at, time.toDate);
  if (before === 0) return null;
  const found = eatRelative(place, at + before);
  return found?.kind === 'this' ? readToDate(place, found.grain, before + found.length) : null;
};

const dayWords = (place: Place, at: number): TimeExpression | null => {
  const { time } = place.language;
  const { calendar } = place;
  const one = (moved: number, length: number, words: string | null): TimeExpression =>
    made(periodAt(calendar, 'day', moved), length, 'day', words);
  const earlier = eat(place, at, time.beforeYesterday);
  if (earlier > 0) return one(-2, earlier, null);
  const today = eat(place, at, time.today);
  if (today > 0) return one(0, today, 'today');
  const yesterday = eat(place, at, time.yesterday);
  if (yesterday > 0) return one(-1, yesterday, 'yesterday');
  const tomorrow = eat(place, at, time.tomorrow);
  if (tomorrow > 0) return one(1, tomorrow, 'tomorrow');
  const amount = readAmount(place.tokens, at, place.language);
  if (amount === null || !Number.isInteger(amount.value) || amount.value > 36_500) return null;
  const unit = eat(place, at + amount.length, time.units.day);
  const ago = unit > 0 ? eat(place, at + amount.length + unit, time.ago) : 0;
  return ago > 0 ? one(-amount.value, amount.length + unit + ago, null) : null;
};

const ofYear =
  (place: Place, start: number, months: number) =>
  (year: number, isFiscal: boolean): Bounded =>
    monthsFrom(isFiscal ? fiscalYear(place.calendar, year).low : monthOf(year, 1), start, months);

/** Quarters and halves: `Q3`, `third quarter of 2024`, `2024 Q3`, `H1 2025`, `first half of last year`. */
const readPart = (place: Place, at: number): TimeExpression | null => {
  const { time } = place.language;
  const fiscal = eat(place, at, time.fiscal);
  const start = at + fiscal;
  const part = eatPart(place, start);
  if (part !== null) {
    const { number, months, length } = part;
    const unit = months === 3 ? 'quarter' : null;
    const words = (year: number): string | null => (months === 3 ? `${year}-Q${number}` : null);
    const of = ofYear(place, (number - 1) * months, months);
    return inYear(place, at, fiscal + length, unit, of, words, fiscal > 0);
  }
  const year = plainYear(place, at);
  const named = year === null ? null : eatPart(place, at + 1);
  if (year === null || named === null) return null;
  const { number, months, length } = named;
  const span = ofYear(place, (number - 1) * months, months)(year, false);
  const isQuarter = months === 3;
  return made(span, 1 + length, isQuarter ? 'quarter' : null, isQuarter ? `${year}-Q${number}` : null);
};

const eatPart = (
  place: Place,
  at: number,
): { readonly number: number; readonly months: number; readonly length: number } | null => {
  const { time } = place.language;
  const norm = place.tokens[at]?.norm ?? '';
  const joined = /^([\p{L}]+)([1-4])$/u.exec(norm);
  if (joined !== null && time.quarterPrefix.includes(joined[1]!)) {
    return { number: Number(joined[2]), months: 3, length: 1 };
  }
  if (joined !== null && time.halfPrefix.includes(joined[1]!) && Number(joined[2]) <= 2) {
    return { number: Number(joined[2]), months: 6, length: 1 };
  }
  const split = place.tokens[at + 1];
  if (time.quarterPrefix.includes(norm) && split?.kind === 'number' && /^[1-4]$/.test(split.norm)) {
    return { number: split.value!, months: 3, length: 2 };
  }
  const ordinal = own(time.ordinals, norm);
  const quarter = eat(place, at + 1, time.units.quarter);
  if (ordinal !== undefined && ordinal > 0 && quarter > 0) return { number: ordinal, months: 3, length: 1 + quarter };
  const half = eat(place, at + 1, time.half);
  if (ordinal !== undefined && ordinal > 0 && ordinal <= 2 && half > 0) {
    return { number: ordinal, months: 6, length: 1 + half };
  }
  // `quarter 3`, `kuartal 3`, `kuartal pertama`
  const unit = eat(place, at, time.units.quarter);
  const after = unit > 0 ? place.tokens[at + unit] : undefined;
  const number =
    after?.kind === 'number' && /^[1-4]$/.test(after.norm) ? after.value! : own(time.ordinals, after?.norm);
  if (unit > 0 && number !== undefined && number > 0 && (after!.kind === 'number' || time.qualifierAfter)) {
    return { number, months: 3, length: unit + 1 };
  }
  return null;
};

const readYear = (place: Place, at: number): TimeExpression | null => {
  const fiscal = eatFiscalYear(place, at);
  if (fiscal !== null) {
    return made(fiscalYear(place.calendar, fiscal.year), fiscal.length, 'fiscal_year', `FY${fiscal.year}`);
  }
  const lead = eat(place, at, place.language.time.units.year);
  const year = plainYear(place, at + lead);
  if (year === null) return null;
  const low = monthOf(year, 1);
  return made({ low, high: move(low, 'year', 1) }, lead + 1, 'year', String(year), { isWeak: lead === 0 });
};

const readers = [readDate, dayWords, readRunning, readPart, readMonth, readWeekday, readRelative, readYear];

/** The longest period that begins there. */
export const readPeriod = (place: Place, at: number): TimeExpression | null => {
  let best: TimeExpression | null = null;
  for (const read of readers) {
    const found = read(place, at);
    if (found !== null && found.length > (best?.length ?? 0)) best = found;
  }
  return best;
};
