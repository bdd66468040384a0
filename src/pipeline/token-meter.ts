import type { TokenUsage } from '../../core/plugin/llm.js';
import type { TokensUsed } from './question.js';

/** What language models took for one question. */
export const createMeter = () => {
  const uses: TokenUsage[] = [];
  return {
    add: (usage: TokenUsage): void => {
      uses.push(usage);
    },
    total: (): TokensUsed | null => {
      if (uses.length === 0) return null;
      const sum = (pick: (usage: TokenUsage) => number): number => uses.reduce((all, usage) => all + pick(usage), 0);
      const costs = uses.map(({ cost }) => cost);
      const currency = costs[0]?.currency;
      const isPriced = costs.every((cost) => cost !== null && cost.currency === currency);
      return {
        input: sum(({ inputTokens }) => inputTokens),
        output: sum(({ outputTokens }) => outputTokens),
        cached: sum(({ cachedTokens }) => cachedTokens),
        calls: sum((usage) => usage.tries),
        cost: isPriced ? { amount: sum(({ cost }) => cost!.amount), currency: currency! } : null,
      };
    },
  };
};

export const addUp = (a: TokensUsed, b: TokensUsed): TokensUsed => ({
  input: a.input + b.input,
  output: a.output + b.output,
  cached: a.cached + b.cached,
  calls: a.calls + b.calls,
  cost:
    a.cost !== null && b.cost !== null && a.cost.currency === b.cost.currency
      ? { amount: a.cost.amount + b.cost.amount, currency: a.cost.currency }
      : null,
});
