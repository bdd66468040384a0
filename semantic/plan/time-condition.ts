import { DataMindError } from '../../core/errors/datamind-error.js';
import { and, compare, or, parameter, type Sql } from '../../core/sql/statement.js';
import type { TimeStorage } from '../model/model.js';
import { dayMs, isMidnight, isoDate, isoTimestamp, parseLocal } from './calendar.js';
import type { Operator } from '../../core/query/semantic-query.js';
import { parseTimeRange, type Clock, type TimeRange } from './time-range.js';
import { localToInstant } from './zone.js';

type Comparison = '=' | '<' | '<=' | '>' | '>=';

/** Compares a stored time with a local moment, in the column's own terms, so that an index serves. */
const compareTime = (stored: Sql, stores: TimeStorage, operator: Comparison, local: number, zone: string): Sql => {
  if (stores === 'date') return compareDate(stored, operator, local);
  const ms = stores === 'local' ? local : localToInstant(zone, local);
  // A date is enough, and needs no spelling of the time to be agreed upon.
  const midnight = stores !== 'instant' && isMidnight(ms) && (operator === '>=' || operator === '<');
  const value = midnight
    ? parameter('date', isoDate(ms))
    : stores === 'instant'
      ? parameter('timestamptz', `${isoTimestamp(ms, true)}Z`)
      : parameter('timestamp', isoTimestamp(ms, true));
  return compare({ kind: 'stored_time', operand: stored, stores, midnight }, operator, value);
};

/** A date is its midnight: a bound with a time of day lies between two dates. */
const compareDate = (stored: Sql, operator: Comparison, local: number): Sql => {
  const day = Math.floor(local / dayMs) * dayMs;
  const date = (ms: number): Sql => parameter('date', isoDate(ms));
  if (day === local) return compare(stored, operator, date(day));
  switch (operator) {
    case '=':
      return never(stored);
    case '<':
    case '<=':
      return compare(stored, '<', date(day + dayMs));
    case '>':
    case '>=':
      return compare(stored, '>=', date(day + dayMs));
  }
};

/** False, but unknown for null. */
const never = (stored: Sql): Sql => compare(stored, '<>', stored);

/** The condition that a stored time lies in a range; empty when the range is open on both sides. */
export const inRange = (stored: Sql, stores: TimeStorage, range: TimeRange, zone: string): readonly Sql[] => [
  ...(range.low === null ? [] : [compareTime(stored, stores, '>=', range.low, zone)]),
  ...(range.high === null ? [] : [compareTime(stored, stores, '<', range.high, zone)]),
];

type Moment = { readonly low: number; readonly high: number | null };

/** A value of a condition: a moment, or with `high` a stretch of time, such as a whole day. */
const readValue = (value: string | number | boolean, clock: Clock, at: string): Moment => {
  if (typeof value !== 'string') {
    throw new DataMindError('TYPE_MISMATCH', 'A time is compared with a text such as "2024-03-05".', { at });
  }
  const parsed = parseLocal(value);
  if (parsed !== null) return { low: parsed.ms, high: parsed.isDate ? parsed.ms + dayMs : null };
  if (/^\d{4}-\d{2}-\d{2}[T ]/.test(value)) return { low: parseTimeRange([value, null], clock, at).low!, high: null };
  const range = parseTimeRange(value, clock, at);
  if (range.low === null || range.high === null) {
    throw new DataMindError('TIME_RANGE_INVALID', 'A time must be compared with a stretch that has both ends.', { at });
  }
  return { low: range.low, high: range.high };
};

/** A condition on a time dimension; the operators mean what `CONTEXT.md` says under "Conditions". */
export const timeCondition = (
  stored: Sql,
  stores: TimeStorage,
  op: Operator,
  values: readonly (string | number | boolean)[],
  clock: Clock,
  zone: string,
  at: string,
): Sql => {
  const than = (operator: Comparison, local: number): Sql => compareTime(stored, stores, operator, local, zone);
  const within = ({ low, high }: Moment): Sql =>
    high === null ? than('=', low) : and([than('>=', low), than('<', high)]);
  const moments = (): readonly Moment[] => values.map((value) => readValue(value, clock, at));
  const only = (): Moment => moments()[0]!;
  switch (op) {
    case 'eq':
    case 'in':
      return or(moments().map(within));
    case 'ne':
    case 'not_in':
      return { kind: 'not', operand: or(moments().map(within)) };
    case 'gt': {
      const { low, high } = only();
      return high === null ? than('>', low) : than('>=', high);
    }
    case 'gte':
      return than('>=', only().low);
    case 'lt':
      return than('<', only().low);
    case 'lte': {
      const { low, high } = only();
      return high === null ? than('<=', low) : than('<', high);
    }
    case 'between': {
      const range =
        values.length === 1
          ? parseTimeRange(String(values[0]), clock, at)
          : { low: readValue(values[0]!, clock, at).low, high: readValue(values[1]!, clock, at).low };
      if (range.low !== null && range.high !== null && range.low >= range.high) return never(stored);
      return and(inRange(stored, stores, range, zone));
    }
    case 'is_null':
    case 'not_null':
      return { kind: 'is_null', operand: stored, negated: op === 'not_null' };
    default:
      throw new DataMindError('TYPE_MISMATCH', `The operator "${op}" does not work on a time.`, { at });
  }
};
