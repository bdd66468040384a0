/** A stretch of time: a period, or what lies between, before or after some. */
import type { Grain } from 'datamind/contract';
import { day, move, type Span, yearOf } from './calendar.js';
import { readDays, readWeekend } from './days.js';
import { eatGrain } from './eat-period.js';
import { eatNameInBrackets, readNamed } from './named.js';
import { readHalfYear, readPartOf } from './part-of.js';
import { eat, type Place, type TimeExpression } from './expression.js';
import { readPeriod } from './period.js';

/** `the start of` and the like change nothing of what `since` means. */
const skipStart = (place: Place, at: number): number => eat(place, at, place.language.time.startOf);

/** Two ends, both included. A year that only the later one has is both's. */
const joined = (first: TimeExpression, second: TimeExpression, length: number): TimeExpression | null => {
  let low: number | null = first.low;
  let high: number | null = second.high;
  if (first.inYear !== undefined && second.inYear === undefined && high !== null) {
    const year = yearOf(high - 1);
    low = [year, year - 1].map((one) => first.inYear!(one).low!).find((one) => one < high!) ?? low;
  } else if (
    first.inYear !== undefined &&
    second.inYear !== undefined &&
    low !== null &&
    high !== null &&
    low >= high
  ) {
    low = first.inYear(yearOf(low) - 1).low;
  } else if (second.inYear !== undefined && first.inYear === undefined && low !== null) {
    const year = yearOf(low);
    high = [year, year + 1].map((one) => second.inYear!(one).high!).find((one) => one > low!) ?? high;
  }
  if (low === null || high === null || low >= high) return null;
  const spanIn = (year: number): Span => {
    const span = { low: first.inYear!(year).low, high: second.inYear!(year).high };
    return span.low! < span.high! ? span : { low: first.inYear!(year - 1).low, high: span.high };
  };
  const { unit } = first;
  const isPair = unit !== null && unit === second.unit;
  return {
    ...{ low, high, length, unit: null, words: null, note: noteOf(first, second, { low, high }) },
    ...(first.inYear !== undefined && second.inYear !== undefined && { inYear: spanIn }),
    ...(isPair && {
      ends: [
        { ...first, ...ofUnit(unit, low, move(low, unit, 1)) },
        { ...second, ...ofUnit(unit, move(high, unit, -1), high) },
      ],
    }),
  };
};

/** A period that may be of another year than it was first read as. */
const ofUnit = (_: Grain, low: number, high: number): Partial<TimeExpression> => ({
  low,
  high,
  words: null,
  note: null,
});

const noteOf = (first: TimeExpression, second: TimeExpression, { low, high }: Span): string | null =>
  first.inYear === undefined || second.inYear === undefined
    ? null
    : `The time was taken as ${new Date(low!).toISOString().slice(0, 10)} to ${new Date(high! - day).toISOString().slice(0, 10)}.`;

const readPair = (place: Place, at: number, lead: number, links: readonly string[]): TimeExpression | null => {
  const first = readPeriod(place, at + lead);
  if (first === null) return null;
  const link = eat(place, at + lead + first.length, links);
  if (link === 0) return null;
  const start = at + lead + first.length + link;
  const skipped = eat(place, start, place.language.time.endOf) || eat(place, start, ['the']);
  const second = readPeriod(place, start + skipped);
  if (second === null) return null;
  return joined(first, second, lead + first.length + link + skipped + second.length);
};

const oneSided = (place: Place, at: number): TimeExpression | null => {
  const { time } = place.language;
  const sides: readonly (readonly [readonly string[], (period: TimeExpression) => Span])[] = [
    [time.since, ({ low }) => ({ low, high: null })],
    [time.after, ({ high }) => ({ low: high, high: null })],
    [time.before, ({ low }) => ({ low: null, high: low })],
    [time.until, ({ high }) => ({ low: null, high })],
  ];
  let best: TimeExpression | null = null;
  for (const [words, cut] of sides) {
    const word = eat(place, at, words);
    if (word === 0) continue;
    // Until the end of a period, and after it, is until and after it.
    const isEnd = words === time.until || words === time.after;
    const end = isEnd ? eat(place, at + word, time.endOf) : 0;
    const lead = word + (end || skipStart(place, at + word));
    const article = eat(place, at + lead, ['the']);
    const period = readPeriod(place, at + lead + article);
    if (period === null) continue;
    const length = lead + article + period.length;
    if (length <= (best?.length ?? 0)) continue;
    const { inYear, note } = period;
    best = {
      ...{ ...cut(period), length, unit: null, words: null, note },
      ...(inYear !== undefined && { inYear: (year: number): Span => cut({ ...period, ...inYear(year) }) }),
    };
  }
  return best;
};

/** `at the end of September 2026`, `as of 31 December`: what is then, and not what was until then. */
const readEnd = (place: Place, at: number): TimeExpression | null => {
  const word = eat(place, at, place.language.time.endOf);
  const article = word === 0 ? 0 : eat(place, at + word, ['the']);
  const period = word === 0 ? null : readPeriod(place, at + word + article);
  if (period === null || period.high === null || period.words === 'today') return null;
  const { inYear: _, ...rest } = period;
  return { ...rest, length: word + article + period.length, atEnd: true };
};

/** `at the end of each month`. */
export const readEachEnd = (place: Place, at: number): { readonly grain: Grain; readonly length: number } | null => {
  const word = eat(place, at, place.language.time.endOf);
  const each = word === 0 ? 0 : eat(place, at + word, place.language.time.each);
  const unit = each === 0 ? null : eatGrain(place, at + word + each);
  return unit === null ? null : { grain: unit.grain, length: word + each + unit.length };
};

/** `the same quarters in 2025`: that year, to be put beside what was said before. */
const readSame = (place: Place, at: number): TimeExpression | null => {
  const word = eatSame(place, at);
  if (word === 0) return null;
  const link = eat(place, at + word, place.language.time.of);
  const year = readPeriod(place, at + word + link);
  if (year === null || (year.unit !== 'year' && year.unit !== 'fiscal_year')) return null;
  return { ...year, length: word + link + year.length, isSame: true };
};

const eatSame = (place: Place, at: number): number => {
  const { same, units, period } = place.language.time;
  const word = eat(place, at, same);
  if (word === 0) return 0;
  const unit = eat(place, at + word, [...Object.values(units).flat(), ...period]);
  return unit === 0 ? 0 : word + unit;
};

/** `the same month of the year before`: how many words, 0 where it is not said. */
export const eatSameBefore = (place: Place, at: number): number => {
  const { of, yearBefore } = place.language.time;
  const word = eatSame(place, at);
  if (word === 0) return 0;
  const link = eat(place, at + word, of);
  const before = eat(place, at + word + link, yearBefore);
  return before === 0 ? 0 : word + link + before;
};

/** The longest stretch of time that begins there; `null` when none does. */
export const readTime = (place: Place, at: number): TimeExpression | null => {
  const { time } = place.language;
  const between = eat(place, at, time.between);
  const from = eat(place, at, time.from);
  const found: (TimeExpression | null)[] = [oneSided(place, at)];
  const reach = (days: TimeExpression | null, lead: number): TimeExpression | null =>
    days === null ? null : { ...days, length: days.length + lead };
  found.push(readEnd(place, at), readSame(place, at), readWeekend(place, at), readDays(place, at));
  found.push(readHalfYear(place, at), readPartOf(place, at, readPeriod), readNamed(place, at, readTime));
  if (between > 0)
    found.push(readPair(place, at, between, time.to), reach(readDays(place, at + between, true), between));
  if (from > 0) {
    found.push(readPair(place, at, from, time.to), reach(readDays(place, at + from), from));
    const period = readPeriod(place, at + from);
    const open = period === null ? 0 : eat(place, at + from + period.length, time.onwards);
    if (period !== null && open > 0) {
      const { low, note } = period;
      found.push({ low, high: null, length: from + period.length + open, unit: null, words: null, note });
    }
  }
  const plain = time.to.filter((word) => word !== 'and');
  found.push(readPeriod(place, at), readPair(place, at, 0, plain));
  const best = found.reduce<TimeExpression | null>(
    (longest, one) => (one !== null && one.length > (longest?.length ?? 0) ? one : longest),
    null,
  );
  return best === null ? null : { ...best, length: best.length + eatNameInBrackets(place, at + best.length) };
};
