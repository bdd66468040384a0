/**
 * SQL text of a user → {@link ParsedSql}. A grammar of what is allowed: one query, its clauses, sources and expressions; what
 * is not in it is refused. Expressions are read for what they refer to and call, not for precedence: they are printed token
 * by token as they were written, so that no operator can come to mean something else on the way. Only references to tables,
 * and references to columns through them, are pieces of their own that the rewriter replaces.
 *
 * Whatever this grammar takes for a name in an expression cannot read a table: the words that could (`FROM`, `JOIN`, `TABLE`,
 * `SELECT`, …) are reserved everywhere, whether or not the engine reserves them.
 */
import { DataMindError } from '../errors/datamind-error.js';
import type { DialectName } from '../plugin/contract.js';
import {
  argumentWords,
  castTypes,
  functionsDespiteReserved,
  infixWords,
  reservedInSql,
  sessionWords,
  tableFunctions,
  timeUnits,
  typeTails,
  wordValues,
} from './sql-words.js';
import { placeOf, type Token, tokenizeSql } from './tokenize-sql.js';

export type Piece = TokenPiece | TableReference | ColumnReference | CommonName;

export interface TokenPiece {
  readonly kind: 'token';
  readonly gap: string;
  readonly text: string;
}

/** A name in FROM, or after IN where an engine takes a table there. */
export interface TableReference {
  readonly kind: 'table';
  readonly gap: string;
  readonly at: number;
  readonly parts: readonly Token[];
  readonly alias: Token | null;
  /** PostgreSQL's `ONLY`: without the tables that inherit. */
  readonly only: boolean;
  readonly use: 'source' | 'in';
  readonly scope: Scope;
  /** Where it stands in each WITH around it, innermost first; the index of the common table it is in. */
  readonly within: readonly WithPlace[];
}

/** A name with or without qualifiers, or a qualified star. */
export interface ColumnReference {
  readonly kind: 'column';
  readonly gap: string;
  readonly at: number;
  readonly parts: readonly Token[];
  readonly star: boolean;
  readonly scope: Scope;
}

/** The name of a common table where it is defined. */
export interface CommonName {
  readonly kind: 'common';
  readonly gap: string;
  readonly table: CommonTable;
}

export interface CommonTable {
  readonly name: Token;
}

export interface With {
  readonly recursive: boolean;
  readonly tables: CommonTable[];
}

export interface WithPlace {
  readonly with: With;
  /** Of the common table whose body holds the reference; `Infinity` behind all. */
  readonly index: number;
}

/** One SELECT with its sources, or a WITH. Names are looked up from the inside out. */
export interface Scope {
  readonly parent: Scope | null;
  readonly sources: Source[];
  /** Aliases of columns, as written. */
  readonly aliases: Token[];
}

export interface Source {
  /** `null`: without a name. */
  readonly name: Token | null;
  /** `null`: a subquery, a function, or a list of values. */
  readonly table: TableReference | null;
  /** Its columns have other names. */
  readonly renamed: boolean;
}

/** Two operands next to a comparison. */
export interface Comparison {
  readonly left: Operand;
  readonly right: Operand;
}

export type Operand = ColumnReference | 'number' | 'string' | 'other';

/** What a statement does that can fail, or be seen, on a row. */
export interface Uses {
  readonly functions: Set<string>;
  readonly tableFunctions: Set<string>;
  readonly operators: Set<string>;
  readonly types: Set<string>;
  readonly comparisons: Comparison[];
  /** Patterns of LIKE that are no plain constant. */
  patterns: boolean;
  subscripts: boolean;
  /** A subquery in the place of a value. */
  scalarQueries: boolean;
}

export interface ParsedSql {
  readonly dialect: DialectName;
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly uses: Uses;
  /** Names that the user gave to expressions where the engine lets inner queries see them (ClickHouse). */
  readonly expressionNames: readonly string[];
}

const deepest = 80;
const setOperators: ReadonlySet<string> = new Set(['union', 'intersect', 'except']);
const afterSources: ReadonlySet<string> = new Set(['where', 'group', 'having', 'window', 'qualify']);
const joinWords: ReadonlySet<string> = new Set([
  'join',
  'inner',
  'left',
  'right',
  'full',
  'cross',
  'natural',
  'global',
  'asof',
  'any',
  'all',
  'semi',
  'anti',
  'positional',
  'straight_join',
  'outer',
  'array',
]);
const prefixOperators: ReadonlySet<string> = new Set(['+', '-', '~', '!', '@', '|/', '||/', '!!']);
const comparisons: ReadonlySet<string> = new Set(['=', '==', '<', '<=', '>', '>=', '<>', '!=', '<=>']);

class Parser {
  readonly #text: string;
  readonly #dialect: DialectName;
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;
  #scope: Scope = { parent: null, sources: [], aliases: [] };
  #within: readonly WithPlace[] = [];
  readonly #pieces: Piece[] = [];
  readonly #uses: Uses = {
    functions: new Set(),
    tableFunctions: new Set(),
    operators: new Set(),
    types: new Set(),
    comparisons: [],
    patterns: false,
    subscripts: false,
    scalarQueries: false,
  };
  readonly #expressionNames: string[] = [];

  constructor(text: string, dialect: DialectName) {
    this.#text = text;
    this.#dialect = dialect;
    this.#tokens = tokenizeSql(text, dialect);
  }

  run(): ParsedSql {
    if (!this.#startsQuery() && !this.#is('(')) this.#notAllowed('only a query is taken: SELECT, WITH or VALUES');
    this.#query();
    if (this.#is(';')) this.#position += 1;
    if (this.#current.kind !== 'end') {
      if (this.#at(-1).text === ';') this.#notAllowed('one statement at a time');
      this.#unexpected();
    }
    return {
      dialect: this.#dialect,
      text: this.#text,
      pieces: this.#pieces,
      uses: this.#uses,
      expressionNames: this.#expressionNames,
    };
  }

  // — tokens —

  get #current(): Token {
    return this.#tokens[this.#position]!;
  }

  #at(offset: number): Token {
    return this.#tokens[Math.min(Math.max(this.#position + offset, 0), this.#tokens.length - 1)]!;
  }

  #word(value: string, offset = 0): boolean {
    const token = this.#at(offset);
    return token.kind === 'word' && token.value === value;
  }

  #anyWord(values: ReadonlySet<string>, offset = 0): boolean {
    const token = this.#at(offset);
    return token.kind === 'word' && values.has(token.value);
  }

  #is(text: string, offset = 0): boolean {
    const token = this.#at(offset);
    return token.kind === 'operator' && token.text === text;
  }

  #push(token: Token): void {
    this.#pieces.push({ kind: 'token', gap: token.gap, text: token.text });
  }

  #take(): Token {
    const token = this.#current;
    if (token.kind === 'end') this.#unexpected();
    this.#push(token);
    this.#position += 1;
    return token;
  }

  /** Takes the words when they come next, all of them. */
  #takeWords(...values: readonly string[]): boolean {
    if (!values.every((value, index) => this.#word(value, index))) return false;
    for (const _ of values) this.#take();
    return true;
  }

  #takeOne(...values: readonly string[]): boolean {
    return values.some((value) => this.#takeWords(value));
  }

  #takeIf(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#take();
    return true;
  }

  #expect(text: string): void {
    if (!this.#takeIf(text)) this.#unexpected(text);
  }

  #expectWord(value: string): void {
    if (!this.#takeWords(value)) this.#unexpected(value.toUpperCase());
  }

  #place(token = this.#current): string {
    return placeOf(this.#text, token.at);
  }

  #notAllowed(message: string, token = this.#current): never {
    throw new DataMindError('SQL_NOT_ALLOWED', `The SQL is refused at ${this.#place(token)}: ${message}.`);
  }

  #unexpected(instead?: string): never {
    const token = this.#current;
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

  #deeper<T>(read: () => T): T {
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

  #isName(offset = 0): boolean {
    const token = this.#at(offset);
    return token.kind === 'quoted' || (token.kind === 'word' && !reservedInSql.has(token.value));
  }

  #name(): Token {
    if (!this.#isName()) this.#unexpected('a name');
    return this.#take();
  }

  /** A name in an alias; SQLite and MySQL take a string there. */
  #aliasToken(): Token | null {
    const token = this.#current;
    if (
      token.kind === 'string' &&
      (this.#dialect === 'sqlite' || this.#dialect === 'mysql') &&
      token.text.startsWith("'")
    ) {
      const quote = this.#dialect === 'mysql' ? '`' : '"';
      if (token.value === '') this.#unexpected('a name');
      return { ...token, kind: 'quoted', text: `${quote}${token.value.replaceAll(quote, quote + quote)}${quote}` };
    }
    return this.#isName() ? token : null;
  }

  // — queries —

  #startsQuery(offset = 0): boolean {
    if (this.#word('from', offset)) return this.#dialect === 'duckdb';
    if (this.#word('values', offset)) return this.#is('(', offset + 1) || this.#word('row', offset + 1);
    return this.#word('select', offset) || this.#word('with', offset) || this.#word('table', offset);
  }

  #query(): void {
    this.#deeper(() => {
      const outerWithin = this.#within;
      const outerScope = this.#scope;
      this.#scope = { parent: outerScope, sources: [], aliases: [] };
      if (this.#word('with')) this.#with();
      this.#queryTerm();
      this.#queryTail();
      this.#within = outerWithin;
      this.#scope = outerScope;
    });
  }

  /** Set operations and what follows them. */
  #queryTail(): void {
    while (this.#anyWord(setOperators)) {
      this.#take();
      this.#takeOne('all', 'distinct');
      if (this.#takeWords('by')) this.#expectWord('name');
      const outer = this.#scope;
      this.#scope = { parent: outer.parent, sources: [], aliases: [] };
      this.#queryTerm();
      // What follows sees the columns of the result by name only.
      this.#scope = {
        parent: outer.parent,
        sources: [{ name: null, table: null, renamed: true }],
        aliases: outer.aliases,
      };
    }
    this.#orderAndLimit();
  }

  #queryTerm(): void {
    if (this.#is('(')) {
      this.#take();
      if (!this.#startsQuery() && !this.#is('(')) this.#unexpected('a query');
      this.#query();
      this.#expect(')');
      this.#scope.sources.push({ name: null, table: null, renamed: true });
    } else if (this.#word('select')) this.#select();
    else if (this.#word('from') && this.#dialect === 'duckdb') this.#fromFirst();
    else if (this.#word('values')) this.#values();
    else if (this.#word('table')) this.#notAllowed('write SELECT * FROM instead of TABLE');
    else this.#unexpected('a query');
  }

  #with(): void {
    this.#take();
    const recursive = this.#takeWords('recursive');
    const list: With = { recursive, tables: [] };
    const outer = this.#within;
    do {
      const isTable =
        this.#isName() &&
        (this.#is('(', 1) ||
          (this.#word('as', 1) && this.#commonBody(2)) ||
          (this.#word('using', 1) && this.#word('key', 2)));
      if (this.#dialect === 'clickhouse' && !isTable) {
        this.#within = [{ with: list, index: list.tables.length }, ...outer];
        this.#expression();
        this.#expectWord('as');
        const name = this.#name();
        this.#expressionNames.push(name.value);
        this.#scope.aliases.push(name);
        continue;
      }
      if (!this.#isName()) this.#unexpected('a name');
      const token = this.#current;
      const table: CommonTable = { name: token };
      this.#pieces.push({ kind: 'common', gap: token.gap, table });
      this.#position += 1;
      if (this.#is('(')) this.#nameList();
      if (this.#takeWords('using', 'key')) this.#nameList();
      this.#expectWord('as');
      this.#takeWords('not');
      this.#takeWords('materialized');
      this.#expect('(');
      this.#within = [{ with: list, index: list.tables.length }, ...outer];
      list.tables.push(table);
      if (!this.#startsQuery() && !this.#is('(')) this.#notAllowed('a common table is a query');
      this.#query();
      this.#expect(')');
      if (this.#dialect === 'postgres') this.#searchAndCycle();
    } while (this.#takeIf(','));
    this.#within = [{ with: list, index: Number.POSITIVE_INFINITY }, ...outer];
  }

  #commonBody(offset: number): boolean {
    if (this.#is('(', offset)) return true;
    if (this.#word('not', offset)) return this.#word('materialized', offset + 1);
    return this.#word('materialized', offset);
  }

  #searchAndCycle(): void {
    if (this.#takeWords('search')) {
      if (!this.#takeOne('breadth', 'depth')) this.#unexpected();
      if (!this.#takeWords('first', 'by')) this.#unexpected();
      this.#names();
      this.#expectWord('set');
      this.#name();
    }
    if (this.#takeWords('cycle')) {
      this.#names();
      this.#expectWord('set');
      this.#name();
      if (this.#takeWords('to')) {
        this.#literal();
        this.#expectWord('default');
        this.#literal();
      }
      this.#expectWord('using');
      this.#name();
    }
  }

  #literal(): void {
    const token = this.#current;
    if (token.kind === 'string' || token.kind === 'number' || this.#anyWord(wordValues)) this.#take();
    else this.#unexpected('a constant');
  }

  #names(): void {
    do this.#name();
    while (this.#takeIf(','));
  }

  #nameList(): void {
    this.#expect('(');
    this.#names();
    this.#expect(')');
  }

  #select(): void {
    this.#take();
    this.#quantifier();
    this.#items();
    if (this.#word('from')) this.#from();
    this.#afterFrom();
  }

  #fromFirst(): void {
    this.#from();
    if (this.#takeWords('select')) {
      this.#quantifier();
      this.#items();
    }
    this.#afterFrom();
  }

  #quantifier(): void {
    if (this.#takeWords('distinct')) {
      if (this.#takeWords('on')) this.#parenthesised();
    } else if (this.#word('all') && !this.#is('(', 1)) this.#take();
  }

  #values(): void {
    this.#take();
    do {
      this.#takeWords('row');
      this.#parenthesised();
    } while (this.#takeIf(','));
    this.#scope.sources.push({ name: null, table: null, renamed: true });
  }

  #parenthesised(): void {
    this.#expect('(');
    if (!this.#is(')')) this.#expressions();
    this.#expect(')');
  }

  #endsItems(): boolean {
    const token = this.#current;
    return (
      token.kind === 'end' ||
      this.#is(')') ||
      this.#is(';') ||
      this.#word('from') ||
      this.#anyWord(afterSources) ||
      this.#anyWord(setOperators)
    );
  }

  #items(): void {
    if (this.#endsItems() && this.#dialect === 'postgres') return;
    do {
      if (
        this.#endsItems() &&
        (this.#dialect === 'duckdb' || this.#dialect === 'clickhouse') &&
        this.#at(-1).text === ','
      )
        return;
      this.#item();
    } while (this.#takeIf(','));
  }

  #item(): void {
    if (this.#is('*')) {
      this.#take();
      this.#starChanges();
      return;
    }
    if (this.#dialect === 'duckdb' && this.#isName() && this.#is(':', 1)) {
      this.#scope.aliases.push(this.#take());
      this.#take();
      this.#expression();
      return;
    }
    const star = this.#expression() === 'star';
    if (star) {
      this.#starChanges();
      return;
    }
    const as = this.#takeWords('as');
    const alias = as && this.#current.kind === 'word' ? this.#current : this.#aliasToken();
    if (alias !== null && (as || alias.kind !== 'word' || !joinWords.has(alias.value))) {
      if (as && alias.kind === 'word' && reservedInSql.has(alias.value) && this.#dialect !== 'postgres')
        this.#unexpected('a name');
      this.#pieces.push({ kind: 'token', gap: alias.gap === '' ? ' ' : alias.gap, text: alias.text });
      this.#position += 1;
      this.#scope.aliases.push(alias);
    } else if (as) this.#unexpected('a name');
  }

  /** `* EXCLUDE (…) REPLACE (…)`: of the columns that are there. */
  #starChanges(): void {
    if (this.#dialect !== 'duckdb' && this.#dialect !== 'clickhouse') return;
    const except = this.#dialect === 'clickhouse' ? 'except' : 'exclude';
    if (this.#word(except) && !(this.#is('(', 1) && this.#startsQuery(2)) && (this.#is('(', 1) || this.#isName(1))) {
      this.#take();
      if (this.#is('(')) this.#nameList();
      else this.#name();
    }
    if (this.#word('replace') && this.#is('(', 1)) {
      this.#take();
      this.#take();
      do {
        this.#expression();
        this.#expectWord('as');
        this.#name();
      } while (this.#takeIf(','));
      this.#expect(')');
    }
  }

  #afterFrom(): void {
    if (this.#takeWords('where')) this.#expression();
    if (this.#takeWords('group', 'by')) this.#groupBy();
    if (this.#takeWords('having')) this.#expression();
    if (this.#takeWords('window')) {
      do {
        this.#name();
        this.#expectWord('as');
        this.#windowParenthesis();
      } while (this.#takeIf(','));
    }
    if (this.#takeWords('qualify')) this.#expression();
  }

  #groupBy(): void {
    if (this.#takeWords('all')) {
      if (this.#dialect !== 'postgres' || this.#endsItems()) return;
    } else this.#takeWords('distinct');
    do {
      if (this.#takeWords('grouping', 'sets')) this.#parenthesised();
      else this.#expression();
    } while (this.#takeIf(','));
    if (this.#word('with') && (this.#word('rollup', 1) || this.#word('cube', 1) || this.#word('totals', 1))) {
      this.#take();
      this.#take();
      if (this.#dialect === 'clickhouse') this.#takeWords('with', 'totals');
    }
  }

  #orderAndLimit(): void {
    if (this.#takeWords('order', 'by')) this.#orderItems();
    for (;;) {
      if (this.#takeWords('limit')) {
        if (this.#takeWords('all')) continue;
        this.#expression();
        if (this.#dialect === 'duckdb' && this.#is('%')) this.#take();
        else if (this.#dialect === 'duckdb') this.#takeWords('percent');
        if (this.#takeIf(',')) this.#expression();
        else if (this.#takeWords('offset')) this.#expression();
        if (this.#dialect === 'clickhouse') {
          if (this.#takeWords('by')) this.#expressions();
          else this.#takeWords('with', 'ties');
        }
      } else if (this.#takeWords('offset')) {
        this.#expression();
        this.#takeOne('row', 'rows');
      } else if (this.#takeWords('fetch')) {
        if (!this.#takeOne('first', 'next')) this.#unexpected();
        if (!this.#word('row') && !this.#word('rows')) this.#expression();
        if (!this.#takeOne('row', 'rows')) this.#unexpected('ROWS');
        if (!this.#takeWords('only') && !this.#takeWords('with', 'ties')) this.#unexpected('ONLY');
      } else return;
    }
  }

  #orderItems(): void {
    do {
      if (this.#word('all') && (this.#dialect === 'duckdb' || this.#dialect === 'clickhouse')) this.#take();
      else this.#expression();
      this.#takeOne('asc', 'desc');
      if (this.#takeWords('nulls') && !this.#takeOne('first', 'last')) this.#unexpected();
      if (this.#dialect === 'clickhouse') {
        if (this.#takeWords('collate')) this.#literal();
        if (this.#takeWords('with', 'fill')) {
          if (this.#takeWords('from')) this.#expression();
          if (this.#takeWords('to')) this.#expression();
          if (this.#takeWords('step')) this.#expression();
        }
      }
    } while (this.#takeIf(','));
  }

  // — sources —

  #from(): void {
    this.#expectWord('from');
    do {
      if (this.#is(')') || this.#current.kind === 'end') this.#unexpected('a table');
      this.#joined();
    } while (this.#takeIf(','));
  }

  #joined(): void {
    const comma = this.#pieces.length - 1;
    this.#source();
    // `a, b ON …` is SQLite's alone; `JOIN` says the same to everybody.
    const before = this.#pieces[comma];
    if (this.#dialect === 'sqlite' && this.#word('on') && before?.kind === 'token' && before.text === ',')
      this.#pieces[comma] = { kind: 'token', gap: ' ', text: 'JOIN' };
    for (;;) {
      if (this.#takeWords('on')) this.#expression();
      else if (this.#word('using') && this.#is('(', 1)) {
        this.#take();
        this.#nameList();
      } else if (this.#dialect === 'clickhouse' && this.#word('using') && this.#isName(1)) {
        this.#take();
        this.#names();
      } else if (this.#anyWord(joinWords)) this.#join();
      else return;
    }
  }

  #join(): void {
    const allowed =
      this.#dialect === 'clickhouse'
        ? ['global', 'any', 'all', 'asof', 'semi', 'anti', 'inner', 'left', 'right', 'full', 'cross', 'outer']
        : this.#dialect === 'duckdb'
          ? ['natural', 'asof', 'semi', 'anti', 'positional', 'inner', 'left', 'right', 'full', 'cross', 'outer']
          : ['natural', 'inner', 'left', 'right', 'full', 'cross', 'outer'];
    const words: string[] = [];
    while (this.#current.kind === 'word' && allowed.includes(this.#current.value)) words.push(this.#take().value);
    if (words.length > 4) this.#unexpected();
    if (this.#dialect === 'clickhouse' && this.#word('array') && this.#word('join', 1)) {
      if (words.length > 1 || (words.length === 1 && words[0] !== 'left')) this.#unexpected();
      this.#take();
      this.#take();
      do {
        this.#expression();
        if (this.#takeWords('as')) this.#scope.aliases.push(this.#name());
      } while (this.#is(',') && this.#takeIf(','));
      return;
    }
    if (!this.#takeWords('join')) this.#unexpected('JOIN');
    this.#source();
  }

  #source(): void {
    this.#deeper(() => this.#sourceInside());
  }

  #sourceInside(): void {
    if (this.#is('(')) {
      if (this.#startsQuery(1) || this.#opensQuery()) {
        this.#derived();
        return;
      }
      this.#take();
      const before = this.#position;
      const bare = !this.#is('(');
      this.#joined();
      // MySQL and SQLite take a single table or a list in parentheses; the others a join.
      if (this.#dialect === 'mysql' || this.#dialect === 'sqlite') while (this.#takeIf(',')) this.#joined();
      else if (
        bare &&
        !this.#tokens.slice(before, this.#position).some(({ kind, value }) => kind === 'word' && value === 'join')
      )
        this.#unexpected('JOIN');
      this.#expect(')');
      this.#alias(null);
      return;
    }
    if (this.#takeWords('lateral')) {
      if (this.#is('(')) this.#derived();
      else this.#tableFunction();
      return;
    }
    if (this.#word('values') && this.#dialect === 'duckdb') {
      this.#values();
      this.#alias(null);
      return;
    }
    if (this.#dialect === 'postgres' && this.#word('rows') && this.#word('from', 1) && this.#is('(', 2)) {
      this.#take();
      this.#take();
      this.#take();
      do this.#tableCall();
      while (this.#takeIf(','));
      this.#expect(')');
      if (this.#takeWords('with')) this.#expectWord('ordinality');
      this.#alias(null);
      return;
    }
    if ((this.#isName() || this.#word('values')) && this.#is('(', 1)) {
      this.#tableFunction();
      return;
    }
    this.#table();
  }

  /** Parentheses that hold a query in parentheses, and not a join. */
  #opensQuery(): boolean {
    let offset = 0;
    while (this.#is('(', offset)) offset += 1;
    if (!this.#startsQuery(offset)) return false;
    // `((SELECT …) AS a JOIN b …)` is a join: what follows the inner parenthesis decides.
    let depth = 0;
    for (let index = 1; ; index += 1) {
      const token = this.#at(index);
      if (token.kind === 'end') return false;
      if (this.#is('(', index)) depth += 1;
      else if (this.#is(')', index)) {
        depth -= 1;
        if (depth === 0)
          return (
            this.#is(')', index + 1) ||
            this.#anyWord(setOperators, index + 1) ||
            this.#word('order', index + 1) ||
            this.#word('limit', index + 1)
          );
      }
    }
  }

  #derived(): void {
    this.#expect('(');
    this.#query();
    this.#expect(')');
    this.#alias(null);
  }

  #tableFunction(): void {
    this.#tableCall();
    if (this.#takeWords('with')) this.#expectWord('ordinality');
    this.#alias(null);
  }

  #tableCall(): void {
    const token = this.#current;
    if (token.kind !== 'word' || !tableFunctions[this.#dialect].has(token.value))
      this.#notAllowed(`the function ${token.text.slice(0, 60)} cannot stand in FROM`);
    this.#uses.tableFunctions.add(token.value);
    this.#take();
    this.#expect('(');
    if (token.value === 'json_table') {
      this.#expression();
      this.#expect(',');
      this.#literal();
      this.#expectWord('columns');
      this.#jsonColumns();
    } else if (!this.#is(')')) {
      do this.#expression();
      while (this.#takeIf(','));
    }
    this.#expect(')');
  }

  #jsonColumns(): void {
    this.#expect('(');
    do {
      this.#name();
      if (this.#takeWords('for')) {
        this.#expectWord('ordinality');
        continue;
      }
      this.#type();
      if (this.#takeWords('path')) this.#literal();
      for (;;) {
        if (this.#word('null') || this.#word('error')) this.#take();
        else if (this.#takeWords('default')) this.#literal();
        else break;
        this.#expectWord('on');
        if (!this.#takeOne('empty', 'error')) this.#unexpected();
      }
    } while (this.#takeIf(','));
    this.#expect(')');
  }

  #table(): void {
    const gap = this.#current.gap;
    const { at } = this.#current;
    let only = false;
    if (this.#word('only') && this.#dialect === 'postgres') {
      only = true;
      this.#position += 1;
      if (this.#is('(')) this.#unexpected('a table');
    }
    const parts: Token[] = [];
    do {
      if (parts.length > 0) this.#position += 1;
      if (this.#current.kind === 'string') this.#notAllowed('a table is a name, not a string');
      if (!this.#isName() && !(parts.length > 0 && this.#current.kind === 'word')) this.#unexpected('a table');
      parts.push(this.#current);
      this.#position += 1;
    } while (this.#is('.'));
    if (parts.length > 3) this.#notAllowed('a name of a table has at most three parts', parts[0]);
    if (this.#is('(')) this.#notAllowed('a function with a schema cannot stand in FROM', parts[0]);
    if (this.#is('*') && this.#dialect === 'postgres') this.#position += 1;
    this.#alias({ gap, at, parts, only });
  }

  /** The alias of a source with its columns; declares the source. */
  #alias(
    table: {
      readonly gap: string;
      readonly at: number;
      readonly parts: readonly Token[];
      readonly only: boolean;
    } | null,
  ): void {
    const as = this.#word('as');
    const asToken = this.#current;
    if (as) this.#position += 1;
    const alias = this.#aliasToken();
    if (as && alias === null && !(this.#is('(') && this.#dialect === 'postgres')) this.#unexpected('a name');
    if (alias !== null) this.#position += 1;
    const reference: TableReference | null =
      table === null
        ? null
        : { kind: 'table', ...table, alias, use: 'source', scope: this.#scope, within: this.#within };
    if (reference !== null) this.#pieces.push(reference);
    else {
      if (as) this.#push(asToken);
      else if (alias !== null) this.#pieces.push({ kind: 'token', gap: ' ', text: 'AS' });
      if (alias !== null) this.#pieces.push({ kind: 'token', gap: ' ', text: alias.text });
    }
    let renamed = table === null;
    if (alias !== null || as) {
      if (this.#is('(')) {
        renamed = true;
        this.#take();
        do {
          this.#name();
          // A function's columns may have types.
          if (!this.#is(',') && !this.#is(')')) this.#type();
        } while (this.#takeIf(','));
        this.#expect(')');
      }
    }
    this.#scope.sources.push({ name: alias ?? table?.parts.at(-1) ?? null, table: reference, renamed });
  }

  // — expressions —

  #expressions(): void {
    do this.#aliasedExpression();
    while (this.#takeIf(','));
  }

  /** In ClickHouse any expression may be given a name. */
  #aliasedExpression(): Operand | 'star' {
    const operand = this.#expression();
    if (this.#dialect === 'clickhouse' && this.#word('as')) {
      this.#take();
      const name = this.#name();
      this.#expressionNames.push(name.value);
      this.#scope.aliases.push(name);
    }
    return operand;
  }

  /** Operands and the operators between them, in the order of the text. */
  #expression(): Operand | 'star' {
    return this.#deeper(() => {
      let left = this.#operand();
      let count = 1;
      for (;;) {
        const operator = this.#infix();
        if (operator === null) return count === 1 ? left : 'other';
        if (operator === 'done') {
          left = 'other';
          count += 1;
          continue;
        }
        const right = this.#operand();
        if (right === 'star' || left === 'star') this.#unexpected();
        if (comparisons.has(operator) || operator === 'in' || operator === 'between' || operator === 'and')
          this.#uses.comparisons.push({ left, right });
        if (operator === 'like' && right !== 'string') this.#uses.patterns = true;
        left = operator === 'between' ? left : right;
        count += 1;
      }
    });
  }

  /** Takes what stands between two operands; `done` when it was a suffix without a right side; `null` when there is none. */
  #infix(): string | null {
    const token = this.#current;
    const uses = this.#uses;
    if (token.kind === 'operator') {
      if (['(', ')', ',', ';', '[', ']', '.', '{', '}'].includes(token.text)) return null;
      if (token.text === ':' && this.#dialect !== 'clickhouse') return null;
      if (
        token.text === '%' &&
        this.#dialect === 'duckdb' &&
        (this.#at(1).kind === 'end' || this.#is(')', 1) || this.#is(';', 1) || this.#word('offset', 1))
      )
        return null;
      if (token.text === ':' && !this.#pieces.some((piece) => piece.kind === 'token' && piece.text === '?'))
        return null;
      this.#take();
      uses.operators.add(token.text);
      return token.text;
    }
    if (token.kind !== 'word') return null;
    if (token.value === 'not' && this.#word('null', 1) && this.#dialect === 'sqlite') {
      this.#take();
      this.#take();
      return 'done';
    }
    if (token.value === 'isnull' || token.value === 'notnull') {
      this.#take();
      return 'done';
    }
    if (token.value === 'is') {
      this.#take();
      this.#takeWords('not');
      if (this.#takeWords('distinct')) this.#expectWord('from');
      else if (this.#dialect === 'postgres' && this.#takeWords('json')) {
        this.#takeOne('object', 'array', 'scalar', 'value');
        return 'done';
      }
      return '=';
    }
    if (token.value === 'at' && this.#word('time', 1) && this.#word('zone', 2)) {
      this.#takeWords('at', 'time', 'zone');
      uses.operators.add('at time zone');
      return 'at';
    }
    if (token.value === 'collate') {
      this.#take();
      if (this.#dialect === 'clickhouse') this.#literal();
      else {
        this.#name();
        if (this.#is('.')) this.#notAllowed('write the collation without its schema');
      }
      return 'done';
    }
    let at = 0;
    if (this.#word('not')) at = 1;
    if (this.#word('global', at)) at += 1;
    if (this.#word('not', at)) at += 1;
    const operator = this.#at(at);
    if (operator.kind !== 'word') return null;
    switch (operator.value) {
      case 'in':
        for (let index = 0; index <= at; index += 1) this.#take();
        return this.#afterIn();
      case 'between':
        for (let index = 0; index <= at; index += 1) this.#take();
        this.#takeOne('symmetric', 'asymmetric');
        return 'between';
      case 'similar':
        for (let index = 0; index <= at; index += 1) this.#take();
        this.#expectWord('to');
        uses.operators.add('similar to');
        return 'similar';
    }
    if (at === 1 && this.#word('not') && !['like', 'ilike', 'rlike', 'regexp', 'glob'].includes(operator.value))
      return null;
    if (at > 1) return null;
    if (operator.value === 'escape') {
      this.#take();
      uses.patterns = true;
      return 'escape';
    }
    if (!infixWords.has(operator.value)) return null;
    for (let index = 0; index <= at; index += 1) this.#take();
    if (operator.value === 'like' || operator.value === 'ilike') {
      const pattern = this.#current;
      if (pattern.kind !== 'string' || pattern.value.includes('\\')) uses.patterns = true;
      return 'like';
    }
    if (!['and', 'or', 'xor'].includes(operator.value)) uses.operators.add(operator.value);
    return operator.value === 'and' ? 'and' : operator.value;
  }

  /** The right side of IN, which is a table's name in SQLite and ClickHouse. */
  #afterIn(): 'in' | 'done' {
    const tables = this.#dialect === 'clickhouse' || this.#dialect === 'sqlite';
    let offset = 0;
    if (this.#dialect === 'clickhouse') while (this.#is('(', offset)) offset += 1;
    if (tables && this.#isName(offset)) {
      let end = offset + 1;
      while (this.#is('.', end) && this.#at(end + 1).kind !== 'operator') end += 2;
      if (this.#is('(', end)) {
        if (this.#dialect === 'sqlite') this.#notAllowed('a function cannot stand behind IN');
        return 'in';
      }
      const alone = offset === 0 || this.#is(')', end);
      if (alone) {
        for (let index = 0; index < offset; index += 1) this.#take();
        const first = this.#current;
        const parts: Token[] = [first];
        this.#position += 1;
        while (this.#is('.')) {
          this.#position += 1;
          parts.push(this.#current);
          this.#position += 1;
        }
        this.#pieces.push({
          kind: 'table',
          gap: first.gap,
          at: first.at,
          parts,
          alias: null,
          only: false,
          use: 'in',
          scope: this.#scope,
          within: this.#within,
        });
        for (let index = 0; index < offset; index += 1) this.#expect(')');
        return 'done';
      }
    }
    return 'in';
  }

  #operand(): Operand | 'star' {
    let signed = false;
    for (;;) {
      const token = this.#current;
      if (token.kind === 'operator' && prefixOperators.has(token.text)) {
        if (token.text !== '+' && token.text !== '-') this.#uses.operators.add(token.text);
        this.#take();
      } else if (this.#word('not') || (this.#word('binary') && this.#dialect === 'mysql' && !this.#is('(', 1)))
        this.#take();
      else break;
      signed = true;
    }
    const primary = this.#primary();
    if (signed && typeof primary === 'object') this.#uses.operators.add('sign');
    return this.#suffixes(primary);
  }

  #suffixes(first: Operand | 'star'): Operand | 'star' {
    let operand = first;
    for (;;) {
      const next = this.#current;
      if (next.kind !== 'operator') return operand;
      if (next.text === '::') {
        this.#take();
        this.#uses.operators.add('::');
        this.#type();
      } else if (next.text === '[' && operand !== 'star') {
        this.#uses.subscripts = true;
        this.#take();
        if (!this.#is(':') && !this.#is(']')) this.#expression();
        while (this.#takeIf(':'))
          if (!this.#is(']') && !this.#is(':')) this.#is('-') && this.#is(':', 1) ? this.#take() : this.#expression();
        this.#expect(']');
      } else if (next.text === '.' && operand !== 'star') {
        this.#take();
        this.#uses.subscripts = true;
        if (this.#is('*')) {
          this.#take();
          return 'star';
        }
        const field = this.#current;
        if (field.kind === 'operator' || field.kind === 'end' || field.kind === 'string') this.#unexpected('a field');
        if (this.#is('(', 1)) {
          if (this.#dialect !== 'duckdb' || field.kind !== 'word')
            this.#notAllowed('a function is called without a schema', field);
          this.#call();
        } else this.#take();
      } else return operand;
      operand = 'other';
    }
  }

  #primary(): Operand | 'star' {
    const token = this.#current;
    switch (token.kind) {
      case 'number':
        this.#take();
        return 'number';
      case 'string':
        while (this.#current.kind === 'string') this.#take();
        return 'string';
      case 'end':
        return this.#unexpected('an expression');
      case 'quoted':
        return this.#column();
      case 'operator':
        return this.#bracketed();
      case 'word':
        return this.#wordPrimary(token);
    }
  }

  #bracketed(): Operand | 'star' {
    if (this.#is('(')) return this.#parenthesis();
    if (this.#is('[') && (this.#dialect === 'duckdb' || this.#dialect === 'clickhouse')) {
      this.#list();
      return 'other';
    }
    if (this.#is('{') && this.#dialect === 'duckdb') {
      this.#take();
      while (!this.#is('}')) {
        if (this.#current.kind === 'string') this.#take();
        else this.#name();
        this.#expect(':');
        this.#expression();
        if (!this.#takeIf(',')) break;
      }
      this.#expect('}');
      return 'other';
    }
    if (this.#is('*')) {
      const before = this.#at(-1).text;
      if (before !== '(' && before !== ',' && !/^(?:distinct)$/i.test(before)) this.#unexpected();
      this.#take();
      this.#starChanges();
      return 'star';
    }
    return this.#unexpected();
  }

  /** `(…)`: a query, or expressions. */
  #parenthesis(): Operand {
    this.#take();
    if (this.#startsQuery()) {
      this.#uses.scalarQueries ||= !this.#isMembership();
      this.#query();
      this.#expect(')');
      return 'other';
    }
    if (this.#is('(') && this.#opensNested()) {
      this.#uses.scalarQueries ||= !this.#isMembership();
      this.#query();
      this.#expect(')');
      return 'other';
    }
    let only: Operand | 'star' = 'other';
    let count = 0;
    if (!this.#is(')')) {
      do {
        if (this.#is(')') && count > 0) break;
        only = this.#aliasedExpression();
        count += 1;
      } while (this.#takeIf(','));
    }
    this.#expect(')');
    return count === 1 && only !== 'star' ? only : 'other';
  }

  /** Whether the parenthesis just taken follows IN, EXISTS, ANY or ALL. */
  #isMembership(): boolean {
    const before = this.#at(-2);
    return before.kind === 'word' && ['in', 'exists', 'array'].includes(before.value);
  }

  #opensNested(): boolean {
    let offset = 0;
    while (this.#is('(', offset)) offset += 1;
    if (!this.#startsQuery(offset)) return false;
    let depth = 0;
    for (let index = 0; ; index += 1) {
      if (this.#at(index).kind === 'end') return false;
      if (this.#is('(', index)) depth += 1;
      else if (this.#is(')', index)) {
        depth -= 1;
        if (depth === 0)
          return (
            this.#is(')', index + 1) ||
            this.#anyWord(setOperators, index + 1) ||
            this.#word('order', index + 1) ||
            this.#word('limit', index + 1)
          );
      }
    }
  }

  #list(): void {
    this.#expect('[');
    if (!this.#is(']')) {
      do this.#expression();
      while (this.#takeIf(','));
      if (this.#dialect === 'duckdb' && this.#takeWords('for')) {
        this.#names();
        this.#expectWord('in');
        this.#expression();
        if (this.#takeWords('if')) this.#expression();
        this.#uses.subscripts = true;
      }
    }
    this.#expect(']');
  }

  #wordPrimary(token: Token): Operand | 'star' {
    const { value } = token;
    if (sessionWords.has(value)) this.#notAllowed(`${token.text.toUpperCase()} tells of the session`);
    switch (value) {
      case 'case':
        return this.#case();
      case 'interval':
        if (this.#is('(', 1) && this.#dialect === 'mysql' && !this.#intervalUnitFollows()) break;
        return this.#interval();
      case 'exists':
        if (!this.#is('(', 1)) break;
        this.#take();
        this.#expect('(');
        if (!this.#startsQuery() && !this.#is('(')) this.#unexpected('a query');
        this.#query();
        this.#expect(')');
        return 'other';
      case 'array':
        if (this.#dialect !== 'postgres' && this.#dialect !== 'duckdb') break;
        if (this.#is('[', 1)) {
          this.#take();
          this.#arrayItems();
          return 'other';
        }
        if (this.#is('(', 1) && this.#startsQuery(2)) {
          this.#take();
          this.#parenthesis();
          return 'other';
        }
        break;
      case 'map':
        if (this.#is('{', 1) && this.#dialect === 'duckdb') {
          this.#take();
          this.#take();
          while (!this.#is('}')) {
            this.#expression();
            this.#expect(':');
            this.#expression();
            if (!this.#takeIf(',')) break;
          }
          this.#expect('}');
          return 'other';
        }
        break;
      case 'lambda':
        if (this.#dialect === 'duckdb' && this.#isName(1)) {
          this.#take();
          this.#names();
          this.#expect(':');
          this.#expression();
          this.#uses.subscripts = true;
          return 'other';
        }
        break;
    }
    // A character set or a type before a string: `_latin1'a'`, `DATE '2024-01-01'`.
    if (
      this.#at(1).kind === 'string' &&
      (castTypes.has(value) || (this.#dialect === 'mysql' && value.startsWith('_')))
    ) {
      this.#take();
      this.#take();
      return this.#at(-2).value === 'interval' ? 'other' : 'string';
    }
    if (wordValues.has(value) && !this.#is('(', 1)) {
      this.#take();
      return 'string';
    }
    if (this.#is('(', 1)) return this.#call();
    return this.#column();
  }

  #arrayItems(): void {
    this.#expect('[');
    if (!this.#is(']')) {
      do {
        if (this.#is('[')) this.#arrayItems();
        else this.#expression();
      } while (this.#takeIf(','));
    }
    this.#expect(']');
  }

  #case(): 'other' {
    this.#take();
    if (!this.#word('when')) this.#expression();
    while (this.#takeWords('when')) {
      this.#expression();
      this.#expectWord('then');
      this.#expression();
    }
    if (this.#takeWords('else')) this.#expression();
    this.#expectWord('end');
    return 'other';
  }

  #intervalUnitFollows(): boolean {
    let depth = 0;
    for (let index = 1; ; index += 1) {
      if (this.#at(index).kind === 'end') return false;
      if (this.#is('(', index)) depth += 1;
      else if (this.#is(')', index)) {
        depth -= 1;
        if (depth === 0) return this.#anyWord(timeUnits, index + 1);
      }
    }
  }

  #interval(): 'other' {
    this.#take();
    const token = this.#current;
    if (token.kind === 'string' || token.kind === 'number') this.#take();
    else this.#operand();
    if (this.#anyWord(timeUnits)) {
      this.#take();
      if (this.#takeWords('to') && !this.#anyWord(timeUnits)) this.#unexpected('a unit');
      else if (this.#at(-1).value === 'to') this.#take();
    } else if (this.#dialect === 'mysql') {
      // `INTERVAL amount + 1 DAY`
      while (this.#infix() !== null) this.#operand();
      if (!this.#anyWord(timeUnits)) this.#unexpected('a unit');
      this.#take();
    }
    return 'other';
  }

  #call(): Operand {
    const token = this.#current;
    if (
      reservedInSql.has(token.value) &&
      !functionsDespiteReserved.has(token.value) &&
      token.value !== 'cast' &&
      token.value !== 'rollup' &&
      token.value !== 'cube'
    )
      this.#unexpected();
    const name = token.value;
    this.#take();
    this.#uses.functions.add(name);
    const quantifies = name === 'any' || name === 'all' || name === 'some';
    this.#expect('(');
    if (quantifies && (this.#startsQuery() || this.#is('('))) {
      if (this.#startsQuery()) this.#query();
      else this.#expression();
      this.#expect(')');
      return 'other';
    }
    if (/^(?:try_|safe_)?cast$/.test(name)) {
      this.#expression();
      if (this.#takeWords('as')) {
        if (this.#dialect === 'clickhouse' && this.#current.kind === 'quoted') this.#unexpected('a type');
        this.#type();
      } else if (this.#dialect === 'clickhouse' && this.#takeIf(',')) this.#expression();
      else this.#unexpected('AS');
      this.#expect(')');
      return 'other';
    }
    if (this.#startsQuery()) {
      // `f((SELECT …))` is the form that every engine has; ClickHouse and PostgreSQL take one pair of parentheses for some.
      this.#notAllowed('put a query that is an argument in parentheses of its own');
    }
    if (!this.#is(')')) this.#arguments(name);
    this.#expect(')');
    if (this.#dialect === 'clickhouse' && this.#is('(')) {
      this.#take();
      if (!this.#is(')')) this.#arguments(name);
      this.#expect(')');
    }
    this.#afterCall();
    return 'other';
  }

  #arguments(name: string): void {
    if (name === 'trim') this.#takeOne('both', 'leading', 'trailing');
    if (!(this.#word('all') && this.#is('(', 1))) this.#takeOne('distinct', 'all');
    if (name === 'trim' && this.#takeWords('from')) {
      this.#expression();
      return;
    }
    const between = argumentWords[name];
    const keyed = /^json_(?:object|objectagg|object_agg|object_agg_unique)$/.test(name);
    for (;;) {
      if (name === 'extract' || name === 'timestampdiff' || name === 'timestampadd') {
        if (this.#anyWord(timeUnits) || (name === 'extract' && this.#word('from', 1))) {
          this.#take();
          if (this.#takeWords('from') || this.#takeIf(',')) continue;
        }
      }
      if (name === 'convert' && this.#dialect === 'mysql' && this.#at(-1).text === ',') this.#type();
      else this.#aliasedExpression();
      if (keyed && this.#takeIf(':')) continue;
      if (name === 'convert' && this.#word('using')) {
        this.#take();
        this.#name();
        break;
      }
      if (
        this.#current.kind === 'word' &&
        between?.has(this.#current.value) === true &&
        this.#current.value !== 'separator'
      ) {
        this.#take();
        continue;
      }
      if (name === 'char' && this.#takeWords('using')) {
        this.#name();
        break;
      }
      if (!this.#takeIf(',')) break;
    }
    if (this.#word('order') && this.#word('by', 1)) {
      this.#take();
      this.#take();
      this.#orderItems();
    }
    if (this.#dialect === 'mysql' && this.#takeWords('separator')) this.#literal();
    if (this.#dialect === 'duckdb' || this.#dialect === 'clickhouse') {
      if (this.#word('ignore') || this.#word('respect')) {
        this.#take();
        this.#expectWord('nulls');
      }
    }
    if (/^json_/.test(name)) {
      if (this.#word('absent') || (this.#word('null') && this.#word('on', 1))) {
        this.#take();
        this.#expectWord('on');
        this.#expectWord('null');
      }
      if ((this.#word('with') || this.#word('without')) && this.#word('unique', 1)) {
        this.#take();
        this.#take();
        this.#takeWords('keys');
      }
      if (this.#takeWords('returning')) this.#type();
    }
  }

  #afterCall(): void {
    if (this.#word('within') && this.#word('group', 1)) {
      this.#take();
      this.#take();
      this.#expect('(');
      if (!this.#takeWords('order', 'by')) this.#unexpected('ORDER BY');
      this.#orderItems();
      this.#expect(')');
    }
    if (this.#word('filter') && this.#is('(', 1)) {
      this.#take();
      this.#take();
      this.#expectWord('where');
      this.#expression();
      this.#expect(')');
    }
    if ((this.#word('ignore') || this.#word('respect')) && this.#word('nulls', 1)) {
      this.#take();
      this.#take();
    }
    if (this.#word('over')) {
      this.#take();
      if (this.#is('(')) this.#windowParenthesis();
      else this.#name();
    }
  }

  #windowParenthesis(): void {
    this.#expect('(');
    if (this.#isName() && !['rows', 'range', 'groups'].includes(this.#current.value)) this.#name();
    if (this.#takeWords('partition', 'by')) this.#expressions();
    if (this.#takeWords('order', 'by')) this.#orderItems();
    if (this.#takeOne('rows', 'range', 'groups')) {
      if (this.#takeWords('between')) {
        this.#frameEnd();
        this.#expectWord('and');
        this.#frameEnd();
      } else this.#frameEnd();
      if (this.#takeWords('exclude')) {
        if (!this.#takeWords('current', 'row') && !this.#takeWords('no', 'others') && !this.#takeOne('ties', 'group'))
          this.#unexpected();
      }
    }
    this.#expect(')');
  }

  #frameEnd(): void {
    if (this.#takeWords('current', 'row')) return;
    if (!this.#takeWords('unbounded')) this.#operand();
    if (!this.#takeOne('preceding', 'following')) this.#unexpected('PRECEDING or FOLLOWING');
  }

  #type(): void {
    const token = this.#current;
    if (token.kind !== 'word' || !castTypes.has(token.value))
      this.#notAllowed(`${token.text.slice(0, 60)} is no type that is known here`);
    this.#uses.types.add(token.value);
    this.#take();
    while (this.#anyWord(typeTails)) {
      if (this.#takeWords('set')) {
        this.#name();
        break;
      }
      this.#take();
    }
    if (this.#is('(')) this.#typeArguments();
    if ((this.#word('with') || this.#word('without')) && this.#word('time', 1) && this.#word('zone', 2)) {
      this.#take();
      this.#take();
      this.#take();
    }
    if (this.#anyWord(typeTails)) this.#take();
    while (this.#is('[') && (this.#is(']', 1) || this.#is(']', 2))) {
      this.#take();
      if (this.#current.kind === 'number') this.#take();
      this.#expect(']');
    }
  }

  #typeArguments(): void {
    this.#deeper(() => {
      this.#expect('(');
      do {
        const token = this.#current;
        if (token.kind === 'number') this.#take();
        else if (token.kind === 'string') {
          this.#take();
          if (this.#takeIf('=')) this.#literal();
        } else {
          if (this.#isName() && this.#at(1).kind === 'word') this.#name();
          this.#type();
        }
      } while (this.#takeIf(','));
      this.#expect(')');
    });
  }

  /** `a`, `t.a`, `s.t.a`, `t.*`. */
  #column(): ColumnReference | 'star' {
    const first = this.#current;
    if (!this.#isName()) this.#unexpected('an expression');
    const parts: Token[] = [first];
    this.#position += 1;
    let star = false;
    while (this.#is('.')) {
      if (this.#is('*', 1)) {
        this.#position += 2;
        star = true;
        break;
      }
      const next = this.#at(1);
      if ((next.kind !== 'word' && next.kind !== 'quoted') || this.#is('(', 2)) break;
      parts.push(next);
      this.#position += 2;
    }
    const reference: ColumnReference = {
      kind: 'column',
      gap: first.gap,
      at: first.at,
      parts,
      star,
      scope: this.#scope,
    };
    this.#pieces.push(reference);
    return star ? 'star' : reference;
  }
}

/**
 * @throws DataMindError `SQL_INVALID`, `SQL_NOT_ALLOWED`, `SQL_TOO_LARGE`, with line and column
 */
export const parseSql = (text: string, dialect: DialectName): ParsedSql => new Parser(text, dialect).run();
