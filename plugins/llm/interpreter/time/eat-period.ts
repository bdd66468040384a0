/** Parts that periods are said with: units, `last 3`, years, fiscal years. */
import type { Grain } from 'datamind/contract';
import { readAmount } from '../numbers.js';
import { type Bounded, day, periodAt, yearOf } from './calendar.js';
import { eat, type Place, type TimeExpression } from './expression.js';

type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

export const made = (
  span: Bounded,
  length: number,
  unit: Grain | null,
  words: string | null = null,
  more: Partial<TimeExpression> = {},
): TimeExpression => ({ ...span, length, unit, words, note: null, ...more });

export const own = <T>(record: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

const units = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

const eatUnit = (place: Place, at: number): { readonly unit: Unit; readonly length: number } | null => {
  for (const unit of units) {
    const length = eat(place, at, place.language.time.units[unit]);
    if (length > 0) return { unit, length };
  }
  return null;
};

export const eatGrain = (place: Place, at: number): { readonly grain: Grain; readonly length: number } | null => {
  const fiscal = eat(place, at, place.language.time.fiscal);
  const unit = eatUnit(place, at + fiscal);
  if (unit === null) return null;
  if (fiscal > 0 && unit.unit !== 'quarter' && unit.unit !== 'year') return null;
  const grain: Grain = fiscal > 0 ? `fiscal_${unit.unit as 'quarter' | 'year'}` : unit.unit;
  const after = place.language.time.qualifierAfter ? eat(place, at + unit.length, place.language.time.fiscal) : 0;
  if (after > 0 && (unit.unit === 'quarter' || unit.unit === 'year')) {
    return { grain: `fiscal_${unit.unit}`, length: unit.length + after };
  }
  return { grain, length: fiscal + unit.length };
};

export const sayGrain = (grain: Grain, count = 1): string => `${grain.replace('_', ' ')}${count === 1 ? '' : 's'}`;

export const plainYear = (place: Place, at: number): number | null => {
  const token = place.tokens[at];
  if (token?.kind !== 'number' || !/^\d{4}$/.test(token.norm)) return null;
  return token.value! >= 1900 && token.value! <= 2199 ? token.value! : null;
};

type Year = { readonly year: number; readonly isFiscal: boolean; readonly length: number };

/** `FY2026`, `FY 26`, `fiscal year 2026`, `fiscal 2026`. */
export const eatFiscalYear = (place: Place, at: number): Year | null => {
  const { time } = place.language;
  const token = place.tokens[at];
  const joined = /^([\p{L}]+)(\d{2}|\d{4})$/u.exec(token?.norm ?? '');
  const full = (digits: string): number => (digits.length === 2 ? 2000 + Number(digits) : Number(digits));
  if (joined !== null && time.fiscalYear.includes(joined[1]!)) {
    return { year: full(joined[2]!), isFiscal: true, length: 1 };
  }
  let length = eat(place, at, time.fiscalYear);
  if (length === 0) {
    const fiscal = eat(place, at, time.fiscal);
    if (fiscal > 0) length = fiscal + eat(place, at + fiscal, time.units.year);
    else if (time.qualifierAfter) {
      const unit = eat(place, at, time.units.year);
      const after = unit > 0 ? eat(place, at + unit, time.fiscal) : 0;
      length = after > 0 ? unit + after : 0;
    }
  }
  if (length === 0) return null;
  const number = place.tokens[at + length];
  if (number?.kind !== 'number' || !/^(\d{2}|\d{4})$/.test(number.norm)) return null;
  return { year: full(number.norm), isFiscal: true, length: length + 1 };
};

/** The year that a month, quarter or half is of. */
export const eatYear = (place: Place, at: number): Year | null => {
  const { time } = place.language;
  let start = at;
  if (place.tokens[start]?.norm === ',') start += 1;
  start += eat(place, start, time.of);
  start += eat(place, start, time.of);
  const skipped = start - at;
  const fiscal = eatFiscalYear(place, start);
  if (fiscal !== null) return { ...fiscal, length: fiscal.length + skipped };
  const unit = eat(place, start, time.units.year);
  const year = plainYear(place, start + unit);
  if (year !== null) return { year, isFiscal: false, length: skipped + unit + 1 };
  const named = eatRelative(place, start);
  if (named === null || (named.grain !== 'year' && named.grain !== 'fiscal_year') || named.count !== 1) return null;
  const { low, high } = periodAt(place.calendar, named.grain, named.moved);
  const isFiscal = named.grain === 'fiscal_year';
  return { year: isFiscal ? yearOf(high - day) : yearOf(low), isFiscal, length: skipped + named.length };
};

interface Relative {
  readonly grain: Grain;
  readonly moved: number;
  readonly count: number;
  readonly kind: 'this' | 'last' | 'next' | 'past';
  readonly length: number;
}

const kinds = ['past', 'last', 'next', 'this'] as const;

/** `last 3 full months`, `this fiscal year`, and `bulan lalu` where the unit comes first. */
export const eatRelative = (place: Place, at: number): Relative | null => {
  const { time } = place.language;
  for (const kind of kinds) {
    const word = eat(place, at, time[kind]);
    if (word === 0) continue;
    let next = at + word;
    // `the past last month` is nobody's way to speak; `over the last` is.
    const amount = readAmount(place.tokens, next, place.language);
    const isCount = amount !== null && Number.isInteger(amount.value) && amount.currency === null && amount.value > 0;
    if (isCount) next += amount.length;
    next += eat(place, next, time.full);
    const unit = eatGrain(place, next);
    if (unit === null) continue;
    const count = isCount ? amount.value : 1;
    if (count > 99_999 || (kind === 'this' && isCount)) return null;
    return relative(unit.grain, kind, count, next + unit.length - at);
  }
  if (!time.qualifierAfter) return null;
  const amount = readAmount(place.tokens, at, place.language);
  const lead = amount !== null && Number.isInteger(amount.value) && amount.value > 0 ? amount.length : 0;
  const unit = eatGrain(place, at + lead);
  if (unit === null) return null;
  for (const kind of kinds) {
    const word = eat(place, at + lead + unit.length, time[kind]);
    if (word === 0 || (kind === 'this' && lead > 0)) continue;
    const count = lead > 0 ? amount!.value : 1;
    return count > 99_999 ? null : relative(unit.grain, kind, count, lead + unit.length + word);
  }
  return null;
};

const relative = (grain: Grain, kind: Relative['kind'], count: number, length: number): Relative => ({
  grain,
  kind,
  count,
  length,
  moved: kind === 'last' ? -count : kind === 'next' ? 1 : 0,
});
