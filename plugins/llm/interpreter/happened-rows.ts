/**
 * `guests who arrive this week`: those who come. Where the model counts what arrives by that time and leaves out what does not
 * come, by its own status, who was to arrive on a booking that was cancelled is left out, too.
 */
import type { Condition, VocabularyDimension, VocabularyMetric, VocabularyRows } from 'datamind/contract';
import type { Option } from './draft.js';
import { wordsOfName } from './phrases.js';
import type { Sketch } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** Whether a figure is called by its time: arrivals, by the day of arrival. */
export const isCalledByTime = ({ time, name }: VocabularyMetric): boolean => {
  const when = wordsOfName(time ?? '')
    .toLowerCase()
    .split(' ')[0]!;
  return (
    when.length > 3 &&
    wordsOfName(name)
      .toLowerCase()
      .split(' ')
      .some((word) => word.startsWith(when))
  );
};

const isSaid = ({ filters }: Sketch, name: string): boolean =>
  filters.some(
    (filter) =>
      filter.kind !== 'number' &&
      filter.mention.readings.some((one) => 'dimension' in one && one.dimension.name === name),
  );

const conditionOn = (member: string, { op, values }: VocabularyRows): Condition =>
  values.length === 1
    ? { member, op: op === 'in' ? 'eq' : 'ne', values: [...values] }
    : { member, op, values: [...values] };

/**
 * `null` where everything that has such a time is taken.
 * @param metrics that are asked for
 * @param time of the event that was named, and `path` how a query calls it
 */
export const rowsThatHappened = (
  index: VocabularyIndex,
  sketch: Sketch,
  metrics: readonly VocabularyMetric[],
  time: VocabularyDimension,
  path: string,
): Option | null => {
  const counts = index.vocabulary.metrics.filter(
    (metric) =>
      metric.aggregation === 'count' &&
      metric.kind === 'measure' &&
      metric.time === time.name &&
      isCalledByTime(metric),
  );
  const [count, ...others] = counts;
  const rows = count?.takes?.length === 1 ? count.takes[0]! : [];
  if (count === undefined || others.length > 0 || rows.length === 0) return null;
  const known = new Set(metrics.flatMap(({ takes = [] }) => takes.flat().map(({ dimension }) => dimension)));
  const asked = rows.filter(({ dimension }) => !known.has(dimension) && !isSaid(sketch, dimension));
  if (asked.length < rows.length) return null;
  const start = path.slice(0, path.lastIndexOf('.') + 1);
  const filters = asked.map((one) => ({
    condition: conditionOn(`${start}${one.dimension.slice(one.dimension.lastIndexOf('.') + 1)}`, one),
    link: 'and' as const,
    isOnMetric: false,
  }));
  return { filters, cost: 0.05, notes: [`What happened is taken as ${count.label} are.`] };
};
