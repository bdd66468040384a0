/** A seed that no run had before; it is always printed. */
export const freshSeed = (): number => Math.floor(Math.random() * 2 ** 31);
