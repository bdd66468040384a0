import { SyntaxFault, type Token, tokenize } from './tokenize-expression.js';

const deepest = 64;

export const isWord = (token: Token, word: string): boolean =>
  token.kind === 'name' && token.text.toLowerCase() === word;

export const isMark = (token: Token, mark: string): boolean => token.kind === 'mark' && token.text === mark;

/** Where the parser of expressions stands in the text. The one thing in it that changes. */
export class ExpressionCursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  /** @throws SyntaxFault */
  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  get peek(): Token {
    return this.#tokens[this.#at]!;
  }

  get second(): Token | undefined {
    return this.#tokens[this.#at + 1];
  }

  get last(): Token | undefined {
    return this.#tokens[this.#at - 1];
  }

  get lastButOne(): Token | undefined {
    return this.#tokens[this.#at - 2];
  }

  next(): Token {
    const token = this.peek;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  /** Before the token that was taken last. */
  back(): void {
    this.#at -= 1;
  }

  /** One level deeper. @throws SyntaxFault when that is too deep */
  enter(): void {
    this.#depth += 1;
    if (this.#depth <= deepest) return;
    const { start, end } = this.peek;
    throw new SyntaxFault(
      start,
      end,
      `an expression is nested at most ${deepest} levels deep; split it into dimensions`,
    );
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** The word or mark, when it is next. */
  take(word: string): Token | undefined {
    const token = this.peek;
    return isWord(token, word) || isMark(token, word) ? this.next() : undefined;
  }

  expect(word: string, inside: string): Token {
    const taken = this.take(word);
    if (taken !== undefined) return taken;
    const token = this.peek;
    const found = token.kind === 'end' ? 'the expression ends' : `there is \`${token.text}\``;
    throw new SyntaxFault(token.start, token.end, `expected \`${word}\` ${inside}, but ${found}`);
  }

  close(opener: Token): Token {
    const closed = this.take(')');
    if (closed !== undefined) return closed;
    const token = this.peek;
    if (token.kind === 'end') throw new SyntaxFault(opener.start, opener.end, 'this `(` is not closed; add a `)`');
    throw this.unexpected(token);
  }

  unexpected(token: Token): SyntaxFault {
    if (isMark(token, ')')) return new SyntaxFault(token.start, token.end, 'this `)` closes nothing; remove it');
    if (isWord(token, 'over')) {
      return new SyntaxFault(token.start, token.end, 'window functions are not allowed; declare a measure or a metric');
    }
    if (isWord(token, 'ilike')) {
      return new SyntaxFault(token.start, token.end, 'write `lower(x) like …` instead of `ilike`');
    }
    const shown = token.kind === 'string' ? "this `'…'`" : `\`${token.text}\``;
    return new SyntaxFault(
      token.start,
      token.end,
      `${shown} is not expected here; an operator may be missing before it`,
    );
  }
}
