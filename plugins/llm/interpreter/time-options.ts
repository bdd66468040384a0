/** What the times of a question make of `time`: one range, a comparison with an earlier one, periods side by side. */
import type { Grain, SemanticQuery, VocabularyDimension, VocabularyMetric } from 'datamind/contract';
import type { Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import { near } from './near-members.js';
import type { Sketch, SketchTime } from './sketch.js';
import { move, yearOf } from './time/calendar.js';
import { rangeOf, type TimeExpression } from './time/expression.js';
import type { VocabularyIndex } from './vocabulary-index.js';

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
  if (unit === 'day' && move(later.low, 'year', -1) === earlier.low) return 'previous year';
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

/**
 * A part of a year that is said beside whole years is that of each: `2026 vs 2025, up to October`. Of a year up to today and
 * that year itself the former is meant.
 */
const ofEachYear = (times: readonly SketchTime[]): readonly SketchTime[] => {
  const isYear = ({ expression: { unit } }: SketchTime): boolean => unit === 'year' || unit === 'fiscal_year';
  const toDate = times.find(({ expression }) => expression.words === 'year to date');
  if (toDate !== undefined) {
    const rest = times.filter(
      (one) => one === toDate || one.expression.unit !== 'year' || one.expression.low !== toDate.expression.low,
    );
    const isFirst = times.findIndex((one) => !rest.includes(one)) < times.indexOf(toDate);
    return rest.length === times.length
      ? times
      : [...rest]
          .sort((a, b) => (isFirst && a === toDate ? -1 : isFirst && b === toDate ? 1 : 0))
          .map((one) => (one === toDate ? { ...one, isCompared: false } : one));
  }
  const parts = times.filter(({ expression }) => expression.inYear !== undefined);
  const years = times.filter(isYear);
  const [part] = parts;
  if (parts.length !== 1 || years.length === 0 || years.length + 1 !== times.length) return times;
  const cut = years.map((time): SketchTime | null => {
    const { low, high } = time.expression;
    if (low === null || high === null) return null;
    const inside = [yearOf(low), yearOf(high - 1)]
      .map((year) => part!.expression.inYear!(year))
      .map((span) => ({ low: span.low ?? low, high: span.high ?? high }))
      .find((span) => span.low >= low && span.high <= high && span.low < span.high);
    return inside === undefined ? null : { ...time, expression: { ...time.expression, ...inside, words: null } };
  });
  return cut.every((one) => one !== null) ? cut : times;
};

const rangePart = (expression: TimeExpression): Time => ({ range: rangeOf(expression) });

const option = (time: Time, cost = 0, notes: readonly string[] = []): Option => ({ time, cost, notes });

const notesOf = (times: readonly SketchTime[]): readonly string[] =>
  times.flatMap(({ expression }) => expression.note ?? []);

const compared = (
  sketch: Sketch,
  first: TimeExpression,
  second: TimeExpression,
  isWhole = false,
): readonly Option[] | Failure => {
  const as = compareAs(sketch);
  const notes = notesOf(sketch.times);
  // `2026 so far against 2025`: up to the same day, or all of it.
  const isSoFar = first.isYearSoFar === true || second.isYearSoFar === true;
  if (sameInYear(first, second) && !isSoFar && !isWhole)
    return [option(withCompare(rangePart(first), 'previous year', as), 0, notes)];
  // `this September against last September`: the one before it.
  const qualifiers = [first.qualifier, second.qualifier];
  if (qualifiers.includes('this') && qualifiers.includes('last') && first.low === second.low)
    return [option(withCompare(rangePart(first), 'previous year', as), 0, notes)];
  const isSwapped = (first.low ?? 0) < (second.low ?? 0);
  const [later, earlier] = isSwapped ? [second, first] : [first, second];
  const offset = offsetBetween(later, earlier);
  if (offset !== null) return [option(withCompare(rangePart(later), offset, as), 0, notes)];
  if (/to date$/.test(later.words ?? '') && earlier.unit === 'year') {
    const same = option(withCompare(rangePart(later), 'previous year', as), 0.05, notes);
    const whole = option(withCompare({ range: String(yearOf(later.low!)) }, 'previous year', as), 0.05, notes);
    if (later.words !== 'year to date') return [same];
    return isWhole ? [whole] : later.isYearSoFar ? [same, whole] : [same];
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

/** Whether the day before a moment is moved to one that does not end what it ends: the end of February, by a year. */
const isOtherEnd = (end: number, unit: Grain): boolean =>
  move(move(end, 'day', -1), unit, -1) !== move(move(end, unit, -1), 'day', -1);

const readTimes = (asked: Sketch, isChange: boolean): readonly Option[] | Failure => {
  const times = ofEachYear(asked.times);
  const sketch = { ...asked, times };
  const { previous } = sketch;
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
  const isUnsure = times.some(({ expression }) => (expression.others ?? []).length > 0);
  if (isUnsure && (second !== undefined || growing || previous !== null))
    return unclear('It is not clear which days are meant: say their dates.');
  if (times.length > 2 && !times.every(({ isCompared }) => !isCompared))
    return unclear('More than two periods cannot be compared.');
  if (previous !== null && !isChange) {
    if (second !== undefined) return unclear('More than two periods cannot be compared.');
    const { isLastDay, high: end } = first.expression;
    if (isLastDay && end !== null && previous !== 'period' && isOtherEnd(end, previous))
      return unclear('The end of the period before is another day of its month: ask for both.');
    const compared = withCompare(rangePart(first.expression), `previous ${previous}`, compareAs(sketch));
    // Month over month in a year: month by month.
    const { low, high } = first.expression;
    const isLonger = previous !== 'period' && low !== null && high !== null && move(low, previous, 1) < high;
    const isSplit = isSplitByTime(sketch);
    const found = option(compared, 0, notesOf(times));
    return [isLonger && !isSplit ? { ...found, dimensions: [{ name: 'metric_time', grain: previous }] } : found];
  }
  if (second === undefined) {
    const { ends, eachOf, others = [] } = first.expression;
    // `the change from August to September` is between the two.
    if (growing && ends !== undefined && !isSplitByTime(sketch)) return compared(sketch, ends[1], ends[0]);
    if (isChange && ends !== undefined && !isSplitByTime(sketch))
      return [option(rangePart(ends[1]), 0, notesOf(times))];
    if (growing) return growthOptions(sketch, first.expression);
    if (others.length > 0)
      return [first.expression, ...others].map((one, at) =>
        option(rangePart(one), at === 0 ? 0 : 0.02, one.note === null ? [] : [one.note]),
      );
    if (eachOf !== undefined && !isSplitByTime(sketch)) {
      const whole = option(rangePart(first.expression), 0.02, notesOf(times));
      return [{ ...whole, cost: 0, dimensions: [{ name: 'metric_time', grain: eachOf }] }, whole];
    }
    if (first.isCompared) return unclear('Compared with what? Say both periods.');
    return [option(rangePart(first.expression), 0, notesOf(times))];
  }
  const values = sketch.filters.filter(({ kind }) => kind === 'value');
  if (sketch.isCompared && values.some((one) => 'link' in one && one.link !== null)) {
    return unclear('Values and times cannot be compared with each other at once.');
  }
  if (times.length === 2 && (second.isCompared || sketch.isCompared || sketch.isGrowth)) {
    return compared(sketch, first.expression, second.expression, first.isWhole ?? second.isWhole);
  }
  return sideBySide(times, isSplitByTime(sketch)) ?? unclear('The times of the question do not fit together.');
};

/** A change that the model has is against one time, and is no answer to what it is against another. */
export const againstOther = (sketch: Sketch, metrics: readonly VocabularyMetric[]): Failure | null => {
  const { previous, times } = sketch;
  const changes = metrics.filter(({ kind }) => kind === 'change');
  const isOther = ({ against }: VocabularyMetric): boolean => against?.count !== 1 || against.unit !== previous;
  const { ends, low, high } = times[0]?.expression ?? {};
  const offset = ends === undefined ? null : offsetBetween(ends[1], ends[0]);
  // A stretch that is longer than what it is held against is in part held against itself.
  const isLonger = ({ against }: VocabularyMetric): boolean =>
    against !== undefined && low != null && high != null && move(low, against.unit, against.count) < high;
  const isUnlike = (metric: VocabularyMetric): boolean =>
    ends === undefined
      ? isLonger(metric)
      : offset !== `previous ${metric.against?.unit}` || metric.against?.count !== 1;
  const isAsked = previous !== null && previous !== 'period';
  const other = changes.find((metric) => (isAsked && isOther(metric)) || (!isSplitByTime(sketch) && isUnlike(metric)));
  return other === undefined
    ? null
    : unclear(
        `${other.label} is against another time: ${other.against?.count ?? ''} ${other.against?.unit ?? ''} before.`,
      );
};

/** The time of the event that a time is said of, of what is asked about; `undefined` where none is. */
export const eventTime = (
  index: VocabularyIndex,
  facts: readonly string[],
  { times }: Sketch,
): string | undefined | Failure => {
  const [time] = times.filter(({ event }) => event !== null);
  if (time === undefined) return undefined;
  const [own, ...others] = eventDimensions(time).filter(({ entity }) => facts.every((fact) => fact === entity));
  const isOne = own !== undefined && others.length === 0 && times.length === 1;
  return isOne
    ? own.name
    : unclear(`It is not clear which time "${time.event!.item.text}" is.`, near(index, time.event!));
};

/** The dimensions that an event may be at. */
export const eventDimensions = (time: SketchTime): readonly VocabularyDimension[] =>
  (time.event?.readings ?? []).flatMap((one) => (one.kind === 'event' ? [one.dimension] : []));
