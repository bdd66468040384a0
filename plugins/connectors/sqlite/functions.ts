/** The functions that SQLite lacks and that planned statements use. All are deterministic. */
import { createHash } from 'node:crypto';
import { ChildFailure, ownFailures } from './messages.js';
import { add, multiply, remainder, settle, subtract } from './decimal.js';
import { localTime } from './local-time.js';

export type Plain = null | number | bigint | string | Uint8Array;

export interface FunctionRegistry {
  scalar(name: string, run: (...values: Plain[]) => Plain): void;
  aggregate(
    name: string,
    functions: {
      start(): number[][];
      step(state: number[][], value: Plain, fraction?: Plain): void;
      result(state: number[][]): Plain;
    },
  ): void;
}

const numberOf = (value: Plain, name: string): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw new ChildFailure(ownFailures.value, `${name} of something that is no number`);
};

/** As `percentile_cont` of the SQL standard: linear interpolation between the two nearest values. */
const interpolate = (values: number[], fraction: number): number | null => {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return place === below || low === high ? low : low + (high - low) * (place - below);
};

const fractionOf = (value: Plain): number => {
  const fraction = numberOf(value, 'a percentile');
  if (fraction >= 0 && fraction <= 1) return fraction;
  throw new ChildFailure(ownFailures.value, 'a percentile takes a fraction between 0 and 1');
};

/** HMAC-SHA-256 in hexadecimal digits, from the two pads of the key; null of null. */
export const hmac = (outer: Plain, inner: Plain, value: Plain): string | null => {
  if (value === null) return null;
  const pad = (digits: Plain): Buffer => Buffer.from(String(digits), 'hex');
  const within = createHash('sha256')
    .update(pad(inner))
    .update(value instanceof Uint8Array ? value : String(value))
    .digest();
  return createHash('sha256').update(pad(outer)).update(within).digest('hex');
};

export const registerFunctions = (registry: FunctionRegistry): void => {
  registry.scalar('datamind_local', (instant, zone) => localTime(instant, zone));
  registry.scalar('datamind_hmac', (outer, inner, value) => hmac(outer ?? null, inner ?? null, value ?? null));
  registry.scalar('datamind_decimal', (value, magnitude) => settle(value ?? null, magnitude ?? null));
  registry.scalar('datamind_add', (left, right) => add(left ?? null, right ?? null));
  registry.scalar('datamind_subtract', (left, right) => subtract(left ?? null, right ?? null));
  registry.scalar('datamind_multiply', (left, right) => multiply(left ?? null, right ?? null));
  registry.scalar('datamind_remainder', (left, right) => remainder(left ?? null, right ?? null));
  registry.aggregate('datamind_percentile', {
    start: () => [[], []],
    step: ([values, fractions], value, fraction) => {
      if (fractions!.length === 0) fractions!.push(fractionOf(fraction ?? null));
      if (value !== null) values!.push(numberOf(value, 'a percentile'));
    },
    result: ([values, fractions]) => interpolate(values!, fractions![0] ?? 0),
  });
  registry.aggregate('datamind_median', {
    start: () => [[]],
    step: ([values], value) => {
      if (value !== null) values!.push(numberOf(value, 'a median'));
    },
    result: ([values]) => interpolate(values!, 0.5),
  });
};
