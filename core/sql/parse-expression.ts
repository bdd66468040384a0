/**
 * The portable subset of SQL that authors write: a Pratt parser, with a place for everything. It knows grammar only;
 * what names and functions mean is decided by `bind-expression.ts`.
 */
import type { BinaryOperator, CastExpr } from './expression.js';
import type { NamePart, Span, Syntax } from './expression-syntax.js';
import { SyntaxFault, type SyntaxProblem, type Token, tokenize } from './tokenize-expression.js';

export type { SyntaxProblem } from './tokenize-expression.js';

export type ParsedExpression =
  | { readonly syntax: Syntax; readonly problem: null }
  | { readonly syntax: null; readonly problem: SyntaxProblem };

const deepest = 64;

const castTypes: Readonly<Record<string, CastExpr['to']>> = {
  string: 'string',
  text: 'string',
  varchar: 'string',
  char: 'string',
  integer: 'integer',
  int: 'integer',
  bigint: 'integer',
  decimal: 'decimal',
  numeric: 'decimal',
  number: 'decimal',
  float: 'float',
  double: 'float',
  real: 'float',
  boolean: 'boolean',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  datetime: 'timestamp',
};

const aggregates: ReadonlySet<string> = new Set(
  (
    'sum count avg average min max median percentile count_if countif count_distinct stddev variance var_pop var_samp ' +
    'array_agg string_agg group_concat listagg percentile_cont percentile_disc approx_count_distinct any_value ' +
    'row_number rank dense_rank lag lead ntile first_value last_value'
  ).split(' '),
);

/** Words of the grammar: a column of such a name is written in double quotes. All other words may be names. */
const reserved: ReadonlySet<string> = new Set(
  'and or not in between like is null true false case when then else end'.split(' '),
);

/** How tightly each operator holds; the higher the tighter. */
const power = { or: 1, and: 2, not: 3, compare: 4, concat: 5, add: 6, multiply: 7, negate: 8 } as const;

const binary: Readonly<Record<string, { readonly power: number; readonly operator: BinaryOperator }>> = {
  or: { power: power.or, operator: 'or' },
  and: { power: power.and, operator: 'and' },
  '=': { power: power.compare, operator: '=' },
  '<>': { power: power.compare, operator: '<>' },
  '!=': { power: power.compare, operator: '<>' },
  '<': { power: power.compare, operator: '<' },
  '<=': { power: power.compare, operator: '<=' },
  '>': { power: power.compare, operator: '>' },
  '>=': { power: power.compare, operator: '>=' },
  '||': { power: power.concat, operator: '||' },
  '+': { power: power.add, operator: '+' },
  '-': { power: power.add, operator: '-' },
  '*': { power: power.multiply, operator: '*' },
  '/': { power: power.multiply, operator: '/' },
  '%': { power: power.multiply, operator: '%' },
};

const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/;
const isoTimestamp = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?$/;

/** Whether there is such a day (`YYYY-MM-DD`). */
export const isDate = (text: string): boolean => {
  const [, year, month, day] = isoDate.exec(text) ?? [];
  if (year === undefined) return false;
  const time = new Date(0);
  time.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return time.getUTCMonth() === Number(month) - 1 && time.getUTCDate() === Number(day);
};

/** `YYYY-MM-DDTHH:MM:SS[.ffffff]`, or undefined when there is no such moment. */
export const normaliseTimestamp = (text: string): string | undefined => {
  if (isDate(text)) return `${text}T00:00:00`;
  const [, day, hour, minute, second = '00', fraction = ''] = isoTimestamp.exec(text) ?? [];
  if (day === undefined || !isDate(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return;
  return `${day}T${hour}:${minute}:${second}${fraction}`;
};

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  parseAll(): Syntax {
    if (this.#peek.kind === 'end') throw new SyntaxFault(0, 0, 'the expression is empty; write a value or a name');
    const syntax = this.#parse(0);
    const rest = this.#peek;
    if (rest.kind !== 'end') throw this.#unexpected(rest);
    return syntax;
  }

  get #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #next(): Token {
    const token = this.#peek;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  get #last(): Token | undefined {
    return this.#tokens[this.#at - 1];
  }

  #isWord(token: Token, word: string): boolean {
    return token.kind === 'name' && token.text.toLowerCase() === word;
  }

  #isMark(token: Token, mark: string): boolean {
    return token.kind === 'mark' && token.text === mark;
  }

  #take(word: string): Token | undefined {
    const token = this.#peek;
    return this.#isWord(token, word) || this.#isMark(token, word) ? this.#next() : undefined;
  }

  #unexpected(token: Token): SyntaxFault {
    if (this.#isMark(token, ')')) return new SyntaxFault(token.start, token.end, 'this `)` closes nothing; remove it');
    if (this.#isWord(token, 'over')) {
      return new SyntaxFault(token.start, token.end, 'window functions are not allowed; declare a measure or a metric');
    }
    if (this.#isWord(token, 'ilike')) {
      return new SyntaxFault(token.start, token.end, 'write `lower(x) like …` instead of `ilike`');
    }
    const shown = token.kind === 'string' ? "this `'…'`" : `\`${token.text}\``;
    return new SyntaxFault(
      token.start,
      token.end,
      `${shown} is not expected here; an operator may be missing before it`,
    );
  }

  #expect(word: string, inside: string): Token {
    const taken = this.#take(word);
    if (taken !== undefined) return taken;
    const token = this.#peek;
    const found = token.kind === 'end' ? 'the expression ends' : `there is \`${token.text}\``;
    throw new SyntaxFault(token.start, token.end, `expected \`${word}\` ${inside}, but ${found}`);
  }

  #close(opener: Token): Token {
    const closed = this.#take(')');
    if (closed !== undefined) return closed;
    const token = this.#peek;
    if (token.kind === 'end') throw new SyntaxFault(opener.start, opener.end, 'this `(` is not closed; add a `)`');
    throw this.#unexpected(token);
  }

  #parse(least: number): Syntax {
    this.#depth += 1;
    if (this.#depth > deepest) {
      const { start, end } = this.#peek;
      throw new SyntaxFault(
        start,
        end,
        `an expression is nested at most ${deepest} levels deep; split it into dimensions`,
      );
    }
    let left = this.#prefix();
    let compared = false;
    for (;;) {
      const token = this.#peek;
      const word = token.kind === 'name' ? token.text.toLowerCase() : token.kind === 'mark' ? token.text : '';
      const negated = word === 'not';
      const follower = negated ? (this.#tokens[this.#at + 1]?.text.toLowerCase() ?? '') : word;
      const postfix = follower === 'is' || follower === 'in' || follower === 'between' || follower === 'like';
      const holds = postfix ? power.compare : Object.hasOwn(binary, word) ? binary[word]!.power : -1;
      if (holds <= least || (negated && !postfix)) break;
      if (holds === power.compare && compared) {
        throw new SyntaxFault(token.start, token.end, 'comparisons cannot be chained; join them with `and`');
      }
      compared = holds === power.compare;
      this.#next();
      if (postfix) {
        if (negated) this.#next();
        left = this.#postfix(left, follower, negated);
        continue;
      }
      const right = this.#operand(holds, token);
      left = {
        kind: 'binary',
        operator: binary[word]!.operator,
        at: token,
        left,
        right,
        start: left.start,
        end: right.end,
      };
    }
    this.#depth -= 1;
    return left;
  }

  /** What stands after an operator or word; says after which when nothing does. */
  #operand(least: number, after: Token): Syntax {
    const token = this.#peek;
    if (token.kind === 'end' || this.#isMark(token, ')') || this.#isMark(token, ',')) {
      throw new SyntaxFault(after.start, after.end, `expected a value after \`${after.text}\``);
    }
    return this.#parse(least);
  }

  #postfix(operand: Syntax, word: string, negated: boolean): Syntax {
    const after = this.#last!;
    const start = operand.start;
    if (word === 'is') {
      const not = this.#take('not') !== undefined;
      const what = this.#next();
      if (this.#isWord(what, 'null')) return { kind: 'is_null', operand, negated: not, start, end: what.end };
      if (this.#isWord(what, 'true') || this.#isWord(what, 'false')) {
        throw new SyntaxFault(
          what.start,
          what.end,
          `write \`= ${what.text}\`, or the condition itself, instead of \`is ${what.text}\``,
        );
      }
      throw new SyntaxFault(what.start, what.end, 'expected `null` or `not null` after `is`');
    }
    if (word === 'in') return this.#in(operand, negated);
    if (word === 'between') {
      const low = this.#operand(power.compare, after);
      const and = this.#expect('and', 'after the lower end of `between`');
      const high = this.#operand(power.compare, and);
      return { kind: 'between', operand, low, high, negated, start, end: high.end };
    }
    const pattern = this.#operand(power.compare, after);
    const escaping = this.#take('escape');
    if (escaping !== undefined) {
      throw new SyntaxFault(
        escaping.start,
        escaping.end,
        'the escape character of `like` is always a backslash; remove `escape`',
      );
    }
    return { kind: 'like', operand, pattern, negated, start, end: pattern.end };
  }

  #in(operand: Syntax, negated: boolean): Syntax {
    const opener = this.#take('(');
    if (opener === undefined) {
      const attribute = this.#peek;
      if (attribute.kind !== 'name') {
        throw new SyntaxFault(attribute.start, attribute.end, "expected a list after `in`: `in ('a', 'b')`");
      }
      const value = this.#name();
      if (attribute.text.toLowerCase() !== 'subject') {
        throw new SyntaxFault(value.start, value.end, "write the list of `in` in parentheses: `in ('a', 'b')`");
      }
      return { kind: 'in', operand, values: [value], negated, start: operand.start, end: value.end };
    }
    if (this.#isMark(this.#peek, ')')) {
      throw new SyntaxFault(opener.start, this.#peek.end, 'the list of `in` is empty; nothing is in it');
    }
    const values = this.#list();
    const { end } = this.#close(opener);
    return { kind: 'in', operand, values, negated, start: operand.start, end };
  }

  #list(): Syntax[] {
    const values = [this.#parse(0)];
    for (let comma = this.#take(','); comma !== undefined; comma = this.#take(',')) {
      values.push(this.#operand(0, comma));
    }
    return values;
  }

  #prefix(): Syntax {
    const token = this.#next();
    const { start, end } = token;
    switch (token.kind) {
      case 'number':
        return { kind: 'literal', type: 'number', value: token.text, start, end };
      case 'string':
        return { kind: 'literal', type: 'string', value: token.text, start, end };
      case 'quoted':
        this.#at -= 1;
        return this.#name();
      case 'mark':
        return this.#prefixMark(token);
      case 'name':
        return this.#prefixWord(token);
      case 'end':
        throw new SyntaxFault(start, end, 'expected a value, but the expression ends');
    }
  }

  #prefixMark(token: Token): Syntax {
    const { start, end } = token;
    if (token.text === '(') {
      if (this.#isMark(this.#peek, ')'))
        throw new SyntaxFault(start, this.#peek.end, 'expected a value between `(` and `)`');
      const inner = this.#parse(0);
      if (this.#isMark(this.#peek, ',')) {
        throw new SyntaxFault(this.#peek.start, this.#peek.end, 'a list may only stand after `in` or in a function');
      }
      const close = this.#close(token);
      return { ...inner, start, end: close.end };
    }
    if (token.text === '-' || token.text === '+') {
      const operand = this.#operand(power.negate, token);
      return token.text === '+' ? operand : { kind: 'unary', operator: '-', operand, start, end: operand.end };
    }
    if (token.text === '*')
      throw new SyntaxFault(start, end, '`*` stands only between two numbers, and alone in `count: "*"`');
    throw new SyntaxFault(start, end, `expected a value before \`${token.text}\``);
  }

  #prefixWord(token: Token): Syntax {
    const { start, end } = token;
    const word = token.text.toLowerCase();
    switch (word) {
      case 'true':
      case 'false':
        return { kind: 'literal', type: 'boolean', value: word, start, end };
      case 'null':
        return { kind: 'literal', type: 'null', value: null, start, end };
      case 'not': {
        const operand = this.#operand(power.not - 1, token);
        return { kind: 'unary', operator: 'not', operand, start, end: operand.end };
      }
      case 'case':
        return this.#case(token);
      case 'date':
      case 'timestamp':
        if (this.#peek.kind === 'string') return this.#moment(token, word);
        break;
      case 'interval':
        if (this.#peek.kind !== 'string' && this.#peek.kind !== 'number') break;
        throw new SyntaxFault(start, end, 'write `date_add(x, 3, day)` instead of adding an interval');
      case 'select':
      case 'exists':
        if (this.#peek.kind === 'end' || this.#isMark(this.#peek, '.')) break;
        throw new SyntaxFault(
          start,
          end,
          'subqueries are not allowed; walk a join (`customer.country`), or give the entity as `sql`',
        );
      case 'distinct':
        if (this.#peek.kind === 'end' || this.#isMark(this.#peek, '.')) break;
        throw new SyntaxFault(start, end, '`distinct` is not allowed; declare a `count_distinct` measure');
    }
    const called = this.#isMark(this.#peek, '(');
    if (word === 'cast' && called) return this.#cast(token);
    if (reserved.has(word)) {
      const hint = `; a column of this name is written \`"${token.text}"\``;
      throw new SyntaxFault(start, end, `expected a value before \`${token.text}\`${hint}`);
    }
    if (!called) {
      this.#at -= 1;
      return this.#name();
    }
    return this.#call(token, word);
  }

  #moment(token: Token, word: 'date' | 'timestamp'): Syntax {
    const text = this.#next();
    const value = word === 'date' ? (isDate(text.text) ? text.text : undefined) : normaliseTimestamp(text.text);
    if (value === undefined) {
      const example = word === 'date' ? "date '2024-01-31'" : "timestamp '2024-01-31 18:30:00'";
      const zone =
        /(?:Z|[+-]\d\d:?\d\d)$/.test(text.text) && word === 'timestamp' ? '; a timestamp has no time zone' : '';
      throw new SyntaxFault(text.start, text.end, `there is no such ${word}; write it as \`${example}\`${zone}`);
    }
    return { kind: 'literal', type: word, value, start: token.start, end: text.end };
  }

  #name(): Syntax {
    const parts: NamePart[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind !== 'name' && token.kind !== 'quoted') {
        const after = this.#tokens[this.#at - 2];
        if (this.#isMark(token, '*')) {
          throw new SyntaxFault(token.start, token.end, '`*` stands only between two numbers; name one column');
        }
        throw new SyntaxFault(after?.start ?? token.start, after?.end ?? token.end, 'expected a name after `.`');
      }
      parts.push({ text: token.text, quoted: token.kind === 'quoted', start: token.start, end: token.end });
      if (this.#take('.') === undefined) break;
    }
    const open = this.#peek;
    if (this.#isMark(open, '(')) {
      throw new SyntaxFault(
        parts[0]!.start,
        parts.at(-1)!.end,
        'functions have no schema and no quotes; write the bare name',
      );
    }
    return { kind: 'name', parts, start: parts[0]!.start, end: parts.at(-1)!.end };
  }

  #call(token: Token, word: string): Syntax {
    const opener = this.#next();
    const name: Span = { start: token.start, end: token.end };
    if (aggregates.has(word)) {
      throw new SyntaxFault(
        token.start,
        token.end,
        `\`${word}\` is computed over many rows and cannot stand in an expression about one; declare a measure for it`,
      );
    }
    if (word === 'extract') return this.#extract(token, opener);
    if (word === 'position') return this.#position(token, opener);
    const args = this.#isMark(this.#peek, ')') ? [] : this.#list();
    const { end } = this.#close(opener);
    if (this.#isWord(this.#peek, 'over')) throw this.#unexpected(this.#peek);
    return { kind: 'call', function: word, name, args, start: token.start, end };
  }

  /** `extract(year from x)` is `date_part(year, x)`. */
  #extract(token: Token, opener: Token): Syntax {
    const part = this.#next();
    if (part.kind !== 'name' && part.kind !== 'string') {
      throw new SyntaxFault(part.start, part.end, 'expected a part, as in `extract(year from x)`');
    }
    const from = this.#expect('from', 'after the part, as in `extract(year from x)`');
    const at = this.#operand(0, from);
    const { end } = this.#close(opener);
    const word: Syntax = { kind: 'literal', type: 'string', value: part.text, start: part.start, end: part.end };
    return { kind: 'call', function: 'date_part', name: token, args: [word, at], start: token.start, end };
  }

  /** `position(part in text)` is `strpos(text, part)`. */
  #position(token: Token, opener: Token): Syntax {
    const part = this.#parse(power.compare);
    const word = this.#expect('in', 'as in `position(part in text)`');
    const text = this.#operand(power.compare, word);
    const { end } = this.#close(opener);
    return { kind: 'call', function: 'strpos', name: token, args: [text, part], start: token.start, end };
  }

  #cast(token: Token): Syntax {
    const opener = this.#next();
    const operand = this.#parse(0);
    this.#expect('as', 'in `cast(x as type)`');
    const type = this.#next();
    const to = Object.hasOwn(castTypes, type.text.toLowerCase()) ? castTypes[type.text.toLowerCase()] : undefined;
    if (to === undefined || type.kind !== 'name') {
      const known = 'string, integer, decimal, float, boolean, date and timestamp';
      throw new SyntaxFault(type.start, type.end, `there is no type of this name; known are ${known}`);
    }
    if (this.#isMark(this.#peek, '(')) {
      throw new SyntaxFault(this.#peek.start, this.#peek.end, 'types have no length here; remove the parentheses');
    }
    const { end } = this.#close(opener);
    return { kind: 'cast', operand, to, start: token.start, end };
  }

  #case(token: Token): Syntax {
    const operand = this.#isWord(this.#peek, 'when') ? null : this.#operand(0, token);
    const branches: { when: Syntax; value: Syntax }[] = [];
    for (let word = this.#take('when'); word !== undefined; word = this.#take('when')) {
      const when = this.#operand(0, word);
      const follow = this.#expect('then', 'after `when …`');
      branches.push({ when, value: this.#operand(0, follow) });
    }
    if (branches.length === 0) throw new SyntaxFault(token.start, token.end, 'this `case` has no `when`');
    const word = this.#take('else');
    const otherwise = word === undefined ? null : this.#operand(0, word);
    const last = this.#take('end');
    if (last === undefined) throw new SyntaxFault(token.start, token.end, 'this `case` has no `end`');
    return { kind: 'case', operand, branches, otherwise, start: token.start, end: last.end };
  }
}

/** Text to syntax, or the first thing that is wrong with it. Never throws. */
export const parseExpression = (text: string): ParsedExpression => {
  try {
    return { syntax: new Parser(text).parseAll(), problem: null };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return { syntax: null, problem: error.problem };
  }
};
