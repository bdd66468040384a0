/** Readings of what a question groups and filters by, as a query names them from its facts. */
import type { Condition, VocabularyDimension, VocabularyEntity } from 'datamind/contract';
import { type DraftFilter, type Option, toBeAsked } from './draft.js';
import type { Reach } from './join-ways.js';
import type { Reading, Via } from './phrases.js';
import type { Group, Mention, NumberFilter, PresenceFilter, ValueFilter } from './sketch.js';
import type { VocabularyIndex } from './vocabulary-index.js';
import { calledBy } from './called-by.js';
import { parentOf } from './named-within.js';

export interface MemberContext {
  readonly index: VocabularyIndex;
  /** Entities whose rows are measured or listed. */
  readonly facts: readonly string[];
  readonly isList: boolean;
  /** Entities that were named beside everything else. */
  readonly scopes: readonly string[];
  /** Entities that are asked for or split by. */
  readonly grouped?: readonly string[];
}

const mostReadings = 24;

type Scope = { readonly entity: string | null; readonly via: Via | undefined };

const scopesOf = (mention: Mention | null): readonly Scope[] => {
  const found = (mention?.readings ?? []).flatMap((one): Scope[] =>
    one.kind === 'entity' ? [{ entity: one.entity.name, via: one.via }] : [],
  );
  return found.length > 0 ? found : [{ entity: null, via: undefined }];
};

interface Place {
  readonly reach: Reach;
  readonly cost: number;
}

/** Where a dimension is, seen from the facts, when it was said to be of something. */
const places = (
  { index, facts, scopes }: MemberContext,
  dimension: Pick<VocabularyDimension, 'name' | 'entity'>,
  about: Mention | null,
): readonly Place[] => {
  const all = scopesOf(about).flatMap(({ entity, via }): Place[] => {
    const found = index.ways.reach(facts, dimension, entity, via);
    return found.map((reach) => {
      const isThrough =
        entity === null || via !== undefined || reach.through.includes(entity) || facts.includes(entity);
      const isNamed = about === null && scopes.includes(dimension.entity) ? -0.08 : 0;
      return { reach, cost: reach.cost + (isThrough ? 0 : 0.2) + isNamed };
    });
  });
  const best = new Map<string, Place>();
  for (const place of all.sort((a, b) => a.cost - b.cost)) {
    if (!best.has(place.reach.name)) best.set(place.reach.name, place);
  }
  return [...best.values()];
};

/** Whether it is one of many that the facts have. */
const ofMany = ({ reach }: Place): Pick<Option, 'many'> => (reach.toMany ? { many: reach.through.slice(1) } : {});

const notesOf = ({ reach }: Place, label: string): readonly string[] =>
  reach.note === null ? [] : [`${label} is ${reach.note}.`];

/** The dimensions that stand for one of an entity: what it is called, and its key, for two may be called the same. */
export const nameOfEntity = (index: VocabularyIndex, entity: VocabularyEntity): readonly VocabularyDimension[] => {
  const key = entity.key.flatMap((name) => index.dimensions.get(name) ?? []);
  const display = entity.display === null ? undefined : index.dimensions.get(entity.display);
  const shown = display ?? (entity.display === null ? calledBy(index, entity) : undefined);
  return shown === undefined || key.includes(shown) ? key : [shown, ...key];
};

/** Things of all kinds have one: it must be said whose it is, where it is not that of what is measured. */
const isBorrowed = ({ index, facts }: MemberContext, { entity, name }: VocabularyDimension): boolean =>
  !facts.includes(entity) && index.language.genericNames.includes(name.slice(name.lastIndexOf('.') + 1));

const groupReadings = (context: MemberContext, group: Group, reading: Reading): readonly Option[] => {
  const { index } = context;
  const { mention, grain } = group;
  const scope = mention?.scope ?? null;
  if (reading.kind === 'dimension' || reading.kind === 'event') {
    const { dimension, cost } = reading;
    if (dimension.type === 'time') {
      const asked = grain ?? (dimension.grains.includes('day') ? 'day' : dimension.grains[0]);
      if (asked !== undefined && !dimension.grains.includes(asked)) return [];
      return places(context, dimension, scope).map((place) => ({
        dimensions: [{ name: place.reach.name, ...(asked !== undefined && !context.isList && { grain: asked }) }],
        cost: cost + place.cost,
        notes: notesOf(place, dimension.label),
      }));
    }
    const unsure = scope === null && isBorrowed(context, dimension) ? toBeAsked : 0;
    return places(context, dimension, scope).map((place) => ({
      dimensions: [{ name: place.reach.name }],
      cost: cost + place.cost + unsure,
      notes: notesOf(place, dimension.label),
      ...ofMany(place),
    }));
  }
  if (reading.kind === 'entity') {
    const names = nameOfEntity(index, reading.entity);
    const parent = parentOf(index, reading.entity);
    const isWithin = parent !== null && context.grouped?.includes(parent.entity) !== true;
    const at = { item: mention!.item, readings: [reading], scope: null, isPlural: false };
    const ways = names.map((dimension) => places(context, dimension, reading.via === undefined ? null : at));
    if (names.length === 0 || ways.some((one) => one.length === 0)) return [];
    const { label, key } = reading.entity;
    const last = ({ name }: VocabularyDimension): string => name.slice(name.lastIndexOf('.') + 1);
    const isAskedFor = group.by === 'which' || group.by === 'rank';
    const mayBeNone = isAskedFor && !context.isList && !context.facts.includes(reading.entity.name);
    const isTold = key.length > 0 || parent !== null;
    const namesakes = isTold ? [] : [`${label} of one name are taken as one: the model shows no key of them.`];
    return ways[0]!.map((place) => {
      const path = place.reach.name.slice(0, place.reach.name.lastIndexOf('.') + 1);
      return {
        dimensions: [
          ...names.map((dimension) => ({ name: `${path}${last(dimension)}` })),
          ...(isWithin ? [{ name: `${path}${parent.join}.${last(parent.name)}` }] : []),
        ],
        cost: reading.cost + place.cost,
        notes: [...notesOf(place, label), ...namesakes],
        ...ofMany(place),
        // Asked which of them: what belongs to none of them is none.
        ...(mayBeNone && {
          filters: [
            {
              condition: { member: `${path}${last(names.at(-1)!)}`, op: 'not_null' as const },
              link: 'and' as const,
              isOnMetric: false,
            },
          ],
        }),
      };
    });
  }
  if (reading.kind === 'hierarchy' && reading.hierarchy.levels.length > 0) {
    const levels = reading.hierarchy.levels.flatMap((name) => index.dimensions.get(name) ?? []);
    const ways = levels.map((dimension) => places(context, dimension, null));
    if (ways.some((one) => one.length === 0)) return [];
    return [{ dimensions: ways.map(([first]) => ({ name: first!.reach.name })), cost: reading.cost }];
  }
  return [];
};

/** Of a name that very many things have, those that are near: of what was said with it, of the facts, else the nearest to them. */
const narrowed = (
  { index, facts, scopes }: MemberContext,
  readings: readonly Reading[],
  about: Mention | null,
): readonly Reading[] => {
  if (readings.length <= mostReadings) return readings;
  const named = scopesOf(about).flatMap(({ entity }) => entity ?? []);
  const entityOf = (one: Reading): string | null =>
    'dimension' in one ? one.dimension.entity : one.kind === 'segment' ? one.segment.entity : null;
  const distance = (one: Reading): number => {
    const entity = entityOf(one);
    if (entity === null) return 0;
    if (named.includes(entity)) return -2;
    if (scopes.includes(entity)) return -1;
    return Math.max(...facts.map((fact) => index.ways.near(fact).get(entity) ?? Number.POSITIVE_INFINITY));
  };
  return readings
    .map((one) => ({ one, far: distance(one) }))
    .filter(({ far }) => far < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.far - b.far)
    .slice(0, mostReadings)
    .map(({ one }) => one);
};

/** `grouped by`, in each way that it can be meant. */
export const groupOptions = (context: MemberContext, group: Group): readonly Option[] => {
  if (group.mention === null) {
    if (!context.isList) return [{ dimensions: [{ name: 'metric_time', grain: group.grain! }], cost: 0 }];
    return [];
  }
  const found = narrowed(context, group.mention.readings, group.mention.scope).flatMap((reading) =>
    groupReadings(context, group, reading),
  );
  // Channels, and the channel that each is called: which of them are asked for is one question.
  const shown = ({ dimensions }: Option): string => JSON.stringify(dimensions);
  return found.filter(
    (one) =>
      one.filters !== undefined || !found.some((other) => other.filters !== undefined && shown(other) === shown(one)),
  );
};

const condition = (member: string, op: Condition['op'], ...values: (string | number | boolean)[]): Condition =>
  values.length === 0 ? { member, op } : { member, op, values };

const valueReading = (context: MemberContext, filter: ValueFilter, reading: Reading): readonly Option[] => {
  const { isNegated, about, of, link } = filter;
  const scope = of?.scope ?? about;
  const made = (one: Condition): readonly DraftFilter[] => [{ condition: one, link, isOnMetric: false }];
  if (reading.kind === 'value') {
    const { dimension, value, cost } = reading;
    const isOf =
      of === null || of.readings.some((one) => one.kind === 'dimension' && one.dimension.name === dimension.name);
    if (!isOf) return [];
    // `opne tickets`: what was not said to the letter has to be of what it stands right before.
    const isBeside = reading.note !== undefined && about !== null && filter.mention.item.to === about.item.from;
    if (isBeside && !scopesOf(about).some(({ entity }) => entity === null || entity === dimension.entity)) return [];
    // `open tickets` are not those of open orders.
    const isSaidOfFacts = scopesOf(scope).some(({ entity }) => entity !== null && context.facts.includes(entity));
    const unsure = of === null && isSaidOfFacts && isBorrowed(context, dimension) ? toBeAsked : 0;
    // `the score of guests`: people, and no payer of one of the many invoices.
    const isThing = filter.mention.item.readings.some((one) => one.kind === 'entity');
    return places(context, dimension, scope).map((place) => ({
      filters: made(condition(place.reach.name, isNegated ? 'ne' : 'eq', value)),
      cost: cost + place.cost + (isThing && place.reach.toMany ? toBeAsked : unsure),
      notes: [...notesOf(place, dimension.label), ...(reading.note === undefined ? [] : [reading.note])],
      ...ofMany(place),
    }));
  }
  if (reading.kind === 'flag') {
    return places(context, reading.dimension, scope).map((place) => ({
      filters: made(condition(place.reach.name, 'eq', reading.isTrue !== isNegated)),
      cost: reading.cost + place.cost,
      notes: notesOf(place, reading.dimension.label),
      ...ofMany(place),
    }));
  }
  if (reading.kind === 'segment' && !isNegated && link !== 'or') {
    const { segment, cost } = reading;
    const plain = {
      name: `${segment.entity}.${segment.name.slice(segment.name.lastIndexOf('.') + 1)}`,
      entity: segment.entity,
    };
    return places(context, plain, scope).map((place) => ({
      segments: [place.reach.name],
      cost: cost + place.cost,
      ...ofMany(place),
    }));
  }
  return [];
};

export const valueOptions = (context: MemberContext, filter: ValueFilter): readonly Option[] =>
  narrowed(context, filter.mention.readings, filter.of?.scope ?? filter.about).flatMap((reading) => {
    // What an author gave a name of its own is meant before the value or the flag that it may be made of.
    const { readings } = filter.mention;
    const isNamed =
      filter.of === null &&
      readings.some(
        (one) =>
          one.kind === 'segment' &&
          (reading.kind === 'flag' || (reading.kind === 'value' && one.segment.entity === reading.dimension.entity)),
      );
    return valueReading(context, filter, isNamed ? { ...reading, cost: reading.cost + 0.1 } : reading);
  });

/** Something of an entity that each of its rows has. */
const presentOf = (index: VocabularyIndex, entity: VocabularyEntity): VocabularyDimension | undefined => {
  const [key] = entity.key;
  return index.dimensions.get(key ?? '') ?? index.dimensions.get(entity.defaultTime ?? '');
};

export const presenceOptions = (context: MemberContext, filter: PresenceFilter): readonly Option[] => {
  const { mention, has, about } = filter;
  const made = (one: Condition): readonly DraftFilter[] => [{ condition: one, link: null, isOnMetric: false }];
  const op = has ? 'not_null' : 'is_null';
  const isFlag = mention.readings.some((one) => one.kind === 'flag' && one.needsHave);
  return narrowed(context, mention.readings, mention.scope ?? about).flatMap((reading): readonly Option[] => {
    if (reading.kind === 'flag') {
      return places(context, reading.dimension, about).map((place) => ({
        filters: made(condition(place.reach.name, 'eq', reading.isTrue === has)),
        cost: reading.cost + place.cost - 0.02,
        ...ofMany(place),
      }));
    }
    if (reading.kind === 'dimension') {
      const { dimension, cost } = reading;
      return places(context, dimension, mention.scope ?? about).map((place) => ({
        filters: made(condition(place.reach.name, op)),
        // `has_coupon` says of itself what a coupon that is there says.
        cost: cost + place.cost + (isFlag ? 0.12 : 0.02),
        ...ofMany(place),
      }));
    }
    if (reading.kind !== 'entity') return [];
    const dimension = presentOf(context.index, reading.entity);
    if (dimension === undefined || context.facts.includes(reading.entity.name)) return [];
    return places(context, dimension, null).map((place) => ({
      filters: made(condition(place.reach.name, op)),
      cost: reading.cost + place.reach.cost,
    }));
  });
};

const percentOf = (format: string | null): boolean => format !== null && /percent/i.test(format);

/** A number as the metric or dimension has it: 5 % is 0.05. `null` where it is of another unit. */
export const scaled = (filter: NumberFilter, unit: string | null, format: string | null): readonly number[] | null => {
  const values: number[] = [];
  for (const { value, isPercent, currency } of filter.amounts) {
    if (currency !== null && unit !== null && unit.toUpperCase() !== currency) return null;
    if (currency !== null && unit === null) return null;
    if (isPercent && !percentOf(format)) return null;
    // `a return rate above 5` may be 5 or 5 %.
    if (!isPercent && percentOf(format) && value >= 1) return null;
    values.push(isPercent ? Number((value / 100).toPrecision(12)) : value);
  }
  return values;
};

const opposite = { eq: 'ne', gt: 'lte', gte: 'lt', lt: 'gte', lte: 'gt' } as const;

/** The condition of a number on a member. @param values in the member's own terms */
export const numberCondition = (
  filter: NumberFilter,
  member: string,
  values: readonly number[],
): readonly Condition[] => {
  const { operator, isNegated } = filter;
  if (operator === 'between') return [{ member, op: 'between', values: [...values].sort((a, b) => a - b) }];
  return [{ member, op: isNegated ? opposite[operator] : operator, values: [...values] }];
};

export const numberOptions = (context: MemberContext, filter: NumberFilter): readonly Option[] =>
  narrowed(context, filter.target?.readings ?? [], filter.target?.scope ?? null).flatMap(
    (reading): readonly Option[] => {
      if (reading.kind !== 'dimension' || reading.dimension.type !== 'number') return [];
      const values = scaled(filter, reading.dimension.unit, null);
      if (values === null || (filter.operator === 'between' && filter.isNegated)) return [];
      return places(context, reading.dimension, filter.target?.scope ?? null).map((place) => ({
        filters: numberCondition(filter, place.reach.name, values).map((one) => ({
          condition: one,
          link: null,
          isOnMetric: false,
        })),
        cost: reading.cost + place.cost,
      }));
    },
  );
