/**
 * Words that say no more than the name beside them: support tickets, where the model calls tickets support cases. Only what an
 * author wrote about that very thing counts, and of descriptions no sentence that leaves something out or tells of several things.
 */
import type { VocabularyObject } from 'datamind/contract';
import type { Item } from './items.js';
import type { Language } from './language.js';
import { namesOf, type Reading, readingKey, stemsOf, wordsOfName } from './phrases.js';
import { hasKind, isValue } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const silent = new Set(['filler'] as const);
const cost = 0.1;

type Texts = ReadonlySet<string>;

const kept = new WeakMap<VocabularyObject, Map<Language, Texts>>();

/** Stems of all that is written about a thing. */
const written = (object: VocabularyObject, language: Language): Texts => {
  let languages = kept.get(object);
  if (languages === undefined) {
    languages = new Map();
    kept.set(object, languages);
  }
  let found = languages.get(language);
  if (found === undefined) {
    const parts = new Set(language.partWords);
    const tellsOfAll = (sentence: string): boolean =>
      !sentence.includes(',') &&
      !sentence
        .toLowerCase()
        .split(/[^\p{L}]+/u)
        .some((word) => parts.has(word));
    const sentences = (object.description ?? '').split(/[.;:!?()]/).filter(tellsOfAll);
    found = new Set(
      [...namesOf(object).map(([name]) => name), ...sentences].flatMap((text) => stemsOf(text, language)),
    );
    languages.set(language, found);
  }
  return found;
};

const values = new WeakMap<VocabularyIndex, Texts>();

/** Words of values, segments, flags and terms: they tell one row from another, and are never empty words. */
const telling = (index: VocabularyIndex): Texts => {
  let found = values.get(index);
  if (found === undefined) {
    const { dimensions, segments, glossary } = index.vocabulary;
    const texts = [
      ...dimensions.flatMap(({ values: all, samples }) => [
        ...all.flatMap(({ value, label, synonyms }) => [String(value), label ?? '', ...synonyms]),
        ...samples.map(String),
      ]),
      ...[...segments, ...glossary, ...dimensions.filter(({ type }) => type === 'boolean')].flatMap((one) =>
        namesOf(one).map(([name]) => name),
      ),
    ];
    found = new Set(texts.flatMap((text) => stemsOf(text.replaceAll('_', ' '), index.language)));
    values.set(index, found);
  }
  return found;
};

const objectsOf = (reading: Reading, { entities }: VocabularyIndex): readonly VocabularyObject[] => {
  const named = (names: readonly string[]): readonly VocabularyObject[] =>
    names.flatMap((name) => entities.get(name) ?? []);
  switch (reading.kind) {
    case 'metric':
      return [reading.metric, ...named(reading.metric.entities)];
    case 'entity':
      return [reading.entity];
    case 'dimension':
    case 'event':
      return [reading.dimension, ...named([reading.dimension.entity])];
    default:
      return [];
  }
};

const unitOf = (reading: Reading): string | null =>
  reading.kind === 'metric' ? reading.metric.unit : reading.kind === 'dimension' ? reading.dimension.unit : null;

/** `response time`, of something in minutes; `website`, where it is written `web`. */
const isSaid = (word: string, reading: Reading, index: VocabularyIndex): boolean => {
  const { language } = index;
  const stem = language.stem(word);
  const unit = unitOf(reading);
  if (unit !== null && language.unitNouns[stem]?.includes(unit.toLowerCase())) return true;
  return objectsOf(reading, index).some((object) => {
    const texts = written(object, language);
    return texts.has(stem) || [...texts].some((one) => isCompound(word, one, language));
  });
};

/** `new members`, of a figure that goes by the day on which they joined. */
const isBegun = (word: string, reading: Reading, { language }: VocabularyIndex): boolean =>
  language.newness.includes(word) &&
  reading.kind === 'metric' &&
  wordsOfName(reading.metric.time ?? '')
    .toLowerCase()
    .split(' ')
    .some((one) => language.beginnings.includes(one));

const isCompound = (word: string, start: string, language: Language): boolean =>
  start.length >= 3 &&
  word.startsWith(start) &&
  language.known.has(word.slice(start.length)) &&
  word.length >= start.length + 4;

/** `job title`: words that a name takes in front of it in that language. */
const isCompanion = (word: string, { readings }: Item, { language }: VocabularyIndex): boolean =>
  readings.some(
    (one) =>
      (one.kind === 'dimension' || one.kind === 'entity') &&
      namesOf(one.kind === 'dimension' ? one.dimension : one.entity).some(([name]) =>
        language.companions[stemsOf(name, language).at(-1) ?? '']?.includes(word),
      ),
  );

const isLittle = ({ classes, readings, amount, time, grain }: Item): boolean =>
  classes.has('filler') && readings.length === 0 && amount === null && time === null && grain === null;

/** The name beside an item, with nothing between but little words and one `of`, `for` or `with`. */
const beside = (items: readonly Item[], at: number, step: 1 | -1, { language }: VocabularyIndex): number | null => {
  let joiners = 0;
  for (let next = at + step; items[next] !== undefined; next += step) {
    const item = items[next]!;
    if (hasKind(item, 'metric', 'entity', 'dimension')) return next;
    if (language.joiners.includes(item.text.toLowerCase()) && joiners === 0) joiners += 1;
    else if (!isLittle(item)) return null;
  }
  return null;
};

/** `subscription plan`, where a plan is a subscription. */
const isSame = (item: Item, before: Item): boolean => {
  const keys = new Set(before.readings.map(readingKey));
  return (
    item.readings.length > 0 && item.readings.every((one) => one.kind === 'dimension' && keys.has(readingKey(one)))
  );
};

/** `stock on hand`: a dimension whose words are those of the metric before it. */
const saysAgain = (item: Item, before: Item | undefined, { language }: VocabularyIndex): boolean =>
  before !== undefined &&
  before.to === item.from &&
  (isSame(item, before) ||
    (item.stems.length > 0 &&
      item.readings.length > 0 &&
      item.readings.every(({ kind }) => kind === 'dimension') &&
      hasKind(before, 'metric') &&
      before.readings.every(
        (one) =>
          one.kind !== 'metric' ||
          namesOf(one.metric).some(([name]) => {
            const stems = stemsOf(name, language);
            return item.stems.every((stem) => stems.includes(stem));
          }),
      )));

export const nameBelonging = (found: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const items = [...found];
  items.forEach((item, at) => {
    if (saysAgain(item, items[at - 1], index)) {
      items[at] = { ...item, readings: [], classes: silent };
      return;
    }
    if (!item.isUnknown) return;
    const word = item.text.toLowerCase();
    const quiet: Item = { ...item, isUnknown: false, classes: silent };
    const right = items[at + 1];
    if (right !== undefined && isCompanion(word, right, index)) {
      items[at] = quiet;
      return;
    }
    if (telling(index).has(index.language.stem(word))) return;
    for (const next of [beside(items, at, 1, index), beside(items, at, -1, index)]) {
      if (next === null || isValue(items[next])) continue;
      const name = items[next]!;
      const readings = name.readings.filter((one) => isSaid(word, one, index) || isBegun(word, one, index));
      if (readings.length === 0) continue;
      items[at] = { ...quiet, note: `"${item.text}" was taken as a word for "${name.text}".` };
      items[next] = { ...name, readings: readings.map((one) => ({ ...one, cost: one.cost + cost })) };
      return;
    }
  });
  return items;
};
