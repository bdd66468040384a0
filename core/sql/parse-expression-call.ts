/** Calls, and what is written like one: `extract`, `position`, `cast`, `case`. */
import { type ExpressionCursor, isMark, isWord } from './expression-cursor.js';
import type { Span, Syntax } from './expression-syntax.js';
import { aggregates, castTypes, power } from './expression-words.js';
import { parseList, parseOperand, parseOperators } from './parse-expression-operators.js';
import { SyntaxFault, type Token } from './tokenize-expression.js';

export const parseCall = (cursor: ExpressionCursor, token: Token, word: string): Syntax => {
  const opener = cursor.next();
  const name: Span = { start: token.start, end: token.end };
  if (aggregates.has(word)) {
    throw new SyntaxFault(
      token.start,
      token.end,
      `\`${word}\` is computed over many rows and cannot stand in an expression about one; declare a measure for it`,
    );
  }
  if (word === 'extract') return parseExtract(cursor, token, opener);
  if (word === 'position') return parsePosition(cursor, token, opener);
  const args = isMark(cursor.peek, ')') ? [] : parseList(cursor);
  const { end } = cursor.close(opener);
  if (isWord(cursor.peek, 'over')) throw cursor.unexpected(cursor.peek);
  return { kind: 'call', function: word, name, args, start: token.start, end };
};

/** `extract(year from x)` is `date_part(year, x)`. */
const parseExtract = (cursor: ExpressionCursor, token: Token, opener: Token): Syntax => {
  const part = cursor.next();
  if (part.kind !== 'name' && part.kind !== 'string') {
    throw new SyntaxFault(part.start, part.end, 'expected a part, as in `extract(year from x)`');
  }
  const from = cursor.expect('from', 'after the part, as in `extract(year from x)`');
  const at = parseOperand(cursor, 0, from);
  const { end } = cursor.close(opener);
  const word: Syntax = { kind: 'literal', type: 'string', value: part.text, start: part.start, end: part.end };
  return { kind: 'call', function: 'date_part', name: token, args: [word, at], start: token.start, end };
};

/** `position(part in text)` is `strpos(text, part)`. */
const parsePosition = (cursor: ExpressionCursor, token: Token, opener: Token): Syntax => {
  const part = parseOperators(cursor, power.compare);
  const word = cursor.expect('in', 'as in `position(part in text)`');
  const text = parseOperand(cursor, power.compare, word);
  const { end } = cursor.close(opener);
  return { kind: 'call', function: 'strpos', name: token, args: [text, part], start: token.start, end };
};

export const parseCast = (cursor: ExpressionCursor, token: Token): Syntax => {
  const opener = cursor.next();
  const operand = parseOperators(cursor, 0);
  cursor.expect('as', 'in `cast(x as type)`');
  const type = cursor.next();
  const to = Object.hasOwn(castTypes, type.text.toLowerCase()) ? castTypes[type.text.toLowerCase()] : undefined;
  if (to === undefined || type.kind !== 'name') {
    const known = 'string, integer, decimal, float, boolean, date and timestamp';
    throw new SyntaxFault(type.start, type.end, `there is no type of this name; known are ${known}`);
  }
  if (isMark(cursor.peek, '(')) {
    throw new SyntaxFault(cursor.peek.start, cursor.peek.end, 'types have no length here; remove the parentheses');
  }
  const { end } = cursor.close(opener);
  return { kind: 'cast', operand, to, start: token.start, end };
};

export const parseCase = (cursor: ExpressionCursor, token: Token): Syntax => {
  const operand = isWord(cursor.peek, 'when') ? null : parseOperand(cursor, 0, token);
  const branches: { when: Syntax; value: Syntax }[] = [];
  for (let word = cursor.take('when'); word !== undefined; word = cursor.take('when')) {
    const when = parseOperand(cursor, 0, word);
    const follow = cursor.expect('then', 'after `when …`');
    branches.push({ when, value: parseOperand(cursor, 0, follow) });
  }
  if (branches.length === 0) throw new SyntaxFault(token.start, token.end, 'this `case` has no `when`');
  const word = cursor.take('else');
  const otherwise = word === undefined ? null : parseOperand(cursor, 0, word);
  const last = cursor.take('end');
  if (last === undefined) throw new SyntaxFault(token.start, token.end, 'this `case` has no `end`');
  return { kind: 'case', operand, branches, otherwise, start: token.start, end: last.end };
};
