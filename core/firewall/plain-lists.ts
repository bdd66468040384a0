import type { Token } from './read-tokens.js';

export interface PlainList {
  /** The first token behind the opening parenthesis. */
  readonly from: number;
  /** The closing one. */
  readonly to: number;
}

/** Lists of fewer values are read as they are. */
const longFrom = 32;

const isMark = (token: Token | undefined, mark: string): boolean => token?.kind === 'mark' && token.text === mark;
const isValue = (token: Token | undefined): boolean => token?.kind === 'number' || token?.kind === 'text';

const endOf = (tokens: readonly Token[], from: number): number | null => {
  for (let at = from; ; at += 2) {
    const token = tokens[at];
    if (token?.kind === 'operator' && token.text === '-' && tokens[at + 1]?.kind === 'number') at += 1;
    if (!isValue(tokens[at])) return null;
    if (isMark(tokens[at + 1], ')')) return at + 1;
    if (!isMark(tokens[at + 1], ',')) return null;
  }
};

/** `IN (…)` with nothing in it but many numbers and texts: no name, no call, nothing that could be judged but their number. */
export const plainLists = (tokens: readonly Token[]): readonly PlainList[] => {
  const found: PlainList[] = [];
  for (let at = 1; at < tokens.length; at += 1) {
    const before = tokens[at - 1]!;
    if (!isMark(tokens[at], '(') || before.kind !== 'word' || before.text.toLowerCase() !== 'in') continue;
    const to = endOf(tokens, at + 1);
    if (to !== null && to - at > 2 * longFrom) found.push({ from: at + 1, to });
  }
  return found;
};
