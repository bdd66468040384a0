import { freshSeed } from './fresh-seed.js';

export const isLong = process.env.DATAMIND_TEST_LONG === '1';

/** Of many like cases: all in the long run, every `share`-th in the short one. */
export const partOf = <T>(cases: readonly T[], share: number): readonly T[] =>
  isLong ? cases : cases.filter((_, at) => (at + freshSeed()) % share === 0);
