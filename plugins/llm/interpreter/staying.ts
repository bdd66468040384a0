/**
 * `who still work here`, `who are no longer with us`: told by the time at which they left. `still` itself says that something
 * lasts, so that it must be said of what: of a state it adds nothing.
 */
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import type { Reading } from './phrases.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const without: ReadonlySet<WordClass> = new Set(['without']);
const none: ReadonlySet<WordClass> = new Set();

/** The one time at which what was named may have left, by the first word that the model has for it. */
const leavingOf = (items: readonly Item[], { language, lookUp }: VocabularyIndex): Reading | null => {
  const owners = new Set(
    items.flatMap(({ readings }) => readings.flatMap((one) => (one.kind === 'entity' ? [one.entity.name] : []))),
  );
  for (const word of language.leavings) {
    const found = lookUp(language.stem(word)).filter(
      (one) => one.kind === 'event' && one.form === word && owners.has(one.dimension.entity),
    );
    if (found.length > 0) return found.length === 1 ? found[0]! : null;
  }
  return null;
};

export const readStaying = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const at = items.findIndex(({ classes }) => classes.has('staying') || classes.has('gone'));
  const item = items[at];
  if (item === undefined) return items;
  const leaving = leavingOf(items, index);
  const told: readonly Item[] =
    leaving === null
      ? [{ ...item, classes: none, isUnknown: true }]
      : [
          ...(item.classes.has('staying') ? [{ ...item, classes: without }] : []),
          { ...item, classes: none, readings: [leaving], forms: [leaving.form ?? ''] },
        ];
  return items.flatMap((one) => (one === item ? told : [one]));
};

/** Words that a state is said with. */
const states: readonly WordClass[] = ['is', 'have', 'not', 'without', 'prep'];

/** Whether `still` is said of a state: `still open`, `still without an answer`. `Still living in Oslo` is more than living there. */
export const lasts = (items: readonly Item[], at: number): boolean => {
  const isLittle = (one: Item): boolean => states.some((word) => one.classes.has(word)) && one.to - one.from === 1;
  const state = items.slice(at + 1).find((one) => !isLittle(one));
  return state !== undefined && state.readings.length > 0;
};
