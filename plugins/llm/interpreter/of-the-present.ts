/** `now` and `today`: what goes on is as it is at this moment, what happens has happened within some time up to it. */
import type { VocabularyMetric } from 'datamind/contract';
import { type Option, toBeAsked } from './draft.js';
import { isCalledByTime } from './happened-rows.js';
import { stemsOf, wordsOfName } from './phrases.js';
import type { Sketch } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

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
    // Arrivals come when they arrive: there are none at other times.
    const isState = metrics.every((metric) => mayBeState(metric) && !isCalledByTime(metric));
    return isOwned && isState ? [...options, { cost: 0.02 }] : options;
  }
  // As the first word it may go on from before: `now by country`.
  const isPresent = items.some(({ classes }, at) => classes.has('present') && !(at === 0 && classes.has('followUp')));
  if (!isPresent || times.length > 0 || metrics.every(mayBeState)) return options;
  return [{ cost: 0, time: { range: 'this month' } }, { cost: 0.02 }];
};

/** What lasts began once: the time of that is not the time in which there was one of them. */
export const beginningOf = ({ entities, language }: VocabularyIndex, fact: string): string | null => {
  const time = entities.get(fact)?.defaultTime ?? null;
  if (time === null) return null;
  const words = wordsOfName(time.slice(time.lastIndexOf('.') + 1))
    .toLowerCase()
    .split(' ');
  return words.some((word) => language.beginnings.includes(word)) ? time : null;
};

/** Whether it was said that something began: new customers, hires. */
export const saysBeginning = ({ language }: VocabularyIndex, { items }: Sketch, time: string): boolean => {
  const begun = stemsOf(wordsOfName(time.slice(time.lastIndexOf('.') + 1)), language).map((stem) => stem.slice(0, 4));
  return items.some(({ stems, text }) =>
    [...stems, text.toLowerCase()].some((stem) => begun.includes(stem.slice(0, 4)) || language.newness.includes(stem)),
  );
};

/**
 * `how many customers did we have in 2024` is not how many signed up in it, unless that was said: then it is asked.
 * @param facts entities whose rows are counted, or listed where there are no metrics
 */
export const ofBeginnings = (
  index: VocabularyIndex,
  sketch: Sketch,
  metrics: readonly VocabularyMetric[],
  facts: readonly string[],
  options: readonly Option[],
): readonly Option[] => {
  const { times, groups, isOverTime, events } = sketch;
  const [fact] = facts;
  const time = facts.length === 1 ? beginningOf(index, fact!) : null;
  const isSplit = isOverTime || groups.some(({ grain }) => grain !== null);
  if (time === null || times.length !== 1 || events.length > 0 || isSplit) return options;
  // That nothing can be asked of its time is for the planner to say.
  if (metrics.some(({ isTimeless }) => isTimeless)) return options;
  if ((metrics.length > 0 && !metrics.some(mayBeState)) || saysBeginning(index, sketch, time)) return options;
  return options.map((one) => ({
    ...one,
    cost: one.cost + toBeAsked,
    ...(one.time !== undefined && { time: { dimension: time, ...one.time } }),
  }));
};
