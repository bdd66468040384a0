/** Calls: portable functions by their signatures, and those of the one dialect that the expression is for. */
import { didYouMean } from '../config/did-you-mean.js';
import { bindAsCondition, bindSyntax, bindWanted } from './bind-expression.js';
import type { CheckType } from './bind-scope.js';
import { type Binding, failure, fault, type Typed, unify } from './binding.js';
import type { CallExpr } from './expression.js';
import type { Syntax } from './expression-syntax.js';
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
import { nameType, shownType, zoned, zoneHint } from './value-types.js';

const words: Readonly<Partial<Record<ParameterType, readonly string[]>>> = {
  grain: truncGrains,
  part: dateParts,
  unit: intervalUnits,
};
const clockWords: ReadonlySet<string> = new Set(['second', 'minute', 'hour']);

export const bindCall = (binding: Binding, syntax: Extract<Syntax, { kind: 'call' }>): Typed => {
  const written = syntax.function;
  if (isFunctionName(written)) return bindPortable(binding, written, syntax, syntax.args);
  const native = binding.scope.native?.get(written);
  if (native !== undefined) {
    const args = syntax.args.map((arg) => bindSyntax(binding, arg).expr);
    return { expr: { kind: 'call', function: native, native: true, args, type: 'unknown' }, type: 'unknown' };
  }
  if (Object.hasOwn(functionAliases, written))
    return bindPortable(binding, functionAliases[written]!, syntax, syntax.args);
  if (datePartFunctions.has(written) && syntax.args.length === 1) {
    const { start, end } = syntax.name;
    return bindPortable(binding, 'date_part', syntax, [
      { kind: 'literal', type: 'string', value: written, start, end },
      ...syntax.args,
    ]);
  }
  for (const arg of syntax.args) if (arg.kind !== 'name' || arg.parts.length > 1) bindSyntax(binding, arg);
  const meant = didYouMean(written, [
    ...Object.keys(functions),
    ...Object.keys(functionAliases),
    ...(binding.scope.native?.keys() ?? []),
  ]);
  const clock = /^(now|today|getdate|sysdate|current_)/.test(written);
  const help = clock
    ? 'the clock belongs to the query: use a time range'
    : meant === undefined
      ? 'a function of one database only is given by dialect: `{duckdb: …, default: …}`'
      : `did you mean \`${meant}\`?`;
  return fault(binding, 'FUNCTION_UNKNOWN', syntax.name, `there is no function \`${written}\`; ${help}`, meant);
};

const bindPortable = (
  binding: Binding,
  name: FunctionName,
  syntax: Extract<Syntax, { kind: 'call' }>,
  args: readonly Syntax[],
): Typed => {
  const signature: FunctionSignature = functions[name];
  const { parameters, optional, variadic } = signature;
  const least = parameters.length - optional;
  if (args.length < least || (!variadic && args.length > parameters.length)) {
    const wanted = parameters.map(
      (parameter, index) =>
        `${parameter.name}${index >= least ? '?' : ''}${variadic && index === parameters.length - 1 ? ' …' : ''}`,
    );
    const message = `\`${name}\` takes (${wanted.join(', ')}), and here ${args.length === 1 ? 'is 1 argument' : `are ${args.length} arguments`}`;
    return fault(binding, 'FUNCTION_ARGUMENTS', syntax.name, message);
  }
  const bound: Typed[] = [];
  const same: (readonly [Syntax, Typed])[] = [];
  let word = '';
  let temporal = 'unknown' as CheckType;
  let hasTemporal = false;
  args.forEach((arg, index) => {
    const parameter = parameters[Math.min(index, parameters.length - 1)]!;
    const typed = bindArgument(binding, arg, parameter.type, `as \`${parameter.name}\` of \`${name}\``);
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
    return fault(binding, 'EXPRESSION_TYPE', syntax, `a date has no ${word}; cast it to timestamp first`);
  }
  const type = resultType(binding, signature, same, word, temporal, name);
  const expr: CallExpr = {
    kind: 'call',
    function: name,
    native: false,
    args: bound.map((typed) => typed.expr),
    type: shownType(type),
  };
  return { expr, type };
};

const resultType = (
  binding: Binding,
  signature: FunctionSignature,
  same: readonly (readonly [Syntax, Typed])[],
  word: string,
  temporal: CheckType,
  name: string,
): CheckType => {
  if (signature.result === 'same') return unify(binding, same, `the arguments of \`${name}\``);
  if (signature.result === 'truncated') return clockWords.has(word) ? 'timestamp' : 'date';
  if (signature.result === 'shifted') return clockWords.has(word) ? 'timestamp' : temporal;
  return signature.result;
};

const bindArgument = (binding: Binding, arg: Syntax, type: ParameterType, where: string): Typed => {
  const known = words[type];
  if (known !== undefined) return bindWord(binding, arg, known, where);
  if (type === 'same') return bindSyntax(binding, arg);
  if (type === 'boolean') return bindAsCondition(binding, arg, where);
  if (type === 'constant') return bindConstant(binding, arg, where);
  if (type === 'temporal') {
    const bound = bindSyntax(binding, arg);
    if (bound.failed || ['date', 'timestamp', 'unknown'].includes(bound.type)) return bound;
    const hint = zoned(bound.type) ? `; ${zoneHint}` : bound.type === 'string' ? '; write `cast(… as date)`' : '';
    return fault(
      binding,
      'EXPRESSION_TYPE',
      arg,
      `a date or timestamp is expected ${where}, and this is ${nameType(bound.type)}${hint}`,
    );
  }
  return bindWanted(binding, arg, type === 'string' ? 'string' : 'number', where);
};

const bindConstant = (binding: Binding, arg: Syntax, where: string): Typed => {
  const inner = arg.kind === 'unary' && arg.operator === '-' ? arg.operand : arg;
  if (inner.kind === 'literal' && inner.type === 'number' && /^\d{1,4}$/.test(inner.value ?? ''))
    return bindSyntax(binding, arg);
  return fault(binding, 'FUNCTION_ARGUMENTS', arg, `a whole number, written out, is expected ${where}`);
};

const bindWord = (binding: Binding, arg: Syntax, known: readonly string[], where: string): Typed => {
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
  return fault(
    binding,
    'FUNCTION_ARGUMENTS',
    arg,
    `one of ${known.join(', ')} is expected ${where}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    meant,
  );
};
