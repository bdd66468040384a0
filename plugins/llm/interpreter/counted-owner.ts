/** `how many club members`: what is counted is what has the value, and nothing that is named after it. */
import type { Item } from './items.js';
import type { Language } from './language.js';
import { namesOf, stemsOf } from './phrases.js';
import type { Mention } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** What the glossary tells of is a thing of its own: guests are no orders, though a flag of orders tells of them. */
const isTerm = ({ item, readings }: Mention, { vocabulary, language }: VocabularyIndex): boolean => {
  const key = item.stems.join(' ');
  const isCalledSo = ([name]: readonly [string, number]): boolean => stemsOf(name, language).join(' ') === key;
  return (
    readings.every(({ kind }) => kind === 'flag') && vocabulary.glossary.some((term) => namesOf(term).some(isCalledSo))
  );
};

/** `how many trucks`, of couriers with a vehicle: they have one, and are none. Tents are products, whose category says so. */
const isHad = ({ item, readings, isPlural }: Mention, { language }: VocabularyIndex): boolean =>
  isPlural &&
  language.kindWords.length > 0 &&
  item.forms.length > 0 &&
  readings.every(
    (one) =>
      one.kind === 'value' &&
      !namesOf(one.dimension).some(([name]) =>
        stemsOf(name, language).some((stem) => language.kindWords.includes(stem)),
      ),
  );

/** What has a value that stands where a name is expected; `term` where the value tells of something else. */
export const countedOwner = (mention: Mention, index: VocabularyIndex): Mention | 'term' | null => {
  const owners = mention.readings.flatMap((one) =>
    one.kind === 'value' || one.kind === 'flag'
      ? [one.dimension.entity]
      : one.kind === 'segment'
        ? [one.segment.entity]
        : [],
  );
  if (owners.length > 0 && (isTerm(mention, index) || isHad(mention, index))) return 'term';
  const readings = [...new Set(owners)].flatMap((name): Mention['readings'] => {
    const entity = index.entities.get(name);
    return entity === undefined ? [] : [{ kind: 'entity', entity, cost: 0.2 }];
  });
  return readings.length === 0 ? null : { ...mention, readings, isPlural: true };
};

/** Whether the name after a value begins with what has the value, so that it may be said of that rather than of the whole. */
export const isOwnersName = ({ readings }: Mention, { stems, readings: names }: Item, language: Language): boolean =>
  stems.length > 1 &&
  names.length > 0 &&
  readings.some(
    (one) =>
      (one.kind === 'flag' || one.kind === 'value') &&
      stemsOf(one.dimension.entity, language).join(' ') === stems[0] &&
      names.every((name) => name.kind === 'metric' && !name.metric.entities.includes(one.dimension.entity)),
  );
