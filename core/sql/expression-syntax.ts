/**
 * What an author wrote, with places, before names mean anything. `bind-expression.ts` turns it into an {@link Expr}.
 * Offsets count UTF-16 units of the text; `end` is exclusive.
 */
import type { BinaryOperator, CastExpr } from './expression.js';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Syntax = Span &
  (
    | { readonly kind: 'name'; readonly parts: readonly NamePart[] }
    | {
        readonly kind: 'literal';
        readonly type: 'string' | 'number' | 'boolean' | 'date' | 'timestamp' | 'null';
        readonly value: string | null;
      }
    | { readonly kind: 'call'; readonly function: string; readonly name: Span; readonly args: readonly Syntax[] }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly at: Span;
        readonly left: Syntax;
        readonly right: Syntax;
      }
    | { readonly kind: 'unary'; readonly operator: 'not' | '-'; readonly operand: Syntax }
    | {
        readonly kind: 'case';
        readonly operand: Syntax | null;
        readonly branches: readonly { readonly when: Syntax; readonly value: Syntax }[];
        readonly otherwise: Syntax | null;
      }
    | { readonly kind: 'cast'; readonly operand: Syntax; readonly to: CastExpr['to'] }
    | { readonly kind: 'in'; readonly operand: Syntax; readonly values: readonly Syntax[]; readonly negated: boolean }
    | {
        readonly kind: 'between';
        readonly operand: Syntax;
        readonly low: Syntax;
        readonly high: Syntax;
        readonly negated: boolean;
      }
    | { readonly kind: 'like'; readonly operand: Syntax; readonly pattern: Syntax; readonly negated: boolean }
    | { readonly kind: 'is_null'; readonly operand: Syntax; readonly negated: boolean }
  );

export interface NamePart extends Span {
  readonly text: string;
  readonly quoted: boolean;
}
