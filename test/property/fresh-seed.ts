/**
 * The seed of a run, always printed: `DATAMIND_SEED` where it is set; else the same each time, so that `npm test` says the
 * same of the same code; a new one each time in the long run, which is where what was never tried is looked for.
 */
export const freshSeed = (): number => {
  const { DATAMIND_SEED, DATAMIND_TEST_LONG } = process.env;
  if (DATAMIND_SEED !== undefined) return Number(DATAMIND_SEED);
  return DATAMIND_TEST_LONG === '1' ? Math.floor(Math.random() * 2 ** 31) : 7;
};
