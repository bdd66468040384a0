/**
 * Questions whose asking word says what is asked for: when something happened, how large it is, what a store took. The word
 * becomes the name that it stands for; where there is none, or more than one, it stays what it was.
 */
import type { VocabularyDimension } from 'datamind/contract';
import { figureFrames } from './figure-frames.js';
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import { namesOf, type Reading, stemsOf } from './phrases.js';
import { readOutOfAll } from './out-of-all.js';
import { hasKind, isValue } from './sketch-state.js';
import { askedLast } from './asked-last.js';
import { readCountsAsked } from './counts-asked.js';
import { readLastTime } from './last-time.js';
import { readStaying } from './staying.js';
import { readTakings } from './takings.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const classesOf = (...classes: WordClass[]): ReadonlySet<WordClass> => new Set(classes);
const silent = classesOf('filler');

/** Entities that are named, by themselves or by a value that one of them has. */
const ownersOf = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(
    items.flatMap(({ readings }) =>
      readings.flatMap((one) =>
        one.kind === 'entity' ? [one.entity.name] : one.kind === 'value' ? [one.dimension.entity] : [],
      ),
    ),
  );

const withItem = (items: readonly Item[], at: number, part: Partial<Item>): readonly Item[] =>
  items.map((item, place) => (place === at ? { ...item, ...part } : item));

const dimensionReading = (dimension: VocabularyDimension): Reading => ({ kind: 'dimension', dimension, cost: 0.1 });

/** `when did the Oslo store open`: the day on which it did, in a list of what was named. */
const readWhen = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const [first] = items;
  if (first === undefined || !first.classes.has('when') || !items.some(isValue)) return items;
  const owners = ownersOf(items);
  const found = items.flatMap((item, at): readonly [number, VocabularyDimension][] => {
    if (item.to - item.from > 1 || at === 0) return [];
    const events = index
      .lookUp(index.language.stem(item.text.toLowerCase()))
      .flatMap((one) => (one.kind === 'event' && owners.has(one.dimension.entity) ? [one.dimension] : []));
    return events.map((dimension) => [at, dimension]);
  });
  const [event, ...others] = found;
  if (event === undefined || others.length > 0) return items;
  const [at, dimension] = event;
  const asked = withItem(items, 0, { isUnknown: false, classes: classesOf('list') });
  return withItem(asked, at, { readings: [dimensionReading(dimension)], isUnknown: false, classes: classesOf() });
};

/** `how large is the Vienna branch`: its floor area. */
const readHow = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const [first] = items;
  const adjective = first === undefined ? undefined : index.language.howAdjectives[first.text.toLowerCase()];
  if (adjective === undefined) return items;
  if (items.some((item) => hasKind(item, 'metric'))) {
    // `how big is the stock`: how much, where `how big` is that.
    const [, how] = /^(\S+ \S+)/.exec(first!.text.toLowerCase()) ?? [];
    const isMuch = index.language.phrases.get(how ?? '')?.includes('howMuch') === true;
    return isMuch ? withItem(items, 0, { classes: classesOf('howMuch') }) : items;
  }
  const owners = ownersOf(items);
  const found = index.vocabulary.dimensions.filter(
    (dimension) =>
      dimension.type === 'number' &&
      owners.has(dimension.entity) &&
      namesOf(dimension).some(([name]) =>
        stemsOf(name, index.language).some((stem) => adjective.some((noun) => index.language.stem(noun) === stem)),
      ),
  );
  if (found.length !== 1 || !items.some(isValue)) return withItem(items, 0, { isUnknown: true, classes: classesOf() });
  return withItem(items, 0, { readings: [dimensionReading(found[0]!)], isUnknown: false, classes: classesOf() });
};

/** `in square metres`, of what is in square metres: it is told in that unit. */
const readUnits = (items: readonly Item[], { language }: VocabularyIndex): readonly Item[] => {
  const units = new Set(
    items.flatMap(({ readings }) =>
      readings.flatMap((one) =>
        one.kind === 'metric' ? (one.metric.unit ?? []) : one.kind === 'dimension' ? (one.dimension.unit ?? []) : [],
      ),
    ),
  );
  const names = [...units].flatMap((unit) => language.unitNames[unit.toLowerCase()] ?? []);
  const said = items.map(({ text }) => text.toLowerCase());
  const quiet = new Set<number>();
  said.forEach((_, at) => {
    if (!items[at - 1]?.classes.has('prep')) return;
    for (const name of names) {
      const words = name.split(' ');
      const isThere = words.every((word, place) => said[at + place] === word) && items[at]!.readings.length === 0;
      for (let place = 0; isThere && place < words.length; place += 1) quiet.add(at + place);
    }
  });
  return quiet.size === 0
    ? items
    : items.map((item, at) => (quiet.has(at) ? { ...item, isUnknown: false, classes: silent, grain: null } : item));
};

const frames = [
  readOutOfAll,
  askedLast,
  readCountsAsked,
  readStaying,
  readLastTime,
  readWhen,
  readHow,
  readTakings,
  readUnits,
  ...figureFrames,
];

export const readFrames = (items: readonly Item[], index: VocabularyIndex): readonly Item[] =>
  frames.reduce((now, frame) => frame(now, index), items);
