/** How far a `not` reaches: `without Boots and Tents` is without both. */
import type { Mention } from './sketch.js';
import type { NameReader } from './read-names.js';
import { isValue } from './sketch-state.js';

/**
 * Whether a value is negated by what was said before it. Values of one dimension that are joined share their negation, a new
 * phrase (`not from Germany by phone`) ends it; where neither is so, it is put among what is not clear.
 */
export const reachesNegation = (reader: NameReader, { readings }: Mention, at: number): boolean => {
  if (!reader.isNegated && reader.mode !== 'without') return false;
  const own = new Set(
    readings.flatMap((one) => (one.kind === 'value' || one.kind === 'flag' ? [one.dimension.name] : [])),
  );
  const before = reader.negatedDimensions;
  const isJoined = reader.link !== null;
  if (before !== null && !isJoined && reader.items[at - 1]?.classes.has('prep') === true) {
    endNegation(reader);
    return false;
  }
  reader.negatedDimensions = own;
  reader.isNegated = true;
  const isShared = before === null || (isJoined && [...own].some((name) => before.has(name)));
  if (!isShared) reader.sketch.dangling.push(reader.negation?.text ?? reader.withoutText);
  return true;
};

/** A `not` that nothing came of yet. */
const isNegationOpen = ({ negation, isNegated, sketch, negatedFilters }: NameReader): boolean =>
  negation !== null && isNegated && sketch.filters.length === negatedFilters;

/** `not by air`: a value that an open `not` may be said of comes next. */
export const waitsForNegated = (reader: NameReader, at: number): boolean =>
  isNegationOpen(reader) && isValue(reader.items[at + 1]);

/** @param isSplit a split follows, of which it cannot be said that it is not so: `not by month` */
export const endNegation = (reader: NameReader, isSplit = false): void => {
  if (isSplit && isNegationOpen(reader)) reader.sketch.dangling.push(reader.negation!.text);
  reader.isNegated = false;
  reader.negatedDimensions = null;
};
