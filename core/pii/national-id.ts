/** A number by which a state knows a person. */
export interface NationalId {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly name: string;
  /** Who publishes the rule. */
  readonly source: string;
  /**
   * How it is written, as {@link Form}s: in groups that say enough in a free text (`grouped`), and as any number could be
   * written, too (`plain`).
   */
  readonly grouped?: readonly string[];
  readonly plain: readonly string[];
  /** Whether a plain one may be told in a free text without a word beside it. */
  readonly alone: boolean;
  /** The share of values of its shape that pass by chance: random ones, or where it begins with a date, those that do so too. */
  readonly chance: number;
  /** @param text in upper case, without separators */
  readonly test: (text: string) => boolean;
}

/**
 * The groups of a text and what stands between them: `d` digits, `a` letters, `m` both, each with its length, so that
 * `078-05-1120` has the form `d3-d2-d4`.
 */
export type Form = string;
