import type { Span, Syntax } from '../../core/sql/expression-syntax.js';
import { parseExpression } from '../../core/sql/parse-expression.js';
import type { FormulaExpr } from '../model/model.js';

const calls = {
  coalesce: [1, 20],
  nullif: [2, 2],
  abs: [1, 1],
  round: [1, 2],
  least: [1, 20],
  greatest: [1, 20],
} as const satisfies Record<string, readonly [number, number]>;

type CallName = keyof typeof calls;

export interface FormulaProblem extends Span {
  readonly message: string;
}

export interface FormulaName extends Span {
  readonly name: string;
}

export interface ParsedFormula {
  /** `null` when there are problems. */
  readonly expr: FormulaExpr | null;
  /** The metrics that occur, with their places. */
  readonly names: readonly FormulaName[];
  readonly problems: readonly FormulaProblem[];
}

const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/']);

class Reader {
  readonly names: FormulaName[] = [];
  readonly problems: FormulaProblem[] = [];

  #problem({ start, end }: Span, message: string): FormulaExpr {
    this.problems.push({ start, end, message });
    return { kind: 'number', value: '0' };
  }

  read(syntax: Syntax): FormulaExpr {
    switch (syntax.kind) {
      case 'literal':
        if (syntax.type === 'number') return { kind: 'number', value: syntax.value! };
        return this.#problem(syntax, 'a formula computes with numbers and metrics only');
      case 'name': {
        const name = syntax.parts.map((part) => part.text).join('.');
        this.names.push({ name, start: syntax.start, end: syntax.end });
        return { kind: 'metric', metric: name };
      }
      case 'unary':
        if (syntax.operator === '-') return { kind: 'negate', operand: this.read(syntax.operand) };
        break;
      case 'binary':
        if (arithmetic.has(syntax.operator)) {
          const operator = syntax.operator as '+' | '-' | '*' | '/';
          return { kind: 'binary', operator, left: this.read(syntax.left), right: this.read(syntax.right) };
        }
        return this.#problem(syntax.at, `a formula has + - * / only, not \`${syntax.operator}\``);
      case 'call':
        return this.#call(syntax);
    }
    return this.#problem(
      syntax,
      'a formula is arithmetic over metrics; put conditions into `where` of a metric or measure',
    );
  }

  #call(syntax: Extract<Syntax, { kind: 'call' }>): FormulaExpr {
    if (!Object.hasOwn(calls, syntax.function)) {
      const known = Object.keys(calls).join(', ');
      return this.#problem(syntax.name, `a formula has no function \`${syntax.function}\`; known are ${known}`);
    }
    const name = syntax.function as CallName;
    const [least, most] = calls[name];
    if (syntax.args.length < least || syntax.args.length > most) {
      return this.#problem(
        syntax.name,
        `\`${name}\` takes ${least === most ? least : `${least} to ${most}`} arguments`,
      );
    }
    if (name === 'round' && syntax.args.length === 2) {
      const digits = syntax.args[1]!;
      if (digits.kind !== 'literal' || !/^\d$/.test(digits.value ?? '')) {
        return this.#problem(digits, 'the digits of `round` are a whole number from 0 to 9');
      }
    }
    return { kind: 'call', function: name, args: syntax.args.map((arg) => this.read(arg)) };
  }
}

/** Arithmetic over metrics. Never throws. */
export const parseFormula = (text: string): ParsedFormula => {
  const { syntax, problem } = parseExpression(text);
  if (syntax === null) return { expr: null, names: [], problems: [problem] };
  const reader = new Reader();
  const expr = reader.read(syntax);
  const { names, problems } = reader;
  return { expr: problems.length > 0 ? null : expr, names, problems };
};
