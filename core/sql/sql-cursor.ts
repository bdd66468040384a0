/** A place in the tokens of one SQL text, and what has been read up to it. All that changes while the text is parsed is here. */
import { DataMindError } from '../errors/datamind-error.js';
import type { TextDialect } from './text-dialects.js';
import type { OwnWork, Piece, QueryPieces, Scope, Uses, WithPlace } from './parsed-sql.js';
import { reservedInSql, wordValues } from './sql-words.js';
import { placeOf, type Token, tokenizeSql } from './tokenize-sql.js';

const deepest = 80;

export class SqlCursor {
  readonly #text: string;
  readonly dialect: TextDialect;
  readonly tokens: readonly Token[];
  position = 0;
  #depth = 0;
  scope: Scope = { parent: null, sources: [], aliases: [] };
  within: readonly WithPlace[] = [];
  readonly pieces: Piece[] = [];
  readonly uses: Uses = {
    functions: new Set(),
    tableFunctions: new Set(),
    operators: new Set(),
    types: new Set(),
    comparisons: [],
    choices: [],
    patterns: false,
    subscripts: false,
    longNumbers: false,
    scalarQueries: false,
    queries: 0,
    rowQueries: false,
    windows: false,
  };
  readonly expressionNames: string[] = [];
  readonly queryNames: Token[] = [];
  /** The query that is read, as the pieces that belong to it. */
  query: QueryPieces = { from: 0, to: Number.POSITIVE_INFINITY };
  readonly ownWork: OwnWork[] = [];
  hasRecursion = false;
  /** A WITH inside of a common table of another. */
  hasInnerWith = false;

  constructor(text: string, dialect: TextDialect) {
    this.#text = text;
    this.dialect = dialect;
    this.tokens = tokenizeSql(text, dialect);
  }

  get current(): Token {
    return this.tokens[this.position]!;
  }

  at(offset: number): Token {
    return this.tokens[Math.min(Math.max(this.position + offset, 0), this.tokens.length - 1)]!;
  }

  word(value: string, offset = 0): boolean {
    const token = this.at(offset);
    return token.kind === 'word' && token.value === value;
  }

  anyWord(values: ReadonlySet<string>, offset = 0): boolean {
    const token = this.at(offset);
    return token.kind === 'word' && values.has(token.value);
  }

  is(text: string, offset = 0): boolean {
    const token = this.at(offset);
    return token.kind === 'operator' && token.text === text;
  }

  push(token: Token): void {
    this.pieces.push({ kind: 'token', gap: token.gap, text: token.text });
  }

  take(): Token {
    const token = this.current;
    if (token.kind === 'end') this.unexpected();
    this.push(token);
    this.position += 1;
    return token;
  }

  /** Takes the words when they come next, all of them. */
  takeWords(...values: readonly string[]): boolean {
    if (!values.every((value, index) => this.word(value, index))) return false;
    for (const _ of values) this.take();
    return true;
  }

  takeOne(...values: readonly string[]): boolean {
    return values.some((value) => this.takeWords(value));
  }

  takeIf(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  expect(text: string): void {
    if (!this.takeIf(text)) this.unexpected(text);
  }

  expectWord(value: string): void {
    if (!this.takeWords(value)) this.unexpected(value.toUpperCase());
  }

  #place(token = this.current): string {
    return placeOf(this.#text, token.at);
  }

  notAllowed(message: string, token = this.current): never {
    throw new DataMindError('SQL_NOT_ALLOWED', `The SQL is refused at ${this.#place(token)}: ${message}.`);
  }

  unexpected(instead?: string): never {
    const token = this.current;
    const what =
      token.kind === 'end'
        ? 'the end of the text'
        : token.kind === 'word'
          ? token.text.slice(0, 60).toUpperCase()
          : token.kind === 'operator'
            ? token.text
            : `a ${token.kind === 'quoted' ? 'name' : token.kind}`;
    const code = token.kind === 'word' && reservedInSql.has(token.value) ? 'SQL_NOT_ALLOWED' : 'SQL_INVALID';
    throw new DataMindError(
      code,
      `The SQL is not understood at ${this.#place()}: ${what} cannot stand here${instead === undefined ? '' : `, ${instead} was expected`}.`,
    );
  }

  deeper<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > deepest)
      throw new DataMindError(
        'SQL_TOO_LARGE',
        `The SQL is nested more than ${deepest} levels deep at ${this.#place()}.`,
      );
    const result = read();
    this.#depth -= 1;
    return result;
  }

  noteWork(kind: OwnWork['kind'], what: string): void {
    this.ownWork.push({ kind, what, query: this.query });
  }

  isName(offset = 0): boolean {
    const token = this.at(offset);
    return token.kind === 'quoted' || (token.kind === 'word' && !reservedInSql.has(token.value));
  }

  name(): Token {
    if (!this.isName()) this.unexpected('a name');
    return this.take();
  }

  /** A name in an alias; SQLite and MySQL take a string there. */
  aliasToken(): Token | null {
    const token = this.current;
    if (
      token.kind === 'string' &&
      (this.dialect === 'sqlite' || this.dialect === 'mysql') &&
      token.text.startsWith("'")
    ) {
      const quote = this.dialect === 'mysql' ? '`' : '"';
      if (token.value === '') this.unexpected('a name');
      return { ...token, kind: 'quoted', text: `${quote}${token.value.replaceAll(quote, quote + quote)}${quote}` };
    }
    return this.isName() ? token : null;
  }

  literal(): void {
    const token = this.current;
    if (token.kind === 'string' || token.kind === 'number' || this.anyWord(wordValues)) this.take();
    else this.unexpected('a constant');
  }

  names(): void {
    do this.name();
    while (this.takeIf(','));
  }

  nameList(): void {
    this.expect('(');
    this.names();
    this.expect(')');
  }
}
