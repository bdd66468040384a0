/**
 * Whether the time of a question is that of what is measured. Where something else happened then (animals that came, bookings that
 * were made, payments that were refunded), what is measured has another time, and it is asked, or said to be unclear.
 */
import { type Option, toBeAsked } from './draft.js';
import { type Failure, unclear } from './failure.js';
import type { Item } from './items.js';
import type { Measured } from './measure.js';
import { beginningOf, saysBeginning } from './of-the-present.js';
import { stemsOf, wordsOfName } from './phrases.js';
import type { Mention, Sketch } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

type Slots = readonly (readonly Option[])[];

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** The next item that is more than a little word. */
const after = (items: readonly Item[], item: Item): Item | undefined =>
  items
    .slice(items.indexOf(item) + 1)
    .find(
      (one) => one.time !== null || one.readings.length > 0 || !(one.classes.has('prep') || one.classes.has('filler')),
    );

const counted = ({ counted: [first], metrics: [metric] }: Sketch): Mention | undefined => first ?? metric;

/** A word of a class after what is counted: `cats came`. */
const doing = (sketch: Sketch, one: 'coming' | 'making'): Item | undefined => {
  const what = counted(sketch)?.item;
  return what === undefined ? undefined : sketch.items.find(({ from, classes }) => from >= what.to && classes.has(one));
};

/** Things that lasted before they came and go on after it: that they came is not that they began. */
const comes = (index: VocabularyIndex, sketch: Sketch, facts: readonly string[]): Failure | null => {
  const word = doing(sketch, 'coming');
  const time = facts.length === 1 ? beginningOf(index, facts[0]!) : null;
  if (word === undefined || time === null || saysBeginning(index, sketch, time)) return null;
  const next = sketch.items[sketch.items.indexOf(word) + 1];
  // `came through a friend`: how they began.
  if (next !== undefined && index.language.comingBy.includes(next.text.toLowerCase())) return null;
  return unclear(`It is not clear what "${word.text}" is to mean here.`);
};

/** What a row of the facts may meet many times, with times of its own. */
const isOfMany = ({ entities }: VocabularyIndex, [best]: readonly Option[]): boolean =>
  (best?.many ?? []).some((name) => entities.get(name)?.defaultTime != null);

/** The time at which rows were made, where it is another one than that which is meant without a word. */
const makingOf = ({ entities, vocabulary, language }: VocabularyIndex, fact: string): string | null => {
  const own = entities.get(fact)?.defaultTime ?? null;
  const isMaking = (name: string): boolean =>
    stemsOf(wordsOfName(lastPart(name)), language).some((stem) =>
      language.makings.some((word) => language.stem(word) === stem),
    );
  const found = vocabulary.dimensions.filter(
    ({ entity, type, name }) => entity === fact && type === 'time' && isMaking(name),
  );
  return own === null || isMaking(own) || found.length !== 1 ? null : found[0]!.name;
};

/** `refunded last year`, `were open last week`: the time of a state, of which only what it is now is known. */
const isStateThen = ({ language }: VocabularyIndex, { items, filters }: Sketch, says: ReadonlySet<Mention>): boolean =>
  filters.some((filter) => {
    if (
      filter.kind !== 'value' ||
      filter.isNegated ||
      says.has(filter.mention) ||
      after(items, filter.mention.item)?.time == null
    )
      return false;
    const { item, readings } = filter.mention;
    const isState = readings.some(
      (one) =>
        one.kind === 'value' &&
        wordsOfName(one.dimension.name)
          .toLowerCase()
          .split(' ')
          .some((word) => language.stateNames.includes(word)),
    );
    const before = items[items.indexOf(item) - 1]?.text.toLowerCase() ?? '';
    const word = item.text.toLowerCase();
    // What did not take place has no time but that for which it was meant.
    if (language.notDone.includes(word)) return false;
    const isPast =
      Object.hasOwn(language.irregular, word) || language.tense.pastEndings.some((one) => word.endsWith(one));
    return isState && (isPast || before.split(' ').some((one) => language.tense.past.includes(one)));
  });

/**
 * @param slots what the question is split and filtered by
 * @param times what was made of its times
 */
export const ofItsTime = (
  index: VocabularyIndex,
  sketch: Sketch,
  { metrics, says }: Measured,
  facts: readonly string[],
  slots: Slots,
  times: Slots,
): { readonly slots: Slots } | Failure => {
  const isCount = metrics.every(({ aggregation }) => aggregation?.startsWith('count') === true);
  if (!isCount || metrics.length === 0) return { slots: times };
  const coming = sketch.times.length > 0 ? null : comes(index, sketch, facts);
  if (coming !== null) return coming;
  if (times.length === 0 || sketch.times.some(({ event }) => event !== null)) return { slots: times };
  // Lines of an order are of its time; who lasts meets things at times that are theirs.
  const lasts = facts.some((fact) => beginningOf(index, fact) !== null);
  if (lasts && slots.some((options) => isOfMany(index, options)))
    return unclear('It is not clear of what the time is: there may be many of what is asked of each.');
  const [fact] = facts;
  const making = doing(sketch, 'making') === undefined || facts.length !== 1 ? null : makingOf(index, fact!);
  const isState = isStateThen(index, sketch, says);
  const own = facts.length === 1 ? index.entities.get(fact!)?.defaultTime : undefined;
  return {
    slots: times.map((options) =>
      options.flatMap((one): readonly Option[] => {
        const { time } = one;
        if (time === undefined || time.dimension !== undefined) return [one];
        const at = (dimension: string, cost: number): Option => ({ ...one, cost, time: { dimension, ...time } });
        if (making !== null) return [one, at(making, one.cost)];
        return isState && own != null ? [at(own, one.cost + toBeAsked)] : [one];
      }),
    ),
  };
};
