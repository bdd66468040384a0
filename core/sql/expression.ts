/**
 * Expressions: the one tree that authored expressions are parsed to, the planner assembles and the printer writes. Nodes
 * are plain frozen data, so that a model that holds them can be serialised and hashed. Meaning is fixed here and kept by
 * every dialect's printer (see CONTEXT.md, "What an expression means").
 */

/** `unknown`: a column whose type no catalogue has told; it fits everywhere. */
export type ValueType = 'string' | 'number' | 'boolean' | 'date' | 'timestamp' | 'instant' | 'unknown';

export type Expr =
  | FieldExpr
  | LiteralExpr
  | SubjectExpr
  | CallExpr
  | BinaryExpr
  | UnaryExpr
  | CaseExpr
  | CastExpr
  | InExpr
  | BetweenExpr
  | LikeExpr
  | IsNullExpr;

/** A column of an entity's source. `path` are the names of the joins to walk from the entity the expression belongs to; empty for its own. */
export interface FieldExpr {
  readonly kind: 'field';
  readonly path: readonly string[];
  readonly column: string;
  readonly type: ValueType;
}

/** A constant that an author wrote. Values of a query are never literals: the planner binds them as parameters. */
export interface LiteralExpr {
  readonly kind: 'literal';
  readonly type: 'string' | 'number' | 'boolean' | 'date' | 'timestamp' | 'null';
  /** Numbers by their digits, dates and timestamps in ISO-8601, booleans as `true` and `false`; `null` for null. */
  readonly value: string | null;
}

/** An attribute of the subject (`subject.region`), in policies only. */
export interface SubjectExpr {
  readonly kind: 'subject';
  readonly attribute: string;
}

/** A function of the portable list (`core/sql/functions.ts`), or with `native` one of a dialect's own, in an override for that dialect. */
export interface CallExpr {
  readonly kind: 'call';
  readonly function: string;
  readonly native: boolean;
  readonly args: readonly Expr[];
  readonly type: ValueType;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '||' | '=' | '<>' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

export interface BinaryExpr {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}

export interface UnaryExpr {
  readonly kind: 'unary';
  readonly operator: 'not' | '-';
  readonly operand: Expr;
}

/** Searched form only: `case x when 1 …` is parsed to `case when x = 1 …`. */
export interface CaseExpr {
  readonly kind: 'case';
  readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
  readonly otherwise: Expr | null;
}

export interface CastExpr {
  readonly kind: 'cast';
  readonly operand: Expr;
  readonly to: 'string' | 'integer' | 'decimal' | 'float' | 'boolean' | 'date' | 'timestamp';
}

/** `values` are a list, or one {@link SubjectExpr} whose attribute is a list. */
export interface InExpr {
  readonly kind: 'in';
  readonly operand: Expr;
  readonly values: readonly Expr[];
  readonly negated: boolean;
}

export interface BetweenExpr {
  readonly kind: 'between';
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
  readonly negated: boolean;
}

/** `%` and `_` are wildcards, backslash escapes; upper and lower case differ. */
export interface LikeExpr {
  readonly kind: 'like';
  readonly operand: Expr;
  readonly pattern: Expr;
  readonly negated: boolean;
}

export interface IsNullExpr {
  readonly kind: 'is_null';
  readonly operand: Expr;
  readonly negated: boolean;
}
