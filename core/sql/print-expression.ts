import { DataMindError } from '../errors/datamind-error.js';
import type { Dialect } from './dialects/dialect.js';
import { atom } from './dialects/names.js';
import { expressionType, jointType, resultsOf } from './expression-type.js';
import type { BinaryExpr, CallExpr, Expr, LiteralExpr, ValueType } from './expression.js';
import { type FunctionName, isFunctionName } from './functions.js';

/** Which source holds the columns of each path of joins (names with dots between; empty for the expression's own entity). */
export type Aliases = Readonly<Record<string, string>>;

/** What is true, false or unknown by its form, and no column or choice that is kept as such. */
const isCondition = (expr: Expr): boolean => {
  switch (expr.kind) {
    case 'in':
    case 'between':
    case 'like':
    case 'is_null':
      return true;
    case 'unary':
      return expr.operator === 'not';
    case 'binary':
      return expressionType(expr) === 'boolean';
    case 'call':
      return !expr.native && ['contains', 'starts_with', 'ends_with'].includes(expr.function);
    default:
      return false;
  }
};

/** Functions that give one of their arguments, and how many arguments come before those. */
const choosers: Partial<Record<FunctionName, number>> = { coalesce: 0, if: 1, greatest: 0, least: 0 };

/** A whole number that every type of number can hold. */
const isPlainWhole = (expr: Expr): boolean =>
  expr.kind === 'literal' && (expr.type === 'null' || (expr.type === 'number' && /^\d{1,4}$/.test(expr.value ?? '')));

/** Numbers that no sum or product of two of them takes over the edge. */
const isSmall = (expr: Expr): boolean =>
  isPlainWhole(expr) ||
  (expr.kind === 'call' &&
    !expr.native &&
    ['length', 'strpos', 'date_part', 'date_diff', 'sign'].includes(expr.function));

/** What `widen` has made wide already, or a float. */
const isWide = (expr: Expr): boolean => {
  if (expr.kind === 'cast') return expr.to === 'decimal' || expr.to === 'float';
  if (expr.kind !== 'binary') return false;
  return expr.operator === '/' || ('+-*'.includes(expr.operator) && !(isSmall(expr.left) && isSmall(expr.right)));
};

const isTime = (type: ValueType): boolean => type === 'timestamp' || type === 'instant';

const precedence: Readonly<Record<BinaryExpr['operator'], number>> = {
  or: 1,
  and: 2,
  '=': 4,
  '<>': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '||': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
};

/** Writes authored expressions in a dialect. What it has written once for a source it remembers. */
export class ExpressionPrinter {
  readonly #dialect: Dialect;
  /** By expression, then by the alias of its own source: expressions that walk no join only. */
  readonly #written = new WeakMap<Expr, Map<string, string>>();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** As a condition: where these are no values, one that is kept as a number is compared with it. */
  printCondition(expr: Expr, aliases: Aliases): string {
    return this.#condition(expr, aliases);
  }

  print(expr: Expr, aliases: Aliases): string {
    if (expr.kind === 'field') return this.#field(expr.path, expr.column, aliases);
    const own = aliases[''];
    if (own === undefined || Object.keys(aliases).length > 1) return this.#write(expr, aliases);
    let known = this.#written.get(expr);
    if (known === undefined) {
      known = new Map();
      this.#written.set(expr, known);
    }
    let text = known.get(own);
    if (text === undefined) {
      text = this.#write(expr, aliases);
      known.set(own, text);
    }
    return text;
  }

  #field(path: readonly string[], column: string, aliases: Aliases): string {
    const alias = aliases[path.length === 0 ? '' : path.join('.')];
    if (alias === undefined) throw new Error(`no source for ${[...path, column].join('.')}`);
    return `${this.#dialect.identifier(alias)}.${this.#dialect.identifier(column)}`;
  }

  #negated(expr: Expr, aliases: Aliases): string {
    if (!this.#dialect.shape.bits) return this.#atom(expr, aliases);
    return `(${this.#condition(expr, aliases)})`;
  }

  #atom(expr: Expr, aliases: Aliases): string {
    const text = this.#write(expr, aliases);
    return expr.kind === 'field' || expr.kind === 'literal' ? text : atom(text);
  }

  #condition(expr: Expr, aliases: Aliases): string {
    if (!this.#dialect.shape.bits) return this.#write(expr, aliases);
    return isCondition(expr) ? this.#plain(expr, aliases) : `${this.#atom(expr, aliases)} = 1`;
  }

  #write(expr: Expr, aliases: Aliases): string {
    const text = this.#plain(expr, aliases);
    if (!this.#dialect.shape.bits || !isCondition(expr)) return text;
    return `CAST(CASE WHEN ${text} THEN 1 WHEN NOT (${text}) THEN 0 END AS bit)`;
  }

  #plain(expr: Expr, aliases: Aliases): string {
    switch (expr.kind) {
      case 'field':
        return this.#field(expr.path, expr.column, aliases);
      case 'literal':
        return this.#literal(expr);
      case 'subject':
        throw new DataMindError(
          'WOULD_BE_WRONG',
          `subject.${expr.attribute} has a meaning in policies only, not in a query.`,
        );
      case 'call':
        return this.#call(expr, aliases);
      case 'binary':
        return this.#binary(expr, aliases);
      case 'unary':
        return expr.operator === '-'
          ? `-${this.#atom(expr.operand, aliases)}`
          : `NOT ${this.#negated(expr.operand, aliases)}`;
      case 'case': {
        const results = this.#alike(resultsOf(expr), (part) => this.#write(part, aliases));
        const branches = expr.branches.map(
          ({ when }, index) => `WHEN ${this.#condition(when, aliases)} THEN ${results[index]}`,
        );
        const otherwise = expr.otherwise === null ? '' : ` ELSE ${results.at(-1)}`;
        return `CASE ${branches.join(' ')}${otherwise} END`;
      }
      case 'cast':
        return this.#dialect.cast[expr.to](this.#atom(expr.operand, aliases), expressionType(expr.operand));
      case 'in': {
        const all = [expr.operand, ...expr.values];
        const [operand, ...values] = all.map((part) => this.#compared(part, all, aliases));
        return `${operand} ${expr.negated ? 'NOT IN' : 'IN'} (${values.join(', ')})`;
      }
      case 'between': {
        const all = [expr.operand, expr.low, expr.high];
        const [operand, low, high] = all.map((part) => this.#compared(part, all, aliases));
        return `${operand} ${expr.negated ? 'NOT BETWEEN' : 'BETWEEN'} ${low} AND ${high}`;
      }
      case 'like': {
        const dialect = this.#dialect;
        const fixed = expr.pattern.kind === 'literal' && expr.pattern.value !== null;
        if (!fixed && dialect.likeValue('%|[') !== '%|[') {
          throw new DataMindError(
            'UNSUPPORTED_ON_DIALECT',
            `A pattern of "like" must be a constant on ${dialect.name}.`,
          );
        }
        const pattern = fixed
          ? dialect.text(dialect.likeValue((expr.pattern as LiteralExpr).value!))
          : this.#atom(expr.pattern, aliases);
        const match = dialect.like(this.#atom(expr.operand, aliases), pattern);
        return expr.negated ? `NOT (${match})` : match;
      }
      case 'is_null':
        return `${this.#atom(expr.operand, aliases)} IS ${expr.negated ? 'NOT ' : ''}NULL`;
    }
  }

  #literal({ type, value }: LiteralExpr): string {
    if (value === null || type === 'null') return 'NULL';
    switch (type) {
      case 'number':
        return value;
      case 'boolean':
        return this.#dialect.boolean(value === 'true');
      case 'date':
        return this.#dialect.date(value);
      case 'timestamp':
        return this.#dialect.timestamp(value);
      case 'string':
        return this.#dialect.text(value);
    }
  }

  /** One side of a comparison: times take one spelling where the engine keeps them as text. */
  #compared(expr: Expr, all: readonly Expr[], aliases: Aliases): string {
    return this.#timed(expr, all, this.#atom(expr, aliases));
  }

  /** @param all what it is compared with, or chosen from among: where one of them is a time, so are all */
  #timed(expr: Expr, all: readonly Expr[], text: string): string {
    const types = all.map(expressionType);
    const isTimed = types.some(isTime);
    // What is not known may be a time beside a date.
    if (!isTimed && !(types.includes('date') && types.includes('unknown'))) return text;
    if (!isTimed || expr.kind !== 'literal') return this.#dialect.comparable(text);
    return expr.type === 'date' && expr.value !== null ? this.#dialect.timestamp(`${expr.value}T00:00:00`) : text;
  }

  #call(expr: CallExpr, aliases: Aliases): string {
    const name = expr.function;
    if (expr.native || !isFunctionName(name)) {
      return `${name}(${expr.args.map((arg) => this.#write(arg, aliases)).join(', ')})`;
    }
    const word = { date_trunc: 0, date_part: 0, date_diff: 0, date_add: 2 }[name as 'date_trunc'];
    const isOfTimes = name === 'nullif' && expr.args.some((arg) => isTime(expressionType(arg)));
    const first = isOfTimes ? 0 : (choosers[name] ?? expr.args.length);
    const args = expr.args.slice(0, first).map((arg, index) => {
      if (index === word && arg.kind === 'literal') return arg.value ?? '';
      if (name === 'mod') return this.#exact(arg, aliases);
      return name === 'if' && index === 0 ? this.#condition(arg, aliases) : this.#atom(arg, aliases);
    });
    args.push(...this.#alike(expr.args.slice(first), (arg) => this.#atom(arg, aliases)));
    return this.#dialect.functions[name](args, expr.args.map(expressionType));
  }

  /** The parts of which one is chosen: numbers in one type, where the engine must be told; times in one spelling. */
  #alike(exprs: readonly Expr[], write: (expr: Expr) => string): readonly string[] {
    const { alike, exactNumber } = this.#dialect;
    if (exprs.length > 1 && exprs.some((expr) => isTime(expressionType(expr))))
      return exprs.map((expr) => this.#timed(expr, exprs, write(expr)));
    const unlike = exprs.filter((expr) => !isPlainWhole(expr));
    if (alike === null || exprs.length < 2 || unlike.length === 0 || jointType(exprs) !== 'number') {
      return exprs.map(write);
    }
    const texts = unlike.map((expr) =>
      expr.kind === 'literal' && expr.value !== null ? exactNumber(expr.value) : write(expr),
    );
    const lifted = texts.length === 1 ? texts : alike(texts.map(atom)).map(atom);
    return exprs.map((expr) => (unlike.includes(expr) ? lifted[unlike.indexOf(expr)]! : write(expr)));
  }

  /** A constant by its digits, where the engine would take it for a float. */
  #exact(expr: Expr, aliases: Aliases): string {
    const isNumber = expr.kind === 'literal' && expr.type === 'number' && expr.value !== null;
    return isNumber ? this.#dialect.exactNumber(expr.value!) : this.#atom(expr, aliases);
  }

  #binary({ operator, left, right }: BinaryExpr, aliases: Aliases): string {
    const dialect = this.#dialect;
    switch (operator) {
      case '/':
        return dialect.divide(this.#atom(left, aliases), this.#atom(right, aliases));
      case '%':
        return dialect.modulo(this.#exact(left, aliases), this.#exact(right, aliases));
      case '||':
        return dialect.concat(this.#atom(left, aliases), this.#atom(right, aliases));
      case 'and':
      case 'or':
        return `${this.#side(left, operator, false, aliases)} ${operator.toUpperCase()} ${this.#side(right, operator, false, aliases)}`;
      case '+':
      case '-':
      case '*': {
        const areSmall = isSmall(left) && isSmall(right);
        if (dialect.arithmetic !== null && !areSmall)
          return dialect.arithmetic(operator, this.#write(left, aliases), this.#write(right, aliases));
        const exact = (side: Expr, isRight: boolean): string =>
          side.kind === 'literal' && side.type === 'number' && side.value !== null
            ? dialect.exactNumber(side.value)
            : this.#side(side, operator, isRight, aliases);
        const isWideEnough = isWide(left) || isWide(right) || areSmall;
        const first = isWideEnough ? exact(left, false) : dialect.widen(exact(left, false));
        return `${first} ${operator} ${exact(right, true)}`;
      }
      default: {
        const both = [left, right];
        return `${this.#compared(left, both, aliases)} ${operator} ${this.#compared(right, both, aliases)}`;
      }
    }
  }

  /** A side of an operator; in parentheses where it would bind otherwise. */
  #side(expr: Expr, operator: BinaryExpr['operator'], isRight: boolean, aliases: Aliases): string {
    if (expr.kind === 'field' || expr.kind === 'literal') return this.#atom(expr, aliases);
    const binds = precedence[operator];
    if (expr.kind === 'binary' && '+-*'.includes(expr.operator) && '+-*'.includes(operator)) {
      const inner = precedence[expr.operator];
      if (inner > binds || (inner === binds && !isRight)) return this.#write(expr, aliases);
    }
    if (binds <= 2 && this.#dialect.shape.bits) {
      const isChain = expr.kind === 'binary' && precedence[expr.operator] < binds;
      return isChain ? `(${this.#condition(expr, aliases)})` : this.#condition(expr, aliases);
    }
    if (binds <= 2) {
      const simple =
        expr.kind === 'binary'
          ? precedence[expr.operator] > binds || expr.operator === operator
          : expr.kind !== 'unary';
      return simple ? this.#write(expr, aliases) : `(${this.#write(expr, aliases)})`;
    }
    return this.#atom(expr, aliases);
  }
}
