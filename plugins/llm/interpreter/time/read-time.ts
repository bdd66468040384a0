/** A stretch of time: a period, or what lies between, before or after some. */
import { day, type Span, yearOf } from './calendar.js';
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
  return { low, high, length, unit: null, words: null, note: noteOf(first, second, { low, high }) };
};

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
  const skipped = eat(place, start, ['the']);
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
    const lead = word + skipStart(place, at + word);
    const article = eat(place, at + lead, ['the']);
    const period = readPeriod(place, at + lead + article);
    if (period === null) continue;
    const length = lead + article + period.length;
    if (length <= (best?.length ?? 0)) continue;
    best = { ...cut(period), length, unit: null, words: null, note: period.note };
  }
  return best;
};

/** The longest stretch of time that begins there; `null` when none does. */
export const readTime = (place: Place, at: number): TimeExpression | null => {
  const { time } = place.language;
  const between = eat(place, at, time.between);
  const from = eat(place, at, time.from);
  const found: (TimeExpression | null)[] = [oneSided(place, at)];
  if (between > 0) found.push(readPair(place, at, between, time.to));
  if (from > 0) {
    found.push(readPair(place, at, from, time.to));
    const period = readPeriod(place, at + from);
    const open = period === null ? 0 : eat(place, at + from + period.length, time.onwards);
    if (period !== null && open > 0) {
      const { low, note } = period;
      found.push({ low, high: null, length: from + period.length + open, unit: null, words: null, note });
    }
  }
  const plain = time.to.filter((word) => word !== 'and');
  found.push(readPeriod(place, at), readPair(place, at, 0, plain));
  return found.reduce<TimeExpression | null>(
    (best, one) => (one !== null && one.length > (best?.length ?? 0) ? one : best),
    null,
  );
};
