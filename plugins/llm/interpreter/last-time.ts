/** `when was our last order`, `when did we ship the first parcel`: the latest or earliest of the times at which one happened. */
import type { VocabularyDimension } from 'datamind/contract';
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import { hasKind } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const list: ReadonlySet<WordClass> = new Set(['list']);
const silent: ReadonlySet<WordClass> = new Set(['filler']);
const none: ReadonlySet<WordClass> = new Set();
const latest: ReadonlySet<WordClass> = new Set(['top']);
const earliest: ReadonlySet<WordClass> = new Set(['bottom']);

const isLittle = ({ classes, readings, amount }: Item): boolean =>
  classes.has('filler') && readings.length === 0 && amount === null;

/** When an entity's rows happen, or when that was done to them which is named after it: `shipped`. */
const timeOf = (entity: string, event: Item | undefined, index: VocabularyIndex): VocabularyDimension | null => {
  if (event === undefined) return index.dimensions.get(index.entities.get(entity)?.defaultTime ?? '') ?? null;
  const own = event.readings.flatMap((one) =>
    one.kind === 'event' && one.dimension.entity === entity ? [one.dimension] : [],
  );
  return own.length === 1 ? own[0]! : null;
};

export const readLastTime = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const [asked] = items;
  const words = index.language.ordinalNouns;
  const at = items.findIndex(
    ({ isUnknown, readings, text }) => (isUnknown || readings.length > 0) && Object.hasOwn(words, text.toLowerCase()),
  );
  if (asked === undefined || !asked.classes.has('when') || at < 1) return items;
  const said = items[at]!;
  const noun = items.slice(at + 1).find((item) => !isLittle(item));
  const entities = (noun?.readings ?? []).flatMap((one) =>
    one.kind === 'entity' && one.via === undefined ? [one.entity.name] : [],
  );
  const events = items.filter((item) => item !== noun && item.readings.some(({ kind }) => kind === 'event'));
  // `of each customer`, `the last customer to order`: there is more than one last time, or it is that of something else.
  const isMore = items.some(
    (item) =>
      item.classes.has('by') ||
      (item !== noun && item !== said && !events.includes(item) && hasKind(item, 'entity', 'metric', 'dimension')),
  );
  if (noun === undefined || new Set(entities).size !== 1 || events.length > 1 || isMore) return items;
  const dimension = timeOf(entities[0]!, events[0], index);
  if (dimension === null) return items;
  const isLatest = words[said.text.toLowerCase()] === 'latest';
  return items.map((item) =>
    item === asked
      ? { ...item, classes: list }
      : item === said
        ? { ...item, isUnknown: false, readings: [], classes: isLatest ? latest : earliest }
        : item === noun
          ? { ...item, classes: none, readings: [{ kind: 'dimension', dimension, cost: 0.05 }] }
          : item === events[0]
            ? { ...item, classes: silent, readings: [] }
            : item,
  );
};
