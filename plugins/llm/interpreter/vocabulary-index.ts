/** A vocabulary by the phrases that its things go by, made once for a vocabulary and a language. */
import type { Vocabulary, VocabularyDimension, VocabularyEntity, VocabularyMetric } from 'datamind/contract';
import { JoinWays } from './join-ways.js';
import type { Language } from './language.js';
import { keptWords, namesOf, type Reading, readingKey, stemsOf, wordsOfName } from './phrases.js';
import { SpellingIndex } from './spelling.js';

const longestPhrase = 8;

export interface VocabularyIndex {
  readonly vocabulary: Vocabulary;
  readonly language: Language;
  readonly ways: JoinWays;
  readonly spelling: SpellingIndex;
  /** Words of names as they are written, and in the singular. */
  readonly forms: SpellingIndex;
  readonly longest: number;
  readonly entities: ReadonlyMap<string, VocabularyEntity>;
  readonly dimensions: ReadonlyMap<string, VocabularyDimension>;
  readonly metrics: ReadonlyMap<string, VocabularyMetric>;
  /** By stems with blanks between. */
  lookUp(key: string): readonly Reading[];
  /** Metrics by the words of their name in any order, in the singular. */
  lookUpUnordered(forms: readonly string[]): readonly Reading[];
  hasStem(stem: string): boolean;
}

const timeEndings = /[\s_]*(at|on|date|time|datetime|timestamp|ts|day)$/i;
const flagStarts = /^(is|has|have|was|are|were|did|does|can|had|needs|wants|in)[\s_]+(.+)$/i;
const flagEndings = /[\s_]+(flag|ind|indicator|yn)$/i;

class IndexBuilder {
  readonly readings = new Map<string, Map<string, Reading>>();
  readonly unordered = new Map<string, Map<string, Reading>>();
  readonly stems = new Set<string>();
  readonly spelling = new SpellingIndex();
  readonly forms = new SpellingIndex();
  longest = 1;
  readonly language: Language;

  constructor(language: Language) {
    this.language = language;
  }

  add(phrase: string, reading: Reading): void {
    const words = keptWords(phrase, this.language);
    const stems = words.map(this.language.stem);
    const form = words.map(this.language.singular);
    if (stems.length === 0 || stems.length > longestPhrase) return;
    const key = stems.join(' ');
    this.longest = Math.max(this.longest, stems.length);
    this.#put(this.readings, key, { ...reading, form: form.join(' ') });
    for (const stem of stems) {
      if (!this.stems.has(stem) && stem.length >= 4 && !/\d/.test(stem)) this.spelling.add(stem);
      this.stems.add(stem);
    }
    for (const word of [...words, ...form]) if (word.length >= 4 && !/\d/.test(word)) this.forms.add(word);
    if (reading.kind === 'metric' && stems.length > 1) {
      this.#put(this.unordered, [...form].sort().join(' '), reading);
    }
  }

  #put(map: Map<string, Map<string, Reading>>, key: string, reading: Reading): void {
    let known = map.get(key);
    if (known === undefined) {
      known = new Map();
      map.set(key, known);
    }
    const own = readingKey(reading);
    const same = known.get(own);
    if (same === undefined || same.cost > reading.cost) known.set(own, reading);
  }
}

const addDimension = (builder: IndexBuilder, dimension: VocabularyDimension, owner: string): void => {
  for (const [phrase, cost] of namesOf(dimension)) {
    builder.add(phrase, { kind: 'dimension', dimension, cost });
    if (dimension.type === 'time') {
      const event = phrase.replace(timeEndings, '');
      if (event !== '' && event !== phrase) {
        builder.add(event, { kind: 'event', dimension, cost: cost + 0.05 });
        for (const ending of builder.language.nounEndings) {
          // `departed`, of a departure.
          if (event.length > ending.length + 3 && event.endsWith(ending)) {
            builder.add(event.slice(0, -ending.length), { kind: 'event', dimension, cost: cost + 0.1 });
          }
        }
        builder.add(`${event} date`, { kind: 'dimension', dimension, cost: cost + 0.1 });
        builder.add(`date ${event}`, { kind: 'dimension', dimension, cost: cost + 0.1 });
      }
    }
    if (dimension.type !== 'boolean') continue;
    const plain = phrase.replace(flagEndings, '');
    const [, start, rest] = flagStarts.exec(plain) ?? [];
    const needsHave = /^(has|have|had)$/i.test(start ?? '');
    const flag = { kind: 'flag', dimension, isTrue: true, needsHave, cost: cost + 0.03 } as const;
    builder.add(rest ?? plain, flag);
    if (start !== undefined) builder.add(plain, { ...flag, needsHave: false });
  }
  // What the name leaves out because its entity says it: `store name`, `product key`.
  const own = wordsOfName(dimension.name);
  builder.add(`${owner} ${own}`, { kind: 'dimension', dimension, cost: 0.02 });
  for (const { value, label, synonyms } of dimension.values) {
    if (typeof value === 'boolean') continue;
    const reading = { kind: 'value', dimension, value } as const;
    builder.add(String(value).replaceAll('_', ' '), { ...reading, cost: 0.02 });
    if (label !== null) builder.add(label, { ...reading, cost: 0.04 });
    for (const synonym of synonyms) builder.add(synonym, { ...reading, cost: 0.1 });
  }
  for (const value of dimension.samples) {
    if (typeof value === 'string') builder.add(value, { kind: 'value', dimension, value, cost: 0.04 });
  }
};

const addTerms = (builder: IndexBuilder, vocabulary: Vocabulary): void => {
  const metrics = new Map(vocabulary.metrics.map((metric) => [metric.name, metric]));
  const dimensions = new Map(vocabulary.dimensions.map((dimension) => [dimension.name, dimension]));
  const segments = new Map(vocabulary.segments.map((segment) => [segment.name, segment]));
  for (const term of vocabulary.glossary) {
    const { refersTo } = term;
    const meant = refersTo.flatMap((name): Reading[] => {
      const metric = metrics.get(name) ?? metrics.get(name.slice(name.indexOf('.') + 1));
      if (metric !== undefined) return [{ kind: 'metric', metric, cost: 0.25 }];
      const segment = segments.get(name);
      if (segment !== undefined) return [{ kind: 'segment', segment, cost: 0.25 }];
      const dimension = dimensions.get(name);
      if (dimension?.type !== 'boolean') return [];
      return [{ kind: 'flag', dimension, isTrue: true, needsHave: false, cost: 0.25 }];
    });
    const single = refersTo.length === 1 ? meant : [];
    for (const [phrase, cost] of namesOf(term)) {
      for (const reading of single) builder.add(phrase, { ...reading, cost: reading.cost + cost });
      if (single.length === 0) builder.add(phrase, { kind: 'term', refersTo, cost: 1 + cost });
    }
  }
};

/** What a metric may be called besides: `average visit duration` of seconds, `sales target` of the target of sales targets. */
const addOtherNames = (
  builder: IndexBuilder,
  metric: VocabularyMetric,
  entities: ReadonlyMap<string, VocabularyEntity>,
): void => {
  const { language } = builder;
  const names = [wordsOfName(metric.name), metric.label, ...metric.synonyms];
  const unit = metric.unit?.toLowerCase();
  for (const [noun, units] of Object.entries(language.unitNouns)) {
    if (unit === undefined || !units.includes(unit)) continue;
    for (const name of names) {
      const words = keptWords(name, language);
      const isUnit = (word: string): boolean => units.includes(word) || Object.hasOwn(language.unitNouns, word);
      if (words.length > 1 && words.some(isUnit))
        builder.add(words.map((word) => (isUnit(word) ? noun : word)).join(' '), {
          kind: 'metric',
          metric,
          cost: 0.1,
        });
    }
  }
  const [owner, ...others] = metric.entities;
  const entity = owner === undefined || others.length > 0 ? undefined : entities.get(owner);
  if (metric.kind !== 'measure' || metric.aggregation !== 'sum' || entity === undefined || entity.display !== null)
    return;
  const own = stemsOf(wordsOfName(metric.name), language);
  const whole = stemsOf(wordsOfName(entity.name), language);
  if (whole.length > own.length && own.every((stem) => whole.includes(stem)) && whole.at(-1) === own.at(-1))
    builder.add(wordsOfName(entity.name), { kind: 'metric', metric, cost: 0.1 });
};

const nothing: readonly Reading[] = [];

const build = (vocabulary: Vocabulary, language: Language): VocabularyIndex => {
  const builder = new IndexBuilder(language);
  for (const metric of vocabulary.metrics) {
    for (const [phrase, cost] of namesOf(metric)) builder.add(phrase, { kind: 'metric', metric, cost });
  }
  for (const entity of vocabulary.entities) {
    for (const [phrase, cost] of namesOf(entity)) builder.add(phrase, { kind: 'entity', entity, cost: cost + 0.01 });
  }
  const named = new Map(vocabulary.entities.map((entity) => [entity.name, entity]));
  for (const metric of vocabulary.metrics) addOtherNames(builder, metric, named);
  for (const { name: from, joins } of vocabulary.entities) {
    for (const { name: join, label, to, role, cardinality } of joins) {
      const entity = named.get(to);
      if (entity === undefined || !role || cardinality === 'one_to_many' || cardinality === 'many_to_many') continue;
      const reading = { kind: 'entity', entity, via: { from, join }, cost: -0.3 } as const;
      builder.add(wordsOfName(join), reading);
      builder.add(label, reading);
    }
  }
  for (const dimension of vocabulary.dimensions) addDimension(builder, dimension, wordsOfName(dimension.entity));
  for (const segment of vocabulary.segments) {
    for (const [phrase, cost] of namesOf(segment)) builder.add(phrase, { kind: 'segment', segment, cost: cost + 0.02 });
  }
  for (const hierarchy of vocabulary.hierarchies) {
    for (const [phrase, cost] of namesOf(hierarchy))
      builder.add(phrase, { kind: 'hierarchy', hierarchy, cost: cost + 0.5 });
  }
  addTerms(builder, vocabulary);
  const { stems, spelling, forms, longest } = builder;
  const [readings, unordered] = [builder.readings, builder.unordered].map(
    (map) => new Map([...map].map(([key, found]) => [key, [...found.values()]] as const)),
  ) as [Map<string, readonly Reading[]>, Map<string, readonly Reading[]>];
  return {
    vocabulary,
    language,
    ways: new JoinWays(vocabulary),
    spelling,
    forms,
    longest,
    entities: named,
    dimensions: new Map(vocabulary.dimensions.map((dimension) => [dimension.name, dimension])),
    metrics: new Map(vocabulary.metrics.map((metric) => [metric.name, metric])),
    lookUp: (key) => readings.get(key) ?? nothing,
    lookUpUnordered: (forms) => unordered.get([...forms].sort().join(' ')) ?? [],
    hasStem: (stem) => stems.has(stem),
  };
};

const built = new WeakMap<Vocabulary, Map<Language, VocabularyIndex>>();

export const indexOf = (vocabulary: Vocabulary, language: Language): VocabularyIndex => {
  let languages = built.get(vocabulary);
  if (languages === undefined) {
    languages = new Map();
    built.set(vocabulary, languages);
  }
  let index = languages.get(language);
  if (index === undefined) {
    index = build(vocabulary, language);
    languages.set(language, index);
  }
  return index;
};
