/** What the times of a question make of `time`: one range, a comparison with an earlier one, periods side by side. */
import type { Grain, SemanticQuery, VocabularyDimension } from 'datamind/contract';
import type { Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import type { Sketch, SketchTime } from './sketch.js';
import { move } from './time/calendar.js';
import { rangeOf, type TimeExpression } from './time/expression.js';

type Time = NonNullable<SemanticQuery['time']>;
type As = Time['compare_as'];

const compareAs = ({ isGrowth, isPercent }: Sketch): As => (isPercent ? 'percent' : isGrowth ? 'change' : undefined);

const withCompare = (range: Time, compare: string, as: As): Time => ({
  ...range,
  compare,
  ...(as !== undefined && { compare_as: as }),
});

const plainUnit: Partial<Record<Grain, 'day' | 'week' | 'month' | 'quarter' | 'year'>> = {
  day: 'day',
  week: 'week',
  month: 'month',
  quarter: 'quarter',
  year: 'year',
  fiscal_quarter: 'quarter',
  fiscal_year: 'year',
};

const perYear = { day: 0, week: 0, month: 12, quarter: 4, year: 1 };

/** How many units lie between two periods of one kind, as a query says it; `null` where they are not such. */
const offsetBetween = (later: TimeExpression, earlier: TimeExpression): string | null => {
  const unit = later.unit === null ? undefined : plainUnit[later.unit];
  if (unit === undefined || later.unit !== earlier.unit || later.low === null || earlier.low === null) return null;
  for (let count = 1; count <= 400; count += 1) {
    const moved = move(later.low, later.unit!, -count);
    if (moved < earlier.low) return null;
    if (moved !== earlier.low) continue;
    const years = perYear[unit] > 0 && count % perYear[unit] === 0 ? count / perYear[unit] : 0;
    if (years === 1) return 'previous year';
    if (years > 1) return `${years} years ago`;
    return count === 1 ? `previous ${unit}` : `${count} ${unit}s ago`;
  }
  return null;
};

/** `this month against last year`: the same month of it. */
const sameInYear = (one: TimeExpression, year: TimeExpression): boolean =>
  year.unit === 'year' &&
  one.low !== null &&
  one.high !== null &&
  year.low !== null &&
  move(one.low, 'year', -1) >= year.low &&
  move(one.high, 'year', -1) <= year.high! &&
  one.unit !== 'year';

const rangePart = (expression: TimeExpression): Time => ({ range: rangeOf(expression) });

const option = (time: Time, cost = 0, notes: readonly string[] = []): Option => ({ time, cost, notes });

const notesOf = (times: readonly SketchTime[]): readonly string[] =>
  times.flatMap(({ expression }) => expression.note ?? []);

const compared = (sketch: Sketch, first: TimeExpression, second: TimeExpression): readonly Option[] | Failure => {
  const as = compareAs(sketch);
  const notes = notesOf(sketch.times);
  if (sameInYear(first, second)) return [option(withCompare(rangePart(first), 'previous year', as), 0, notes)];
  const isSwapped = (first.low ?? 0) < (second.low ?? 0);
  const [later, earlier] = isSwapped ? [second, first] : [first, second];
  const offset = offsetBetween(later, earlier);
  if (offset !== null) return [option(withCompare(rangePart(later), offset, as), 0, notes)];
  if (/to date$/.test(later.words ?? '') && earlier.unit === 'year') {
    return [option(withCompare(rangePart(later), 'previous year', as), 0.05, notes)];
  }
  return unclear('The two periods cannot be put side by side: they are not of one length.');
};

/** Periods of one kind that follow each other, named with `and`: one row for each. */
const sideBySide = (times: readonly SketchTime[], isSplit: boolean): readonly Option[] | null => {
  const sorted = times.map(({ expression }) => expression).sort((a, b) => (a.low ?? 0) - (b.low ?? 0));
  const unit = sorted[0]!.unit;
  if (unit === null || sorted.some((one) => one.unit !== unit || one.low === null || one.high === null)) return null;
  const isWhole = sorted.every((one, at) => at === 0 || sorted[at - 1]!.high === one.low);
  if (!isWhole) return null;
  const span = { ...sorted[0]!, high: sorted.at(-1)!.high, words: null };
  const whole = option(rangePart(span), 0, notesOf(times));
  if (isSplit) return [whole];
  const split = { ...whole, dimensions: [{ name: 'metric_time', grain: unit }] };
  // Years are named to see them side by side; of months and days the sum may be meant as well.
  return unit === 'year' || unit === 'fiscal_year' ? [split] : [split, { ...whole, cost: 0.02 }];
};

const growthOptions = (sketch: Sketch, expression: TimeExpression): readonly Option[] | Failure => {
  const as = compareAs(sketch) ?? 'percent';
  const unit = expression.unit === null ? undefined : plainUnit[expression.unit];
  const notes = notesOf(sketch.times);
  const grain = sketch.groups.find((group) => group.mention === null)?.grain;
  if (grain !== undefined && grain !== null) {
    const step = plainUnit[grain];
    if (step === undefined) return unclear('Growth from what to what? Say against which period.');
    return [
      option(withCompare(rangePart(expression), `previous ${step}`, as), 0, notes),
      ...(step === 'year' ? [] : [option(withCompare(rangePart(expression), 'previous year', as), 0.02, notes)]),
    ];
  }
  if (unit === 'year') return [option(withCompare(rangePart(expression), 'previous year', as), 0, notes)];
  const previous = option(withCompare(rangePart(expression), 'previous period', as), 0, notes);
  return [previous, option(withCompare(rangePart(expression), 'previous year', as), 0.02, notes)];
};

/** Which time dimension is meant; `undefined` for that of each metric itself. */
export interface TimeTarget {
  readonly dimension: string | undefined;
  readonly cost: number;
}

/**
 * @param isChange a metric that is asked for is a change itself
 * @param target the dimension that times are of
 */
export const timeOptions = (sketch: Sketch, isChange: boolean, target: TimeTarget): readonly Option[] | Failure => {
  const found = readTimes(sketch, isChange);
  if ('reason' in found) return found;
  if (target.dimension === undefined) return found;
  return found.map((one) => ({
    ...one,
    cost: one.cost + target.cost,
    ...(one.time !== undefined && { time: { dimension: target.dimension, ...one.time } }),
    ...(one.dimensions !== undefined && {
      dimensions: one.dimensions.map(({ name, ...rest }) => ({
        name: name === 'metric_time' ? target.dimension! : name,
        ...rest,
      })),
    }),
  }));
};

const isSplitByTime = ({ groups, isOverTime }: Sketch): boolean =>
  isOverTime || groups.some(({ grain }) => grain !== null);

const readTimes = (sketch: Sketch, isChange: boolean): readonly Option[] | Failure => {
  const { times, previous } = sketch;
  const [first, second] = times;
  const growing = sketch.isGrowth && !isChange;
  if (first === undefined) {
    if (previous !== null && !isChange) {
      if (previous === 'period' || !sketch.groups.some(({ grain }) => grain !== null)) {
        return unclear('Compared for which period? Say, for example, "this year" or "by month".');
      }
      return [option(withCompare({}, `previous ${previous}`, compareAs(sketch)))];
    }
    if (growing) {
      const step = sketch.groups.find(({ grain }) => grain !== null)?.grain;
      const unit = step === undefined || step === null ? undefined : plainUnit[step];
      if (unit === undefined) return unclear('Growth over which period, and against which?');
      const as = compareAs(sketch) ?? 'percent';
      return [
        option(withCompare({}, `previous ${unit}`, as)),
        ...(unit === 'year' ? [] : [option(withCompare({}, 'previous year', as), 0.02)]),
      ];
    }
    return [];
  }
  if (times.length > 2 && !times.every(({ isCompared }) => !isCompared))
    return unclear('More than two periods cannot be compared.');
  if (previous !== null && !isChange) {
    if (second !== undefined) return unclear('More than two periods cannot be compared.');
    const compared = withCompare(rangePart(first.expression), `previous ${previous}`, compareAs(sketch));
    // Month over month in a year: month by month.
    const { low, high } = first.expression;
    const isLonger = previous !== 'period' && low !== null && high !== null && move(low, previous, 1) < high;
    const isSplit = isSplitByTime(sketch);
    const found = option(compared, 0, notesOf(times));
    return [isLonger && !isSplit ? { ...found, dimensions: [{ name: 'metric_time', grain: previous }] } : found];
  }
  if (second === undefined) {
    if (growing) return growthOptions(sketch, first.expression);
    if (first.isCompared) return unclear('Compared with what? Say both periods.');
    return [option(rangePart(first.expression), 0, notesOf(times))];
  }
  const values = sketch.filters.filter(({ kind }) => kind === 'value');
  if (sketch.isCompared && values.some((one) => 'link' in one && one.link !== null)) {
    return unclear('Values and times cannot be compared with each other at once.');
  }
  if (times.length === 2 && (second.isCompared || sketch.isCompared || sketch.isGrowth)) {
    return compared(sketch, first.expression, second.expression);
  }
  return sideBySide(times, isSplitByTime(sketch)) ?? unclear('The times of the question do not fit together.');
};

/** The dimensions that an event may be at. */
export const eventDimensions = (time: SketchTime): readonly VocabularyDimension[] =>
  (time.event?.readings ?? []).flatMap((one) => (one.kind === 'event' ? [one.dimension] : []));
