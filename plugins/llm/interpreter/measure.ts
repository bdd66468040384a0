/** What a question measures: each set of metrics that it may mean, and what of the question these say already. */
import type { VocabularyEntity, VocabularyMetric } from 'datamind/contract';
import {
  aggregated,
  countedBy,
  countsOf,
  isMoney,
  type MetricChoice,
  metricChoices,
  perEntity,
  piecesOf,
  isShareByItself,
  ratioOf,
} from './choose-metrics.js';
import { type Failure, outside, unclear } from './failure.js';
import { calledBy } from './called-by.js';
import { near } from './near-members.js';
import { partsOfWhole } from './share-of-total.js';
import type { Group, Mention, NumberFilter, Sketch, SketchFilter } from './sketch.js';
import { hasKind } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const mostCombinations = 12;

export interface Measured {
  readonly metrics: readonly VocabularyMetric[];
  readonly cost: number;
  readonly says: ReadonlySet<Mention>;
  readonly groups: readonly Group[];
  readonly filters: readonly SketchFilter[];
}

export class Measurer {
  readonly index: VocabularyIndex;
  readonly sketch: Sketch;

  constructor(index: VocabularyIndex, sketch: Sketch) {
    this.index = index;
    this.sketch = sketch;
  }

  /** `how many in stores`, and a metric later on: what is counted was not said, and is not what comes after. */
  #unsaidCount(): Failure | null {
    const { isCount, counted, metrics } = this.sketch;
    const [first] = metrics;
    if (!isCount || counted.length > 0 || first === undefined) return null;
    return unclear('It is not clear what is to be counted.', near(this.index, first));
  }

  /** Each way to understand what is measured; empty where rows are listed. */
  measured(): readonly Measured[] | Failure {
    const { sketch, index } = this;
    const slots: (readonly MetricChoice[])[] = [];
    const targets = sketch.filters.filter(
      (one): one is NumberFilter =>
        one.kind === 'number' && one.target !== null && hasKind(one.target, 'metric', 'entity'),
    );
    const mentions = [
      ...sketch.counted.map((mention) => ({ mention, isCounted: true })),
      ...sketch.metrics.map((mention) => ({ mention, isCounted: false })),
    ];
    const shared = this.#share();
    if (shared !== null) return 'reason' in shared ? shared : [shared];
    const event = this.#countedByEvent();
    if (event !== null) return event;
    const unsaid = this.#unsaidCount();
    if (unsaid !== null) return unsaid;
    for (const { mention, isCounted } of mentions) {
      const choices = metricChoices(index, sketch, mention, isCounted || !hasKind(mention, 'metric'));
      if (choices.length === 0) return this.#uncounted(mention);
      slots.push(choices);
    }
    // `countries with more than 5 orders`: the number of orders is shown with it.
    for (const { target } of targets) {
      if (mentions.some(({ mention }) => mention.item === target!.item)) continue;
      if (hasKind(target!, 'dimension') && !hasKind(target!, 'metric')) continue;
      const choices = metricChoices(index, sketch, target!, !hasKind(target!, 'metric'));
      if (choices.length === 0) return this.#uncounted(target!);
      slots.push(choices);
    }
    const { order, rank } = sketch;
    if (
      order?.mention &&
      hasKind(order.mention, 'metric') &&
      !mentions.some(({ mention }) => mention.item === order.mention!.item)
    ) {
      slots.push(metricChoices(index, sketch, order.mention, false));
    }
    if (slots.length === 0) {
      const implied = this.#implied();
      if ('reason' in implied) return implied;
      slots.push(...implied);
    }
    if (rank !== null && slots.length === 0) return [];
    if (slots.length === 0) return [];
    return this.#combineMetrics(slots);
  }

  /** What is measured without being said: the average of a number, how many there are of what is split by something. */
  #implied(): readonly (readonly MetricChoice[])[] | Failure {
    const { sketch, index } = this;
    const [subject] = sketch.subjects;
    if (subject === undefined && sketch.isCount) return this.#countedValue();
    if (subject === undefined || sketch.subjects.length > 1) return [];
    const [word] = sketch.aggregates;
    if (word !== undefined && hasKind(subject, 'dimension')) {
      const wanted = word === 'maximum' ? 'max' : word === 'minimum' ? 'min' : word;
      const found = aggregated(index, subject, wanted);
      return found.length === 1 ? [[{ metric: found[0]!, cost: 0.05, says: new Set([subject]) }]] : [];
    }
    if (isFigure(subject) && !sketch.isList && sketch.groups.some(({ by }) => by === 'by')) {
      const found = ['average', 'sum'].flatMap((one) => aggregated(index, subject, one));
      if (found.length === 1) return [[{ metric: found[0]!, cost: 0.3, says: new Set([subject]) }]];
      const text = subject.item.text;
      return unclear(
        `It is not clear what of "${text}" is to be told: its average, its sum?`,
        found.map(({ name }) => name),
      );
    }
    const entity = entityIn(subject);
    if (entity === undefined || sketch.isList || sketch.rank !== null || sketch.isWhich) return [];
    const isSplit =
      sketch.groups.some(({ by }) => by === 'by') || sketch.isOverTime || sketch.isCompared || sketch.isGrowth;
    const isNameless = entity.display === null && !isCalled(index, entity);
    if (!isSplit && !isNameless) return [];
    const choices = metricChoices(index, sketch, subject, true).map((choice) => ({
      ...choice,
      says: new Set([...choice.says, subject]),
    }));
    // `managers per store`: how many, and not who.
    if (choices.length === 0) return isSplit ? this.#uncounted(subject) : [];
    return [choices];
  }

  /** `how many births`: those of one kind, where only the kind was named. */
  #countedValue(): readonly (readonly MetricChoice[])[] {
    const { sketch, index } = this;
    const first = sketch.filters[0];
    if (first?.kind !== 'value') return [];
    const owners = new Set(
      first.mention.readings.flatMap((one) =>
        one.kind === 'value' || one.kind === 'flag'
          ? [one.dimension.entity]
          : one.kind === 'segment'
            ? [one.segment.entity]
            : [],
      ),
    );
    const entity = owners.size === 1 ? index.entities.get([...owners][0]!) : undefined;
    if (entity === undefined) return [];
    const choices = countsOf(index, entity, []);
    return choices.length === 0 ? [] : [choices.map((choice) => ({ ...choice, cost: choice.cost + 0.2 }))];
  }

  #combineMetrics(slots: readonly (readonly MetricChoice[])[]): readonly Measured[] | Failure {
    let combinations: { metrics: VocabularyMetric[]; cost: number; says: Set<Mention> }[] = [
      { metrics: [], cost: 0, says: new Set() },
    ];
    for (const choices of slots) {
      const near = choices.filter(({ cost }) => cost <= choices[0]!.cost + 0.3).slice(0, 3);
      combinations = combinations
        .flatMap(({ metrics, cost, says }) =>
          near.map((choice) => ({
            metrics: metrics.includes(choice.metric) ? metrics : [...metrics, choice.metric],
            cost: cost + choice.cost,
            says: new Set([...says, ...choice.says]),
          })),
        )
        .sort((a, b) => a.cost - b.cost)
        .slice(0, mostCombinations);
    }
    const { sketch } = this;
    const all = combinations.map((one) =>
      this.#aggregate(this.#growth({ ...one, groups: sketch.groups, filters: sketch.filters })),
    );
    const fine = all.filter((one): one is Measured => !('reason' in one) && this.#isWorth(one));
    const [first] = all;
    if (fine.length === 0 && first !== undefined && !('reason' in first)) {
      const names = first.metrics.map(({ label }) => label.toLowerCase()).join(' and ');
      return outside(
        `How much that is in money cannot be told of ${names}.`,
        [names],
        first.metrics.map(({ name }) => name),
      );
    }
    return fine.length > 0 ? fine : (all[0] as Failure);
  }

  /** `stock value` is money: pieces have none. */
  #isWorth({ metrics }: Measured): boolean {
    const { index, sketch } = this;
    const isPieces = ({ unit, aggregation }: VocabularyMetric): boolean =>
      (aggregation === 'sum' || (aggregation?.startsWith('count') ?? false)) && !isMoney(index, unit);
    const says = (one: 'worth' | 'howMuchOf'): boolean =>
      sketch.items.some(({ classes, readings }) => classes.has(one) && readings.length === 0);
    // `how much did we return` is no number of returns.
    const isCounted =
      metrics.length > 0 && metrics.every(({ aggregation }) => aggregation?.startsWith('count') === true);
    return !(says('worth') && metrics.some(isPieces)) && !(says('howMuchOf') && isCounted && !sketch.isGrowth);
  }

  /** `growth of orders` is not the growth that the model has a metric for, when that is of revenue. */
  #growth(one: Measured): Measured {
    const changes = one.metrics.filter(({ kind }) => kind === 'change');
    const others = one.metrics.filter(({ kind }) => kind !== 'change');
    if (changes.length === 0 || others.length === 0 || !this.sketch.isGrowth) return one;
    const isOf = changes.every(({ of }) => of.some((name) => others.some((other) => other.name === name)));
    return { ...one, metrics: isOf ? changes : others };
  }

  /** Words such as `average` must be true of what is measured. */
  #aggregate(one: Measured): Measured | Failure {
    const { sketch, index } = this;
    const per = one.groups.findIndex(
      ({ mention, by }) => by === 'by' && mention !== null && hasKind(mention, 'entity') && !mention.isPlural,
    );
    const entity = per < 0 ? undefined : entityIn(one.groups[per]!.mention!);
    if (
      entity !== undefined &&
      one.metrics.length === 1 &&
      (sketch.aggregates.includes('average') || entity.display === null)
    ) {
      const ratio = perEntity(index, one.metrics[0]!, entity);
      if (ratio !== null) return { ...one, metrics: [ratio], groups: one.groups.filter((_, at) => at !== per) };
    }
    // `orders per customer by country` is an average for each country.
    const items = sketch.items;
    const at = entity === undefined ? -1 : items.indexOf(one.groups[per]!.mention!.item);
    const isPer = at > 0 && items[at - 1]!.classes.has('per');
    if (isPer && items.some(({ classes }, by) => by > at && classes.has('by') && !classes.has('per'))) {
      const ratio = one.metrics.length === 1 ? perEntity(index, one.metrics[0]!, entity!) : null;
      if (ratio === null)
        return outside(`The model has nothing per ${entity!.label.toLowerCase()} that could be split.`, []);
      return { ...one, metrics: [ratio], groups: one.groups.filter((_, other) => other !== per) };
    }
    let { metrics } = one;
    for (const word of sketch.aggregates) {
      if (metrics.every((metric) => fits(metric, word))) continue;
      const mention = sketch.metrics[0] ?? sketch.counted[0];
      const wanted = word === 'maximum' ? 'max' : word === 'minimum' ? 'min' : word;
      const found = mention === undefined ? [] : aggregated(index, mention, wanted);
      if (found.length !== 1 || metrics.length > 1) {
        const names = metrics.map(({ label }) => label.toLowerCase()).join(' and ');
        return outside(
          `The model has no ${word} of ${names}.`,
          [word],
          metrics.map(({ name }) => name),
        );
      }
      metrics = found;
    }
    return { ...one, metrics };
  }

  #share(): Measured | Failure | null {
    const { sketch, index } = this;
    if (!sketch.isShare) return null;
    const values = sketch.filters.flatMap((one) => (one.kind === 'number' ? [] : [one.mention]));
    const said = [
      ...sketch.metrics,
      ...sketch.counted,
      ...sketch.subjects,
      ...sketch.scopes,
      ...sketch.events,
      ...values,
    ];
    const named = said.some((mention) =>
      mention.readings.some((one) => one.kind === 'metric' && isShareByItself(one.metric)),
    );
    if (named) return null;
    const ratio = ratioOf(index, said);
    const parts = partsOfWhole(index, sketch);
    if (ratio !== null && parts?.shares === 'sure') {
      // Of `each store's share of cancelled orders` the whole may be these orders, or those of the store.
      const isPart = sketch.filters.length > 0 || said.some(namesPart);
      const ask = `It is not clear whether ${ratio.metric.label.toLowerCase()} is meant, or the share in all of that:`;
      return { ...unclear(ask, [ratio.metric.name]), instead: isPart ? { ...parts, ask, shares: 'maybe' } : parts };
    }
    if (ratio === null) {
      const near = index.vocabulary.metrics.filter(({ kind }) => kind === 'ratio').map(({ name }) => name);
      const failure = unclear('A share can be told where the model has a metric for it.', near.slice(0, 5));
      return parts === null ? failure : { ...failure, instead: parts };
    }
    const left = [...sketch.metrics, ...sketch.counted, ...sketch.subjects].find((mention) => !ratio.says.has(mention));
    if (left !== undefined) return unclear(`It is not clear what "${left.item.text}" has to do with that share.`);
    const filters = sketch.filters.filter((one) => one.kind === 'number' || !ratio.says.has(one.mention));
    return { metrics: [ratio.metric], cost: 0.1, says: ratio.says, groups: sketch.groups, filters };
  }

  /** `how many customers ordered`, where a metric counts customers by their orders. */
  #countedByEvent(): readonly Measured[] | null {
    const { sketch, index } = this;
    const [counted, ...others] = [...sketch.counted, ...sketch.metrics];
    const entity = counted === undefined ? undefined : (countedIn(index, counted) ?? entityIn(counted));
    if (entity === undefined || others.length > 0) return null;
    const present = sketch.filters.flatMap((filter) =>
      filter.kind === 'presence' && filter.has ? [filter.mention] : [],
    );
    for (const mention of [...sketch.scopes, ...present, ...sketch.events]) {
      const event = doneTo(index, mention);
      const metric = event === null || event === entity ? null : countedBy(index, entity, event);
      if (metric === null) continue;
      const filters = sketch.filters.filter((filter) => filter.kind === 'number' || filter.mention !== mention);
      const says = new Set([mention]);
      const isOnce = sketch.isDistinct || !this.#isObject(counted!, mention);
      const metrics = isOnce ? [metric] : [metric, ...piecesOf(index, event!)];
      // The country of customers who ordered is their own rather than that of the order.
      const scope: Mention = { ...counted!, readings: [{ kind: 'entity', entity, cost: 0 }] };
      const groups = sketch.groups.map((group) =>
        group.mention === null
          ? group
          : { ...group, mention: { ...group.mention, scope: group.mention.scope ?? scope } },
      );
      return metrics.map((one) => ({ metrics: [one], cost: 0.15, says, groups, filters }));
    }
    return null;
  }

  /** `how many products did we sell`, `were sold`: it is done to them, maybe more than once to one of them. */
  #isObject(counted: Mention, verb: Mention): boolean {
    const between = this.sketch.items.filter(({ from }) => from >= counted.item.to && from < verb.item.from);
    return between.some(({ classes }) => classes.has('is') || classes.has('pronoun'));
  }

  #uncounted(mention: Mention): Failure {
    const text = mention.item.text;
    const { sketch } = this;
    if (hasKind(mention, 'dimension') && sketch.counted.includes(mention) && sketch.metrics.length === 0) {
      const asked = { ...sketch, counted: [], isCount: false, isList: true, subjects: [mention] };
      const ask = `There is no metric that counts "${text}"; they can be listed.`;
      return { ...outside(ask, [text]), instead: { ask, sketch: asked, shares: null } };
    }
    return outside(`The model has no metric that counts "${text}".`, [text], near(this.index, mention));
  }
}

const namesPart = ({ readings }: Mention): boolean =>
  readings.some((one) => one.kind === 'metric' && one.metric.isPart);

/** Whether it is a number that rows have, and nothing else. */
const isFigure = (mention: Mention): boolean =>
  mention.readings.length > 0 &&
  mention.readings.every((one) => one.kind === 'dimension' && one.dimension.type === 'number' && !one.dimension.isKey);

/** Whether people call them by a name, and not by a number only. */
const isCalled = (index: VocabularyIndex, entity: VocabularyEntity): boolean => {
  const called = calledBy(index, entity);
  return called !== undefined && /name|title/i.test(called.name);
};

/** `number of customers`, where that is the name of a metric: customers. */
export const countedIn = ({ vocabulary }: VocabularyIndex, { readings }: Mention): VocabularyEntity | undefined =>
  vocabulary.entities.find(
    ({ count }) => count !== null && readings.some((one) => one.kind === 'metric' && one.metric.name === count),
  );

/** The entity whose rows say that something was done: orders, of who ordered. */
const doneTo = (index: VocabularyIndex, mention: Mention): VocabularyEntity | null => {
  const named = entityIn(mention);
  if (named !== undefined) return named;
  const events = mention.readings.flatMap((one) => (one.kind === 'event' ? [one.dimension] : []));
  const [first, ...others] = new Set(events.map(({ entity }) => entity));
  const entity = first === undefined || others.length > 0 ? undefined : index.entities.get(first);
  // Orders are there when they are ordered, and not yet shipped.
  return events.some(({ name }) => name === entity?.defaultTime) ? entity! : null;
};

export const entityIn = (mention: Mention): VocabularyEntity | undefined => {
  const found = mention.readings.find((one) => one.kind === 'entity');
  return found?.kind === 'entity' ? found.entity : undefined;
};

const fits = ({ aggregation, kind, name, label }: VocabularyMetric, word: Sketch['aggregates'][number]): boolean => {
  switch (word) {
    case 'sum':
      return aggregation === null
        ? kind !== 'ratio'
        : !['average', 'median', 'percentile', 'min', 'max'].includes(aggregation);
    case 'average':
      return aggregation === 'average' || kind === 'ratio' || /average|mean/i.test(`${name} ${label}`);
    case 'median':
      return aggregation === 'median';
    case 'maximum':
      return aggregation === 'max';
    case 'minimum':
      return aggregation === 'min';
  }
};
