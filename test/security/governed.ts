import type { Outcome, SecurityDatabase } from './security-database.js';

/** What governance made of a statement, and what came of it: all that the oracle knows of the product. */
export type Verdict =
  | { readonly refused: string; readonly message: string }
  | { readonly sql: string; readonly outcome: Outcome };

/** Answers statements one after another, on the tables as they are at that moment. */
export type Governed = (statements: readonly string[]) => Promise<readonly Verdict[]>;

export const isRefused = (verdict: Verdict): verdict is Extract<Verdict, { refused: string }> => 'refused' in verdict;

/** A rewriter of texts in the place of the product: what it lets through runs on the bare database. */
export const rewriting =
  (database: SecurityDatabase, rewrite: (sql: string) => string | null): Governed =>
  async (statements) => {
    const verdicts: Verdict[] = [];
    for (const statement of statements) {
      const sql = rewrite(statement);
      verdicts.push(
        sql === null
          ? { refused: 'SQL_NOT_ALLOWED', message: 'refused' }
          : { sql, outcome: await database.run({ sql, parameters: [] }) },
      );
    }
    return verdicts;
  };
