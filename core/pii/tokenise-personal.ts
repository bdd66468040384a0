/** Texts without personal data, from which it can be put back: each datum is a token of its own, `[email_1]`. */
import { personalSpans, replaceSpans } from './mask-text.js';

/** The tokens of texts that belong together: the same datum is the same token in all of them. */
export interface PersonalTokens {
  tokenise(text: string): string;
  /** A token for a text that is known to be somebody's, whatever it looks like. */
  tokenFor(text: string): string;
  /** Puts the data back into a text that was made from these. */
  restore(text: string): string;
}

export const createPersonalTokens = (): PersonalTokens => {
  const tokens = new Map<string, string>();
  const values = new Map<string, string>();
  /** What looks like a token and was there before any. */
  const taken = new Set<string>();
  const tokenOf = (value: string, name: string): string => {
    const known = tokens.get(value);
    if (known !== undefined) return known;
    let count = tokens.size + 1;
    while (taken.has(`[${name}_${count}]`)) count += 1;
    const token = `[${name}_${count}]`;
    tokens.set(value, token);
    values.set(token, value);
    return token;
  };
  /** What is known to be somebody's, as a word of its own, whatever it looks like. */
  const withoutKnown = (text: string): string => {
    let hidden = text;
    for (const [value, token] of tokens) {
      if (!hidden.includes(value)) continue;
      const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      hidden = hidden.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'gu'), () => token);
    }
    return hidden;
  };
  return {
    tokenise: (text) => {
      for (const [like] of text.matchAll(/\[[a-z_]+_\d+\]/g)) if (!values.has(like)) taken.add(like);
      const rest = withoutKnown(text);
      return replaceSpans(rest, personalSpans(rest), (span) => tokenOf(rest.slice(span.start, span.end), span.class));
    },
    tokenFor: (text) => tokenOf(text, 'value'),
    restore: (from) => from.replace(/\[[a-z_]+_\d+\]/g, (token) => values.get(token) ?? token),
  };
};
