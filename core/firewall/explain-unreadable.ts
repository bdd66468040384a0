/** Why the parser library gave up on a text, where that is known of it; a text that it reads is never looked at here. */
import type { Token } from './read-tokens.js';
import { Refused } from './verdict.js';

/** On longer chains of operators it gives up somewhere. */
const mostOperators = 1_000;

/** What it does not read behind VALUES, or behind VALUES in parentheses. */
const tails = new Set(['order', 'limit', 'offset', 'fetch', 'union', 'intersect', 'except']);

const isMark = (token: Token | undefined, mark: string): boolean => token?.kind === 'mark' && token.text === mark;
const wordOf = (token: Token | undefined): string => (token?.kind === 'word' ? token.text.toLowerCase() : '');

/** The place behind a parenthesis that opens here. */
const behind = (tokens: readonly Token[], from: number): number => {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    if (isMark(tokens[at], '(')) depth += 1;
    if (isMark(tokens[at], ')')) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
};

interface Followed {
  readonly start: number;
  readonly by: string;
}

/** A VALUES that something follows, or its parentheses. */
const followedValues = (tokens: readonly Token[]): Followed | null => {
  for (const [start, token] of tokens.entries()) {
    if (wordOf(token) !== 'values') continue;
    let at = start;
    do {
      at += wordOf(tokens[at + 1]) === 'row' ? 2 : 1;
      if (!isMark(tokens[at], '(')) break;
      at = behind(tokens, at);
    } while (isMark(tokens[at], ','));
    for (let before = start - 1; isMark(tokens[before], '(') && isMark(tokens[at], ')'); before -= 1) at += 1;
    const by = wordOf(tokens[at]);
    if (tails.has(by)) return { start: token.start, by: by.toUpperCase() };
  }
  return null;
};

export const whyUnreadable = (tokens: readonly Token[]): Refused => {
  const operators = tokens.filter(({ kind }) => kind === 'operator').length;
  if (operators > mostOperators)
    return new Refused(
      'size',
      `The SQL has ${operators} operators, more than are read here in one expression: write fewer terms, or a list behind IN.`,
      undefined,
      'SQL_TOO_LARGE',
    );
  const values = followedValues(tokens);
  const message =
    values === null
      ? 'The SQL cannot be read by the firewall: write it in a plainer way.'
      : `VALUES cannot be read by the firewall with ${values.by} behind it: put VALUES into a subquery, SELECT * FROM (VALUES …) AS v ${values.by} ….`;
  return new Refused('unreadable', message, values?.start, 'SQL_INVALID');
};
