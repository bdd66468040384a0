import { freshSeed } from './fresh-seed.js';

export const isLong = process.env.DATAMIND_TEST_LONG === '1';

/**
 * Of many like cases: all in the long run, every `share`-th in the short one.
 * @param nth of those who take a share of the same cases: each takes others
 */
export const partOf = <T>(cases: readonly T[], share: number, nth = 0): readonly T[] =>
  isLong ? cases : cases.filter((_, at) => (at + nth + freshSeed()) % share === 0);
