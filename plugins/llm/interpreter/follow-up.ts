/** A question that changes the one before it: `and for Germany?`, `by month instead`, `only last year`, `top 5 only`. */
import type { Condition, SemanticQuery } from 'datamind/contract';
import { carryParts } from './carry-parts.js';
import { metricChoices } from './choose-metrics.js';
import { combine, type Draft, type Option } from './draft.js';
import { type Failure, unclear } from './failure.js';
import type { FollowUpWords } from './is-follow-up.js';
import {
  conditionsOf,
  type Dimension,
  factsOf,
  isCondition,
  isStillMeant,
  isTime,
  mergeDimensions,
  mergeFilters,
  nameIn,
  ofYear,
  withoutCompare,
} from './merge-queries.js';
import { rowsThatHappened } from './happened-rows.js';
import { atMoments } from './level-times.js';
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
import { mayBeBad, notJudged } from './order-rows.js';
import { asShare } from './share-of-total.js';
import type { Group, Mention, Sketch, SketchFilter } from './sketch.js';
import { hasKind } from './sketch-state.js';
import type { Calendar } from './time/calendar.js';
import { saysSamePeriod, upToNow } from './meant-times.js';
import { rangeOf } from './time/expression.js';
import { ofRange, periodBefore, type Range } from './time/of-range.js';
import { ofTakenRows } from './taken-rows.js';
import { againstOther, eventTime, timeOptions } from './time-options.js';
import type { VocabularyIndex } from './vocabulary-index.js';

type Time = NonNullable<SemanticQuery['time']>;

export class FollowUp {
  readonly #index: VocabularyIndex;
  readonly #sketch: Sketch;
  readonly #words: FollowUpWords;
  readonly #before: SemanticQuery;
  readonly #calendar: Calendar;

  constructor(index: VocabularyIndex, sketch: Sketch, words: FollowUpWords, before: SemanticQuery, calendar: Calendar) {
    this.#calendar = calendar;
    this.#index = index;
    this.#sketch = sketch;
    this.#words = words;
    this.#before = before;
  }

  draft(): { readonly drafts: readonly Draft[] } | Failure {
    const { limit, limit_per: each, metrics: shown } = this.#before;
    const isRank = limit !== undefined || each !== undefined || shown === undefined;
    if ((this.#words.asksOfAll || this.#words.isOfAll) && isRank)
      return unclear('It is not clear what that is of: say the question in full.');
    // `how many of these` are of those that were shown, and not of the first of others.
    const isNarrowed = this.#sketch.filters.some(({ kind }) => kind !== 'number');
    if (this.#words.pointsBack && this.#before.limit !== undefined && isNarrowed)
      return unclear('It is not clear of which that is: say the question in full.');
    // Whether a time is that of the things, or that of what they have so many of, their number alone does not tell.
    const isAboutTime = this.#sketch.isOverTime || this.#sketch.groups.some(({ grain }) => grain !== null);
    const isTimed = this.#sketch.times.length > 0 || this.#sketch.previous !== null || isAboutTime;
    if (isTimed && conditionsOf(this.#before.filters).some((one) => 'metric' in one))
      return unclear('It is not clear of what the time is: say it in one question with the number.');
    const metrics = this.#metrics();
    if ('reason' in metrics) return metrics;
    const asked: SemanticQuery = { ...this.#before, ...(metrics.names.length > 0 && { metrics: metrics.names }) };
    const facts = factsOf(this.#index, asked);
    const context: MemberContext = { index: this.#index, facts, isList: asked.metrics === undefined, scopes: [] };
    const slots = this.#slots(context, asked);
    if ('reason' in slots) return slots;
    const drafts = slots.length === 0 ? [{ query: {}, cost: 0, slots: 0, notes: [] }] : combine(slots);
    if (drafts.length === 0) return unclear('It is not clear how that goes together with the question before.');
    const isChanged =
      this.#words.isOfAll ||
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
      // `the growth` is that of what was shown, and not of what else may grow.
      const said = this.#index.language.phrases.get(mention.item.text.toLowerCase()) ?? [];
      const shown = this.#before.metrics ?? [];
      const isOther = best.metric.kind === 'change' && !best.metric.of.some((one) => shown.includes(one));
      if (isOther && said.includes('growth'))
        return unclear(`The model has no growth of ${shown.join(', ')}.`, [best.metric.name]);
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

  #slots(context: MemberContext, asked: SemanticQuery): readonly (readonly Option[])[] | Failure {
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
      const measured = (asked.metrics ?? []).flatMap((name) => context.index.metrics.get(name) ?? []);
      const text = filter.kind === 'value' ? filter.mention.item.text : '';
      const options = ofTakenRows(context.index, measured, text, this.#filterOptions(context, filter));
      if ('reason' in options) return options;
      if (options.length === 0) return unclear('That cannot be used to filter what was asked for.');
      slots.push(options);
    }
    const events = sketch.events.filter((event) => !sketch.times.some((time) => time.event === event));
    const left = [...sketch.scopes, ...events].find((mention) => !this.#isKnown(mention, context));
    if (left !== undefined) return unclear(`It is not clear what "${left.item.text}" is to mean here.`);
    const range = this.#before.time?.range;
    const changes = (asked.metrics ?? []).flatMap((name) => {
      const metric = context.index.metrics.get(name);
      return metric?.kind === 'change' ? [metric] : [];
    });
    const isChange = changes.length > 0;
    // A change that was shown month by month goes on month by month.
    const isSplit = isChange && (asked.dimensions ?? []).some(isTime);
    const other = againstOther(isSplit ? { ...sketch, isOverTime: true } : sketch, changes);
    if (other !== null) return other;
    const [only] = sketch.times;
    const against = /^last (year|quarter|month|week|day)$/.exec(only?.expression.words ?? '')?.[1];
    if (only?.isCompared === true && sketch.times.length === 1 && against !== undefined && range !== undefined) {
      slots.push([{ time: { ...this.#before.time, compare: `previous ${against}` }, cost: 0 }]);
      return slots;
    }
    // A change says against what it is: there is nothing to add.
    if (sketch.times.length === 0 && sketch.previous !== null && range !== undefined && !isChange) {
      const before = this.#timeBefore(sketch.previous, range);
      if ('reason' in before) return before;
      return [...slots, [{ time: before, cost: 0 }]];
    }
    const measured = (asked.metrics ?? []).flatMap((name) => context.index.metrics.get(name) ?? []);
    const moments = atMoments(sketch, measured, context.index, this.#calendar.now);
    if ('reason' in moments) return moments;
    // `compare with 2024`: what was asked for is of the other time.
    const shown = range === undefined ? null : ofRange(range, this.#calendar);
    const inYear = ofYear(moments, shown);
    const [moment] = inYear;
    const isBeside = inYear.length === 1 && moment!.isCompared && moment!.event === null && shown !== null;
    const all = isBeside ? [{ ...moment!, expression: shown, isCompared: false }, moment!] : inYear;
    const event = eventTime(this.#index, context.facts, sketch);
    if (event !== undefined && typeof event !== 'string') return event;
    const times = timeOptions({ ...sketch, times: all, ...(isSplit && { isOverTime: true }) }, isChange, {
      dimension: event ?? this.#before.time?.dimension ?? this.#listTime(context),
      cost: 0,
    });
    if ('reason' in times) return times;
    if (times.length > 0) slots.push(times);
    const time = event === undefined ? undefined : this.#index.dimensions.get(event);
    const rows = time === undefined ? null : rowsThatHappened(this.#index, sketch, measured, time, time.name);
    return rows === null ? slots : [...slots, [rows]];
  }

  /** `and the month before?` is that month; against it, what was asked for and that. */
  #timeBefore(previous: NonNullable<Sketch['previous']>, range: Range): Time | Failure {
    const shown = ofRange(range, this.#calendar);
    const { language } = this.#index;
    const { items, isCompared, isGrowth } = this.#sketch;
    const isAgainst = isCompared || isGrowth || !items.some(({ classes }) => classes.has('earlier'));
    if (!isAgainst) {
      const before = shown === null ? null : periodBefore(shown, previous);
      if (before === null) return unclear(`Which ${previous} is meant: say its dates.`);
      return { ...withoutCompare(this.#before.time), range: rangeOf(before) };
    }
    const isSame = shown !== null && saysSamePeriod(this.#sketch, language);
    const asked = isSame ? rangeOf(upToNow(shown, this.#calendar.now)) : range;
    return { ...this.#before.time, range: asked, compare: `previous ${previous}` };
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
      const [only, ...more] = this.#before.metrics ?? [];
      if (before.length === 0 && only !== undefined && more.length === 0)
        return this.#numberOnMetric(context, filter, only);
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

  /** `which of them were above 1000`: of what was shown beside each. */
  #numberOnMetric(
    { index }: MemberContext,
    filter: Extract<SketchFilter, { kind: 'number' }>,
    name: string,
  ): readonly Option[] {
    const metric = index.metrics.get(name);
    const values = metric === undefined ? null : scaled(filter, metric.unit, metric.format);
    if (values === null || (this.#before.dimensions ?? []).length === 0) return [];
    const filters = numberCondition(filter, name, values).map((condition) => ({
      condition,
      link: null,
      isOnMetric: true,
    }));
    return [{ filters, cost: 0.05 }];
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
    const isWhole = this.#words.asksOfAll || this.#words.isOfAll;
    const dimensions = mergeDimensions(isWhole ? [] : (asked.dimensions ?? []), added.dimensions ?? [], this.#words);
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
      limit_per: _each,
      shares: _shares,
      totals: _totals,
      ...rest
    } = asked;
    const query: SemanticQuery = {
      ...rest,
      ...(dimensions.length > 0 && { dimensions }),
      ...(kept.length > 0 && { filters: kept.length === 1 ? kept[0]! : { and: kept } }),
      ...(time !== undefined && { time }),
      ...(segments.length > 0 && { segments }),
      ...(order ?? {}),
      ...(asked.totals === true && { totals: true }),
    };
    const isRanked = sketch.rank !== null || sketch.order !== null;
    const parts = carryParts(this.#before, query, conditionsOf(added.filters), isRanked);
    if ('reason' in parts) return parts;
    const merged = { query: { ...query, ...parts }, cost: draft.cost + cost + 0.05, slots: draft.slots, notes };
    return sketch.isShare ? asShare(this.#index, sketch, merged) : merged;
  }

  /** Order and limit: new ones, or those that still fit. */
  #order(
    asked: SemanticQuery,
    dimensions: readonly Dimension[],
  ): Pick<SemanticQuery, 'order' | 'limit'> | Failure | null {
    const { rank, order } = this.#sketch;
    const [metric] = asked.metrics ?? [];
    const measured = this.#index.metrics.get(metric ?? '');
    if ((rank?.isJudged || order?.isJudged) && measured !== undefined && mayBeBad(measured, this.#index))
      return notJudged(measured);
    if (rank !== null) {
      // `and the lowest?` after the highest.
      const count = rank.count ?? (this.#before.order?.[0]?.by === metric ? this.#before.limit : undefined);
      if (metric === undefined || dimensions.length === 0 || count === undefined)
        return unclear('It is not clear what is to be shown first.');
      return { order: [rank.isTop ? { by: metric, desc: true } : { by: metric }], limit: count };
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
