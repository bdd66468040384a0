/** What binding is given, and what comes out of it. */
import type { NativeFunctions } from './dialect-functions.js';
import type { Expr, ValueType } from './expression.js';
import type { NamePart, Span } from './expression-syntax.js';

/** `utc`: a timestamp that is meant in UTC; like an instant it has no day before the time zone is known. */
export type CheckType = ValueType | 'utc';

export type BindCode =
  | 'EXPRESSION_TYPE'
  | 'CONDITION_TYPE'
  | 'FUNCTION_UNKNOWN'
  | 'FUNCTION_ARGUMENTS'
  | 'NAME_UNKNOWN'
  | 'COLUMN_UNKNOWN'
  | 'PATH_TO_MANY'
  | 'DIMENSION_CYCLE'
  | 'SUBJECT_NOT_HERE'
  | 'VALUE_NOT_LISTED';

export interface BindProblem extends Span {
  readonly code: BindCode;
  readonly message: string;
  readonly suggestion?: string;
}

export interface Meaning {
  readonly expr: Expr;
  readonly type: CheckType;
  /** All values there are, when the name is an enumeration. */
  readonly values?: readonly (string | number | boolean)[];
}

export interface Scope {
  /** `null` when the name is wrong in a way that is reported elsewhere already. */
  resolve(parts: readonly NamePart[], span: Span): Meaning | BindProblem | null;
  /** Whether `subject.x` has a meaning here. */
  readonly subject: boolean;
  /** Functions of the one dialect that the expression is for. */
  readonly native: NativeFunctions | null;
}

export interface Bound {
  /** `null` when there are errors. */
  readonly expr: Expr | null;
  readonly type: CheckType;
  readonly problems: readonly BindProblem[];
}
