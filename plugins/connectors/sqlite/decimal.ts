/**
 * Decimals in an engine that keeps them as binary floats: each stands for the shortest decimal that is the same float, and
 * up to 15 digits that is the very number which was stored. Arithmetic is done on those decimals, and its result is the
 * float nearest to the exact one; so 0.1 + 0.2 is 0.3. Whole numbers stay whole; beyond 64 bits they become floats, as the
 * engine's own do.
 */
import type { Plain } from './functions.js';
import { plainDigits } from './types.js';

/** `units` × 10^−`scale`. */
interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** The digits of which a float is sure. */
const sureDigits = 15;

const decimalOf = (value: number | bigint): Decimal => {
  if (typeof value === 'bigint') return { units: value, scale: 0 };
  const [whole = '', fraction = ''] = plainDigits(value).split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
};

const isInt64 = (value: bigint): boolean => value >= -(2n ** 63n) && value < 2n ** 63n;

/** A float, or a whole number that is the same as one. */
const isSmall = (value: number | bigint): boolean =>
  typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;

const isNumber = (value: Plain): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

const isFraction = (value: number | bigint): boolean => typeof value === 'number' && !Number.isInteger(value);

const rescaled = ({ units, scale }: Decimal, to: number): bigint => units * 10n ** BigInt(to - scale);

/** The ten-thousandths of a float that is such a decimal of at most 15 digits, as most money is; else null. */
const tenThousandths = (value: number): number | null => {
  const units = Math.round(value * 1e4);
  return Math.abs(units) < 1e15 && units / 1e4 === value ? units : null;
};

/** @param quick the same of ten-thousandths, where that is exact in doubles; else null */
const compute =
  (
    exact: (left: Decimal, right: Decimal) => Decimal,
    native: (left: number, right: number) => number,
    quick: (left: number, right: number) => number | null,
  ) =>
  (left: Plain, right: Plain): number | bigint | null => {
    if (!isNumber(left) || !isNumber(right)) return null;
    if (isFraction(left) || isFraction(right)) {
      const [one, other] = [tenThousandths(Number(left)), tenThousandths(Number(right))];
      const result = one === null || other === null ? null : quick(one, other);
      // Adding 0 makes 0 of −0.
      if (result !== null) return result + 0;
    }
    // Of floats that are no decimals of a sane length only the engine's own arithmetic has a meaning.
    const odd = [left, right].some((side) => typeof side === 'number' && !(Math.abs(side) < 1e60));
    if (odd) return native(Number(left), Number(right));
    const { units, scale } = exact(decimalOf(left), decimalOf(right));
    // In WebAssembly small whole numbers arrive as `number`, so what only one side or the result tells is enough.
    const isWhole = scale === 0 && [left, right, Number(units)].some((side) => !isSmall(side));
    return isWhole && isInt64(units) ? units : Number(`${units}e-${scale}`);
  };

const sum =
  (sign: bigint): ((left: Decimal, right: Decimal) => Decimal) =>
  (left, right) => {
    const scale = Math.max(left.scale, right.scale);
    return { units: rescaled(left, scale) + sign * rescaled(right, scale), scale };
  };

export const add = compute(
  sum(1n),
  (left, right) => left + right,
  (left, right) => (left + right) / 1e4,
);
export const subtract = compute(
  sum(-1n),
  (left, right) => left - right,
  (left, right) => (left - right) / 1e4,
);
export const multiply = compute(
  (left, right) => ({ units: left.units * right.units, scale: left.scale + right.scale }),
  (left, right) => left * right,
  (left, right) => (Math.abs(left * right) < Number.MAX_SAFE_INTEGER ? (left * right) / 1e8 : null),
);

const rest = compute(
  (left, right) => {
    const scale = Math.max(left.scale, right.scale);
    return { units: rescaled(left, scale) % rescaled(right, scale), scale };
  },
  (left, right) => left % right,
  (left, right) => (left % right) / 1e4,
);

/** With the sign of the dividend; null for a divisor of 0. */
export const remainder = (left: Plain, right: Plain): number | bigint | null =>
  Number(right) === 0 ? null : rest(left, right);

/**
 * The decimal that a computed float stands for: digits after the 15th of its terms are noise.
 * @param magnitude how large the terms are together
 */
export const settle = (value: Plain, magnitude: Plain): Plain => {
  if (typeof value !== 'number' || !isNumber(magnitude) || !Number.isFinite(value)) return value;
  const places = sureDigits - 1 - Math.floor(Math.log10(Number(magnitude)));
  // Adding 0 makes 0 of −0.
  return places > 0 && places <= 100 && Math.abs(value) < 1e21 ? Number(value.toFixed(places)) + 0 : value;
};
