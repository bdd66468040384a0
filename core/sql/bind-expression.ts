/**
 * Gives meaning to a parsed expression: names through a {@link Scope}, functions through the portable list, types through
 * the rules of `CONTEXT.md`. Every problem is reported, and none that follows from another.
 */
import { didYouMean } from '../config/did-you-mean.js';
import type { NativeFunctions } from './dialect-functions.js';
import type { BinaryOperator, CallExpr, Expr, LiteralExpr, ValueType } from './expression.js';
import type { NamePart, Span, Syntax } from './expression-syntax.js';
import {
  dateParts,
  datePartFunctions,
  type FunctionName,
  type FunctionSignature,
  functionAliases,
  functions,
  intervalUnits,
  isFunctionName,
  type ParameterType,
  truncGrains,
} from './functions.js';

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

type Typed = Meaning & { readonly failed?: true };

const nothing: LiteralExpr = Object.freeze({ kind: 'literal', type: 'null', value: null });
const failure: Typed = { expr: nothing, type: 'unknown', failed: true };

const typeNames: Readonly<Record<CheckType, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date',
  timestamp: 'a timestamp',
  instant: 'an instant',
  utc: 'a time in UTC',
  unknown: 'unknown',
};
export const nameType = (type: CheckType): string => typeNames[type];

const words: Readonly<Partial<Record<ParameterType, readonly string[]>>> = {
  grain: truncGrains,
  part: dateParts,
  unit: intervalUnits,
};
const clockWords: ReadonlySet<string> = new Set(['second', 'minute', 'hour']);
const zoned = (type: CheckType): boolean => type === 'instant' || type === 'utc';
const isNull = (typed: Typed): boolean => typed.expr.kind === 'literal' && typed.expr.type === 'null';
const isTemporal = (type: CheckType): boolean => type === 'date' || type === 'timestamp' || zoned(type);
const comparisons: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(['=', '<>', '<', '<=', '>', '>=']);

const zoneHint = 'its day depends on the time zone of who asks; group by it with a grain in the query instead';

/** Casts that mean the same everywhere; what is missing is refused. */
const castable: Readonly<Record<string, ReadonlySet<CheckType>>> = {
  string: new Set(['string', 'number', 'boolean', 'date', 'timestamp', 'unknown']),
  integer: new Set(['string', 'number', 'boolean', 'unknown']),
  decimal: new Set(['string', 'number', 'unknown']),
  float: new Set(['string', 'number', 'unknown']),
  boolean: new Set(['boolean', 'number', 'unknown']),
  date: new Set(['string', 'date', 'timestamp', 'unknown']),
  timestamp: new Set(['string', 'date', 'timestamp', 'unknown']),
};
const castResult: Readonly<Record<string, ValueType>> = {
  string: 'string',
  integer: 'number',
  decimal: 'number',
  float: 'number',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
};

const shownType = (type: CheckType): ValueType => (type === 'utc' ? 'timestamp' : type);

class Binder {
  readonly problems: BindProblem[] = [];
  failed = false;
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  #problem(code: BindCode, span: Span, message: string, suggestion?: string): Typed {
    const { start, end } = span;
    this.problems.push(
      suggestion === undefined ? { code, start, end, message } : { code, start, end, message, suggestion },
    );
    if (code !== 'VALUE_NOT_LISTED') this.failed = true;
    return failure;
  }

  bind(syntax: Syntax): Typed {
    switch (syntax.kind) {
      case 'literal':
        return {
          expr: { kind: 'literal', type: syntax.type, value: syntax.value },
          type: syntax.type === 'null' ? 'unknown' : syntax.type,
        };
      case 'name':
        return this.#name(syntax.parts, syntax);
      case 'call':
        return this.#call(syntax);
      case 'binary':
        return this.#binary(syntax);
      case 'unary': {
        if (syntax.operator === 'not') {
          const operand = this.condition(syntax.operand, 'after `not`');
          return { expr: { kind: 'unary', operator: 'not', operand: operand.expr }, type: 'boolean' };
        }
        const operand = this.#wanted(syntax.operand, 'number', 'after `-`');
        return { expr: { kind: 'unary', operator: '-', operand: operand.expr }, type: 'number' };
      }
      case 'case':
        return this.#case(syntax);
      case 'cast':
        return this.#cast(syntax);
      case 'in':
        return this.#in(syntax);
      case 'between': {
        const operand = this.bind(syntax.operand);
        const low = this.#against(operand, syntax.operand, syntax.low, '<');
        const high = this.#against(low.left, syntax.operand, syntax.high, '<');
        const { negated } = syntax;
        return {
          expr: { kind: 'between', operand: high.left.expr, low: low.right.expr, high: high.right.expr, negated },
          type: 'boolean',
        };
      }
      case 'like': {
        const operand = this.#wanted(syntax.operand, 'string', 'before `like`');
        const pattern = this.#wanted(syntax.pattern, 'string', 'after `like`');
        return {
          expr: { kind: 'like', operand: operand.expr, pattern: pattern.expr, negated: syntax.negated },
          type: 'boolean',
        };
      }
      case 'is_null':
        return {
          expr: { kind: 'is_null', operand: this.bind(syntax.operand).expr, negated: syntax.negated },
          type: 'boolean',
        };
    }
  }

  condition(syntax: Syntax, where: string): Typed {
    const bound = this.bind(syntax);
    if (bound.failed || bound.type === 'boolean' || bound.type === 'unknown') return bound;
    return this.#problem(
      'CONDITION_TYPE',
      syntax,
      `a condition is expected ${where}, and this is ${nameType(bound.type)}`,
    );
  }

  #wanted(syntax: Syntax, type: CheckType, where: string): Typed {
    const bound = this.bind(syntax);
    if (bound.failed || bound.type === type || bound.type === 'unknown') return bound;
    const hint =
      isTemporal(bound.type) && type === 'number'
        ? '; compute with dates by `date_add` and `date_diff`'
        : type === 'string'
          ? '; write `cast(… as string)`'
          : '';
    return this.#problem(
      'EXPRESSION_TYPE',
      syntax,
      `${nameType(type)} is expected ${where}, and this is ${nameType(bound.type)}${hint}`,
    );
  }

  #name(parts: readonly NamePart[], span: Span): Typed {
    const first = parts[0]!;
    if (!first.quoted && first.text.toLowerCase() === 'subject' && parts.length > 1) {
      if (!this.#scope.subject) {
        return this.#problem('SUBJECT_NOT_HERE', span, 'attributes of the subject have a meaning in policies only');
      }
      if (parts.length > 2) {
        return this.#problem('NAME_UNKNOWN', span, 'an attribute of the subject is one name: `subject.region`');
      }
      return { expr: { kind: 'subject', attribute: parts[1]!.text }, type: 'unknown' };
    }
    const found = this.#scope.resolve(parts, span);
    if (found === null) {
      this.failed = true;
      return failure;
    }
    if ('code' in found) {
      this.problems.push(found);
      this.failed = true;
      return failure;
    }
    return found;
  }

  #binary(syntax: Extract<Syntax, { kind: 'binary' }>): Typed {
    const { operator } = syntax;
    const make = (left: Expr, right: Expr, type: CheckType): Typed => ({
      expr: { kind: 'binary', operator, left, right },
      type,
    });
    if (operator === 'and' || operator === 'or') {
      const left = this.condition(syntax.left, `before \`${operator}\``);
      const right = this.condition(syntax.right, `after \`${operator}\``);
      return make(left.expr, right.expr, 'boolean');
    }
    if (comparisons.has(operator)) {
      const left = this.bind(syntax.left);
      const pair = this.#against(left, syntax.left, syntax.right, operator);
      return make(pair.left.expr, pair.right.expr, 'boolean');
    }
    const type = operator === '||' ? 'string' : 'number';
    const left = this.#wanted(syntax.left, type, `before \`${operator}\``);
    const right = this.#wanted(syntax.right, type, `after \`${operator}\``);
    return make(left.expr, right.expr, type);
  }

  /** Two sides of a comparison; a date beside a timestamp is turned into its midnight. */
  #against(
    left: Typed,
    leftSyntax: Syntax,
    rightSyntax: Syntax,
    operator: BinaryOperator,
  ): { readonly left: Typed; readonly right: Typed } {
    const right = this.bind(rightSyntax);
    if (left.failed || right.failed) return { left, right };
    for (const [side, syntax] of [
      [left, leftSyntax],
      [right, rightSyntax],
    ] as const) {
      if (isNull(side)) {
        const hint = operator === '<>' ? 'write `is not null`' : 'write `is null`';
        this.#problem('EXPRESSION_TYPE', syntax, `nothing compares with null; ${hint}`);
        return { left: failure, right: failure };
      }
    }
    if (left.type === 'unknown' || right.type === 'unknown') return { left, right };
    if (left.type === 'date' && right.type === 'timestamp') return { left: this.#midnight(left), right };
    if (left.type === 'timestamp' && right.type === 'date') return { left, right: this.#midnight(right) };
    if (left.type === right.type) {
      if (left.type === 'boolean' && operator !== '=' && operator !== '<>') {
        this.#problem('EXPRESSION_TYPE', rightSyntax, 'true and false have no order; compare them with `=`');
      }
      this.#listed(left, rightSyntax, right);
      this.#listed(right, leftSyntax, left);
      return { left, right };
    }
    this.#problem('EXPRESSION_TYPE', rightSyntax, this.#mismatch(left.type, right));
    return { left: failure, right: failure };
  }

  #midnight(typed: Typed): Typed {
    if (typed.expr.kind === 'literal') {
      return { expr: { kind: 'literal', type: 'timestamp', value: `${typed.expr.value}T00:00:00` }, type: 'timestamp' };
    }
    return { expr: { kind: 'cast', operand: typed.expr, to: 'timestamp' }, type: 'timestamp' };
  }

  #mismatch(left: CheckType, right: Typed): string {
    const text = `${nameType(left)} cannot be compared with ${nameType(right.type)}`;
    if (zoned(left) || zoned(right.type)) return `${text}; ${zoneHint}`;
    if (isTemporal(left) && right.type === 'string' && right.expr.kind === 'literal') {
      return `${text}; write \`${left} '${right.expr.value}'\``;
    }
    if (left === 'number' && right.expr.kind === 'literal' && right.type === 'string') {
      return `${text}; remove the quotes`;
    }
    if (left === 'string' && right.expr.kind === 'literal') return `${text}; write '${right.expr.value}' in quotes`;
    return `${text}; write \`cast(… as type)\``;
  }

  /** Warns of a text that is compared with an enumeration that does not hold it. */
  #listed(name: Typed, syntax: Syntax, other: Typed): void {
    if (name.values === undefined || name.values.length === 0 || other.expr.kind !== 'literal') return;
    const { value } = other.expr;
    const known = name.values.map(String);
    if (
      value === null ||
      known.includes(value) ||
      (other.type === 'number' && known.map(Number).includes(Number(value)))
    ) {
      return;
    }
    const meant = didYouMean(value, known);
    const help = meant === undefined ? `known are ${known.slice(0, 8).join(', ')}` : `did you mean '${meant}'?`;
    this.#problem(
      'VALUE_NOT_LISTED',
      syntax,
      `'${value}' is not among the values of this dimension; ${help}`,
      meant === undefined ? undefined : `'${meant}'`,
    );
  }

  #in(syntax: Extract<Syntax, { kind: 'in' }>): Typed {
    let operand = this.bind(syntax.operand);
    const values: Expr[] = [];
    for (const item of syntax.values) {
      const pair = this.#against(operand, syntax.operand, item, '=');
      if (!operand.failed && !pair.left.failed) operand = pair.left;
      values.push(pair.right.expr);
    }
    return { expr: { kind: 'in', operand: operand.expr, values, negated: syntax.negated }, type: 'boolean' };
  }

  #case(syntax: Extract<Syntax, { kind: 'case' }>): Typed {
    const branches: { when: Expr; then: Expr }[] = [];
    const results: (readonly [Syntax, Typed])[] = [];
    const operand = syntax.operand === null ? null : this.bind(syntax.operand);
    for (const { when, value } of syntax.branches) {
      let test: Expr;
      if (operand === null || syntax.operand === null) test = this.condition(when, 'after `when`').expr;
      else {
        const pair = this.#against(operand, syntax.operand, when, '=');
        test = { kind: 'binary', operator: '=', left: pair.left.expr, right: pair.right.expr };
      }
      const bound = this.bind(value);
      results.push([value, bound]);
      // biome-ignore lint/suspicious/noThenProperty: the tree's own word; it is never awaited
      branches.push({ when: test, then: bound.expr });
    }
    const otherwise = syntax.otherwise === null ? null : this.bind(syntax.otherwise);
    if (otherwise !== null) results.push([syntax.otherwise!, otherwise]);
    const type = this.#unify(results, 'the values of `case`');
    return { expr: { kind: 'case', branches, otherwise: otherwise?.expr ?? null }, type };
  }

  #unify(parts: readonly (readonly [Syntax, Typed])[], what: string): CheckType {
    let type: CheckType = 'unknown';
    for (const [syntax, { type: found, failed }] of parts) {
      if (failed || found === 'unknown' || found === type) continue;
      if (type === 'unknown') type = found;
      else {
        const message = `${what} must be of one type: before this is ${nameType(type)}, and this is ${nameType(found)}`;
        this.#problem('EXPRESSION_TYPE', syntax, message);
        return 'unknown';
      }
    }
    return type;
  }

  #cast(syntax: Extract<Syntax, { kind: 'cast' }>): Typed {
    const operand = this.bind(syntax.operand);
    const { to } = syntax;
    if (!operand.failed && !castable[to]!.has(operand.type)) {
      const hint = zoned(operand.type) ? `; ${zoneHint}` : '';
      return this.#problem('EXPRESSION_TYPE', syntax, `${nameType(operand.type)} cannot be cast to ${to}${hint}`);
    }
    return { expr: { kind: 'cast', operand: operand.expr, to }, type: castResult[to]! };
  }

  #call(syntax: Extract<Syntax, { kind: 'call' }>): Typed {
    const written = syntax.function;
    if (isFunctionName(written)) return this.#portable(written, syntax, syntax.args);
    const native = this.#scope.native?.get(written);
    if (native !== undefined) {
      const args = syntax.args.map((arg) => this.bind(arg).expr);
      return { expr: { kind: 'call', function: native, native: true, args, type: 'unknown' }, type: 'unknown' };
    }
    if (Object.hasOwn(functionAliases, written)) return this.#portable(functionAliases[written]!, syntax, syntax.args);
    if (datePartFunctions.has(written) && syntax.args.length === 1) {
      const { start, end } = syntax.name;
      return this.#portable('date_part', syntax, [
        { kind: 'literal', type: 'string', value: written, start, end },
        ...syntax.args,
      ]);
    }
    for (const arg of syntax.args) if (arg.kind !== 'name' || arg.parts.length > 1) this.bind(arg);
    const meant = didYouMean(written, [
      ...Object.keys(functions),
      ...Object.keys(functionAliases),
      ...(this.#scope.native?.keys() ?? []),
    ]);
    const clock = /^(now|today|getdate|sysdate|current_)/.test(written);
    const help = clock
      ? 'the clock belongs to the query: use a time range'
      : meant === undefined
        ? 'a function of one database only is given by dialect: `{duckdb: …, default: …}`'
        : `did you mean \`${meant}\`?`;
    return this.#problem('FUNCTION_UNKNOWN', syntax.name, `there is no function \`${written}\`; ${help}`, meant);
  }

  #portable(name: FunctionName, syntax: Extract<Syntax, { kind: 'call' }>, args: readonly Syntax[]): Typed {
    const signature: FunctionSignature = functions[name];
    const { parameters, optional, variadic } = signature;
    const least = parameters.length - optional;
    if (args.length < least || (!variadic && args.length > parameters.length)) {
      const wanted = parameters.map(
        (parameter, index) =>
          `${parameter.name}${index >= least ? '?' : ''}${variadic && index === parameters.length - 1 ? ' …' : ''}`,
      );
      const message = `\`${name}\` takes (${wanted.join(', ')}), and here ${args.length === 1 ? 'is 1 argument' : `are ${args.length} arguments`}`;
      return this.#problem('FUNCTION_ARGUMENTS', syntax.name, message);
    }
    const bound: Typed[] = [];
    const same: (readonly [Syntax, Typed])[] = [];
    let word = '';
    let temporal = 'unknown' as CheckType;
    let hasTemporal = false;
    args.forEach((arg, index) => {
      const parameter = parameters[Math.min(index, parameters.length - 1)]!;
      const typed = this.#argument(arg, parameter.type, `as \`${parameter.name}\` of \`${name}\``);
      bound.push(typed);
      if (parameter.type === 'same') same.push([arg, typed]);
      if (Object.hasOwn(words, parameter.type) && typed.expr.kind === 'literal') word = typed.expr.value ?? '';
      if (parameter.type === 'temporal') {
        if (typed.type === 'date' || !hasTemporal) temporal = typed.type;
        hasTemporal = true;
      }
    });
    if (bound.some((typed) => typed.failed)) return failure;
    if (clockWords.has(word) && temporal === 'date') {
      return this.#problem('EXPRESSION_TYPE', syntax, `a date has no ${word}; cast it to timestamp first`);
    }
    const type = this.#result(signature, same, word, temporal, name);
    const expr: CallExpr = {
      kind: 'call',
      function: name,
      native: false,
      args: bound.map((typed) => typed.expr),
      type: shownType(type),
    };
    return { expr, type };
  }

  #result(
    signature: FunctionSignature,
    same: readonly (readonly [Syntax, Typed])[],
    word: string,
    temporal: CheckType,
    name: string,
  ): CheckType {
    if (signature.result === 'same') return this.#unify(same, `the arguments of \`${name}\``);
    if (signature.result === 'truncated') return clockWords.has(word) ? 'timestamp' : 'date';
    if (signature.result === 'shifted') return clockWords.has(word) ? 'timestamp' : temporal;
    return signature.result;
  }

  #argument(arg: Syntax, type: ParameterType, where: string): Typed {
    const known = words[type];
    if (known !== undefined) return this.#word(arg, known, where);
    if (type === 'same') return this.bind(arg);
    if (type === 'boolean') return this.condition(arg, where);
    if (type === 'constant') return this.#constant(arg, where);
    if (type === 'temporal') {
      const bound = this.bind(arg);
      if (bound.failed || ['date', 'timestamp', 'unknown'].includes(bound.type)) return bound;
      const hint = zoned(bound.type) ? `; ${zoneHint}` : bound.type === 'string' ? '; write `cast(… as date)`' : '';
      return this.#problem(
        'EXPRESSION_TYPE',
        arg,
        `a date or timestamp is expected ${where}, and this is ${nameType(bound.type)}${hint}`,
      );
    }
    return this.#wanted(arg, type === 'string' ? 'string' : 'number', where);
  }

  #constant(arg: Syntax, where: string): Typed {
    const inner = arg.kind === 'unary' && arg.operator === '-' ? arg.operand : arg;
    if (inner.kind === 'literal' && inner.type === 'number' && /^\d{1,4}$/.test(inner.value ?? ''))
      return this.bind(arg);
    return this.#problem('FUNCTION_ARGUMENTS', arg, `a whole number, written out, is expected ${where}`);
  }

  #word(arg: Syntax, known: readonly string[], where: string): Typed {
    const text =
      arg.kind === 'literal' && arg.type === 'string'
        ? arg.value
        : arg.kind === 'name' && arg.parts.length === 1
          ? arg.parts[0]!.text
          : null;
    const word = text?.toLowerCase() ?? '';
    const singular = word.endsWith('s') ? word.slice(0, -1) : word;
    const found = known.find((candidate) => candidate === word || candidate === singular);
    if (found !== undefined) return { expr: { kind: 'literal', type: 'string', value: found }, type: 'string' };
    const meant = text === null ? undefined : didYouMean(word, known);
    return this.#problem(
      'FUNCTION_ARGUMENTS',
      arg,
      `one of ${known.join(', ')} is expected ${where}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      meant,
    );
  }
}

const finish = (binder: Binder, typed: Typed): Bound => ({
  expr: binder.failed ? null : typed.expr,
  type: binder.failed ? 'unknown' : typed.type,
  problems: binder.problems,
});

export const bindExpression = (syntax: Syntax, scope: Scope): Bound => {
  const binder = new Binder(scope);
  return finish(binder, binder.bind(syntax));
};

/** As {@link bindExpression}, for what must be true or false. */
export const bindCondition = (syntax: Syntax, scope: Scope): Bound => {
  const binder = new Binder(scope);
  return finish(binder, binder.condition(syntax, 'here'));
};
