/**
 * `orders over 1000 euros`: things by what each of them comes to. What an order comes to is what the model itself divides by the
 * number of orders, or a price of its own; where there are several of these it is not known which is meant.
 */
import type { Condition, Filter, MetricCondition, VocabularyEntity, VocabularyMetric } from 'datamind/contract';
import { countsOf, isCount, isMoney } from './choose-metrics.js';
import type { Draft } from './draft.js';
import type { Drafted } from './draft-queries.js';
import { countedIn, entityIn } from './measure.js';
import { numberCondition, scaled } from './member-options.js';
import { stemsOf, wordsOfName } from './phrases.js';
import type { Mention, NumberFilter, Sketch } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const cost = 0.1;

/** What each of them comes to: the sums that ratios divide by their number. */
const sumsOf = (index: VocabularyIndex, { name, count }: VocabularyEntity): readonly VocabularyMetric[] => {
  const words = stemsOf(wordsOfName(name), index.language);
  const isTheirs = (metric: VocabularyMetric | undefined): boolean =>
    metric !== undefined &&
    isCount(metric) &&
    metric.entities.every((entity) => entity === name) &&
    (metric.name === count || words.every((word) => stemsOf(wordsOfName(metric.name), index.language).includes(word)));
  const sums = index.vocabulary.metrics
    .filter(({ kind, unit }) => kind === 'ratio' && isMoney(index, unit))
    .filter(({ of: [, divisor] }) => isTheirs(divisor === undefined ? undefined : index.metrics.get(divisor)))
    .flatMap(({ of: [numerator] }) => index.metrics.get(numerator ?? '') ?? []);
  return [...new Set(sums)];
};

/** What each row says itself: the one sum of its own, where no others' rows tell of money that may belong to it. */
const ownSumOf = (index: VocabularyIndex, { name }: VocabularyEntity): readonly VocabularyMetric[] => {
  const sums = index.vocabulary.metrics.filter(
    ({ kind, aggregation, unit }) => kind === 'measure' && aggregation === 'sum' && isMoney(index, unit),
  );
  const isOther = ({ entities }: VocabularyMetric): boolean =>
    entities.some((fact) => fact !== name && index.ways.near(fact).has(name));
  return sums.some(isOther) ? [] : sums.filter(({ entities }) => entities.every((fact) => fact === name));
};

/** Whether each row of what is summed belongs to one of them, in one way. */
const isOneWay = (index: VocabularyIndex, { entities }: VocabularyMetric, { name }: VocabularyEntity): boolean =>
  entities.every((fact) => {
    if (fact === name) return true;
    const [way, ...others] = index.ways.ways(fact, name);
    const isPlain = way !== undefined && others.length === 0 && way.every(({ toMany }) => !toMany);
    return isPlain && index.ways.roles(fact, name).length === 0;
  });

const conditionsOf = (
  index: VocabularyIndex,
  entity: VocabularyEntity,
  filter: NumberFilter,
): { readonly conditions: readonly (Condition | MetricCondition)[]; readonly note: string } | null => {
  const divided = sumsOf(index, entity);
  const prices = index.vocabulary.dimensions.filter(
    (one) => one.entity === entity.name && one.type === 'number' && isMoney(index, one.unit),
  );
  const sums = divided.length + prices.length > 0 ? divided : ownSumOf(index, entity);
  const [sum] = sums;
  const [price] = prices;
  const found = sum ?? price;
  if (found === undefined || sums.length + prices.length > 1) return null;
  const values = scaled(filter, found.unit, null);
  if (values === null) return null;
  const note = `What ${entity.label.toLowerCase()} come to was taken as ${found.label}.`;
  const compared = numberCondition(filter, found.name, values);
  if (sum === undefined) return { conditions: compared, note };
  const isAdded = sum.kind === 'measure' && sum.aggregation === 'sum' && !sum.isLevel && !sum.isTimeless;
  if (!isAdded || !isOneWay(index, sum, entity)) return null;
  const conditions = compared.map(
    ({ op, values: to }): MetricCondition => ({
      ...{ metric: sum.name, per: entity.name, op },
      ...(to !== undefined && { values: to }),
    }),
  );
  return { conditions, note };
};

const and = (filters: readonly Filter[]): Filter => (filters.length === 1 ? filters[0]! : { and: filters });

const together = ({ query, ...draft }: Draft, conditions: readonly Filter[], note: string): Draft => {
  const known = query.filters === undefined ? [] : 'and' in query.filters ? query.filters.and : [query.filters];
  return {
    ...draft,
    cost: draft.cost + cost,
    notes: [...draft.notes, note],
    query: { ...query, filters: and([...known, ...conditions]) },
  };
};

const isNumber = (filter: Sketch['filters'][number]): filter is NumberFilter => filter.kind === 'number';

/** `number of orders`, where that is the name of what counts some of them. */
const namedCount = (index: VocabularyIndex, { readings }: Mention): VocabularyEntity | undefined => {
  const [one, ...others] = readings.flatMap((reading) => (reading.kind === 'metric' ? [reading.metric] : []));
  const entity = one === undefined || others.length > 0 ? undefined : index.entities.get(one.entities[0] ?? '');
  const counts = entity === undefined ? [] : countsOf(index, entity, []);
  return counts.some(({ metric }) => metric === one) ? entity : undefined;
};

/**
 * `null` where the question is no such one.
 * @param read a sketch into queries
 */
export const ownAmountDrafts = (
  index: VocabularyIndex,
  sketch: Sketch,
  read: (sketch: Sketch) => Drafted,
): Drafted | null => {
  const numbers = sketch.filters.filter(isNumber);
  const [number] = numbers;
  const target = number?.target ?? null;
  if (number === undefined || numbers.length > 1 || target === null) return null;
  if (!number.amounts.some(({ currency }) => currency !== null)) return null;
  const entityOf = (mention: Mention): VocabularyEntity | undefined =>
    entityIn(mention) ?? countedIn(index, mention) ?? namedCount(index, mention);
  const entity = entityOf(target);
  // Only of what is counted or listed itself: what belongs to it, or is measured of it, is another question.
  const named = [...sketch.counted, ...sketch.metrics, ...sketch.subjects];
  const isOwn = named.length === 1 && entity !== undefined && entityOf(named[0]!) === entity;
  const isPlain = sketch.rank === null && !(sketch.isShare || sketch.isGrowth || sketch.isCompared);
  if (!isOwn || !isPlain || entity.count === null) return null;
  const found = conditionsOf(index, entity, number);
  if (found === null) return null;
  const drafted = read({ ...sketch, filters: sketch.filters.filter((one) => one !== number) });
  if ('reason' in drafted) return drafted;
  const isOfRows = drafted.drafts.every(({ query }) =>
    (query.metrics ?? []).every((name) => {
      const metric = index.metrics.get(name);
      return metric !== undefined && isCount(metric) && metric.entities.every((fact) => fact === entity.name);
    }),
  );
  if (!isOfRows) return null;
  return { drafts: drafted.drafts.map((draft) => together(draft, found.conditions, found.note)) };
};
