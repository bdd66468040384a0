/** The grammar of expressions: operands and what stands between and behind them, in the order of the text, without precedence. */
import { readCall } from './parse-sql-call.js';
import { readPrimary } from './parse-sql-primary.js';
import { readType } from './parse-sql-type.js';
import type { Operand } from './parsed-sql.js';
import type { SqlCursor } from './sql-cursor.js';
import { infixWords } from './sql-words.js';
import type { Token } from './tokenize-sql.js';

const prefixOperators: ReadonlySet<string> = new Set(['+', '-', '~', '!', '@', '|/', '||/', '!!']);
const comparisons: ReadonlySet<string> = new Set(['=', '==', '<', '<=', '>', '>=', '<>', '!=', '<=>']);

export const readExpressions = (cursor: SqlCursor): void => {
  do readAliasedExpression(cursor);
  while (cursor.takeIf(','));
};

/** In ClickHouse any expression may be given a name. */
export const readAliasedExpression = (cursor: SqlCursor): Operand | 'star' => {
  const operand = readExpression(cursor);
  if (cursor.dialect === 'clickhouse' && cursor.word('as')) {
    cursor.take();
    const name = cursor.name();
    cursor.expressionNames.push(name.value);
    cursor.scope.aliases.push(name);
  }
  return operand;
};

export const readParenthesised = (cursor: SqlCursor): void => {
  cursor.expect('(');
  if (!cursor.is(')')) readExpressions(cursor);
  cursor.expect(')');
};

export const readOrderItems = (cursor: SqlCursor): void => {
  do {
    if (cursor.word('all') && (cursor.dialect === 'duckdb' || cursor.dialect === 'clickhouse')) cursor.take();
    else readExpression(cursor);
    cursor.takeOne('asc', 'desc');
    if (cursor.takeWords('nulls') && !cursor.takeOne('first', 'last')) cursor.unexpected();
    if (cursor.dialect === 'clickhouse') {
      if (cursor.takeWords('collate')) cursor.literal();
      if (cursor.takeWords('with', 'fill')) {
        if (cursor.takeWords('from')) readExpression(cursor);
        if (cursor.takeWords('to')) readExpression(cursor);
        if (cursor.takeWords('step')) readExpression(cursor);
      }
    }
  } while (cursor.takeIf(','));
};

/** Operands and the operators between them, in the order of the text. */
export const readExpression = (cursor: SqlCursor): Operand | 'star' => {
  return cursor.deeper(() => {
    let left = readOperand(cursor);
    /** What the whole of it is. */
    let whole = left;
    /** The operand stands by itself between two of AND and OR. */
    let isAlone = true;
    /** What lies between two others, until the second of them. */
    let subject: Operand | null = null;
    for (;;) {
      const operator = readInfix(cursor);
      if (operator === null) {
        if (isAlone && whole !== left) expectTruth(cursor, left);
        return whole;
      }
      if (operator === 'done') {
        left = 'other';
        whole = whole === 'truth' ? 'truth' : 'other';
        isAlone = false;
        continue;
      }
      const right = readOperand(cursor);
      if (right === 'star' || left === 'star') cursor.unexpected();
      const isBound: boolean = operator === 'and' && subject !== null;
      const isLogical = !isBound && logical.has(operator);
      if (isLogical && isAlone) expectTruth(cursor, left);
      const isComparison = comparisons.has(operator) || operator === 'in' || operator === 'between';
      if (isComparison) cursor.uses.comparisons.push({ left, right });
      // `a = b = c` compares a truth with c.
      if (isComparison && whole === 'truth' && !isAlone) cursor.uses.comparisons.push({ left: 'truth', right });
      if (isBound) cursor.uses.comparisons.push({ left: subject!, right });
      if (operator === 'like' && right !== 'string' && right !== 'moment string') cursor.uses.patterns = true;
      subject = operator === 'between' ? left : isBound ? null : subject;
      whole =
        isComparison || isLogical || isBound || operator === 'like' ? 'truth' : whole === 'truth' ? 'truth' : 'other';
      isAlone = isLogical;
      left = right;
    }
  });
};

const logical: ReadonlySet<string> = new Set(['and', 'or', 'xor']);

const expectTruth = (cursor: SqlCursor, left: Operand | 'star'): void => {
  if (left !== 'star') cursor.uses.comparisons.push({ left, right: 'truth' });
};

/** An expression that an engine takes for true or not: a text there is converted, row by row. */
export const readCondition = (cursor: SqlCursor): void => expectTruth(cursor, readExpression(cursor));

/** Takes what stands between two operands; `done` when it was a suffix without a right side; `null` when there is none. */
export const readInfix = (cursor: SqlCursor): string | null => {
  const token = cursor.current;
  const uses = cursor.uses;
  if (token.kind === 'operator') {
    if (['(', ')', ',', ';', '[', ']', '.', '{', '}'].includes(token.text)) return null;
    if (token.text === ':' && cursor.dialect !== 'clickhouse') return null;
    if (
      token.text === '%' &&
      cursor.dialect === 'duckdb' &&
      (cursor.at(1).kind === 'end' || cursor.is(')', 1) || cursor.is(';', 1) || cursor.word('offset', 1))
    )
      return null;
    if (token.text === ':' && !cursor.pieces.some((piece) => piece.kind === 'token' && piece.text === '?')) return null;
    cursor.take();
    uses.operators.add(token.text);
    return token.text;
  }
  if (token.kind !== 'word') return null;
  if (token.value === 'not' && cursor.word('null', 1) && cursor.dialect === 'sqlite') {
    cursor.take();
    cursor.take();
    return 'done';
  }
  if (token.value === 'isnull' || token.value === 'notnull') {
    cursor.take();
    return 'done';
  }
  if (token.value === 'is') {
    cursor.take();
    cursor.takeWords('not');
    if (cursor.takeWords('distinct')) cursor.expectWord('from');
    else if (cursor.dialect === 'postgres' && cursor.takeWords('json')) {
      cursor.takeOne('object', 'array', 'scalar', 'value');
      return 'done';
    }
    return '=';
  }
  if (token.value === 'at' && cursor.word('time', 1) && cursor.word('zone', 2)) {
    cursor.takeWords('at', 'time', 'zone');
    uses.operators.add('at time zone');
    return 'at';
  }
  if (token.value === 'collate') {
    cursor.take();
    if (cursor.dialect === 'clickhouse') cursor.literal();
    else {
      cursor.name();
      if (cursor.is('.')) cursor.notAllowed('write the collation without its schema');
    }
    return 'done';
  }
  let at = 0;
  if (cursor.word('not')) at = 1;
  if (cursor.word('global', at)) at += 1;
  if (cursor.word('not', at)) at += 1;
  const operator = cursor.at(at);
  if (operator.kind !== 'word') return null;
  switch (operator.value) {
    case 'in':
      for (let index = 0; index <= at; index += 1) cursor.take();
      return readAfterIn(cursor);
    case 'between':
      for (let index = 0; index <= at; index += 1) cursor.take();
      cursor.takeOne('symmetric', 'asymmetric');
      return 'between';
    case 'similar':
      for (let index = 0; index <= at; index += 1) cursor.take();
      cursor.expectWord('to');
      uses.operators.add('similar to');
      return 'similar';
  }
  if (at === 1 && cursor.word('not') && !['like', 'ilike', 'rlike', 'regexp', 'glob'].includes(operator.value))
    return null;
  if (at > 1) return null;
  if (operator.value === 'escape') {
    cursor.take();
    uses.patterns = true;
    return 'escape';
  }
  if (!infixWords.has(operator.value)) return null;
  for (let index = 0; index <= at; index += 1) cursor.take();
  if (operator.value === 'like' || operator.value === 'ilike') {
    const pattern = cursor.current;
    if (pattern.kind !== 'string' || pattern.value.includes('\\')) uses.patterns = true;
    return 'like';
  }
  if (!['and', 'or', 'xor'].includes(operator.value)) uses.operators.add(operator.value);
  return operator.value === 'and' ? 'and' : operator.value;
};

/** The right side of IN, which is a table's name in SQLite and ClickHouse. */
const readAfterIn = (cursor: SqlCursor): 'in' | 'done' => {
  const tables = cursor.dialect === 'clickhouse' || cursor.dialect === 'sqlite';
  let offset = 0;
  if (cursor.dialect === 'clickhouse') while (cursor.is('(', offset)) offset += 1;
  if (tables && cursor.isName(offset)) {
    let end = offset + 1;
    while (cursor.is('.', end) && cursor.at(end + 1).kind !== 'operator') end += 2;
    if (cursor.is('(', end)) {
      if (cursor.dialect === 'sqlite') cursor.notAllowed('a function cannot stand behind IN');
      return 'in';
    }
    const alone = offset === 0 || cursor.is(')', end);
    if (alone) {
      for (let index = 0; index < offset; index += 1) cursor.take();
      const first = cursor.current;
      const parts: Token[] = [first];
      cursor.position += 1;
      while (cursor.is('.')) {
        cursor.position += 1;
        parts.push(cursor.current);
        cursor.position += 1;
      }
      cursor.pieces.push({
        kind: 'table',
        gap: first.gap,
        at: first.at,
        parts,
        alias: null,
        only: false,
        use: 'in',
        scope: cursor.scope,
        within: cursor.within,
      });
      for (let index = 0; index < offset; index += 1) cursor.expect(')');
      return 'done';
    }
  }
  return 'in';
};

export const readOperand = (cursor: SqlCursor): Operand | 'star' => {
  let signed = false;
  let negative = false;
  for (;;) {
    const token = cursor.current;
    if (token.kind === 'operator' && prefixOperators.has(token.text)) {
      if (token.text !== '+' && token.text !== '-') cursor.uses.operators.add(token.text);
      negative ||= token.text === '-';
      cursor.take();
    } else if (cursor.word('not') || (cursor.word('binary') && cursor.dialect === 'mysql' && !cursor.is('(', 1)))
      cursor.take();
    else break;
    signed = true;
  }
  const primary = readPrimary(cursor);
  // The smallest number of a type has no opposite.
  if ((negative && primary !== 'number') || (signed && (typeof primary === 'object' || primary === 'string')))
    cursor.uses.operators.add('sign');
  return readSuffixes(cursor, primary);
};

const readSuffixes = (cursor: SqlCursor, first: Operand | 'star'): Operand | 'star' => {
  let operand = first;
  for (;;) {
    const next = cursor.current;
    if (next.kind !== 'operator') return operand;
    if (next.text === '::') {
      cursor.take();
      cursor.uses.operators.add('::');
      readType(cursor);
    } else if (next.text === '[' && operand !== 'star') {
      cursor.uses.subscripts = true;
      cursor.take();
      if (!cursor.is(':') && !cursor.is(']')) readExpression(cursor);
      while (cursor.takeIf(':'))
        if (!cursor.is(']') && !cursor.is(':'))
          cursor.is('-') && cursor.is(':', 1) ? cursor.take() : readExpression(cursor);
      cursor.expect(']');
    } else if (next.text === '.' && operand !== 'star') {
      cursor.take();
      cursor.uses.subscripts = true;
      if (cursor.is('*')) {
        cursor.take();
        return 'star';
      }
      const field = cursor.current;
      if (field.kind === 'operator' || field.kind === 'end' || field.kind === 'string') cursor.unexpected('a field');
      if (cursor.is('(', 1)) {
        if (cursor.dialect !== 'duckdb' || field.kind !== 'word')
          cursor.notAllowed('a function is called without a schema', field);
        readCall(cursor);
      } else cursor.take();
    } else return operand;
    operand = 'other';
  }
};
