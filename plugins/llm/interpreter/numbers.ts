/** Amounts: `10k`, `€5,000`, `3 million`, `twenty five`, `half a million` is not one. */
import type { Language } from './language.js';
import type { Token } from './tokens.js';

export interface Amount {
  readonly value: number;
  readonly length: number;
  /** ISO 4217, where it was said. */
  readonly currency: string | null;
  readonly isPercent: boolean;
  /** Written as a plain whole number of digits. */
  readonly isPlain: boolean;
}

const lookUp = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** A number in words: `five`, `twenty five`, `one hundred twenty`. */
const readWords = (
  tokens: readonly Token[],
  from: number,
  language: Language,
): { readonly value: number; readonly length: number } | null => {
  let value = 0;
  let length = 0;
  while (length < 6) {
    const token = tokens[from + length];
    if (token?.kind !== 'word') break;
    const small = lookUp(language.numbers, token.norm);
    if (small === undefined) break;
    // Only tens take ones: `twenty five`, not `five five`.
    if (length > 0 && !(value % 10 === 0 && value % 100 >= 20 && small < 10 && small > 0)) break;
    value += small;
    length += 1;
  }
  return length === 0 ? null : { value, length };
};

export const readAmount = (tokens: readonly Token[], from: number, language: Language): Amount | null => {
  let at = from;
  let currency: string | null = null;
  const first = tokens[at];
  if (first === undefined) return null;
  const leading = lookUp(language.currencies, first.norm);
  if (leading !== undefined) {
    currency = leading;
    at += 1;
  }
  let value: number;
  let isPercent = false;
  let isPlain = false;
  const token = tokens[at];
  if (token?.kind === 'number') {
    if (/\d(st|nd|rd|th)$/.test(token.norm)) return null;
    value = token.value!;
    isPercent = token.isPercent === true;
    isPlain = /^\d+$/.test(token.norm);
    at += 1;
  } else {
    const words = readWords(tokens, at, language);
    if (words === null) return null;
    value = words.value;
    at += words.length;
  }
  for (let times = 0; times < 2; times += 1) {
    const magnitude = tokens[at] === undefined ? undefined : lookUp(language.magnitudes, tokens[at]!.norm);
    if (magnitude === undefined) break;
    value *= magnitude;
    isPlain = false;
    at += 1;
  }
  if (tokens[at]?.norm === '%') {
    isPercent = true;
    at += 1;
  }
  const trailing =
    currency === null && tokens[at] !== undefined ? lookUp(language.currencies, tokens[at]!.norm) : undefined;
  if (trailing !== undefined) {
    currency = trailing;
    at += 1;
  }
  return { value: Number(value.toPrecision(15)), length: at - from, currency, isPercent, isPlain };
};
