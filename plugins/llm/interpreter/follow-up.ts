/** A question that changes the one before it: `and for Germany?`, `by month instead`, `only last year`, `top 5 only`. */
import type { Condition, Filter, SemanticQuery } from 'datamind/contract';
import { metricChoices } from './choose-metrics.js';
import { combine, type Draft, type Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import { entityIn } from './measure.js';
import {
  groupOptions,
  type MemberContext,
  numberCondition,
  numberOptions,
  presenceOptions,
  scaled,
  valueOptions,
} from './member-options.js';
import type { Group, Mention, Sketch, SketchFilter } from './sketch.js';
import { hasKind } from './sketch-state.js';
import { timeOptions } from './time-options.js';
import type { VocabularyIndex } from './vocabulary-index.js';

/** What the words around a follow-up say of how it changes what was. */
export interface FollowUpWords {
  /** `instead`: what it names takes the place of what is there. */
  readonly isInstead: boolean;
  /** `also`, `break it down`: it comes to what is there. */
  readonly isAddition: boolean;
  /** `only`: it narrows what is there. */
  readonly isOnly: boolean;
  /** `how many orders was that`: it says itself that it goes on. */
  readonly pointsBack: boolean;
  /** It begins as only what goes on begins. */
  readonly starts: boolean;
}

type Dimension = NonNullable<SemanticQuery['dimensions']>[number];

const nameIn = (one: Dimension): string => (typeof one === 'string' ? one : one.name);
const isTime = (one: Dimension): boolean => typeof one !== 'string' && one.grain !== undefined;

/** Whether a question can only be meant together with the one before it. */
export const isFollowUp = (sketch: Sketch, words: FollowUpWords): boolean => {
  const measures = sketch.metrics.length + sketch.counted.length > 0;
  const heads = sketch.subjects.length > 0 || sketch.groups.some(({ by }) => by === 'which');
  if (words.starts) return !(sketch.isCount && measures) && !sketch.isWhich;
  return !measures && !heads && !sketch.isCount && !sketch.isWhich;
};

const conditionsOf = (filters: Filter | undefined): readonly Filter[] =>
  filters === undefined ? [] : 'and' in filters ? filters.and : [filters];

const isCondition = (filter: Filter): filter is Condition => 'member' in filter;

const factsOf = (index: VocabularyIndex, query: SemanticQuery): readonly string[] => {
  const metrics = (query.metrics ?? []).flatMap((name) => index.metrics.get(name)?.entities ?? []);
  if (metrics.length > 0) return [...new Set(metrics)];
  const [first] = query.dimensions ?? [];
  const entity = first === undefined ? undefined : index.dimensions.get(nameIn(first))?.entity;
  return entity === undefined ? [] : [entity];
};

/** New conditions in the place of old ones on the same members. */
const mergeFilters = (before: Filter | undefined, added: readonly Filter[]): Filter | undefined => {
  const members = new Set(added.flatMap((one) => (isCondition(one) ? [one.member] : [])));
  const kept = conditionsOf(before).filter((one) => !isCondition(one) || !members.has(one.member));
  const all = [...kept, ...added];
  return all.length === 0 ? undefined : all.length === 1 ? all[0] : { and: all };
};

const sameSlot = (one: Dimension, other: Dimension): boolean =>
  nameIn(one) === nameIn(other) || (isTime(one) && isTime(other));

/** How the new grouping meets the old one. */
const mergeDimensions = (
  before: readonly Dimension[],
  added: readonly Dimension[],
  { isInstead, isAddition }: FollowUpWords,
): readonly Dimension[] => {
  if (added.length === 0) return before;
  if (isInstead) return added;
  if (isAddition || before.length === 0)
    return [...before.filter((one) => !added.some((other) => sameSlot(one, other))), ...added];
  // `and by product?` asks for another view; a finer grain of time is of the same one.
  const sameKind = added.every((one) => before.some((other) => sameSlot(one, other)));
  return sameKind ? [...before.filter((one) => !added.some((other) => sameSlot(one, other))), ...added] : added;
};

/** Filters by what is grouped by now say nothing more that was asked for: they stay only where they are others. */
const isStillMeant = (filter: Filter, dimensions: readonly Dimension[], added: readonly Dimension[]): boolean =>
  !isCondition(filter) ||
  !added.some((one) => nameIn(one) === filter.member) ||
  !dimensions.some((one) => nameIn(one) === filter.member) ||
  filter.op !== 'eq';

export class FollowUp {
  readonly #index: VocabularyIndex;
  readonly #sketch: Sketch;
  readonly #words: FollowUpWords;
  readonly #before: SemanticQuery;

  constructor(index: VocabularyIndex, sketch: Sketch, words: FollowUpWords, before: SemanticQuery) {
    this.#index = index;
    this.#sketch = sketch;
    this.#words = words;
    this.#before = before;
  }

  draft(): { readonly drafts: readonly Draft[] } | Failure {
    const metrics = this.#metrics();
    if ('reason' in metrics) return metrics;
    const asked: SemanticQuery = { ...this.#before, ...(metrics.names.length > 0 && { metrics: metrics.names }) };
    const facts = factsOf(this.#index, asked);
    const context: MemberContext = { index: this.#index, facts, isList: asked.metrics === undefined, scopes: [] };
    const slots = this.#slots(context);
    if ('reason' in slots) return slots;
    const drafts = slots.length === 0 ? [{ query: {}, cost: 0, slots: 0, notes: [] }] : combine(slots);
    if (drafts.length === 0) return unclear('It is not clear how that goes together with the question before.');
    const isChanged =
      slots.length > 0 ||
      metrics.names.length > 0 ||
      this.#sketch.rank !== null ||
      this.#sketch.isShare ||
      this.#sketch.order !== null;
    if (!isChanged) return unclear('It is not clear what is to change.');
    const merged = drafts.map((draft) => this.#merge(asked, draft, metrics.cost));
    const failure = merged.find((one): one is Failure => 'reason' in one);
    return failure ?? { drafts: merged as readonly Draft[] };
  }

  /** Metrics in the place of those that were asked for, or beside them. */
  #metrics(): { readonly names: readonly string[]; readonly cost: number } | Failure {
    const sketch = this.#sketch;
    const mentions = [
      ...sketch.metrics,
      ...sketch.counted,
      ...sketch.subjects.filter(
        (mention) => hasKind(mention, 'metric', 'entity') && this.#before.metrics !== undefined,
      ),
    ];
    const heads = mentions.filter((mention) => !this.#isScope(mention));
    if (heads.length === 0) return { names: [], cost: 0 };
    const names: string[] = this.#words.isAddition ? [...(this.#before.metrics ?? [])] : [];
    let cost = 0;
    for (const mention of heads) {
      const [best, next] = metricChoices(this.#index, sketch, mention, !hasKind(mention, 'metric'));
      if (best === undefined) return unclear(`It is not clear what "${mention.item.text}" is to mean here.`);
      if (next !== undefined && next.cost < best.cost + 0.03)
        return unclear(`"${mention.item.text}" can mean more than one metric.`, [best.metric.name, next.metric.name]);
      if (!names.includes(best.metric.name)) names.push(best.metric.name);
      cost += best.cost;
    }
    return { names, cost };
  }

  /** `the same for online orders`: orders are what the filter is about, and not what is measured now. */
  #isScope(mention: Mention): boolean {
    const isAbout = this.#sketch.filters.some(
      (filter) => filter.kind === 'value' && filter.about?.item === mention.item,
    );
    return (
      isAbout &&
      hasKind(mention, 'entity') &&
      !this.#sketch.counted.includes(mention) &&
      this.#before.metrics !== undefined
    );
  }

  #slots(context: MemberContext): readonly (readonly Option[])[] | Failure {
    const sketch = this.#sketch;
    const slots: (readonly Option[])[] = [];
    const dimensions = sketch.subjects.filter((mention) => !hasKind(mention, 'metric', 'entity'));
    const groups: readonly Group[] = [
      ...sketch.groups,
      ...dimensions.map((mention): Group => ({ mention, grain: null, by: 'by' })),
    ];
    for (const group of groups) {
      const options = groupOptions(context, group);
      if (options.length === 0)
        return unclear(`That cannot be split by "${group.mention?.item.text ?? group.grain ?? ''}".`);
      slots.push(options);
    }
    for (const filter of sketch.filters) {
      const options = this.#filterOptions(context, filter);
      if (options.length === 0) return unclear('That cannot be used to filter what was asked for.');
      slots.push(options);
    }
    const left = [...sketch.scopes, ...sketch.events].find((mention) => !this.#isKnown(mention, context));
    if (left !== undefined) return unclear(`It is not clear what "${left.item.text}" is to mean here.`);
    const range = this.#before.time?.range;
    const isChange = context.index.vocabulary.metrics.some(
      (metric) => metric.kind === 'change' && (this.#before.metrics ?? []).includes(metric.name),
    );
    const [only] = sketch.times;
    const against = /^last (year|quarter|month|week|day)$/.exec(only?.expression.words ?? '')?.[1];
    if (only?.isCompared === true && sketch.times.length === 1 && against !== undefined && range !== undefined) {
      slots.push([{ time: { ...this.#before.time, compare: `previous ${against}` }, cost: 0 }]);
      return slots;
    }
    if (sketch.times.length === 0 && sketch.previous !== null && range !== undefined) {
      slots.push([{ time: { ...this.#before.time, compare: `previous ${sketch.previous}` }, cost: 0 }]);
      return slots;
    }
    const times = timeOptions(sketch, isChange, {
      dimension: this.#before.time?.dimension ?? this.#listTime(context),
      cost: 0,
    });
    if ('reason' in times) return times;
    if (times.length > 0) slots.push(times);
    return slots;
  }

  #filterOptions(context: MemberContext, filter: SketchFilter): readonly Option[] {
    if (filter.kind === 'value') return this.#valueOptions(context, filter);
    if (filter.kind === 'presence') return presenceOptions(context, filter);
    const own = numberOptions(context, filter);
    const { target } = filter;
    if (target === null) {
      const before = conditionsOf(this.#before.filters).filter(
        (one): one is Condition => isCondition(one) && typeof one.values?.[0] === 'number',
      );
      const metric = before.length === 1 ? context.index.metrics.get(before[0]!.member) : undefined;
      const values = before.length === 1 ? scaled(filter, metric?.unit ?? null, metric?.format ?? null) : null;
      if (values === null) return [];
      const again = numberCondition(filter, before[0]!.member, values);
      return [
        {
          filters: again.map((condition) => ({ condition, link: null, isOnMetric: metric !== undefined })),
          cost: 0.05,
        },
      ];
    }
    if (own.length > 0 || this.#before.metrics === undefined) return own;
    if ((this.#before.dimensions ?? []).length === 0) return [];
    const [choice] = metricChoices(this.#index, this.#sketch, target, !hasKind(target, 'metric'));
    const values = choice === undefined ? null : scaled(filter, choice.metric.unit, choice.metric.format);
    if (choice === undefined || values === null) return [];
    const filters = numberCondition(filter, choice.metric.name, values).map((condition) => ({
      condition,
      link: null,
      isOnMetric: true,
    }));
    return [{ filters, cost: choice.cost }];
  }

  #listTime({ index, facts, isList }: MemberContext): string | undefined {
    return isList ? (index.entities.get(facts[0] ?? '')?.defaultTime ?? undefined) : undefined;
  }

  /** The way that the question before took to the same dimension is taken again. */
  #valueOptions(
    context: MemberContext,
    filter: Extract<Sketch['filters'][number], { kind: 'value' }>,
  ): readonly Option[] {
    const known = new Set([
      ...conditionsOf(this.#before.filters).flatMap((one) => (isCondition(one) ? [one.member] : [])),
      ...(this.#before.dimensions ?? []).map(nameIn),
    ]);
    return valueOptions(context, filter).map((option) => {
      const member = option.filters?.[0]?.condition.member;
      return member !== undefined && known.has(member) ? { ...option, cost: option.cost - 0.2 } : option;
    });
  }

  #isKnown(mention: Mention, { facts }: MemberContext): boolean {
    const entity = entityIn(mention);
    return (
      entity !== undefined &&
      (facts.includes(entity.name) ||
        this.#sketch.filters.some((filter) => filter.kind !== 'number' && filter.about?.item === mention.item))
    );
  }

  #merge(asked: SemanticQuery, draft: Draft, cost: number): Draft | Failure {
    const { query: added, notes } = draft;
    const sketch = this.#sketch;
    const dimensions = mergeDimensions(asked.dimensions ?? [], added.dimensions ?? [], this.#words);
    const filters = mergeFilters(asked.filters, conditionsOf(added.filters));
    const kept = conditionsOf(filters).filter(
      (one) => conditionsOf(added.filters).includes(one) || isStillMeant(one, dimensions, added.dimensions ?? []),
    );
    const segments = [...new Set([...(asked.segments ?? []), ...(added.segments ?? [])])];
    const time =
      added.time === undefined
        ? asked.time
        : { ...(added.time.compare === undefined ? withoutCompare(asked.time) : asked.time), ...added.time };
    const order = this.#order(asked, dimensions);
    if (order !== null && 'reason' in order) return order;
    const {
      filters: _f,
      dimensions: _d,
      segments: _s,
      time: _t,
      order: _o,
      limit: _l,
      totals: _totals,
      ...rest
    } = asked;
    // Values and their total are no shares.
    if (sketch.isShare) return unclear('A share can be told where the model has a metric for it.');
    const query: SemanticQuery = {
      ...rest,
      ...(dimensions.length > 0 && { dimensions }),
      ...(kept.length > 0 && { filters: kept.length === 1 ? kept[0]! : { and: kept } }),
      ...(time !== undefined && { time }),
      ...(segments.length > 0 && { segments }),
      ...(order ?? {}),
      ...(asked.totals === true && { totals: true }),
    };
    return { query, cost: draft.cost + cost + 0.05, slots: draft.slots, notes };
  }

  /** Order and limit: new ones, or those that still fit. */
  #order(
    asked: SemanticQuery,
    dimensions: readonly Dimension[],
  ): Pick<SemanticQuery, 'order' | 'limit'> | Failure | null {
    const { rank, order } = this.#sketch;
    const [metric] = asked.metrics ?? [];
    if (rank !== null) {
      if (metric === undefined || dimensions.length === 0 || rank.count === null)
        return unclear('It is not clear what is to be shown first.');
      return { order: [rank.isTop ? { by: metric, desc: true } : { by: metric }], limit: rank.count };
    }
    if (order !== null) {
      const named = order.mention?.readings.find((one) => one.kind === 'metric');
      const by = named?.kind === 'metric' ? named.metric.name : metric;
      if (by === undefined || !(asked.metrics ?? []).includes(by))
        return unclear('It is not clear by what the rows are to be ordered.');
      return {
        order: [order.isDescending ? { by, desc: true } : { by }],
        ...(asked.limit !== undefined && { limit: asked.limit }),
      };
    }
    if (asked.order === undefined) return asked.limit === undefined ? null : { limit: asked.limit };
    const wasMetric = asked.order.map(({ by, desc }) => {
      const isThere = (asked.metrics ?? []).includes(by) || dimensions.some((one) => nameIn(one) === by);
      const replaced = (this.#before.metrics ?? []).includes(by) ? metric : undefined;
      return isThere
        ? { by, ...(desc !== undefined && { desc }) }
        : replaced === undefined
          ? null
          : { by: replaced, ...(desc !== undefined && { desc }) };
    });
    const kept = wasMetric.filter((one) => one !== null);
    if (kept.length === 0) return null;
    return { order: kept, ...(asked.limit !== undefined && dimensions.length > 0 && { limit: asked.limit }) };
  }
}

const withoutCompare = (time: SemanticQuery['time']): SemanticQuery['time'] => {
  if (time === undefined) return undefined;
  const { compare: _, compare_as: _as, ...rest } = time;
  return rest;
};
