import type { BindCode, BindProblem, CheckType, Meaning, Scope } from './bind-scope.js';
import type { LiteralExpr } from './expression.js';
import type { Span, Syntax } from './expression-syntax.js';
import { nameType } from './value-types.js';

/** What is found while an expression is bound. The one thing in it that changes. */
export interface Binding {
  readonly scope: Scope;
  readonly problems: BindProblem[];
  failed: boolean;
}

export type Typed = Meaning & { readonly failed?: true };

const nothing: LiteralExpr = Object.freeze({ kind: 'literal', type: 'null', value: null });

/** What stands for a part that is wrong, so that nothing that follows from it is reported. */
export const failure: Typed = { expr: nothing, type: 'unknown', failed: true };

export const fault = (binding: Binding, code: BindCode, span: Span, message: string, suggestion?: string): Typed => {
  const { start, end } = span;
  binding.problems.push(
    suggestion === undefined ? { code, start, end, message } : { code, start, end, message, suggestion },
  );
  if (code !== 'VALUE_NOT_LISTED') binding.failed = true;
  return failure;
};

/** The one type that parts must have. */
export const unify = (binding: Binding, parts: readonly (readonly [Syntax, Typed])[], what: string): CheckType => {
  let type: CheckType = 'unknown';
  for (const [syntax, { type: found, failed }] of parts) {
    if (failed || found === 'unknown' || found === type) continue;
    if (type === 'unknown') type = found;
    else {
      const message = `${what} must be of one type: before this is ${nameType(type)}, and this is ${nameType(found)}`;
      fault(binding, 'EXPRESSION_TYPE', syntax, message);
      return 'unknown';
    }
  }
  return type;
};
