/** What was asked before in a conversation, in the few words that a follow-up needs: the queries, never the rows. */
import type { PersonalTokens } from '../../core/pii/tokenise-personal.js';
import type { SemanticQuery } from '../../core/query/semantic-query.js';
import { jsonLine } from './fence.js';

export interface ShownTurn {
  readonly question: string;
  readonly query: SemanticQuery | null;
  readonly sql: string | null;
}

interface HistoryOptions {
  readonly tokens: PersonalTokens;
  /** Whether values of the member may be said. */
  readonly isSayable: (member: string) => boolean;
  readonly countTokens: (text: string) => number;
  /** Tokens for all of it. */
  readonly budget?: number;
}

const usualBudget = 500;
const longestQuestion = 160;
const longestSql = 400;

/** Texts that queries compare with are tokens where they are, or may be, somebody's. */
const withoutPersons = (node: unknown, { tokens, isSayable }: HistoryOptions): unknown => {
  const visit = (value: unknown, mayBeSaid: boolean): unknown => {
    if (typeof value === 'string') return mayBeSaid ? tokens.tokenise(value) : tokens.tokenFor(value);
    if (Array.isArray(value)) return value.map((one) => visit(one, mayBeSaid));
    if (typeof value !== 'object' || value === null) return value;
    const member = (value as { readonly member?: unknown }).member;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        visit(inner, key !== 'values' || typeof member !== 'string' || isSayable(member)),
      ]),
    );
  };
  return visit(node, true);
};

/** What stands between quotes in SQL may be anybody's. */
const sqlWithoutValues = (sql: string, { tokens }: HistoryOptions): string =>
  tokens.tokenise(sql.replace(/'((?:[^']|'')*)'/g, (_, value: string) => `'${tokens.tokenFor(value)}'`));

const shorten = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

/** The newest turn is whole; of older ones the query, then only the question, as far as there is room. */
export const showHistory = (turns: readonly ShownTurn[], options: HistoryOptions): string => {
  const { tokens, countTokens, budget = usualBudget } = options;
  // Values first: a name that was compared with is then known in the questions too.
  const queries = new Map(
    turns.map((turn) => [
      turn,
      {
        ...(turn.query !== null && { query: withoutPersons(turn.query, options) }),
        ...(turn.sql !== null && { sql: shorten(sqlWithoutValues(turn.sql, options), longestSql) }),
      },
    ]),
  );
  const asked = (turn: ShownTurn): string => shorten(tokens.tokenise(turn.question), longestQuestion);
  const whole = (turn: ShownTurn): string => jsonLine({ asked: asked(turn), ...queries.get(turn) });
  const lines: string[] = [];
  let left = budget;
  for (const [index, turn] of [...turns].reverse().entries()) {
    const choices = index === 0 ? [whole(turn)] : [whole(turn), jsonLine({ asked: asked(turn) })];
    const fits = choices.find((text) => index === 0 || countTokens(text) <= left);
    if (fits === undefined) break;
    left -= countTokens(fits);
    lines.unshift(fits);
  }
  return lines.join('\n');
};
