/** Conditions of a query as functions of three-valued truth over a value, a row, or a finished row. */
import type { ReferenceCondition, ReferenceFilter, ReferenceMetricCondition } from './authored-model.js';
import { cut, isOnCalendar, shift, toInstant } from './calendar.js';
import { allOf, anyOf, matchesPattern, not } from './compute-expression.js';
import { instant, timestamp } from './data.js';
import { keyColumns } from './find-paths.js';
import { parseTimeRange, type Range } from './parse-time-range.js';
import { refuse } from './refusal.js';
import { asTimestampText, compareValues, isTime, keyOf, parseExact, type TimeValue, type Value } from './value.js';
import type { At, World } from './world.js';

export type Truth = boolean | null;
export type ValueTest = (value: Value) => Truth;
export type MemberType = 'string' | 'number' | 'boolean' | 'time';

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && isOnCalendar(text);
const isMoment = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) && isOnCalendar(text);

const unknownOfNull =
  (test: (value: Exclude<Value, null>) => Truth): ValueTest =>
  (value) =>
    value === null ? null : test(value);

/** A bound given in local time beside a stored value: moments are compared with moments. */
const besideStored = (local: string, stored: TimeValue, world: World): TimeValue =>
  stored.kind === 'instant' ? instant(toInstant(local, world.calendar.zone)) : timestamp(local);

const isAtOrAfter = (value: Value, local: string, world: World): boolean => {
  if (!isTime(value)) throw new Error('not a time');
  const stored = value.kind === 'date' ? timestamp(asTimestampText(value)) : value;
  return compareValues(stored, besideStored(local, stored, world)) >= 0;
};

export const isInRange = (value: Value, range: Range, world: World): boolean =>
  value !== null &&
  (range.from === null || isAtOrAfter(value, range.from, world)) &&
  (range.to === null || !isAtOrAfter(value, range.to, world));

export function readRange(range: string | readonly [string | null, string | null], world: World): Range {
  if (typeof range === 'string') return checked(parseTimeRange(range, world.now, world.calendar));
  const bound = (text: string | null): string | null =>
    text === null
      ? null
      : isDay(text) || isMoment(text)
        ? timestamp(isDay(text) ? `${text}T00:00:00` : text).text
        : refuse('TIME_RANGE_INVALID', text);
  return checked({ from: bound(range[0]), to: bound(range[1]) });
}

const checked = (range: Range): Range =>
  range.from !== null && range.to !== null && range.from >= range.to
    ? refuse('TIME_RANGE_INVALID', 'a range must end after it begins')
    : range;

/** A date stands for its whole day, a timestamp for the moment. */
function timeTest(condition: ReferenceCondition, world: World): ValueTest {
  const texts = (condition.values ?? []).map((value) =>
    typeof value === 'string' ? value : refuse('TYPE_MISMATCH', 'a time is given as text'),
  );
  if (condition.op === 'between' && texts.length === 1) {
    const range = readRange(texts[0]!, world);
    return unknownOfNull((value) => isInRange(value, range, world));
  }
  const spans = texts.map((text) => {
    if (!isDay(text) && !isMoment(text)) return refuse('TYPE_MISMATCH', `${text} is not a time`);
    const from = timestamp(isDay(text) ? `${text}T00:00:00` : text).text;
    return { from, day: isDay(text), to: isDay(text) ? shift(cut(from, 'day', world.calendar), 1, 'day') : from };
  });
  type Span = (typeof spans)[number];
  const after = (value: Value, local: string): boolean => isAtOrAfter(value, local, world);
  const exactly = (value: Value, local: string): boolean => {
    const stored = value as TimeValue;
    return asTimestampText(stored) === besideStored(local, stored, world).text;
  };
  const within = (value: Value, span: Span): boolean =>
    span.day ? after(value, span.from) && !after(value, span.to) : exactly(value, span.from);
  const [first, second] = spans as [Span, Span?];
  const tests: Readonly<Record<string, (value: Value) => Truth>> = {
    eq: (value) => within(value, first),
    ne: (value) => !within(value, first),
    in: (value) => spans.some((span) => within(value, span)),
    not_in: (value) => !spans.some((span) => within(value, span)),
    gt: (value) => after(value, first.to) && !(exactly(value, first.from) && !first.day),
    gte: (value) => after(value, first.from),
    lt: (value) => !after(value, first.from),
    lte: (value) => within(value, first) || !after(value, first.from),
    between: (value) => after(value, first.from) && !after(value, second!.from),
  };
  const test = tests[condition.op] ?? refuse('TYPE_MISMATCH', `${condition.op} is not for times`);
  if (condition.op === 'between' && first.from >= second!.from) refuse('TIME_RANGE_INVALID', 'empty');
  return unknownOfNull(test);
}

const textOperators = ['like', 'not_like', 'contains', 'starts_with', 'ends_with'];
const counts: Readonly<Record<string, readonly [number, number]>> = {
  is_null: [0, 0],
  not_null: [0, 0],
  in: [1, 10_000],
  not_in: [1, 10_000],
  under: [1, 10_000],
  between: [2, 2],
};

export function valueTest(condition: ReferenceCondition, type: MemberType, world: World): ValueTest {
  const given = condition.values ?? [];
  if (given.includes(null)) refuse('TYPE_MISMATCH', 'null is asked for by is_null');
  const [least, most] = type === 'time' && condition.op === 'between' ? [1, 2] : (counts[condition.op] ?? [1, 1]);
  if (given.length < least || given.length > most) refuse('QUERY_INVALID', `${condition.op} takes other values`);
  if (condition.op === 'is_null') return (value) => value === null;
  if (condition.op === 'not_null') return (value) => value !== null;
  if (type === 'time') return timeTest(condition, world);
  if (textOperators.includes(condition.op) && type !== 'string') refuse('TYPE_MISMATCH', `${condition.op} is for text`);
  const values = given.map((value): Exclude<Value, null> => {
    if (typeof value !== type) return refuse('TYPE_MISMATCH', `${value} is no ${type}`);
    return typeof value === 'number' ? parseExact(decimalDigits(value)) : value!;
  });
  const [first, second] = values as [Exclude<Value, null>, Exclude<Value, null>];
  const text = first as string;
  const same = (value: Value): boolean => values.some((candidate) => compareValues(value, candidate) === 0);
  const tests: Readonly<Record<string, (value: Exclude<Value, null>) => boolean>> = {
    eq: same,
    in: same,
    ne: (value) => !same(value),
    not_in: (value) => !same(value),
    gt: (value) => compareValues(value, first) > 0,
    gte: (value) => compareValues(value, first) >= 0,
    lt: (value) => compareValues(value, first) < 0,
    lte: (value) => compareValues(value, first) <= 0,
    between: (value) => compareValues(value, first) >= 0 && compareValues(value, second) <= 0,
    like: (value) => matchesPattern(value as string, text),
    not_like: (value) => !matchesPattern(value as string, text),
    contains: (value) => (value as string).includes(text),
    starts_with: (value) => (value as string).startsWith(text),
    ends_with: (value) => (value as string).endsWith(text),
  };
  return unknownOfNull(tests[condition.op] ?? refuse('QUERY_INVALID', `no operator ${condition.op}`));
}

const decimalDigits = (value: number): string => {
  const digits = String(value);
  return digits.includes('e') ? value.toFixed(20) : digits;
};

/** Whether a row of a hierarchy's entity is one of the members, or below one. */
export function underTest(
  hierarchy: string,
  entity: string,
  condition: ReferenceCondition,
  world: World,
): (at: At) => Truth {
  const body = world.entity(entity).hierarchies![hierarchy]!;
  const values = condition.values ?? [];
  if (values.length === 0) refuse('QUERY_INVALID', 'under takes values');
  if ('parent' in body) {
    const key = keyColumns(world.model, entity)[0]!;
    const step = world.graph.follow(entity, [body.parent]).steps[0]!;
    const wanted = new Set(values.map((value) => keyOf(typeof value === 'number' ? parseExact(String(value)) : value)));
    return ({ row }) => {
      if (row === null) return null;
      const seen = new Set<unknown>();
      for (
        let member: typeof row | undefined = row;
        member && !seen.has(member);
        member = world.next(member, step)[0]
      ) {
        if (wanted.has(keyOf(member[key] ?? null))) return true;
        seen.add(member);
      }
      return false;
    };
  }
  const levels = 'levels' in body ? body.levels : body;
  if (values.length > levels.length) refuse('QUERY_INVALID', 'a path is not longer than its hierarchy');
  const tests = values.map((value, at) => {
    const { type } = world.entity(entity).dimensions![levels[at]!]!;
    return valueTest({ member: levels[at]!, op: 'eq', values: [value] }, type, world);
  });
  return (at) => allOf(tests.map((test, level) => test(world.dimension(levels[level]!, at))));
}

type AnyCondition = ReferenceCondition | ReferenceMetricCondition;

function leavesIn(filter: ReferenceFilter): readonly AnyCondition[] {
  if ('and' in filter) return filter.and.flatMap(leavesIn);
  if ('or' in filter) return filter.or.flatMap(leavesIn);
  if ('not' in filter) return leavesIn(filter.not);
  return [filter];
}

/** The conditions on members in a tree. */
export const conditionsIn = (filter: ReferenceFilter): readonly ReferenceCondition[] =>
  leavesIn(filter).flatMap((one) => ('member' in one ? [one] : []));

/** The conditions on metrics per entity in a tree; those within them are not among them. */
export const perEntityIn = (filter: ReferenceFilter): readonly ReferenceMetricCondition[] =>
  leavesIn(filter).flatMap((one) => ('metric' in one ? [one] : []));

/** The branches of a top-level `and`, however nested. */
export const branchesOf = (filter: ReferenceFilter): readonly ReferenceFilter[] =>
  'and' in filter ? filter.and.flatMap(branchesOf) : [filter];

export function truthOf(filter: ReferenceFilter, test: (condition: AnyCondition) => Truth): Truth {
  if ('and' in filter) return allOf(filter.and.map((branch) => truthOf(branch, test)));
  if ('or' in filter) return anyOf(filter.or.map((branch) => truthOf(branch, test)));
  if ('not' in filter) return not(truthOf(filter.not, test));
  return test(filter);
}
