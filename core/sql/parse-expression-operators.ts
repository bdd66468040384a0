/** Operators by how tightly they hold (a Pratt parser), and the words that stand after a value. */
import { type ExpressionCursor, isMark, isWord } from './expression-cursor.js';
import type { Syntax } from './expression-syntax.js';
import { binaryOperators, power } from './expression-words.js';
import { parseName, parsePrimary } from './parse-expression-primary.js';
import { SyntaxFault, type Token } from './tokenize-expression.js';

export const parseOperators = (cursor: ExpressionCursor, least: number): Syntax => {
  cursor.enter();
  let left = parsePrimary(cursor);
  let compared = false;
  for (;;) {
    const token = cursor.peek;
    const word = token.kind === 'name' ? token.text.toLowerCase() : token.kind === 'mark' ? token.text : '';
    const negated = word === 'not';
    const follower = negated ? (cursor.second?.text.toLowerCase() ?? '') : word;
    const postfix = follower === 'is' || follower === 'in' || follower === 'between' || follower === 'like';
    const holds = postfix ? power.compare : Object.hasOwn(binaryOperators, word) ? binaryOperators[word]!.power : -1;
    if (holds <= least || (negated && !postfix)) break;
    if (holds === power.compare && compared) {
      throw new SyntaxFault(token.start, token.end, 'comparisons cannot be chained; join them with `and`');
    }
    compared = holds === power.compare;
    cursor.next();
    if (postfix) {
      if (negated) cursor.next();
      left = parsePostfix(cursor, left, follower, negated);
      continue;
    }
    const right = parseOperand(cursor, holds, token);
    left = {
      kind: 'binary',
      operator: binaryOperators[word]!.operator,
      at: token,
      left,
      right,
      start: left.start,
      end: right.end,
    };
  }
  cursor.leave();
  return left;
};

/** What stands after an operator or word; says after which when nothing does. */
export const parseOperand = (cursor: ExpressionCursor, least: number, after: Token): Syntax => {
  const token = cursor.peek;
  if (token.kind === 'end' || isMark(token, ')') || isMark(token, ',')) {
    throw new SyntaxFault(after.start, after.end, `expected a value after \`${after.text}\``);
  }
  return parseOperators(cursor, least);
};

const parsePostfix = (cursor: ExpressionCursor, operand: Syntax, word: string, negated: boolean): Syntax => {
  const after = cursor.last!;
  const start = operand.start;
  if (word === 'is') {
    const not = cursor.take('not') !== undefined;
    const what = cursor.next();
    if (isWord(what, 'null')) return { kind: 'is_null', operand, negated: not, start, end: what.end };
    if (isWord(what, 'true') || isWord(what, 'false')) {
      throw new SyntaxFault(
        what.start,
        what.end,
        `write \`= ${what.text}\`, or the condition itself, instead of \`is ${what.text}\``,
      );
    }
    throw new SyntaxFault(what.start, what.end, 'expected `null` or `not null` after `is`');
  }
  if (word === 'in') return parseIn(cursor, operand, negated);
  if (word === 'between') {
    const low = parseOperand(cursor, power.compare, after);
    const and = cursor.expect('and', 'after the lower end of `between`');
    const high = parseOperand(cursor, power.compare, and);
    return { kind: 'between', operand, low, high, negated, start, end: high.end };
  }
  const pattern = parseOperand(cursor, power.compare, after);
  const escaping = cursor.take('escape');
  if (escaping !== undefined) {
    throw new SyntaxFault(
      escaping.start,
      escaping.end,
      'the escape character of `like` is always a backslash; remove `escape`',
    );
  }
  return { kind: 'like', operand, pattern, negated, start, end: pattern.end };
};

const parseIn = (cursor: ExpressionCursor, operand: Syntax, negated: boolean): Syntax => {
  const opener = cursor.take('(');
  if (opener === undefined) {
    const attribute = cursor.peek;
    if (attribute.kind !== 'name') {
      throw new SyntaxFault(attribute.start, attribute.end, "expected a list after `in`: `in ('a', 'b')`");
    }
    const value = parseName(cursor);
    if (attribute.text.toLowerCase() !== 'subject') {
      throw new SyntaxFault(value.start, value.end, "write the list of `in` in parentheses: `in ('a', 'b')`");
    }
    return { kind: 'in', operand, values: [value], negated, start: operand.start, end: value.end };
  }
  if (isMark(cursor.peek, ')')) {
    throw new SyntaxFault(opener.start, cursor.peek.end, 'the list of `in` is empty; nothing is in it');
  }
  const values = parseList(cursor);
  const { end } = cursor.close(opener);
  return { kind: 'in', operand, values, negated, start: operand.start, end };
};

export const parseList = (cursor: ExpressionCursor): Syntax[] => {
  const values = [parseOperators(cursor, 0)];
  for (let comma = cursor.take(','); comma !== undefined; comma = cursor.take(',')) {
    values.push(parseOperand(cursor, 0, comma));
  }
  return values;
};
