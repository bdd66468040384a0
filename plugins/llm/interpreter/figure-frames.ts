/**
 * Words around a figure that say no more than its own name does, or that make its name together with what stands beside them. Each
 * rule takes a word only where the name beside it bears that out; elsewhere the word stays what it was.
 */
import type { VocabularyMetric } from 'datamind/contract';
import { isMoney } from './choose-metrics.js';
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import { namesOf, type Reading, readingKey, stemsOf, wordsOfName } from './phrases.js';
import { hasKind } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const silent: ReadonlySet<WordClass> = new Set(['filler']);

const quiet = (item: Item): Item => ({ ...item, classes: silent, readings: [], grain: null, isUnknown: false });

const replaced = (items: readonly Item[], at: number, item: Item): readonly Item[] => items.with(at, item);

const metricsOf = ({ readings }: Item): readonly VocabularyMetric[] =>
  readings.flatMap((one) => (one.kind === 'metric' ? [one.metric] : []));

/** Nothing but metrics, each of which is such a one. */
const isAll = (item: Item | undefined, test: (metric: VocabularyMetric) => boolean): boolean =>
  item !== undefined &&
  item.readings.length > 0 &&
  metricsOf(item).length === item.readings.length &&
  metricsOf(item).every(test);

const isAside = ({ text }: Item, one: WordClass, { language }: VocabularyIndex): boolean =>
  language.asides.get(text.toLowerCase())?.includes(one) === true;

/** `the average number of items per order`, where there is a metric of items per order: that, and nothing that is counted. */
export const readNumberPer = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const isPer = ({ text }: Item): boolean =>
    text
      .toLowerCase()
      .split(' ')
      .some((word) => index.language.words.per?.includes(word) === true);
  const at = items.findIndex(
    (item, place) =>
      item.classes.has('howMany') &&
      items[place + 1] !== undefined &&
      isPer(items[place + 1]!) &&
      isAll(items[place + 1], ({ kind, unit, format }) => kind === 'ratio' && unit === null && format === null),
  );
  return at < 0 ? items : replaced(items, at, quiet(items[at]!));
};

/** `our yearly payroll`, of what has no time and is said to be for a year: nothing to split by. */
export const readOwnPeriod = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const { language } = index;
  const at = items.findIndex(({ grain, classes }, place) => {
    if (grain === null || classes.size > 0 || items[place + 1]?.from !== items[place]!.to) return false;
    const words = grain.startsWith('fiscal') ? [] : language.time.grains[grain as keyof typeof language.time.grains];
    const stems = new Set(words.flatMap((word) => (word.includes(' ') ? [] : [language.stem(word)])));
    return isAll(items[place + 1], ({ isTimeless, name, label, description }) =>
      [wordsOfName(name), label, description ?? '']
        .flatMap((text) => stemsOf(text, language))
        .some((stem) => isTimeless && stems.has(stem)),
    );
  });
  return at < 0 ? items : replaced(items, at, quiet(items[at]!));
};

/** `how much stock was left`: of a level it says that there is some; of what adds up it is another figure. What `left the store` has gone. */
export const readRemaining = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const named = items.filter((item) => hasKind(item, 'metric'));
  const isOpen = (item: Item | undefined): boolean =>
    item === undefined || item.time !== null || item.classes.has('prep') || !/[\p{L}\p{N}]/u.test(item.text);
  const isBefore = (place: number, one: WordClass): boolean => items[place - 1]?.classes.has(one) === true;
  const at = items.findIndex(
    (item, place) =>
      isAside(item, 'remaining', index) &&
      !hasKind(item, 'metric', 'value', 'flag', 'segment') &&
      (isBefore(place, 'is') || isBefore(place, 'have')) &&
      isOpen(items[place + 1]),
  );
  if (at < 0 || named.length === 0) return items;
  if (named.every((item) => metricsOf(item).every(({ isLevel }) => isLevel)))
    return replaced(items, at, quiet(items[at]!));
  // `who have left` are gone.
  return isBefore(at, 'is') ? replaced(items, at, { ...quiet(items[at]!), isUnknown: true }) : items;
};

/** `goods returned`, where something is called returned goods. */
const doneAfter = (noun: Item, done: Item | undefined, { lookUp }: VocabularyIndex): Item | null => {
  if (done?.from !== noun.to || !hasKind(done, 'event')) return null;
  const [forms, stems] = [
    [...done.forms, ...noun.forms],
    [...done.stems, ...noun.stems],
  ];
  const form = forms.join(' ');
  const readings = lookUp(stems.join(' ')).filter((one) => one.form === form && one.kind === 'entity');
  if (readings.length !== 1) return null;
  return { ...noun, to: done.to, text: `${noun.text} ${done.text}`, readings, stems, forms, classes: new Set() };
};

/** `value of goods returned`, where there is a figure of money that is called the value of returns: another name of the same. */
export const readValueOf = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const { language } = index;
  const worth = language.words.worth ?? [];
  const at = items.findIndex(
    (item, place) =>
      item.readings.length === 0 && isAside(item, 'worth', index) && items[place + 1]?.text.toLowerCase() === 'of',
  );
  const place = at < 0 ? -1 : items.findIndex((item, next) => next > at + 1 && !item.classes.has('filler'));
  if (place < 0) return items;
  const both = doneAfter(items[place]!, items[place + 1], index);
  const noun = both ?? items[place]!;
  const entities = noun.readings.flatMap((one) => (one.kind === 'entity' ? [one.entity] : []));
  const found = new Map<string, VocabularyMetric>();
  for (const entity of entities) {
    for (const [name] of namesOf(entity)) {
      const stems = stemsOf(name, language).join(' ');
      const keys = worth.flatMap((word) => [`${language.stem(word)} ${stems}`, `${stems} ${language.stem(word)}`]);
      for (const one of keys.flatMap((key) => index.lookUp(key))) {
        if (one.kind === 'metric' && isMoney(index, one.metric.unit)) found.set(one.metric.name, one.metric);
      }
    }
  }
  const [metric, ...others] = found.values();
  if (metric === undefined || others.length > 0) return items;
  const readings: readonly Reading[] = [{ kind: 'metric', metric, cost: 0.15 }];
  const before = items.slice(0, place).map((item, one) => (one === at || one === at + 1 ? quiet(item) : item));
  return [...before, { ...noun, readings }, ...items.slice(both === null ? place + 1 : place + 2)];
};

/** `a typical (median) basket`: how it is typical is said right after. */
export const readTypical = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const at = items.findIndex((item) => item.classes.has('average') && isAside(item, 'typical', index));
  const next = items.slice(at + 1).find(({ text, classes }) => /[\p{L}\p{N}]/u.test(text) && !classes.has('filler'));
  const isMedian = next?.classes.has('median') === true || isAll(next, ({ aggregation }) => aggregation === 'median');
  return at < 0 || !isMedian ? items : replaced(items, at, quiet(items[at]!));
};

const comparing: readonly WordClass[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'between'];

/** `what is the median basket worth`, `orders worth over 1000 euros`: of money that it is so much. Of pieces it would be another figure. */
export const readWorth = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const named = items.filter((item) => hasKind(item, 'metric'));
  const isMade = named.length > 0 && named.every((item) => isAll(item, ({ unit }) => isMoney(index, unit)));
  const isAmount = (place: number): boolean => {
    const next = items[place + 1];
    const isBound = next !== undefined && (next.amount !== null || comparing.some((one) => next.classes.has(one)));
    return isBound && items.slice(place + 1, place + 5).some(({ amount }) => amount?.currency != null);
  };
  const at = items.findIndex(
    (item, place) =>
      item.readings.length === 0 && isAside(item, 'worth', index) && (isAmount(place) || (item.isUnknown && isMade)),
  );
  return at < 0 ? items : replaced(items, at, quiet(items[at]!));
};

/** `most visits on top`: an order of the rows, and no choice among them. Of what is counted anyway it says the direction only. */
export const readMostFirst = (items: readonly Item[], { language }: VocabularyIndex): readonly Item[] => {
  const at = items.findIndex(
    (item, place) =>
      place > 0 &&
      item.classes.has('extreme') &&
      (item.classes.has('top') || item.classes.has('bottom')) &&
      hasKind(items[place + 1] ?? item, 'metric', 'entity'),
  );
  if (at < 0) return items;
  const noun = items[at + 1]!;
  const keys = new Set(noun.readings.map(readingKey));
  const isFigure = hasKind(noun, 'metric');
  const isSame =
    !isFigure && items.slice(0, at).some(({ readings }) => readings.some((one) => keys.has(readingKey(one))));
  if (!isSame && !isFigure) return items;
  for (const first of language.orderFirst) {
    const words = first.split(' ');
    const last = at + 2 + words.length;
    const isSaid = words.every((word, place) => items[at + 2 + place]?.text.toLowerCase() === word);
    const isEnd = items[last] === undefined || !/[\p{L}\p{N}]/u.test(items[last].text);
    if (!isSaid || !isEnd) continue;
    const to: WordClass = items[at]!.classes.has('top') ? 'descending' : 'ascending';
    return items.map((item, place) => {
      if (place === at) return { ...item, classes: new Set<WordClass>(isSame ? [to] : [to, 'sort']) };
      return (isSame && place === at + 1) || (place > at + 1 && place < last) ? quiet(item) : item;
    });
  }
  return items;
};

export const figureFrames = [
  readNumberPer,
  readOwnPeriod,
  readRemaining,
  readValueOf,
  readTypical,
  readWorth,
  readMostFirst,
] as const;
