/** Times as they are meant by what is said around them: `the same period`, and what has not been yet. */
import type { Item } from './items.js';
import type { Language } from './language.js';
import type { Sketch, SketchTime } from './sketch.js';
import { sayGrain } from './time/eat-period.js';
import type { TimeExpression } from './time/expression.js';

/** `the same period last year`, of a year that is not over: up to the same day. */
export const upToNow = (expression: TimeExpression, now: number): TimeExpression => {
  const { low, high, unit, words, ...rest } = expression;
  const isOpen = low !== null && high !== null && unit !== null && words !== null && low <= now && now < high;
  return isOpen && unit !== 'day' && unit !== 'hour' && unit !== 'minute'
    ? { ...rest, low, high, unit: null, words: `${sayGrain(unit)} to date` }
    : expression;
};

const has = (item: Item | undefined, words: readonly string[]): boolean =>
  item !== undefined && words.includes(item.text.toLowerCase());

/** `are arriving`, `arrive`: what is, or will be, and not what was. */
const isOfNow = ({ items }: Sketch, { event }: SketchTime, { tense, irregular }: Language): boolean => {
  if (items.some((item) => has(item, tense.past))) return false;
  const isGoingOn = items.some(
    (item, at) =>
      has(item, tense.present) &&
      items
        .slice(at + 1, at + 3)
        .some(({ text }) => tense.ongoing.some((ending) => text.toLowerCase().endsWith(ending))),
  );
  const verb = event?.item.text.toLowerCase();
  const isPast =
    verb === undefined || Object.hasOwn(irregular, verb) || tense.pastEndings.some((one) => verb.endsWith(one));
  const isPresent = tense.pastEndings.length > 0 && !isPast;
  return isGoingOn || isPresent;
};

/** `the same period last year`, `the same time of 2025`. */
export const saysSamePeriod = ({ items }: Sketch, { time: { same, period } }: Language): boolean =>
  items.some(({ text }) =>
    same.some((word) => period.some((one) => `${text.toLowerCase()} `.startsWith(`${word} ${one} `))),
  );

/** @param now the local time */
export const meantTimes = (sketch: Sketch, language: Language, now: number): readonly SketchTime[] => {
  const isSame = saysSamePeriod(sketch, language);
  const [only, ...more] = sketch.times;
  return sketch.times.map((time) => {
    const { coming, others = [], ...expression } = time.expression;
    if (coming !== undefined && time === only && more.length === 0 && isOfNow(sketch, time, language))
      return { ...time, expression: { ...expression, others: [...others, coming] } };
    return isSame ? { ...time, expression: upToNow(time.expression, now) } : time;
  });
};
