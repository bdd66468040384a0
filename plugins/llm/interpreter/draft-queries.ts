/** From what a question asks to the queries that it may mean, best first. */
import type { VocabularyMetric } from 'datamind/contract';
import { metricChoices } from './choose-metrics.js';
import { combine, type Draft, type Option } from './draft.js';
import { comparedValues } from './compared-values.js';
import { besideEachOther, fittingGrain, isOwn, isSeveral, namesAll, notGrouped, rootsOf } from './draft-parts.js';
import { ofDirections } from './directions.js';
import { type Failure, outside, unclear } from './failure.js';
import { rowsThatHappened } from './happened-rows.js';
import { happenedTo, happening, leftOver } from './left-over.js';
import { entityIn, type Measured, Measurer } from './measure.js';
import { near } from './near-members.js';
import {
  groupOptions,
  type MemberContext,
  numberCondition,
  numberOptions,
  presenceOptions,
  scaled,
  valueOptions,
} from './member-options.js';
import { type AskedFilter, ofManyRows } from './of-many-rows.js';
import { orderOf } from './order-rows.js';
import { perEntityDrafts } from './per-entity.js';
import type { Group, Mention, Sketch, SketchFilter } from './sketch.js';
import { shownOptions } from './shown.js';
import { hasKind } from './sketch-state.js';
import { ofBeginnings, ofThePresent } from './of-the-present.js';
import { atMoments } from './level-times.js';
import { ofTakenRows } from './taken-rows.js';
import { againstOther, eventDimensions, timeOptions } from './time-options.js';
import { type Calendar, day, startOfDay, write } from './time/calendar.js';
import type { VocabularyIndex } from './vocabulary-index.js';
import { ofItsTime } from './which-time.js';

export type Drafted = { readonly drafts: readonly Draft[] } | Failure;

/** A name that more entities have is not one that is asked for. */
const mostRoots = 8;

export class Drafter {
  readonly index: VocabularyIndex;
  readonly calendar: Calendar;
  readonly sketch: Sketch;

  constructor(index: VocabularyIndex, calendar: Calendar, sketch: Sketch) {
    this.index = index;
    this.calendar = calendar;
    this.sketch = sketch;
  }

  draft(): Drafted {
    const { index, calendar, sketch } = this;
    const read = (part: Sketch): Drafted => new Drafter(index, calendar, part).draft();
    const first = perEntityDrafts(index, sketch, read, false);
    if (first !== null) return first;
    const drafted = this.#draft();
    return 'reason' in drafted ? (perEntityDrafts(index, sketch, read, true) ?? drafted) : drafted;
  }

  #draft(): Drafted {
    const measured = new Measurer(this.index, this.sketch).measured();
    if ('reason' in measured) return measured;
    if (measured.length === 0) {
      const listed = this.#list();
      return 'reason' in listed ? (this.#listByCounts() ?? listed) : listed;
    }
    let failure: Failure | null = null;
    const drafts: Draft[] = [];
    for (const one of measured) {
      const found = this.#metricQuery(one);
      if ('reason' in found) failure ??= found;
      else drafts.push(...found.drafts);
    }
    if (drafts.length === 0) return failure ?? unclear('The question could not be read.');
    return { drafts: drafts.sort((a, b) => a.cost - b.cost) };
  }

  #context(facts: readonly string[], isList: boolean): MemberContext {
    const scopes = [...this.sketch.scopes, ...this.sketch.subjects, ...this.sketch.counted].flatMap((mention) =>
      mention.readings.flatMap((one) => (one.kind === 'entity' ? [one.entity.name] : [])),
    );
    const grouped = this.sketch.groups.flatMap(({ mention }) => (mention === null ? [] : rootsOf(mention)));
    return { index: this.index, facts, isList, scopes, grouped };
  }

  #metricQuery(measured: Measured): Drafted {
    const { sketch } = this;
    const { metrics, says } = measured;
    // What is converted is split by what it began with.
    const facts = [
      ...new Set(metrics.flatMap(({ kind, entities }) => (kind === 'conversion' ? entities.slice(0, 1) : entities))),
    ];
    const context = this.#context(facts, false);
    const shown = sketch.subjects.filter((mention) => !says.has(mention));
    const groups: readonly Group[] = [
      ...measured.groups,
      ...shown.map((mention): Group => ({ mention, grain: null, by: 'loose' })),
    ];
    const slots: (readonly Option[])[] = [[{ metrics: metrics.map(({ name }) => name), cost: measured.cost }]];
    for (const group of groups) {
      const options = groupOptions(context, group);
      if (options.length === 0) return notGrouped(this.index, group, metrics);
      slots.push(options);
    }
    const beside = shownOptions(context, sketch.shown, groups);
    if ('reason' in beside) return beside;
    slots.push(...beside);
    const hasTime = groups.some(({ grain }) => grain !== null);
    if (sketch.isOverTime && !hasTime)
      slots.push([{ dimensions: [{ name: 'metric_time', grain: fittingGrain(sketch) }], cost: 0 }]);
    const filters = this.#filters(context, measured, groups.length > 0 || sketch.isOverTime);
    if ('reason' in filters) return filters;
    slots.push(...filters.slots);
    const found = this.#times(metrics, facts, says);
    const times = 'reason' in found ? found : ofItsTime(this.index, sketch, measured, facts, slots, found.slots);
    if ('reason' in times) return times;
    slots.push(...times.slots);
    const left = leftOver(this.index, sketch, facts, metrics, says);
    if (left !== null) return left;
    const isCumulative = metrics.some(({ kind }) => kind === 'cumulative');
    const isAlongTime = hasTime || sketch.isOverTime || sketch.times.length > 0;
    if (isCumulative && !isAlongTime) {
      const tomorrow = write(startOfDay(this.calendar.now) + day);
      slots.push([{ cost: 0, time: { range: [null, tomorrow] }, notes: ['As of today.'] }]);
    }
    const ordered = orderOf(this, metrics, groups, slots);
    if ('reason' in ordered) return ordered;
    const isAgainst = sketch.isCompared && sketch.times.length < 2 && sketch.previous === null && metrics.length < 2;
    if (isAgainst && !slots.some(isSeveral) && !metrics.some(({ kind }) => kind === 'change')) {
      return unclear('It is not clear what is to be compared with what.');
    }
    const drafts = combine(ordered.slots, ordered.rest).map((draft) => ordered.finish(draft));
    const isSplit = hasTime || sketch.isOverTime || sketch.groups.some(({ by }) => by !== 'loose' && by !== 'compare');
    const isCompared = sketch.isCompared && sketch.times.length < 2;
    return {
      drafts: drafts.map((draft) =>
        isCompared || (metrics.length > 0 && namesAll(this.index, draft))
          ? besideEachOther(draft, isSplit, this.index)
          : draft,
      ),
    };
  }

  #filters(
    context: MemberContext,
    { metrics, says, filters }: Measured,
    isGrouped: boolean,
  ): { readonly slots: readonly (readonly Option[])[] } | Failure {
    const asked: AskedFilter[] = [];
    for (const filter of filters) {
      if (filter.kind !== 'number' && says.has(filter.mention)) continue;
      const options = this.#filterOptions(context, filter, metrics, isGrouped);
      if ('reason' in options) return options;
      asked.push({ filter, options });
    }
    const beside = comparedValues(this.sketch, asked);
    if ('reason' in beside) return beside;
    const meant = ofManyRows(this.sketch, beside);
    if ('reason' in meant) return meant;
    const slots: (readonly Option[])[] = [...meant.slots];
    for (const event of this.sketch.events) {
      if (says.has(event) || this.sketch.times.some((time) => time.event === event)) continue;
      const happened = happenedTo(this.index, context.facts, event);
      if (happened === null)
        return unclear(`It is not clear what "${event.item.text}" is to mean here.`, near(this.index, event));
      if (happened.length > 0) slots.push(happened);
    }
    return { slots };
  }

  #filterOptions(
    context: MemberContext,
    filter: SketchFilter,
    metrics: readonly VocabularyMetric[],
    isGrouped: boolean,
  ): readonly Option[] | Failure {
    if (filter.kind === 'value') {
      const { text } = filter.mention.item;
      const said = ofDirections(this.index, this.sketch, filter, context.facts, valueOptions(context, filter));
      const options = ofTakenRows(this.index, metrics, text, said);
      return 'reason' in options || options.length > 0
        ? options
        : unclear(`"${text}" cannot be used to filter what was asked for.`);
    }
    if (filter.kind === 'presence') {
      if (!filter.has && this.sketch.times.length > 0 && hasKind(filter.mention, 'entity')) {
        return unclear('What is missing in a stretch of time cannot be asked for.');
      }
      const options = presenceOptions(context, filter);
      const entity = entityIn(filter.mention);
      if (options.length === 0 && isGrouped && entity?.count != null) {
        const condition = { member: entity.count, op: filter.has ? 'gt' : 'eq', values: [0] } as const;
        return [{ cost: 0.1, filters: [{ condition, link: null, isOnMetric: true }] }];
      }
      return options.length > 0 ? options : unclear(`"${filter.mention.item.text}" cannot be asked for in that way.`);
    }
    const own = numberOptions(context, filter);
    const target = filter.target;
    const metric = metrics.find(
      (one) =>
        target?.readings.some((reading) => reading.kind === 'metric' && reading.metric.name === one.name) ||
        (target !== null &&
          hasKind(target, 'entity') &&
          metricChoices(this.index, this.sketch, target, true).some((choice) => choice.metric === one)),
    );
    if (metric === undefined) return own.length > 0 ? own : unclear('It is not clear what the number is of.');
    if (!isGrouped) {
      const ask = `What has such a ${metric.label.toLowerCase()} cannot be counted; it can be listed.`;
      const { sketch } = this;
      const asked = { ...sketch, counted: [], isCount: false, subjects: sketch.counted };
      const failure = unclear(ask, [metric.name]);
      return sketch.counted.length === 0 ? failure : { ...failure, instead: { ask, sketch: asked, shares: null } };
    }
    const values = scaled(filter, metric.unit, metric.format);
    if (values === null)
      return unclear(`The number does not fit ${metric.label}: another unit, or not clear whether it is a percentage.`);
    return [
      {
        cost: 0,
        filters: numberCondition(filter, metric.name, values).map((condition) => ({
          condition,
          link: null,
          isOnMetric: true,
        })),
      },
    ];
  }

  /** @param facts entities that are measured; for lists that whose rows are listed */
  #times(
    metrics: readonly VocabularyMetric[],
    facts: readonly string[],
    says: ReadonlySet<Mention>,
  ): { readonly slots: readonly (readonly Option[])[] } | Failure {
    const { index } = this;
    const moments = atMoments(this.sketch, metrics, index, this.calendar.now);
    if ('reason' in moments) return moments;
    const sketch = { ...this.sketch, times: moments };
    const defaults = new Set(facts.flatMap((fact) => index.entities.get(fact)?.defaultTime ?? []));
    const events = sketch.times.filter((time) => time.event !== null && !says.has(time.event));
    const other = events.length === 0 && metrics.length > 0 ? happening(index, sketch, facts, says) : null;
    if (other !== null && sketch.times.length > 0)
      return unclear(`It is not clear whether the time is that of "${other.item.text}".`, near(index, other));
    if (events.length > 0 && sketch.times.length > 1) return unclear('Only one time can be asked about at once.');
    let target: { dimension: string | undefined; cost: number } = { dimension: undefined, cost: 0 };
    let happened: Option | null = null;
    const [event] = events;
    const own = event === undefined ? [] : eventDimensions(event).filter(({ name }) => defaults.has(name));
    if (event !== undefined && (own.length === 0 || metrics.length === 0)) {
      const found = eventDimensions(event)
        .flatMap((dimension) => index.ways.reach(facts, dimension, null).map((one) => ({ ...one, dimension })))
        .sort((a, b) => a.cost - b.cost);
      const [best, next] = found;
      const isUnsure = next !== undefined && next.cost - best!.cost < 0.02;
      if (best === undefined || isUnsure) return unclear(`It is not clear which time "${event.event!.item.text}" is.`);
      target = { dimension: best.name, cost: best.cost };
      happened = rowsThatHappened(index, sketch, metrics, best.dimension, best.name);
    } else if (metrics.length === 0) {
      const [first] = [...defaults];
      if (first === undefined && sketch.times.length > 0) return unclear('It is not clear which time is meant.');
      target = { dimension: first, cost: 0 };
    }
    const isChange = metrics.some(({ kind }) => kind === 'change');
    const otherTime = againstOther(sketch, metrics);
    if (otherTime !== null) return otherTime;
    const options = timeOptions(sketch, isChange, target);
    if ('reason' in options) return options;
    const meant = ofBeginnings(index, sketch, metrics, facts, ofThePresent(sketch, metrics, options));
    return { slots: [...(meant.length > 0 ? [meant] : []), ...(happened === null ? [] : [[happened]])] };
  }

  /** `customers without orders`, where no join from one to the other has a name: those whose number of orders is 0. */
  #listByCounts(): Drafted | null {
    const { sketch, index } = this;
    const presence = sketch.filters.some((filter) => filter.kind === 'presence' && hasKind(filter.mention, 'entity'));
    const mention = sketch.groups[0]?.mention ?? sketch.subjects[0];
    const entity = mention == null ? undefined : entityIn(mention);
    const metric = entity?.count == null ? undefined : index.metrics.get(entity.count);
    if (!presence || mention == null || metric === undefined) return null;
    const groups: readonly Group[] = sketch.groups.length > 0 ? sketch.groups : [{ mention, grain: null, by: 'by' }];
    const measured = { metrics: [metric], cost: 0.1, says: new Set(sketch.subjects), groups, filters: sketch.filters };
    return this.#metricQuery(measured);
  }

  /** Rows without a metric: which there are. */
  #list(): Drafted {
    const { sketch, index } = this;
    const groups: readonly Group[] = [
      ...sketch.groups,
      ...[...sketch.subjects, ...sketch.shown].map((mention): Group => ({ mention, grain: null, by: 'by' })),
    ];
    const [head] = groups;
    const first = head?.mention;
    if (head === undefined) {
      const named = this.#named();
      if (named !== null) return new Drafter(index, this.calendar, named).draft();
    }
    if (first == null) return unclear('It is not clear what is asked for.', []);
    // `what did phones bring in` asks for a figure that it does not name.
    if (sketch.events.length === 0 && sketch.items.some(({ classes }) => classes.has('past')))
      return unclear('It is not clear what is to be measured.', near(index, first));
    if (
      sketch.isShare ||
      sketch.isGrowth ||
      sketch.isOverTime ||
      sketch.isCompared ||
      sketch.aggregates.length > 0 ||
      sketch.previous !== null
    ) {
      return unclear('It is not clear what is to be measured.', near(index, first));
    }
    // `in the Munich store` says where, and not what.
    const [start] = sketch.items;
    const asks = index.language.phrases.get(start?.text.toLowerCase().split(' ')[0] ?? '')?.includes('which') ?? false;
    const isPlaceOnly = start?.classes.has('prep') === true && !asks && !sketch.isList && !sketch.isWhich;
    if (isPlaceOnly && sketch.rank === null) return unclear('It is not clear what is asked for.', []);
    const isShown = sketch.isList || sketch.isWhich || sketch.rank !== null || sketch.subjects.length > 0;
    if (!isShown && groups.every(({ by }) => by === 'by')) {
      return unclear('It is not clear what is to be measured.', near(index, first));
    }
    const roots = rootsOf(first);
    if (roots.length > mostRoots) return unclear(`There are many that are called "${first.item.text}": say of what.`);
    let failure: Failure | null = null;
    const drafts: Draft[] = [];
    for (const root of roots) {
      const context = this.#context([root], true);
      const slots: (readonly Option[])[] = [];
      const found = this.#listFrom(context, groups, slots);
      if ('reason' in found) failure ??= found;
      else drafts.push(...found.drafts);
    }
    if (drafts.length === 0) return failure ?? unclear('The question could not be read.');
    return { drafts: drafts.sort((a, b) => a.cost - b.cost) };
  }

  /** `5 most expensive tents`: things of one kind, where only the kind was named. */
  #named(): Sketch | null {
    const { sketch, index } = this;
    const [filter] = sketch.filters;
    const isAsked = sketch.rank !== null || sketch.isList || sketch.filters.some(({ kind }) => kind === 'number');
    if (filter?.kind !== 'value' || filter.isNegated || !isAsked) return null;
    const owners = new Set(
      filter.mention.readings.flatMap((one) => (one.kind === 'value' ? [one.dimension.entity] : [])),
    );
    const entity = owners.size === 1 ? index.entities.get([...owners][0]!) : undefined;
    if (entity === undefined) return null;
    const mention: Mention = { ...filter.mention, readings: [{ kind: 'entity', entity, cost: 0.2 }], isPlural: true };
    return { ...sketch, groups: [{ mention, grain: null, by: 'rank' }] };
  }

  #listFrom(context: MemberContext, groups: readonly Group[], slots: (readonly Option[])[]): Drafted {
    const { sketch, index } = this;
    for (const group of groups) {
      const options = groupOptions(context, group).filter(
        (option) => group !== groups[0] || isOwn(option, context.facts[0]!),
      );
      if (options.length === 0) {
        const text = group.mention?.item.text ?? '';
        return outside(`There is nothing to list "${text}" by: the model has no name for one of them.`, [text]);
      }
      slots.push(options);
    }
    const nothing = new Set<Mention>();
    const filters = this.#filters(
      context,
      { metrics: [], cost: 0, says: nothing, groups, filters: sketch.filters },
      false,
    );
    if ('reason' in filters) return filters;
    slots.push(...filters.slots);
    const times = this.#times([], context.facts, nothing);
    if ('reason' in times) return times;
    slots.push(...times.slots);
    const left = leftOver(index, sketch, context.facts, [], nothing);
    if (left !== null) return left;
    const ordered = orderOf(this, [], groups, slots);
    if ('reason' in ordered) return ordered;
    return { drafts: combine(ordered.slots, ordered.rest).map((draft) => ordered.finish(draft)) };
  }
}
