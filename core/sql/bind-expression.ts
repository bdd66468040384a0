/**
 * Gives meaning to a parsed expression: names through a {@link Scope}, functions through the portable list, types through
 * the rules of `CONTEXT.md`. Every problem is reported, and none that follows from another. `bind-comparison.ts` and
 * `bind-call.ts` are parts of it: functions that call each other over the one mutable `binding.ts`.
 */
import { bindCall } from './bind-call.js';
import { bindAgainst } from './bind-comparison.js';
import type { Bound, CheckType, Scope } from './bind-scope.js';
import { type Binding, failure, fault, type Typed, unify } from './binding.js';
import type { BinaryOperator, Expr } from './expression.js';
import type { NamePart, Span, Syntax } from './expression-syntax.js';
import { castable, castResult, isTemporal, nameType, zoned, zoneHint } from './value-types.js';

const comparisons: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(['=', '<>', '<', '<=', '>', '>=']);

export const bindSyntax = (binding: Binding, syntax: Syntax): Typed => {
  switch (syntax.kind) {
    case 'literal':
      return {
        expr: { kind: 'literal', type: syntax.type, value: syntax.value },
        type: syntax.type === 'null' ? 'unknown' : syntax.type,
      };
    case 'name':
      return bindName(binding, syntax.parts, syntax);
    case 'call':
      return bindCall(binding, syntax);
    case 'binary':
      return bindBinary(binding, syntax);
    case 'unary': {
      if (syntax.operator === 'not') {
        const operand = bindAsCondition(binding, syntax.operand, 'after `not`');
        return { expr: { kind: 'unary', operator: 'not', operand: operand.expr }, type: 'boolean' };
      }
      const operand = bindWanted(binding, syntax.operand, 'number', 'after `-`');
      return { expr: { kind: 'unary', operator: '-', operand: operand.expr }, type: 'number' };
    }
    case 'case':
      return bindCase(binding, syntax);
    case 'cast':
      return bindCast(binding, syntax);
    case 'in':
      return bindIn(binding, syntax);
    case 'between': {
      const operand = bindSyntax(binding, syntax.operand);
      const low = bindAgainst(binding, operand, syntax.operand, syntax.low, '<');
      const high = bindAgainst(binding, low.left, syntax.operand, syntax.high, '<');
      const { negated } = syntax;
      return {
        expr: { kind: 'between', operand: high.left.expr, low: low.right.expr, high: high.right.expr, negated },
        type: 'boolean',
      };
    }
    case 'like': {
      const operand = bindWanted(binding, syntax.operand, 'string', 'before `like`');
      const pattern = bindWanted(binding, syntax.pattern, 'string', 'after `like`');
      return {
        expr: { kind: 'like', operand: operand.expr, pattern: pattern.expr, negated: syntax.negated },
        type: 'boolean',
      };
    }
    case 'is_null':
      return {
        expr: { kind: 'is_null', operand: bindSyntax(binding, syntax.operand).expr, negated: syntax.negated },
        type: 'boolean',
      };
  }
};

export const bindAsCondition = (binding: Binding, syntax: Syntax, where: string): Typed => {
  const bound = bindSyntax(binding, syntax);
  if (bound.failed || bound.type === 'boolean' || bound.type === 'unknown') return bound;
  return fault(
    binding,
    'CONDITION_TYPE',
    syntax,
    `a condition is expected ${where}, and this is ${nameType(bound.type)}`,
  );
};

export const bindWanted = (binding: Binding, syntax: Syntax, type: CheckType, where: string): Typed => {
  const bound = bindSyntax(binding, syntax);
  if (bound.failed || bound.type === type || bound.type === 'unknown') return bound;
  const hint =
    isTemporal(bound.type) && type === 'number'
      ? '; compute with dates by `date_add` and `date_diff`'
      : type === 'string'
        ? '; write `cast(… as string)`'
        : '';
  return fault(
    binding,
    'EXPRESSION_TYPE',
    syntax,
    `${nameType(type)} is expected ${where}, and this is ${nameType(bound.type)}${hint}`,
  );
};

const bindName = (binding: Binding, parts: readonly NamePart[], span: Span): Typed => {
  const first = parts[0]!;
  if (!first.quoted && first.text.toLowerCase() === 'subject' && parts.length > 1) {
    if (!binding.scope.subject) {
      return fault(binding, 'SUBJECT_NOT_HERE', span, 'attributes of the subject have a meaning in policies only');
    }
    if (parts.length > 2) {
      return fault(binding, 'NAME_UNKNOWN', span, 'an attribute of the subject is one name: `subject.region`');
    }
    return { expr: { kind: 'subject', attribute: parts[1]!.text }, type: 'unknown' };
  }
  const found = binding.scope.resolve(parts, span);
  if (found === null) {
    binding.failed = true;
    return failure;
  }
  if ('code' in found) {
    binding.problems.push(found);
    binding.failed = true;
    return failure;
  }
  return found;
};

const bindBinary = (binding: Binding, syntax: Extract<Syntax, { kind: 'binary' }>): Typed => {
  const { operator } = syntax;
  const make = (left: Expr, right: Expr, type: CheckType): Typed => ({
    expr: { kind: 'binary', operator, left, right },
    type,
  });
  if (operator === 'and' || operator === 'or') {
    const left = bindAsCondition(binding, syntax.left, `before \`${operator}\``);
    const right = bindAsCondition(binding, syntax.right, `after \`${operator}\``);
    return make(left.expr, right.expr, 'boolean');
  }
  if (comparisons.has(operator)) {
    const left = bindSyntax(binding, syntax.left);
    const pair = bindAgainst(binding, left, syntax.left, syntax.right, operator);
    return make(pair.left.expr, pair.right.expr, 'boolean');
  }
  const type = operator === '||' ? 'string' : 'number';
  const left = bindWanted(binding, syntax.left, type, `before \`${operator}\``);
  const right = bindWanted(binding, syntax.right, type, `after \`${operator}\``);
  return make(left.expr, right.expr, type);
};

const bindIn = (binding: Binding, syntax: Extract<Syntax, { kind: 'in' }>): Typed => {
  let operand = bindSyntax(binding, syntax.operand);
  const values: Expr[] = [];
  for (const item of syntax.values) {
    const pair = bindAgainst(binding, operand, syntax.operand, item, '=');
    if (!operand.failed && !pair.left.failed) operand = pair.left;
    values.push(pair.right.expr);
  }
  return { expr: { kind: 'in', operand: operand.expr, values, negated: syntax.negated }, type: 'boolean' };
};

const bindCase = (binding: Binding, syntax: Extract<Syntax, { kind: 'case' }>): Typed => {
  const branches: { when: Expr; then: Expr }[] = [];
  const results: (readonly [Syntax, Typed])[] = [];
  const operand = syntax.operand === null ? null : bindSyntax(binding, syntax.operand);
  for (const { when, value } of syntax.branches) {
    let test: Expr;
    if (operand === null || syntax.operand === null) test = bindAsCondition(binding, when, 'after `when`').expr;
    else {
      const pair = bindAgainst(binding, operand, syntax.operand, when, '=');
      test = { kind: 'binary', operator: '=', left: pair.left.expr, right: pair.right.expr };
    }
    const bound = bindSyntax(binding, value);
    results.push([value, bound]);
    // biome-ignore lint/suspicious/noThenProperty: the tree's own word; it is never awaited
    branches.push({ when: test, then: bound.expr });
  }
  const otherwise = syntax.otherwise === null ? null : bindSyntax(binding, syntax.otherwise);
  if (otherwise !== null) results.push([syntax.otherwise!, otherwise]);
  const type = unify(binding, results, 'the values of `case`');
  return { expr: { kind: 'case', branches, otherwise: otherwise?.expr ?? null }, type };
};

const bindCast = (binding: Binding, syntax: Extract<Syntax, { kind: 'cast' }>): Typed => {
  const operand = bindSyntax(binding, syntax.operand);
  const { to } = syntax;
  if (!operand.failed && !castable[to]!.has(operand.type)) {
    const hint = zoned(operand.type) ? `; ${zoneHint}` : '';
    return fault(binding, 'EXPRESSION_TYPE', syntax, `${nameType(operand.type)} cannot be cast to ${to}${hint}`);
  }
  return { expr: { kind: 'cast', operand: operand.expr, to }, type: castResult[to]! };
};

const finish = ({ failed, problems }: Binding, typed: Typed): Bound => ({
  expr: failed ? null : typed.expr,
  type: failed ? 'unknown' : typed.type,
  problems,
});

const open = (scope: Scope): Binding => ({ scope, problems: [], failed: false });

export const bindExpression = (syntax: Syntax, scope: Scope): Bound => {
  const binding = open(scope);
  return finish(binding, bindSyntax(binding, syntax));
};

/** As {@link bindExpression}, for what must be true or false. */
export const bindCondition = (syntax: Syntax, scope: Scope): Bound => {
  const binding = open(scope);
  return finish(binding, bindAsCondition(binding, syntax, 'here'));
};
