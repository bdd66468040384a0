/**
 * `what did the Munich store take`, `which stores made less than 1 million`, `customers who spent more than 5,000`: verbs that
 * say a figure of money, where no other figure is named.
 */
import type { VocabularyMetric } from 'datamind/contract';
import { isMoney } from './choose-metrics.js';
import type { Item } from './items.js';
import type { WordClass } from './language.js';
import type { Reading } from './phrases.js';
import { hasKind } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const silent: ReadonlySet<WordClass> = new Set(['filler']);
const link: ReadonlySet<WordClass> = new Set(['prep']);
const none: ReadonlySet<WordClass> = new Set();
const verbal: ReadonlySet<WordClass> = new Set(['verb']);

/** The one figure of money that comes in. */
const takingsOf = (index: VocabularyIndex): VocabularyMetric | null => {
  for (const noun of index.language.takings) {
    const found = index
      .lookUp(index.language.stem(noun))
      .flatMap((one) => (one.kind === 'metric' && isMoney(index, one.metric.unit) ? [one.metric] : []));
    const plain = found.filter(({ aggregation }) => aggregation === 'sum');
    if (plain.length === 1) return plain[0]!;
    if (found.length > 0) return null;
  }
  return null;
};

const bounds: readonly WordClass[] = ['gt', 'gte', 'lt', 'lte'];

/** Whether an amount of something that is not named follows: `less than 1 million`, and not `less than 10 orders`. */
const isBounded = (items: readonly Item[], at: number): boolean => {
  const [bound, amount, of] = items.slice(at + 1);
  const isThing = of !== undefined && (of.readings.length > 0 || of.grain !== null || of.isUnknown);
  return bounds.some((one) => bound?.classes.has(one)) && amount?.amount != null && !isThing;
};

interface Named {
  readonly at: number;
  /** Stems of the entities that it may be, or be of. */
  readonly of: readonly string[];
}

const namedIn = (items: readonly Item[], { language }: VocabularyIndex): readonly Named[] =>
  items.flatMap(({ readings }, at): readonly Named[] => {
    const of = readings.flatMap((one) =>
      one.kind === 'entity'
        ? [one.entity.name]
        : one.kind === 'segment'
          ? [one.segment.entity]
          : one.kind === 'dimension'
            ? [one.dimension.entity]
            : [],
    );
    return of.length === 0 ? [] : [{ at, of: of.map((name) => language.stem(name.replaceAll('_', ' '))) }];
  });

/** Somebody takes it: we do, or a store; `how much does it take` asks something else. */
const isTaken = (items: readonly Item[], index: VocabularyIndex): boolean => {
  const { words, persons } = index.language;
  const named = namedIn(items, index);
  return named.length === 0
    ? items.some(({ text }) => words.pronoun?.includes(text.toLowerCase()) ?? false)
    : !named.some(({ of }) => of.every((name) => persons.includes(name)));
};

/** Those who pay spend what comes in; what we spend is none of it. */
const isSpent = (items: readonly Item[], verb: number, index: VocabularyIndex): boolean => {
  const { words, payers } = index.language;
  const isOurs = items.slice(0, verb).some(({ text }) => words.pronoun?.includes(text.toLowerCase()) ?? false);
  return !isOurs && namedIn(items, index).some(({ of, at }) => at < verb && of.some((name) => payers.includes(name)));
};

export const readTakings = (items: readonly Item[], index: VocabularyIndex): readonly Item[] => {
  const verb = items.findIndex(
    ({ classes }, at) =>
      classes.has('taking') || classes.has('spending') || (classes.has('earning') && isBounded(items, at)),
  );
  const money = items.findIndex(({ classes }) => classes.has('money'));
  if (verb < 0) return items;
  const isAsked = items.some(({ classes }) => classes.has('howMuch') || classes.has('which')) || isBounded(items, verb);
  const isOther = items.some((item) => hasKind(item, 'metric') || item.classes.has('howMany'));
  const isMeant = items[verb]!.classes.has('spending') ? isSpent(items, verb, index) : isTaken(items, index);
  const metric = isAsked && !isOther && isMeant ? takingsOf(index) : null;
  if (metric === null) {
    // `what did customers take` asks for no list of customers.
    const isBare = !isOther && items[0]!.classes.has('howMuch') && !items[0]!.classes.has('which');
    return isBare ? withItem(items, verb, { isUnknown: true, classes: none }) : items;
  }
  const note = `"${items[verb]!.text}" was taken as ${metric.label}.`;
  const readings: readonly Reading[] = [{ kind: 'metric', metric, cost: 0.2 }];
  const at = money < 0 ? verb : money;
  const own = {
    readings: readings.map((one) => ({ ...one, form: metric.name })),
    forms: [items[at]!.text.toLowerCase()],
  };
  const named = withItem(items, at, { ...own, classes: at === verb ? verbal : none, isUnknown: false, note });
  if (at !== verb) return withItem(named, verb, { classes: silent, isUnknown: false });
  const [first, ...rest] = named;
  if (!first!.classes.has('howMuch')) return named;
  // `what did the stores take` is the revenue of the stores.
  const { note: _, ...taken } = items[verb]!;
  const of: Item = { ...taken, readings: [], classes: link };
  return [first!, rest[verb - 1]!, of, ...rest.filter((__, place) => place !== verb - 1)];
};

const withItem = (items: readonly Item[], at: number, part: Partial<Item>): readonly Item[] =>
  items.map((item, place) => (place === at ? { ...item, ...part } : item));
