/**
 * The values of the reference evaluator. Exact numbers are whole units at a decimal scale, floats are JavaScript numbers;
 * times carry a text of fixed width, so that comparing texts compares times.
 */
export interface Exact {
  readonly kind: 'exact';
  readonly units: bigint;
  readonly scale: number;
}

/** `date`: `YYYY-MM-DD`; `timestamp`: `YYYY-MM-DDTHH:MM:SS.ffffff`, no zone; `instant`: the same in UTC. */
export interface TimeValue {
  readonly kind: 'date' | 'timestamp' | 'instant';
  readonly text: string;
}

export type Value = null | string | boolean | number | Exact | TimeValue;

export const isExact = (value: Value): value is Exact =>
  typeof value === 'object' && value !== null && value.kind === 'exact';
export const isTime = (value: Value): value is TimeValue =>
  typeof value === 'object' && value !== null && value.kind !== 'exact';
export const isNumeric = (value: Value): value is number | Exact => typeof value === 'number' || isExact(value);

export const exact = (units: bigint, scale = 0): Exact => ({ kind: 'exact', units, scale });
export const whole = (count: number): Exact => exact(BigInt(count));

export function parseExact(digits: string): Exact {
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(digits);
  if (!match) throw new Error(`not a number: ${digits}`);
  const fraction = match[3] ?? '';
  const units = BigInt(`${match[2]}${fraction}` || '0');
  return exact(match[1] === '-' ? -units : units, fraction.length);
}

const aligned = (a: Exact, b: Exact): [bigint, bigint, number] => {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
};

export function spellExact(value: Exact): string {
  const negative = value.units < 0n;
  const digits = String(negative ? -value.units : value.units).padStart(value.scale + 1, '0');
  const point = digits.length - value.scale;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${negative ? '-' : ''}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

export const toDouble = (value: number | Exact): number =>
  typeof value === 'number' ? value : Number(spellExact(value));

export function add(a: number | Exact, b: number | Exact): number | Exact {
  if (!isExact(a) || !isExact(b)) return toDouble(a) + toDouble(b);
  const [left, right, scale] = aligned(a, b);
  return exact(left + right, scale);
}

export const negate = (a: number | Exact): number | Exact => (isExact(a) ? exact(-a.units, a.scale) : -a);

export function multiply(a: number | Exact, b: number | Exact): number | Exact {
  if (!isExact(a) || !isExact(b)) return toDouble(a) * toDouble(b);
  return exact(a.units * b.units, a.scale + b.scale);
}

/** In double precision; null for a divisor of zero. */
export const divide = (a: number | Exact, b: number | Exact): number | null =>
  toDouble(b) === 0 ? null : toDouble(a) / toDouble(b);

/** The remainder with the sign of the dividend; null for a divisor of zero. */
export function remainder(a: number | Exact, b: number | Exact): number | Exact | null {
  if (toDouble(b) === 0) return null;
  if (!isExact(a) || !isExact(b)) return toDouble(a) % toDouble(b);
  const [left, right, scale] = aligned(a, b);
  return exact(left % right, scale);
}

const compareText = (a: string, b: string): number => {
  const left = [...a];
  const right = [...b];
  for (let at = 0; at < left.length && at < right.length; at += 1) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

/** A date stands for its midnight beside a timestamp. */
export const asTimestampText = (value: TimeValue): string =>
  value.kind === 'date' ? `${value.text}T00:00:00.000000` : value.text;

/** Below 0, 0, above 0. Neither may be null, both of one type. Text by code points. */
export function compareValues(a: Value, b: Value): number {
  if (isNumeric(a) && isNumeric(b)) {
    if (!isExact(a) || !isExact(b)) return toDouble(a) - toDouble(b);
    const [left, right] = aligned(a, b);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (isTime(a) && isTime(b) && (a.kind === 'instant') === (b.kind === 'instant')) {
    const left = asTimestampText(a);
    const right = asTimestampText(b);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  throw new Error(`cannot compare ${JSON.stringify(spell(a))} with ${JSON.stringify(spell(b))}`);
}

/** One text for each distinct value, also for null. */
export function keyOf(value: Value): string {
  if (value === null) return 'null';
  if (isExact(value)) return `n${spellExact(value)}`;
  if (isTime(value)) return `t${asTimestampText(value)}${value.kind === 'instant' ? 'Z' : ''}`;
  return typeof value === 'number' ? `n${value}` : `${typeof value === 'string' ? 's' : 'b'}${value}`;
}

/** The spelling of a result set: exact numbers by their digits, timestamps without a fraction that is zero. */
export function spell(value: Value): null | string | number | boolean {
  if (isExact(value)) return spellExact(value);
  if (isTime(value)) return value.text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  return value;
}
