/** The types of values as the rules of `CONTEXT.md` see them. */
import type { CheckType } from './bind-scope.js';
import type { ValueType } from './expression.js';

const typeNames: Readonly<Record<CheckType, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date',
  timestamp: 'a timestamp',
  instant: 'an instant',
  utc: 'a time in UTC',
  unknown: 'unknown',
};
export const nameType = (type: CheckType): string => typeNames[type];

export const zoned = (type: CheckType): boolean => type === 'instant' || type === 'utc';
export const isTemporal = (type: CheckType): boolean => type === 'date' || type === 'timestamp' || zoned(type);

/** Why a time with a zone takes no part. */
export const zoneHint = 'its day depends on the time zone of who asks; group by it with a grain in the query instead';

/** Casts that mean the same everywhere; what is missing is refused. */
export const castable: Readonly<Record<string, ReadonlySet<CheckType>>> = {
  string: new Set(['string', 'number', 'boolean', 'date', 'timestamp', 'unknown']),
  integer: new Set(['string', 'number', 'boolean', 'unknown']),
  decimal: new Set(['string', 'number', 'unknown']),
  float: new Set(['string', 'number', 'unknown']),
  boolean: new Set(['boolean', 'number', 'unknown']),
  date: new Set(['string', 'date', 'timestamp', 'unknown']),
  timestamp: new Set(['string', 'date', 'timestamp', 'unknown']),
};
export const castResult: Readonly<Record<string, ValueType>> = {
  string: 'string',
  integer: 'number',
  decimal: 'number',
  float: 'number',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
};

export const shownType = (type: CheckType): ValueType => (type === 'utc' ? 'timestamp' : type);
