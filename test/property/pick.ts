/** Blueprints are numbers that shrink towards 0; what they choose depends on what there is to choose from. */
import fc from 'fast-check';

export const choice: fc.Arbitrary<number> = fc.noBias(fc.nat(999_999));

export const choices = (minimum: number, maximum: number): fc.Arbitrary<number[]> =>
  fc.array(choice, { minLength: minimum, maxLength: maximum, size: 'max' });

export const pick = <T>(from: readonly T[], by: number): T => from[by % from.length]!;

/** True in so many of a hundred; never for 0, so that shrinking removes what is optional. */
export const isChosen = (by: number, percent: number): boolean => by % 100 > 0 && by % 100 <= percent;

/** A choice that does not hang together with the one made by the same number. */
export const again = (by: number, salt: number): number => Math.floor(by / (salt + 1)) + salt * by;
