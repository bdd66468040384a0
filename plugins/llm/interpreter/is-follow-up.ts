/** Whether a question goes on from the one before it. */
import type { Mention, Sketch } from './sketch.js';
import { hasKind } from './sketch-state.js';

/** What the words around a follow-up say of how it changes what was. */
export interface FollowUpWords {
  /** `instead`: what it names takes the place of what is there. */
  readonly isInstead: boolean;
  /** `also`, `break it down`: it comes to what is there. */
  readonly isAddition: boolean;
  /** `only`: it narrows what is there. */
  readonly isOnly: boolean;
  /** `how many orders was that`: it says itself that it goes on. */
  readonly pointsBack: boolean;
  /** `how many orders was that`: of all that was shown, and of nothing less. */
  readonly asksOfAll: boolean;
  /** `just the total`: what was split is split no longer. */
  readonly isOfAll: boolean;
  /** It begins as only what goes on begins. */
  readonly starts: boolean;
}

/** Whether a question can only be meant together with the one before it. */
export const isFollowUp = (sketch: Sketch, words: FollowUpWords): boolean => {
  const isHead = (mention: Mention): boolean => !isPlace(sketch, mention, words);
  const measures = sketch.metrics.filter(isHead).length + sketch.counted.length > 0;
  const heads = sketch.subjects.some(isHead) || sketch.groups.some(({ by }) => by === 'which');
  // `show the growth too`: beside what was shown.
  const isChange = sketch.metrics.every(({ readings }) =>
    readings.some((one) => one.kind === 'metric' && one.metric.kind === 'change'),
  );
  if (words.isAddition && sketch.metrics.length > 0 && isChange && !heads && sketch.counted.length === 0) return true;
  if (words.asksOfAll) return sketch.isCount && sketch.counted.length === 1;
  // `which of them were above 1000?`
  if (words.pointsBack && sketch.isWhich && !measures && !heads)
    return sketch.filters.length > 0 && sketch.filters.every((one) => one.kind === 'number' && one.target === null);
  if (words.starts) return !(sketch.isCount && measures) && !sketch.isWhich;
  return !measures && !heads && !sketch.isCount && !sketch.isWhich;
};

/** `in the Vienna store only`, `for online orders`: a name that only says what its value is of, and nothing that is asked for. */
const isPlace = (sketch: Sketch, mention: Mention, { isOnly, starts }: FollowUpWords): boolean => {
  const [first] = sketch.items;
  const isBeside = sketch.filters.some(
    (one) => one.kind === 'value' && one.about?.item === mention.item && one.mention.item.to === mention.item.from,
  );
  const isLed = isOnly || starts || first?.classes.has('prep') === true;
  return isBeside && hasKind(mention, 'entity') && !sketch.isList && isLed;
};
