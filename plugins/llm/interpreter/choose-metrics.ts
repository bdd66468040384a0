/** Which metric a name stands for: what counts things, what is named in another order, what is the average of something. */
import type { VocabularyEntity, VocabularyMetric } from 'datamind/contract';
import { toBeAsked } from './draft.js';
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import { stemsOf, wordsOfName } from './phrases.js';
import type { Mention, Sketch, ValueFilter } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

export interface MetricChoice {
  readonly metric: VocabularyMetric;
  readonly cost: number;
  /** Filters and events that the metric says already. */
  readonly says: ReadonlySet<Mention>;
}

const nothing: ReadonlySet<Mention> = new Set();

const byCost = (a: MetricChoice, b: MetricChoice): number =>
  a.cost - b.cost || (a.metric.name < b.metric.name ? -1 : 1);

/** One choice for each metric, the cheapest. */
const mostChoices = 24;

const distinct = (choices: readonly MetricChoice[]): readonly MetricChoice[] => {
  const best = new Map<string, MetricChoice>();
  for (const choice of [...choices].sort(byCost)) {
    const key = choice.metric.name;
    if (!best.has(key)) best.set(key, choice);
  }
  return [...best.values()].slice(0, mostChoices);
};

/** Metrics that are called the number of something that is no entity: of treatments, where visits are of one each. */
const countsCalled = (index: VocabularyIndex, stems: readonly string[]): readonly MetricChoice[] =>
  index.language.countPhrases.flatMap((form) =>
    index.lookUp(fill(form, stems.join(' '), index)).flatMap((reading): readonly MetricChoice[] => {
      const isNumber = reading.kind === 'metric' && isCount(reading.metric);
      return isNumber ? [{ metric: reading.metric, cost: 0.02 + reading.cost, says: nothing }] : [];
    }),
  );

/** Metrics that count rows of an entity. */
export const countsOf = (
  index: VocabularyIndex,
  entity: VocabularyEntity,
  stems: readonly string[],
): readonly MetricChoice[] => {
  const { language } = index;
  const phrases = [
    ...new Set([
      stems.join(' '),
      ...[entity.name, entity.label].map((name) => stemsOf(name.replaceAll('_', ' '), language).join(' ')),
    ]),
  ];
  const choices: MetricChoice[] = [];
  for (const phrase of phrases) {
    for (const form of language.countPhrases) {
      const filled = fill(form, phrase, index);
      for (const reading of index.lookUp(filled)) {
        if (reading.kind !== 'metric' || !isCount(reading.metric)) continue;
        const isOwn = reading.metric.entities.includes(entity.name);
        choices.push({ metric: reading.metric, cost: 0.02 + reading.cost + (isOwn ? 0 : 0.3), says: nothing });
      }
    }
  }
  const count = entity.count === null ? undefined : index.metrics.get(entity.count);
  if (count !== undefined) choices.push({ metric: count, cost: 0.3, says: nothing });
  return distinct(choices);
};

const fill = (form: string, phrase: string, { language }: VocabularyIndex): string => {
  const [before, after] = form.split('{}') as [string, string];
  const words = (text: string): readonly string[] =>
    text
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '' && !language.inPhrases.includes(word));
  return [...words(before).map(language.stem), phrase, ...words(after).map(language.stem)].join(' ');
};

export const isCount = ({ aggregation }: VocabularyMetric): boolean =>
  aggregation !== null && ['count', 'count_distinct', 'approx_distinct', 'count_if'].includes(aggregation);

/** A metric that is named by the mention together with words beside it, in whatever order: `orders that were cancelled`. */
/** Whether nothing but little words stands between two names. */
const isBeside = ({ items }: Sketch, one: Item, other: Item): boolean => {
  const [first, second] = one.from < other.from ? [one, other] : [other, one];
  const little: readonly WordClass[] = ['filler', 'is', 'prep', 'have'];
  return items
    .filter(({ from }) => from >= first.to && from < second.from)
    .every(
      (item) =>
        item.time === null &&
        item.readings.length === 0 &&
        little.some((word) => item.classes.has(word)) &&
        !item.classes.has('by'),
    );
};

const namedTogether = (
  index: VocabularyIndex,
  sketch: Sketch,
  mention: Mention,
  beside: readonly Mention[],
): readonly MetricChoice[] =>
  beside.flatMap((one) => {
    if (one.item.stems.length === 0 || !isBeside(sketch, mention.item, one.item)) return [];
    const together = [...mention.item.forms, ...one.item.forms];
    return index
      .lookUpUnordered(together)
      .flatMap((reading) =>
        reading.kind === 'metric' ? [{ metric: reading.metric, cost: reading.cost - 0.2, says: new Set([one]) }] : [],
      );
  });

/** `employees who left`: what counts them by the very time at which that happened, all of them. */
const countedWhen = (
  { vocabulary }: VocabularyIndex,
  counts: readonly MetricChoice[],
  events: readonly Mention[],
): readonly MetricChoice[] =>
  events.flatMap((event) => {
    const happened = event.readings.flatMap((one) => (one.kind === 'event' ? [one.dimension.name] : []));
    const found = vocabulary.metrics.filter(
      ({ kind, aggregation, isPart, time, entities }) =>
        kind === 'measure' &&
        aggregation === 'count' &&
        !isPart &&
        time !== undefined &&
        happened.includes(time) &&
        counts.some(({ metric }) => metric.entities.every((entity) => entities.includes(entity))),
    );
    return found.length === 1 ? [{ metric: found[0]!, cost: 0, says: new Set([event]) }] : [];
  });

/** `best selling` may be by money or by pieces: everything that is added up under that word. */
const bySameWord = (index: VocabularyIndex, { item, readings }: Mention): readonly MetricChoice[] => {
  const form = item.forms.join(' ');
  if (item.stems.length !== 1 || item.corrections.length > 0) return [];
  if (readings.length === 0 || readings.some((one) => one.form === form || one.form === undefined)) return [];
  const [stem] = item.stems;
  return index.vocabulary.metrics
    .flatMap(({ kind, aggregation, name, label, synonyms }, at) => {
      const names = [wordsOfName(name), label, ...synonyms].map((text) => stemsOf(text, index.language));
      const lengths = names.filter((stems) => stems.includes(stem!)).map(({ length }) => length);
      const isAdded = kind === 'measure' && aggregation === 'sum';
      return isAdded && Math.min(...lengths) <= 2
        ? [{ metric: index.vocabulary.metrics[at]!, length: Math.min(...lengths) }]
        : [];
    })
    .sort((a, b) => a.length - b.length)
    .map(({ metric }) => ({ metric, cost: 0, says: nothing }));
};

const refusing = /\b(not|no|without|except|excluding|exclude|never|left out|other than|non)\b/i;

/** Whether a metric's own description says that it leaves out what a filter asks for. */
const isAgainst = (index: VocabularyIndex, metric: VocabularyMetric, filters: readonly ValueFilter[]): boolean => {
  const { description } = metric;
  if (description === null || !refusing.test(description)) return false;
  const words = new Set(stemsOf(description, index.language));
  return filters.some(({ mention, isNegated }) => !isNegated && mention.item.stems.some((stem) => words.has(stem)));
};

/** Who works here now has not left: of what tells how things are, nothing is known by the time of another event. */
const isOfNow = ({ entities }: VocabularyIndex, choice: MetricChoice, events: readonly Mention[]): boolean =>
  choice.metric.isTimeless &&
  events.some(
    (event) =>
      !choice.says.has(event) &&
      event.readings.every(
        (one) => one.kind === 'event' && entities.get(one.dimension.entity)?.defaultTime !== one.dimension.name,
      ),
  );

/** `how many` is not asked of money. */
export const isMoney = ({ vocabulary, language }: VocabularyIndex, unit: string | null): boolean =>
  unit !== null &&
  (unit === vocabulary.currency ||
    Object.hasOwn(language.currencies, unit.toLowerCase()) ||
    Object.values(language.currencies).includes(unit.toUpperCase()));

const isOwnDimension = ({ kind }: Mention['readings'][number]): boolean => kind === 'dimension';

/** Metrics that a mention may stand for, best first. */
export const metricChoices = (
  index: VocabularyIndex,
  sketch: Sketch,
  mention: Mention,
  isCounted: boolean,
): readonly MetricChoice[] => {
  const isHowMany = sketch.counted.includes(mention);
  const filters = sketch.filters.filter(
    (filter): filter is ValueFilter => filter.kind === 'value' && !filter.isNegated,
  );
  // One of several that belong together, and what is said of another name, is not a part of this one's.
  const isLone = (filter: ValueFilter): boolean => {
    const next = sketch.filters[sketch.filters.indexOf(filter) + 1];
    const isLinked = filter.link !== null || (next?.kind === 'value' && next.link !== null);
    return !isLinked && (filter.about === null || filter.about.item === mention.item);
  };
  const beside = [...filters.filter(isLone).map((filter) => filter.mention), ...sketch.events];
  const named = mention.readings.flatMap((one): readonly MetricChoice[] =>
    one.kind === 'metric' ? [{ metric: one.metric, cost: one.cost, says: nothing }] : [],
  );
  const counts = mention.readings.flatMap((one) =>
    // Managers are not all employees: a role has no count of its own.
    one.kind === 'entity' && one.via === undefined && (isCounted || named.length === 0)
      ? countsOf(index, one.entity, mention.item.stems).map((choice) => ({ ...choice, cost: choice.cost + one.cost }))
      : [],
  );
  const isOther = isHowMany && named.length + counts.length === 0 && mention.readings.some(isOwnDimension);
  const called = isOther ? countsCalled(index, mention.item.stems) : [];
  const vague = sketch.rank !== null && !isCounted ? bySameWord(index, mention) : [];
  if (vague.length > 1) return vague;
  const countable = ({ metric: { unit, aggregation, kind } }: MetricChoice): boolean =>
    !isHowMany || (!isMoney(index, unit) && aggregation !== 'average' && aggregation !== 'median' && kind !== 'ratio');
  const together = namedTogether(index, sketch, mention, beside);
  const when = countedWhen(index, counts, sketch.events);
  const all = distinct([...together, ...named, ...counts, ...called, ...when]).filter(countable);
  const own = (choice: MetricChoice): readonly ValueFilter[] =>
    filters.filter((filter) => !choice.says.has(filter.mention));
  return all
    .map((choice) => (isAgainst(index, choice.metric, own(choice)) ? { ...choice, cost: choice.cost + 1 } : choice))
    .map((choice) => (isOfNow(index, choice, sketch.events) ? { ...choice, cost: choice.cost + toBeAsked } : choice))
    .sort(byCost);
};

/** Stems of a metric's names, and of what it is made of. */
const stemsAbout = (index: VocabularyIndex, metric: VocabularyMetric, depth = 1): ReadonlySet<string> => {
  const own = [metric.name, metric.label, ...metric.synonyms].flatMap((name) =>
    stemsOf(name.replaceAll(/[_.]/g, ' '), index.language),
  );
  const parts =
    depth === 0
      ? []
      : metric.of.flatMap((name) => {
          const part = index.metrics.get(name);
          return part === undefined ? [] : [...stemsAbout(index, part, 0)];
        });
  return new Set([...own, ...parts]);
};

/** Alike but for the ending of a derivation: `cancel` and `cancellation`. */
const isRelated = (one: string, other: string): boolean => {
  if (one === other) return true;
  const short = one.length < other.length ? one : other;
  const long = short === one ? other : one;
  return short.length >= 4 && long.startsWith(short.slice(0, Math.max(4, short.length - 1)));
};

/** An average of euros is a ratio, too, and no share of anything. */
export const isShareByItself = ({ kind, unit, format }: VocabularyMetric): boolean =>
  format === 'percent' || kind === 'conversion' || (kind === 'ratio' && unit === null);

/** A ratio whose own words and parts cover everything that was said: a share of orders with a coupon. */
export const ratioOf = (
  index: VocabularyIndex,
  said: readonly Mention[],
): { readonly metric: VocabularyMetric; readonly says: ReadonlySet<Mention> } | null => {
  const found = index.vocabulary.metrics.filter(isShareByItself).flatMap((metric) => {
    const stems = [...stemsAbout(index, metric)];
    const own = [metric.name, metric.label].flatMap((name) => stemsOf(name.replaceAll('_', ' '), index.language));
    const covers = (mention: Mention): boolean =>
      mention.item.stems.every((stem) => stems.some((one) => isRelated(one, stem)));
    const says = said.filter(covers);
    // Something of its very own must have been said, and all of what was said that it could be about.
    const isNamed = says.some(({ item }) => item.stems.some((stem) => own.some((one) => isRelated(one, stem))));
    const size = says.reduce((sum, { item }) => sum + item.stems.length, 0);
    return size >= 2 && isNamed ? [{ metric, says: new Set(says), size: stems.length }] : [];
  });
  const most = Math.max(0, ...found.map(({ says }) => says.size));
  const best = found.filter(({ says }) => says.size === most);
  if (best.length === 0) return null;
  const [first, second] = best.sort((a, b) => a.size - b.size);
  return second !== undefined && second.size === first!.size ? null : first!;
};

/** What counts each one once of those that something happened to: customers who ordered. */
export const countedBy = (
  index: VocabularyIndex,
  counted: VocabularyEntity,
  event: VocabularyEntity,
): VocabularyMetric | null => {
  const words = stemsOf(counted.name.replaceAll('_', ' '), index.language);
  const found = index.vocabulary.metrics.filter(
    ({ aggregation, kind, entities, name, label, synonyms, description }) =>
      aggregation === 'count_distinct' &&
      kind === 'measure' &&
      entities.every((entity) => entity === event.name) &&
      [name, label, ...synonyms, description ?? ''].some((text) => {
        const stems = stemsOf(text.replaceAll('_', ' '), index.language);
        return words.every((word) => stems.includes(word));
      }),
  );
  return found.length === 1 ? found[0]! : null;
};

/** How many there were in all, of what can be done to one of them more than once: the pieces that were sold, else each time. */
export const piecesOf = (index: VocabularyIndex, event: VocabularyEntity): readonly VocabularyMetric[] => {
  const pieces = index.vocabulary.metrics.filter(
    ({ kind, aggregation, entities, unit }) =>
      kind === 'measure' && aggregation === 'sum' && unit === null && entities.every((name) => name === event.name),
  );
  const count = event.count === null ? undefined : index.metrics.get(event.count);
  return pieces.length > 0 || count === undefined ? pieces : [count];
};

/** The metric that is one divided by the count of the other: revenue per order. */
export const perEntity = (
  index: VocabularyIndex,
  numerator: VocabularyMetric,
  entity: VocabularyEntity,
): VocabularyMetric | null => {
  const found = index.vocabulary.metrics.filter(({ kind, of }) => {
    const divisor = of[1] === undefined ? undefined : index.metrics.get(of[1]);
    return (
      kind === 'ratio' &&
      of[0] === numerator.name &&
      divisor !== undefined &&
      isCount(divisor) &&
      namesEntity(index, divisor, entity)
    );
  });
  return found.length === 1 ? found[0]! : null;
};

const namesEntity = (index: VocabularyIndex, metric: VocabularyMetric, entity: VocabularyEntity): boolean => {
  if (metric.name === entity.count) return true;
  const words = stemsOf(entity.name.replaceAll('_', ' '), index.language);
  return [metric.name, metric.label, ...metric.synonyms].some((text) => {
    const about = stemsOf(text.replaceAll(/[_.]/g, ' '), index.language);
    return words.every((stem) => about.includes(stem));
  });
};

/** The metric that is the average (the median, …) of what was named. */
export const aggregated = (
  index: VocabularyIndex,
  mention: Mention,
  aggregation: string,
): readonly VocabularyMetric[] => {
  const { stems } = mention.item;
  return index.vocabulary.metrics.filter(
    (metric) =>
      metric.aggregation === aggregation &&
      [metric.name, metric.label, ...metric.synonyms].some((name) => {
        const own = stemsOf(name.replaceAll(/[_.]/g, ' '), index.language);
        return stems.every((stem) => own.includes(stem)) && own.length <= stems.length + 1;
      }),
  );
};
