/** Comparisons: what may be compared with what, and what is said of the rest. */
import { didYouMean } from '../config/did-you-mean.js';
import { bindSyntax } from './bind-expression.js';
import type { CheckType } from './bind-scope.js';
import { type Binding, failure, fault, type Typed } from './binding.js';
import type { BinaryOperator } from './expression.js';
import type { Syntax } from './expression-syntax.js';
import { isTemporal, nameType, zoned, zoneHint } from './value-types.js';

const isNull = (typed: Typed): boolean => typed.expr.kind === 'literal' && typed.expr.type === 'null';

/** Two sides of a comparison; a date beside a timestamp is turned into its midnight. */
export const bindAgainst = (
  binding: Binding,
  left: Typed,
  leftSyntax: Syntax,
  rightSyntax: Syntax,
  operator: BinaryOperator,
): { readonly left: Typed; readonly right: Typed } => {
  const right = bindSyntax(binding, rightSyntax);
  if (left.failed || right.failed) return { left, right };
  for (const [side, syntax] of [
    [left, leftSyntax],
    [right, rightSyntax],
  ] as const) {
    if (isNull(side)) {
      const hint = operator === '<>' ? 'write `is not null`' : 'write `is null`';
      fault(binding, 'EXPRESSION_TYPE', syntax, `nothing compares with null; ${hint}`);
      return { left: failure, right: failure };
    }
  }
  if (left.type === 'unknown' || right.type === 'unknown') return { left, right };
  if (left.type === 'date' && right.type === 'timestamp') return { left: midnightOf(left), right };
  if (left.type === 'timestamp' && right.type === 'date') return { left, right: midnightOf(right) };
  if (left.type === right.type) {
    if (left.type === 'boolean' && operator !== '=' && operator !== '<>') {
      fault(binding, 'EXPRESSION_TYPE', rightSyntax, 'true and false have no order; compare them with `=`');
    }
    warnUnlisted(binding, left, rightSyntax, right);
    warnUnlisted(binding, right, leftSyntax, left);
    return { left, right };
  }
  fault(binding, 'EXPRESSION_TYPE', rightSyntax, mismatch(left.type, right));
  return { left: failure, right: failure };
};

const midnightOf = (typed: Typed): Typed => {
  if (typed.expr.kind === 'literal') {
    return { expr: { kind: 'literal', type: 'timestamp', value: `${typed.expr.value}T00:00:00` }, type: 'timestamp' };
  }
  return { expr: { kind: 'cast', operand: typed.expr, to: 'timestamp' }, type: 'timestamp' };
};

const mismatch = (left: CheckType, right: Typed): string => {
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
};

/** Warns of a text that is compared with an enumeration that does not hold it. */
const warnUnlisted = (binding: Binding, name: Typed, syntax: Syntax, other: Typed): void => {
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
  fault(
    binding,
    'VALUE_NOT_LISTED',
    syntax,
    `'${value}' is not among the values of this dimension; ${help}`,
    meant === undefined ? undefined : `'${meant}'`,
  );
};
