/**
 * SQL text of a user → the same text with an outer LIMIT of at most so many rows. Where LIMIT cannot stand, or would mean
 * another thing, the text stays as it is: whoever runs it stops reading at the cap anyway, this spares the database the rest.
 */
import type { TextDialect } from './text-dialects.js';
import { type Token, tokenizeSql } from './tokenize-sql.js';

const starts: ReadonlySet<string> = new Set(['select', 'with', 'from', '(']);
const setOperations: ReadonlySet<string> = new Set(['union', 'intersect', 'except']);
/** Words after which a LIMIT at the end would be read otherwise. */
const ends: ReadonlySet<string> = new Set([
  'fetch',
  'for',
  'lock',
  'into',
  'sample',
  'settings',
  'format',
  'procedure',
]);

const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.value);

/** The tokens that stand in no parenthesis, in order. */
const outermost = (tokens: readonly Token[]): readonly Token[] => {
  let depth = 0;
  return tokens.filter((token) => {
    const { kind, text } = token;
    if (kind === 'operator' && (text === ')' || text === ']')) depth -= 1;
    const isOutside = depth === 0;
    if (kind === 'operator' && (text === '(' || text === '[')) depth += 1;
    return isOutside;
  });
};

/** The number behind a LIMIT that bounds the rows; `null` without one, or when it is no plain number. */
const boundOf = (tokens: readonly Token[], at: number): Token | 'by' | null => {
  let number = tokens[at + 1];
  let next = at + 2;
  if (tokens[next]?.text === ',') {
    number = tokens[next + 1];
    next += 2;
  } else if (isWord(tokens[next], 'offset')) next += 2;
  // ClickHouse: so many of each group, and no bound on all of them.
  if (isWord(tokens[next], 'by')) return 'by';
  const isPlain = number?.kind === 'number' && /^\d+$/.test(number.text);
  const ends = tokens[next];
  const follows = ends === undefined || ends.kind === 'end' || ends.text === ';' || ends.kind === 'word';
  return number !== undefined && isPlain && follows && !isWord(ends, 'percent') ? number : null;
};

/** @param most rows, whole and positive @throws DataMindError as the tokenizer does */
export const capRows = (text: string, dialect: TextDialect, most: number): string => {
  const tokens = tokenizeSql(text, dialect);
  const outer = outermost(tokens);
  let bounded = false;
  for (const [at, token] of outer.entries()) {
    if (isWord(token, ...ends)) bounded = true;
    if (!isWord(token, 'limit')) continue;
    const number = boundOf(outer, at);
    if (number === 'by') continue;
    bounded = true;
    if (number === null || Number(number.text) <= most) continue;
    return `${text.slice(0, number.at)}${most}${text.slice(number.at + number.text.length)}`;
  }
  const first = tokens[0]!;
  if (bounded || !starts.has(first.kind === 'word' ? first.value : first.text)) return text;
  if (dialect === 'clickhouse') {
    // There a LIMIT belongs to the last part of a union, and stands before OFFSET.
    const isPlain =
      isWord(first, 'select', 'with') && !outer.some((token) => isWord(token, ...setOperations, 'offset'));
    if (!isPlain) return text;
  }
  const end = tokens.findLast(({ kind, text: mark }) => kind !== 'end' && mark !== ';');
  const next = tokens[tokens.indexOf(end!) + 1]!;
  // A line of its own: the text may end with a comment.
  return `${text.slice(0, next.at)}\nLIMIT ${most}${text.slice(next.at)}`;
};
