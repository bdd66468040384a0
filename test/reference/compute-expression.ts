/** What an expression is worth, by three-valued logic, for one row. */
import { type Grain, cut, shift } from './calendar.js';
import { date, timestamp } from './data.js';
import { isDouble, type IsDouble } from './double-precision.js';
import type { Node } from './parse-expression.js';
import {
  add,
  asTimestampText,
  compareValues,
  divide,
  exact,
  type Exact,
  isExact,
  isNumeric,
  isTime,
  multiply,
  negate,
  parseExact,
  remainder,
  spellExact,
  toDouble,
  type Value,
  whole,
} from './value.js';

/** The value of a name in the row at hand. */
export type LookUp = (path: readonly string[]) => Value;

const isoWeeks = { zone: 'UTC', weekStart: 1, fiscalStart: 1 } as const;

export function matchesPattern(text: string, pattern: string): boolean {
  const parts: string[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at]!;
    if (character === '%') parts.push('[^]*');
    else if (character === '_') parts.push('[^]');
    else {
      if (character === '\\' && at + 1 < characters.length) at += 1;
      parts.push(characters[at]!.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    }
  }
  return new RegExp(`^${parts.join('')}$`, 'u').test(text);
}

function roundTo(value: number | Exact, digits: number): number | Exact {
  const given = isExact(value) ? value : parseExact(value.toFixed(12));
  if (digits >= given.scale) return value;
  const size = 10n ** BigInt(given.scale - digits);
  const half = size / 2n;
  const units = given.units < 0n ? -((-given.units + half) / size) : (given.units + half) / size;
  const rounded = digits >= 0 ? exact(units, digits) : exact(units * 10n ** BigInt(-digits), 0);
  return isExact(value) ? rounded : toDouble(rounded);
}

const toWhole = (value: Exact, direction: 'down' | 'up' | 'zero'): Exact => {
  const size = 10n ** BigInt(value.scale);
  const cutOff = value.units / size;
  const left = value.units % size;
  const correction = direction === 'down' && left < 0n ? -1n : direction === 'up' && left > 0n ? 1n : 0n;
  return exact(cutOff + correction);
};

const numeric = (value: Value): number | Exact => {
  if (!isNumeric(value)) throw new Error(`not a number: ${String(value)}`);
  return value;
};
const text = (value: Value): string => {
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
};
const count = (value: Value): number => toDouble(numeric(value));
const both =
  (direction: 'down' | 'up' | 'zero', double: (x: number) => number) =>
  ([x]: readonly Value[]): Value =>
    isExact(x!) ? toWhole(x, direction) : double(x as number);

/** Functions that are null when any argument is. */
const strict: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
  abs: ([x]) => (toDouble(numeric(x!)) < 0 ? negate(numeric(x!)) : x!),
  sign: ([x]) => whole(Math.sign(toDouble(numeric(x!)))),
  round: ([x, digits]) => roundTo(numeric(x!), digits === undefined ? 0 : count(digits)),
  floor: both('down', Math.floor),
  ceil: both('up', Math.ceil),
  trunc: both('zero', Math.trunc),
  mod: ([x, y]) => remainder(numeric(x!), numeric(y!)),
  greatest: (args) => args.reduce((best, value) => (compareValues(value, best) > 0 ? value : best)),
  least: (args) => args.reduce((best, value) => (compareValues(value, best) < 0 ? value : best)),
  lower: ([x]) => text(x!).toLowerCase(),
  upper: ([x]) => text(x!).toUpperCase(),
  trim: ([x]) => text(x!).replace(/^ +| +$/g, ''),
  length: ([x]) => whole([...text(x!)].length),
  substring: ([x, start, size]) => {
    const from = count(start!) - 1;
    const to = size === undefined ? Number.POSITIVE_INFINITY : from + count(size);
    return [...text(x!)].filter((_, at) => at >= from && at < to).join('');
  },
  left: ([x, size]) => [...text(x!)].slice(0, Math.max(0, count(size!))).join(''),
  concat: (args) => args.map(text).join(''),
  contains: ([x, part]) => text(x!).includes(text(part!)),
  starts_with: ([x, part]) => text(x!).startsWith(text(part!)),
  ends_with: ([x, part]) => text(x!).endsWith(text(part!)),
};

function datePart(part: string, at: Value): Value {
  if (!isTime(at)) throw new Error('not a time');
  const [year, month, day, hour, minute] = asTimestampText(at)
    .split(/[-T:.]/)
    .map(Number) as number[];
  const parts: Record<string, number> = { year, month, day, hour, minute, quarter: Math.ceil(month! / 3) } as never;
  if (parts[part] === undefined) throw new Error(`no date part ${part}`);
  return whole(parts[part]);
}

function dateTrunc(grain: string, at: Value): Value {
  if (!isTime(at)) throw new Error('not a time');
  const start = cut(asTimestampText(at), grain as Grain, isoWeeks);
  return grain === 'hour' || grain === 'minute' ? timestamp(start) : date(start);
}

function dateAdd(at: Value, amount: Value, unit: string): Value {
  if (!isTime(at)) throw new Error('not a time');
  const moved = shift(asTimestampText(at), count(amount), unit as Grain);
  return at.kind === 'date' ? date(moved) : timestamp(moved);
}

const castNumber = (value: Value): number | Exact =>
  typeof value === 'boolean' ? whole(Number(value)) : typeof value === 'string' ? parseExact(value) : numeric(value);

const casts: Readonly<Record<string, (value: Value) => Value>> = {
  string: (value) => (isExact(value) ? spellExact(value) : isTime(value) ? value.text : String(value)),
  float: (value) => toDouble(castNumber(value)),
  date: (value) => date(isTime(value) ? value.text : text(value)),
  timestamp: (value) => timestamp(isTime(value) ? asTimestampText(value) : text(value)),
};

const comparisons: Readonly<Record<string, (difference: number) => boolean>> = {
  '=': (difference) => difference === 0,
  '<>': (difference) => difference !== 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

const arithmetic: Readonly<Record<string, (a: number | Exact, b: number | Exact) => Value>> = {
  '+': add,
  '-': (a, b) => add(a, negate(b)),
  '*': multiply,
  '/': divide,
  '%': remainder,
};

export const not = (value: boolean | null): boolean | null => (value === null ? null : !value);
export const allOf = (values: readonly (boolean | null)[]): boolean | null =>
  values.includes(false) ? false : values.includes(null) ? null : true;
export const anyOf = (values: readonly (boolean | null)[]): boolean | null =>
  values.includes(true) ? true : values.includes(null) ? null : false;

/** Functions that give one of their arguments. */
const choosers = new Set(['coalesce', 'if', 'greatest', 'least']);

const truth = (value: Value): boolean | null => {
  if (value !== null && typeof value !== 'boolean') throw new Error('not a condition');
  return value;
};

const equal = (a: Value, b: Value): boolean | null => (a === null || b === null ? null : compareValues(a, b) === 0);

/** @param ofName which names stand for numbers in double precision */
export function compute(node: Node, lookUp: LookUp, ofName: IsDouble): Value {
  const of = (child: Node): Value => compute(child, lookUp, ofName);
  const chosen = (value: Value): Value => (isExact(value) && isDouble(node, ofName) ? toDouble(value) : value);
  switch (node.kind) {
    case 'name':
      return lookUp(node.path);
    case 'number':
      return parseExact(node.digits);
    case 'text':
      return node.text;
    case 'date':
      return date(node.text);
    case 'timestamp':
      return timestamp(node.text);
    case 'boolean':
      return node.value;
    case 'null':
      return null;
    case 'minus': {
      const value = of(node.operand);
      return value === null ? null : negate(numeric(value));
    }
    case 'not':
      return not(truth(of(node.operand)));
    case 'binary':
      return binary(node.operator, node.left, node.right, of);
    case 'case': {
      const hit = node.branches.find((branch) => of(branch.when) === true);
      return chosen(hit ? of(hit.result) : node.otherwise === null ? null : of(node.otherwise));
    }
    case 'cast': {
      const value = of(node.operand);
      const caster = casts[node.to];
      if (!caster) throw new Error(`no cast to ${node.to}`);
      return value === null ? null : caster(value);
    }
    case 'in': {
      const value = of(node.operand);
      const found = anyOf(node.values.map((candidate) => equal(value, of(candidate))));
      return node.negated ? not(found) : found;
    }
    case 'between': {
      const value = of(node.operand);
      const [low, high] = [of(node.low), of(node.high)];
      const inside = allOf([
        value === null || low === null ? null : compareValues(value, low) >= 0,
        value === null || high === null ? null : compareValues(value, high) <= 0,
      ]);
      return node.negated ? not(inside) : inside;
    }
    case 'like': {
      const value = of(node.operand);
      const pattern = of(node.pattern);
      const hit = value === null || pattern === null ? null : matchesPattern(text(value), text(pattern));
      return node.negated ? not(hit) : hit;
    }
    case 'is_null':
      return (of(node.operand) === null) !== node.negated;
    case 'call':
      return choosers.has(node.name) ? chosen(call(node.name, node.args, of)) : call(node.name, node.args, of);
  }
}

function binary(operator: string, left: Node, right: Node, of: (node: Node) => Value): Value {
  if (operator === 'and') return allOf([truth(of(left)), truth(of(right))]);
  if (operator === 'or') return anyOf([truth(of(left)), truth(of(right))]);
  const [a, b] = [of(left), of(right)];
  if (a === null || b === null) return null;
  if (operator === '||') return `${text(a)}${text(b)}`;
  const compare = comparisons[operator];
  return compare ? compare(compareValues(a, b)) : arithmetic[operator]!(numeric(a), numeric(b));
}

const wordOf = (node: Node): string => {
  if (node.kind === 'name') return node.path[0]!;
  if (node.kind === 'text') return node.text;
  throw new Error('expected a word');
};

function call(name: string, args: readonly Node[], of: (node: Node) => Value): Value {
  if (name === 'coalesce') {
    for (const arg of args) {
      const value = of(arg);
      if (value !== null) return value;
    }
    return null;
  }
  if (name === 'nullif') return equal(of(args[0]!), of(args[1]!)) === true ? null : of(args[0]!);
  if (name === 'if') return of(args[0]!) === true ? of(args[1]!) : args[2] ? of(args[2]) : null;
  if (name === 'date_trunc' || name === 'date_part') {
    const at = of(args[1]!);
    return at === null ? null : (name === 'date_trunc' ? dateTrunc : datePart)(wordOf(args[0]!), at);
  }
  if (name === 'date_add') {
    const [at, amount] = [of(args[0]!), of(args[1]!)];
    return at === null || amount === null ? null : dateAdd(at, amount, wordOf(args[2]!));
  }
  const values = args.map(of);
  const compute = strict[name];
  if (!compute) throw new Error(`no function ${name}`);
  return values.includes(null) ? null : compute(values);
}
