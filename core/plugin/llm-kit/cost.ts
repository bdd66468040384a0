/** Money for a million tokens, by model: it is what whoever configures it pays, so nothing is known beforehand. */
export interface PriceTable {
  readonly currency: string;
  readonly models: Readonly<Record<string, ModelPrice>>;
}

interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of input that the provider had kept; as `input` when absent. */
  readonly cachedInput?: number;
  /** Of input that the provider keeps from now on; as `input` when absent. */
  readonly cacheWrite?: number;
}

/** Tokens of one try, or of several. */
export interface Counts {
  /** All of the prompt, cached or not. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input, what had been kept. */
  readonly cachedTokens: number;
  /** Of the input, what is kept from now on. */
  readonly writtenTokens: number;
}

const million = 1_000_000;

/** @param models the names that the table may have it under, the most exact first */
export const costOf = (
  { inputTokens, outputTokens, cachedTokens, writtenTokens }: Counts,
  table: PriceTable | undefined,
  models: readonly string[],
): { readonly amount: number; readonly currency: string } | null => {
  const name = models.find((model) => table !== undefined && Object.hasOwn(table.models, model));
  const price = name === undefined ? undefined : table?.models[name];
  if (table === undefined || price === undefined) return null;
  const { input, output, cachedInput = input, cacheWrite = input } = price;
  const plain = Math.max(0, inputTokens - cachedTokens - writtenTokens);
  const amount = plain * input + cachedTokens * cachedInput + writtenTokens * cacheWrite + outputTokens * output;
  return { amount: Number((amount / million).toFixed(9)), currency: table.currency };
};
