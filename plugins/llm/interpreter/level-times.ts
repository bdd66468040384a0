/** `at the end of September`: what a level was then, or a running sum up to then. What adds up over time has no such figure. */
import type { VocabularyMetric } from 'datamind/contract';
import { type Failure, unclear } from './failure.js';
import type { Sketch, SketchTime } from './sketch.js';
import { day, move, startOfDay } from './time/calendar.js';
import type { TimeExpression } from './time/expression.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const isRunning = ({ kind }: VocabularyMetric): boolean => kind === 'cumulative';

/** The last day of a period, where days are kept; up to its end, where it runs. */
const momentOf = (
  expression: TimeExpression,
  metrics: readonly VocabularyMetric[],
  index: VocabularyIndex,
): TimeExpression => {
  const { atEnd: _, ...period } = expression;
  if (metrics.every(isRunning)) return { ...period, low: null, unit: null, words: null };
  const hasDays = metrics.every(({ entities }) =>
    entities.every((entity) => {
      const time = index.entities.get(entity)?.defaultTime;
      return index.dimensions.get(time ?? '')?.grains.includes('day') ?? false;
    }),
  );
  if (!hasDays || period.high === null) return period;
  return { ...period, low: move(period.high, 'day', -1), unit: 'day', words: null, isLastDay: true };
};

/** What runs on has no figure of days that are not there yet: of a period that is not over it is told up to today. */
const upTo = ({ times, groups, isOverTime }: Sketch, now: number): readonly SketchTime[] => {
  const tomorrow = startOfDay(now) + day;
  const isSplit = isOverTime || groups.some(({ grain }) => grain !== null);
  return times.map((time) => {
    const { low, high } = time.expression;
    const isOpen = isSplit && low !== null && low < tomorrow && high !== null && high > tomorrow;
    return isOpen ? { ...time, expression: { ...time.expression, high: tomorrow, words: null } } : time;
  });
};

/** The times of a question about these metrics, with each end of a period as what it is to them. */
export const atMoments = (
  sketch: Sketch,
  metrics: readonly VocabularyMetric[],
  index: VocabularyIndex,
  now: number,
): readonly SketchTime[] | Failure => {
  const isAsked = sketch.times.some(({ expression }) => expression.atEnd) || sketch.groups.some(({ isEnd }) => isEnd);
  if (!isAsked) return metrics.some(isRunning) ? upTo(sketch, now) : sketch.times;
  const other = metrics.find((metric) => !metric.isLevel && !isRunning(metric));
  const isMixed = metrics.some(isRunning) && metrics.some(({ isLevel }) => isLevel);
  if (metrics.length === 0 || other !== undefined || isMixed) {
    const what = other?.label ?? 'What is asked for';
    return unclear(
      `${what} is of a stretch of time, and not of the moment at which one ends: ask for one in it, or until its end.`,
    );
  }
  return sketch.times.map((time) =>
    time.expression.atEnd ? { ...time, expression: momentOf(time.expression, metrics, index) } : time,
  );
};
