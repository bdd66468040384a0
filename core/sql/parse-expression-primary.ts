/** What an expression begins with: constants, names, parentheses, and the words that open something. */
import { type ExpressionCursor, isMark } from './expression-cursor.js';
import type { NamePart, Syntax } from './expression-syntax.js';
import { power, reserved } from './expression-words.js';
import { isDate, normaliseTimestamp } from './iso-moment.js';
import { parseCall, parseCase, parseCast } from './parse-expression-call.js';
import { parseOperand, parseOperators } from './parse-expression-operators.js';
import { SyntaxFault, type Token } from './tokenize-expression.js';

export const parsePrimary = (cursor: ExpressionCursor): Syntax => {
  const token = cursor.next();
  const { start, end } = token;
  switch (token.kind) {
    case 'number':
      return { kind: 'literal', type: 'number', value: token.text, start, end };
    case 'string':
      return { kind: 'literal', type: 'string', value: token.text, start, end };
    case 'quoted':
      cursor.back();
      return parseName(cursor);
    case 'mark':
      return parseMark(cursor, token);
    case 'name':
      return parseWord(cursor, token);
    case 'end':
      throw new SyntaxFault(start, end, 'expected a value, but the expression ends');
  }
};

const parseMark = (cursor: ExpressionCursor, token: Token): Syntax => {
  const { start, end } = token;
  if (token.text === '(') {
    if (isMark(cursor.peek, ')')) throw new SyntaxFault(start, cursor.peek.end, 'expected a value between `(` and `)`');
    const inner = parseOperators(cursor, 0);
    if (isMark(cursor.peek, ',')) {
      throw new SyntaxFault(cursor.peek.start, cursor.peek.end, 'a list may only stand after `in` or in a function');
    }
    const close = cursor.close(token);
    return { ...inner, start, end: close.end };
  }
  if (token.text === '-' || token.text === '+') {
    const operand = parseOperand(cursor, power.negate, token);
    return token.text === '+' ? operand : { kind: 'unary', operator: '-', operand, start, end: operand.end };
  }
  if (token.text === '*')
    throw new SyntaxFault(start, end, '`*` stands only between two numbers, and alone in `count: "*"`');
  throw new SyntaxFault(start, end, `expected a value before \`${token.text}\``);
};

const parseWord = (cursor: ExpressionCursor, token: Token): Syntax => {
  const { start, end } = token;
  const word = token.text.toLowerCase();
  switch (word) {
    case 'true':
    case 'false':
      return { kind: 'literal', type: 'boolean', value: word, start, end };
    case 'null':
      return { kind: 'literal', type: 'null', value: null, start, end };
    case 'not': {
      const operand = parseOperand(cursor, power.not - 1, token);
      return { kind: 'unary', operator: 'not', operand, start, end: operand.end };
    }
    case 'case':
      return parseCase(cursor, token);
    case 'date':
    case 'timestamp':
      if (cursor.peek.kind === 'string') return parseMoment(cursor, token, word);
      break;
    case 'interval':
      if (cursor.peek.kind !== 'string' && cursor.peek.kind !== 'number') break;
      throw new SyntaxFault(start, end, 'write `date_add(x, 3, day)` instead of adding an interval');
    case 'select':
    case 'exists':
      if (cursor.peek.kind === 'end' || isMark(cursor.peek, '.')) break;
      throw new SyntaxFault(
        start,
        end,
        'subqueries are not allowed; walk a join (`customer.country`), or give the entity as `sql`',
      );
    case 'distinct':
      if (cursor.peek.kind === 'end' || isMark(cursor.peek, '.')) break;
      throw new SyntaxFault(start, end, '`distinct` is not allowed; declare a `count_distinct` measure');
  }
  const called = isMark(cursor.peek, '(');
  if (word === 'cast' && called) return parseCast(cursor, token);
  if (reserved.has(word)) {
    const hint = `; a column of this name is written \`"${token.text}"\``;
    throw new SyntaxFault(start, end, `expected a value before \`${token.text}\`${hint}`);
  }
  if (!called) {
    cursor.back();
    return parseName(cursor);
  }
  return parseCall(cursor, token, word);
};

const parseMoment = (cursor: ExpressionCursor, token: Token, word: 'date' | 'timestamp'): Syntax => {
  const text = cursor.next();
  const value = word === 'date' ? (isDate(text.text) ? text.text : undefined) : normaliseTimestamp(text.text);
  if (value === undefined) {
    const example = word === 'date' ? "date '2024-01-31'" : "timestamp '2024-01-31 18:30:00'";
    const zone =
      /(?:Z|[+-]\d\d:?\d\d)$/.test(text.text) && word === 'timestamp' ? '; a timestamp has no time zone' : '';
    throw new SyntaxFault(text.start, text.end, `there is no such ${word}; write it as \`${example}\`${zone}`);
  }
  return { kind: 'literal', type: word, value, start: token.start, end: text.end };
};

export const parseName = (cursor: ExpressionCursor): Syntax => {
  const parts: NamePart[] = [];
  for (;;) {
    const token = cursor.next();
    if (token.kind !== 'name' && token.kind !== 'quoted') {
      const after = cursor.lastButOne;
      if (isMark(token, '*')) {
        throw new SyntaxFault(token.start, token.end, '`*` stands only between two numbers; name one column');
      }
      throw new SyntaxFault(after?.start ?? token.start, after?.end ?? token.end, 'expected a name after `.`');
    }
    parts.push({ text: token.text, quoted: token.kind === 'quoted', start: token.start, end: token.end });
    if (cursor.take('.') === undefined) break;
  }
  const open = cursor.peek;
  if (isMark(open, '(')) {
    throw new SyntaxFault(
      parts[0]!.start,
      parts.at(-1)!.end,
      'functions have no schema and no quotes; write the bare name',
    );
  }
  return { kind: 'name', parts, start: parts[0]!.start, end: parts.at(-1)!.end };
};
