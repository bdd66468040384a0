/** How large a statement may be. What is above is refused with `SQL_TOO_LARGE` or with the rule that names the limit. */
export interface Limits {
  /** Characters of the text. */
  readonly size: number;
  /** Parentheses, brackets and CASE within one another. */
  readonly depth: number;
  /** Signs and NOT in a row. */
  readonly chain: number;
  /** Relations in FROM and JOIN, all together. */
  readonly relations: number;
  /** Relations of one SELECT that no condition joins to another, beyond the first. */
  readonly unjoined: number;
  /** Rows or elements that one generator may make, and all of a statement multiplied; infinite: nothing that repeats is judged. */
  readonly generated: number;
  readonly generatedTogether: number;
  /** The largest count for functions that repeat. */
  readonly repeated: number;
}

export const defaultLimits: Limits = Object.freeze({
  size: 200_000,
  depth: 100,
  chain: 20,
  relations: 60,
  unjoined: 2,
  generated: 1_000_000,
  generatedTogether: 100_000_000,
  repeated: 10_000,
});

/** For what the planner wrote: as large as a query over many facts becomes, and its own generators of periods. */
export const plannedLimits: Limits = Object.freeze({
  size: 4_000_000,
  depth: 300,
  chain: 20,
  relations: 1_000,
  unjoined: 200,
  generated: Number.POSITIVE_INFINITY,
  generatedTogether: Number.POSITIVE_INFINITY,
  repeated: Number.POSITIVE_INFINITY,
});
