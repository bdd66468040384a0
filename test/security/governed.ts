import type { Parameter } from '../../core/plugin/contract.js';

/** What governance made of a statement: all that the oracle knows of the product. */
export type Verdict =
  | { readonly refused: string; readonly message: string }
  | { readonly sql: string; readonly parameters: readonly Parameter[] };

export type Governed = (sql: string) => Promise<Verdict>;

export const isRefused = (verdict: Verdict): verdict is Extract<Verdict, { refused: string }> => 'refused' in verdict;
