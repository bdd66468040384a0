/**
 * The portable subset of SQL that authors write, with a place for everything. It knows grammar only; what names and
 * functions mean is decided by `bind-expression.ts`. One file for each part of the grammar, `parse-expression-operators.ts`,
 * `-primary`, `-call`: functions that call each other over the one mutable `expression-cursor.ts`.
 */
import { ExpressionCursor } from './expression-cursor.js';
import type { Syntax } from './expression-syntax.js';
import { parseOperators } from './parse-expression-operators.js';
import { SyntaxFault, type SyntaxProblem } from './tokenize-expression.js';

export type { SyntaxProblem } from './tokenize-expression.js';

export type ParsedExpression =
  | { readonly syntax: Syntax; readonly problem: null }
  | { readonly syntax: null; readonly problem: SyntaxProblem };

const parseAll = (text: string): Syntax => {
  const cursor = new ExpressionCursor(text);
  const first = cursor.peek;
  if (first.kind === 'end') throw new SyntaxFault(0, 0, 'the expression is empty; write a value or a name');
  const syntax = parseOperators(cursor, 0);
  const rest = cursor.peek;
  if (rest.kind !== 'end') throw cursor.unexpected(rest);
  return syntax;
};

/** Text to syntax, or the first thing that is wrong with it. Never throws. */
export const parseExpression = (text: string): ParsedExpression => {
  try {
    return { syntax: parseAll(text), problem: null };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return { syntax: null, problem: error.problem };
  }
};
