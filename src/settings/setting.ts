/** One variable of the environment. */
export interface Setting<T> {
  readonly fallback: T;
  /** The value, or a sentence about what it must be. */
  readonly read: (text: string) => { readonly value: T } | { readonly must: string };
}
