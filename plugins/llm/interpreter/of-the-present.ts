/** `now` and `today`: what goes on is as it is at this moment, what happens has happened within some time up to it. */
import type { VocabularyMetric } from 'datamind/contract';
import type { Option } from './draft.js';
import type { Sketch } from './sketch.js';

/** Whether rows are counted, or a level is told: then "now" may be how many there are. */
const mayBeState = ({ aggregation, isLevel }: VocabularyMetric): boolean =>
  isLevel || (aggregation?.startsWith('count') ?? false);

/**
 * Where both may be meant both are offered, so that it is asked: `current revenue` is all that there ever was, or that of this
 * month; `how many customers do we have today` is how many there are, or how many came today.
 * @param options of the times that were said
 */
export const ofThePresent = (
  { items, times, groups, isOverTime }: Sketch,
  metrics: readonly VocabularyMetric[],
  options: readonly Option[],
): readonly Option[] => {
  if (metrics.length === 0 || isOverTime || groups.some(({ grain }) => grain !== null)) return options;
  const [time] = times;
  const isToday = times.length === 1 && time!.expression.words === 'today' && time!.event === null;
  if (isToday) {
    const isOwned = items.some(
      ({ classes }, at) => classes.has('have') || (classes.has('is') && items[at + 1]?.classes.has('filler') === true),
    );
    return isOwned && metrics.every(mayBeState) ? [...options, { cost: 0.02 }] : options;
  }
  // As the first word it may go on from before: `now by country`.
  const isPresent = items.some(({ classes }, at) => classes.has('present') && !(at === 0 && classes.has('followUp')));
  if (!isPresent || times.length > 0 || metrics.every(mayBeState)) return options;
  return [{ cost: 0, time: { range: 'this month' } }, { cost: 0.02 }];
};
