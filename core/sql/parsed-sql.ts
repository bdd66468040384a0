/** What `parse-sql.ts` makes of SQL text: pieces in the order of the text, scopes, and what the text uses. */
import type { TextDialect } from './text-dialects.js';
import type { Token } from './tokenize-sql.js';

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
  /** Its WITH is not the one that the statement begins with. */
  readonly nested: boolean;
  /** How many parts its query has on the outside, and whether only a plain UNION joins them. */
  parts: number;
  unionsOnly: boolean;
}

export interface With {
  readonly recursive: boolean;
  readonly tables: CommonTable[];
}

export interface WithPlace {
  readonly with: With;
  /** Of the common table whose body holds the reference; `Infinity` behind all. */
  readonly index: number;
  /** Which part of that body, from 0; `Infinity` behind the parts. */
  readonly part: number;
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

/** Two operands next to a comparison; what stands where a condition must is compared with `truth`. */
export interface Comparison {
  readonly left: Operand;
  readonly right: Operand;
}

/**
 * A column; or what kind of constants, conditions or times it is made of. `string`: a constant, which an engine converts to what
 * it meets; `moment string`: one that is a date with or without a time, whatever it is converted to; `text`: computed, or none to
 * convert; `row`: of several; `other`: it cannot be told.
 */
export type Operand =
  | ColumnReference
  | 'number'
  | 'string'
  | 'moment string'
  | 'text'
  | 'null'
  | 'truth'
  | 'moment'
  | 'row'
  | 'other';

/** What a statement does that can fail, or be seen, on a row. */
export interface Uses {
  readonly functions: Set<string>;
  readonly tableFunctions: Set<string>;
  readonly operators: Set<string>;
  readonly types: Set<string>;
  readonly comparisons: Comparison[];
  /** Values of one type of which one is taken, or that stand in one list. */
  readonly choices: (readonly Operand[])[];
  /** Numbers so long that a sum of them may overflow. */
  longNumbers: boolean;
  /** Patterns of LIKE that are no plain constant. */
  patterns: boolean;
  subscripts: boolean;
  /** A subquery in the place of a value. */
  scalarQueries: boolean;
  /** Subqueries in expressions, also behind IN and EXISTS. */
  queries: number;
  /** A list of values is compared with a subquery: `(a, b) IN (SELECT …)`. */
  rowQueries: boolean;
  windows: boolean;
}

/** The pieces of one query, from the first up to the one behind the last. */
export interface QueryPieces {
  readonly from: number;
  to: number;
}

/**
 * What a query computes on its own rows: a call, or a clause that can fail or never end. Where tables stand outside of the
 * query, it may depend on a row there whether it is computed at all.
 */
export interface OwnWork {
  readonly kind: 'function' | 'clause';
  /** The function's name; the clause in words for people. */
  readonly what: string;
  readonly query: QueryPieces;
}

export interface ParsedSql {
  readonly dialect: TextDialect;
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly uses: Uses;
  readonly ownWork: readonly OwnWork[];
  /** Names that the user gave to expressions where the engine lets inner queries see them (ClickHouse). */
  readonly expressionNames: readonly string[];
  /** Names of what is selected with a subquery in it. */
  readonly queryNames: readonly Token[];
}
