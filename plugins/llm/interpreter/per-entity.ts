/**
 * `how many customers have more than 5 orders`: a number of things, each of which has so many of others. What is said of the
 * things is asked of them; what is said of the others, and when, is what the number of these is taken over.
 */
import type { Filter, MetricCondition, SemanticQuery, VocabularyEntity, VocabularyMetric } from 'datamind/contract';
import type { Draft } from './draft.js';
import type { Drafted } from './draft-queries.js';
import { unclear } from './failure.js';
import { countedIn, entityIn } from './measure.js';
import { numberCondition, scaled } from './member-options.js';
import { ownAmountDrafts } from './own-amount.js';
import type { Mention, NumberFilter, PresenceFilter, Sketch, SketchFilter } from './sketch.js';
import { hasKind } from './sketch-state.js';
import type { VocabularyIndex } from './vocabulary-index.js';

const counts: ReadonlySet<string | null> = new Set(['count', 'count_distinct', 'count_if']);

/** Of a sum it is not sure that it is meant: what products cost may be the price of one, and not what all of them were sold for. */
const unsure = 2;

interface Parts {
  readonly entity: VocabularyEntity;
  /** `null` for none. */
  readonly number: NumberFilter | null;
  /** It was said how many times something happened. */
  readonly isTimes: boolean;
  /** The things that are counted, and what they have so many of. */
  readonly outer: Sketch;
  readonly inner: Sketch;
}

const isOf = (mention: Mention, entities: readonly string[]): boolean =>
  mention.readings.every((one) => one.kind === 'event' && entities.includes(one.dimension.entity));

/** Whether a filter says something about the things, and not about what they have: that comes after the number. */
const isOuter = (filter: SketchFilter, target: Mention, at: number): boolean =>
  filter.kind !== 'number' && filter.about?.item !== target.item && filter.mention.item.from < at;

/** `without orders in 2025`: what nobody has at all is asked for by what there is no row of. */
const isNone = (filter: SketchFilter): boolean =>
  filter.kind === 'presence' && !filter.has && hasKind(filter.mention, 'entity');

const targetOf = (filter: NumberFilter | PresenceFilter): Mention | null =>
  filter.kind === 'number' ? filter.target : filter.mention;

const partsOf = (index: VocabularyIndex, sketch: Sketch): Parts | null => {
  const { filters, subjects, scopes, order, rank, previous, aggregates } = sketch;
  const all = [...sketch.counted, ...sketch.metrics];
  const [counted] = all;
  const numbers = filters.filter((one) => one.kind === 'number' || isNone(one));
  const [number] = numbers;
  const target = number === undefined || number.kind === 'value' ? null : targetOf(number);
  if (counted === undefined || target === null || all.length > 1 || numbers.length > 1) return null;
  const isPlain =
    subjects.length + aggregates.length === 0 &&
    scopes.every(({ item }) => item === target.item) &&
    order === null &&
    rank === null &&
    previous === null &&
    !(sketch.isShare || sketch.isGrowth || sketch.isCompared);
  const isCounted = sketch.counted.length > 0 || countedIn(index, counted) !== undefined;
  const entity = isCounted ? (countedIn(index, counted) ?? entityIn(counted)) : undefined;
  if (!isPlain || entity === undefined || entity.count === null) return null;
  if (!hasKind(target, 'metric', 'entity') || hasKind(target, 'dimension')) return null;
  const isSame = entityIn(target) === entity || countedIn(index, target) === entity || target.item === counted.item;
  if (isSame) return null;
  const amount = number?.kind === 'number' ? number.amounts[0] : undefined;
  const said = amount === undefined ? undefined : sketch.items.find((item) => item.amount === amount);
  const at = said?.from ?? target.item.from;
  const sides = filters.map((filter) => isOuter(filter, target, at));
  const owners = target.readings.flatMap((one) =>
    one.kind === 'entity' ? [one.entity.name] : one.kind === 'metric' ? one.metric.entities : [],
  );
  const happened = [...sketch.events, ...sketch.times.flatMap(({ event }) => event ?? [])];
  if (happened.some((event) => !isOf(event, [entity.name]) && !isOf(event, owners))) return null;
  const isThings = (event: Mention | null): boolean => event !== null && isOf(event, [entity.name]);
  return {
    entity,
    number: number?.kind === 'number' ? number : null,
    isTimes: sketch.items.some(({ classes, from }) => classes.has('times') && from > at),
    outer: {
      ...sketch,
      scopes: [],
      filters: filters.filter((_, side) => sides[side]),
      events: sketch.events.filter(isThings),
      times: sketch.times.filter(({ event }) => isThings(event)),
    },
    inner: {
      ...sketch,
      counted: hasKind(target, 'metric') ? [] : [target],
      metrics: hasKind(target, 'metric') ? [target] : [],
      isCount: !hasKind(target, 'metric'),
      groups: [],
      scopes: [],
      filters: filters.filter((one, side) => !sides[side] && one !== number),
      events: sketch.events.filter((event) => !isThings(event)),
      times: sketch.times.filter(({ event }) => !isThings(event)),
    },
  };
};

const and = (filters: readonly Filter[]): Filter => (filters.length === 1 ? filters[0]! : { and: filters });

const together = (outer: SemanticQuery, conditions: readonly MetricCondition[]): SemanticQuery => {
  const { filters } = outer;
  const known = filters === undefined ? [] : 'and' in filters ? filters.and : [filters];
  return { ...outer, filters: and([...known, ...conditions]) };
};

/** What the metric is taken over; `null` where the query of it asks for more than a number. */
const taken = ({ filters, segments, time, ...rest }: SemanticQuery): Partial<MetricCondition> | null => {
  if (Object.keys(rest).some((part) => part !== 'metrics') || time?.compare !== undefined) return null;
  const { range, dimension } = time ?? {};
  return {
    ...(filters !== undefined && { filters }),
    ...(segments !== undefined && { segments }),
    ...(range !== undefined && { time: { ...(dimension !== undefined && { dimension }), range } }),
  };
};

/**
 * `null` where the question is no such one, or may be offered as a list.
 * @param read a sketch into queries
 * @param elsewise whether it could not be read in another way: what has none at all may be said by a join, too
 */
export const perEntityDrafts = (
  index: VocabularyIndex,
  sketch: Sketch,
  read: (sketch: Sketch) => Drafted,
  elsewise: boolean,
): Drafted | null => {
  const own = elsewise ? null : ownAmountDrafts(index, sketch, read);
  if (own !== null) return own;
  const parts = partsOf(index, sketch);
  if (parts === null || (parts.number === null && sketch.times.length === 0 && !elsewise)) return null;
  const { entity } = parts;
  // Split, the number would be taken for that of each group.
  const unsaid = sketch.groups.length === 0 && !sketch.isOverTime ? null : unclear('It is not clear what has so many.');
  const isByThings = sketch.groups.every(
    ({ mention, grain }) => mention !== null && grain === null && entityIn(mention) !== entity,
  );
  if (!isByThings || sketch.isOverTime) return unsaid;
  const [outer, inner] = [read(parts.outer), read(parts.inner)];
  if ('reason' in outer || 'reason' in inner) return unsaid;
  const drafts = outer.drafts.flatMap((things) => inner.drafts.flatMap((had) => draftsOf(index, parts, things, had)));
  return drafts.length === 0 ? unsaid : { drafts: drafts.sort((a, b) => a.cost - b.cost) };
};

const draftsOf = (
  index: VocabularyIndex,
  { entity, number, isTimes }: Parts,
  things: Draft,
  had: Draft,
): readonly Draft[] => {
  const [name, ...others] = had.query.metrics ?? [];
  const metric = name === undefined ? undefined : index.metrics.get(name);
  const over = taken(had.query);
  const values = metric === undefined ? null : number === null ? [0] : scaled(number, metric.unit, metric.format);
  if (metric === undefined || others.length > 0 || over === null || values === null) return [];
  const isOneWay = metric.entities.every(
    (fact) =>
      fact === entity.name ||
      (index.ways.ways(fact, entity.name).length === 1 && index.ways.roles(fact, entity.name).length === 0),
  );
  if (!isOneWay) return [];
  if ((number === null || isTimes) && !counts.has(metric.aggregation)) return [];
  const compared = number === null ? [{ op: 'eq', values } as const] : numberCondition(number, metric.name, values);
  const conditions = compared.map(
    ({ op, values: to }): MetricCondition => ({
      ...{ metric: metric.name, per: entity.name, op },
      ...(to !== undefined && { values: to }),
      ...over,
    }),
  );
  const draft: Draft = {
    query: together(things.query, conditions),
    cost: things.cost + had.cost + (isSure(metric, entity) ? 0 : unsure),
    slots: things.slots + had.slots,
    notes: [...new Set([...things.notes, ...had.notes])],
  };
  const none = conditions.some(
    ({ op, values: [most] = [] }) => op === 'lt' || op === 'lte' || (op === 'between' && Number(most) <= 0),
  );
  if (!none || !counts.has(metric.aggregation)) return [draft];
  // Who has none has fewer, too; whether they are meant only the asker knows.
  const some: MetricCondition = { ...conditions[0]!, op: 'gt', values: [0] };
  return [draft, { ...draft, query: together(things.query, [...conditions, some]) }];
};

const isSure = ({ aggregation, entities, kind }: VocabularyMetric, entity: VocabularyEntity): boolean =>
  counts.has(aggregation) || (kind !== 'ratio' && entities.length === 1 && entities[0] === entity.name);
