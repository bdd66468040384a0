/** The grammar of one operand: constants, columns, stars, parentheses, lists, CASE and INTERVAL. */
import { readCall } from './parse-sql-call.js';
import {
  readAliasedExpression,
  readCondition,
  readExpression,
  readInfix,
  readOperand,
} from './parse-sql-expression.js';
import { choose, isMoment, itemsOf } from './choose-operand.js';
import { closingFrom, continuesQueryAfter, readQuery, startsQuery } from './parse-sql-query.js';
import type { ColumnReference, Operand } from './parsed-sql.js';
import type { SqlCursor } from './sql-cursor.js';
import { castTypes, sessionWords, timeUnits, wordValues } from './sql-words.js';
import type { Token } from './tokenize-sql.js';

/** More than 15 digits, also behind the point, or an exponent. */
const isLong = (number: string): boolean => /[a-z]/i.test(number) || number.replaceAll(/\D/g, '').length > 15;

export const readPrimary = (cursor: SqlCursor): Operand | 'star' => {
  const token = cursor.current;
  switch (token.kind) {
    case 'number':
      cursor.uses.longNumbers ||= isLong(token.text);
      cursor.take();
      return 'number';
    case 'string':
      while (cursor.current.kind === 'string') cursor.take();
      return cursor.at(-1) === token && isMoment(token.value) ? 'moment string' : 'string';
    case 'end':
      return cursor.unexpected('an expression');
    case 'quoted':
      return readColumn(cursor);
    case 'operator':
      return readBracketed(cursor);
    case 'word':
      return readWord(cursor, token);
  }
};

const readBracketed = (cursor: SqlCursor): Operand | 'star' => {
  if (cursor.is('(')) return readParenthesis(cursor);
  if (cursor.is('[') && (cursor.dialect === 'duckdb' || cursor.dialect === 'clickhouse')) {
    readList(cursor);
    return 'other';
  }
  if (cursor.is('{') && cursor.dialect === 'duckdb') {
    cursor.take();
    while (!cursor.is('}')) {
      if (cursor.current.kind === 'string') cursor.take();
      else cursor.name();
      cursor.expect(':');
      readExpression(cursor);
      if (!cursor.takeIf(',')) break;
    }
    cursor.expect('}');
    return 'other';
  }
  if (cursor.is('*')) {
    const before = cursor.at(-1).text;
    if (before !== '(' && before !== ',' && !/^(?:distinct)$/i.test(before)) cursor.unexpected();
    cursor.take();
    readStarChanges(cursor);
    return 'star';
  }
  return cursor.unexpected();
};

/** `(…)`: a query, or expressions. */
const readParenthesis = (cursor: SqlCursor): Operand => {
  cursor.take();
  if (startsQuery(cursor)) {
    cursor.uses.scalarQueries ||= !isMembership(cursor);
    cursor.uses.queries += 1;
    readQuery(cursor);
    cursor.expect(')');
    return 'other';
  }
  if (cursor.is('(') && opensNested(cursor)) {
    cursor.uses.scalarQueries ||= !isMembership(cursor);
    cursor.uses.queries += 1;
    readQuery(cursor);
    cursor.expect(')');
    return 'other';
  }
  /** What all of its items are. */
  let kind: Operand | 'star' | null = null;
  let count = 0;
  if (!cursor.is(')')) {
    do {
      if (cursor.is(')') && count > 0) break;
      const item = readAliasedExpression(cursor);
      kind = kind === null ? item : itemsOf(kind, item);
      count += 1;
    } while (cursor.takeIf(','));
  }
  cursor.expect(')');
  if (count > 1) cursor.uses.rowQueries ||= meetsQuery(cursor);
  return kind === null || kind === 'star' ? 'other' : kind;
};

/** Whether what was just read is compared with a subquery by what comes next. */
export const meetsQuery = (cursor: SqlCursor): boolean => {
  let offset = cursor.word('not') ? 1 : 0;
  if (cursor.word('in', offset)) offset += 1;
  else if (cursor.current.kind === 'operator' && cursor.anyWord(quantifiers, 1)) offset = 2;
  else return false;
  if (!cursor.is('(', offset)) return false;
  while (cursor.is('(', offset)) offset += 1;
  return startsQuery(cursor, offset);
};

const quantifiers: ReadonlySet<string> = new Set(['any', 'all', 'some']);

/** Whether the parenthesis just taken follows IN, EXISTS, ANY or ALL. */
const isMembership = (cursor: SqlCursor): boolean => {
  const before = cursor.at(-2);
  return before.kind === 'word' && ['in', 'exists', 'array'].includes(before.value);
};

const opensNested = (cursor: SqlCursor): boolean => {
  let offset = 0;
  while (cursor.is('(', offset)) offset += 1;
  if (!startsQuery(cursor, offset)) return false;
  return continuesQueryAfter(cursor, 0);
};

/** Values of one type. */
const readChosen = (cursor: SqlCursor, read: () => Operand | 'star'): void => {
  const operands: Operand[] = [];
  do {
    const operand = read();
    operands.push(operand === 'star' ? 'other' : operand);
  } while (cursor.takeIf(','));
  choose(cursor, operands);
};

const readList = (cursor: SqlCursor): void => {
  cursor.expect('[');
  if (!cursor.is(']')) {
    readChosen(cursor, () => readExpression(cursor));
    if (cursor.dialect === 'duckdb' && cursor.takeWords('for')) {
      cursor.names();
      cursor.expectWord('in');
      readExpression(cursor);
      if (cursor.takeWords('if')) readExpression(cursor);
      cursor.uses.subscripts = true;
    }
  }
  cursor.expect(']');
};

const readWord = (cursor: SqlCursor, token: Token): Operand | 'star' => {
  const { value } = token;
  if (sessionWords.has(value)) cursor.notAllowed(`${token.text.toUpperCase()} tells of the session`);
  switch (value) {
    case 'case':
      return readCase(cursor);
    case 'interval':
      if (cursor.is('(', 1) && cursor.dialect === 'mysql' && !intervalUnitFollows(cursor)) break;
      return readInterval(cursor);
    case 'exists':
      if (!cursor.is('(', 1)) break;
      cursor.take();
      cursor.expect('(');
      if (!startsQuery(cursor) && !cursor.is('(')) cursor.unexpected('a query');
      cursor.uses.queries += 1;
      readQuery(cursor);
      cursor.expect(')');
      return 'truth';
    case 'array':
      if (cursor.dialect !== 'postgres' && cursor.dialect !== 'duckdb') break;
      if (cursor.is('[', 1)) {
        cursor.take();
        readArrayItems(cursor);
        return 'other';
      }
      if (cursor.is('(', 1) && startsQuery(cursor, 2)) {
        cursor.take();
        readParenthesis(cursor);
        return 'other';
      }
      break;
    case 'map':
      if (cursor.is('{', 1) && cursor.dialect === 'duckdb') {
        cursor.take();
        cursor.take();
        while (!cursor.is('}')) {
          readExpression(cursor);
          cursor.expect(':');
          readExpression(cursor);
          if (!cursor.takeIf(',')) break;
          // Keys, and values, are converted to one type.
          cursor.uses.subscripts = true;
        }
        cursor.expect('}');
        return 'other';
      }
      break;
    case 'lambda':
      if (cursor.dialect === 'duckdb' && cursor.isName(1)) {
        cursor.take();
        cursor.names();
        cursor.expect(':');
        readExpression(cursor);
        cursor.uses.subscripts = true;
        return 'other';
      }
      break;
  }
  // A character set or a type before a string: `_latin1'a'`, `DATE '2024-01-01'`.
  if (
    cursor.at(1).kind === 'string' &&
    (castTypes.has(value) || (cursor.dialect === 'mysql' && value.startsWith('_')))
  ) {
    cursor.take();
    // DuckDB reads such a text where it is computed, not where it is parsed.
    const isRead = /^(?:date|timestamp)/.test(value) && isMoment(cursor.current.value);
    if (cursor.dialect === 'duckdb' && !isRead) cursor.uses.types.add(value);
    cursor.take();
    if (/^(?:date|time)/.test(value)) return 'moment';
    return castTypes.has(value) ? 'other' : 'string';
  }
  if (wordValues.has(value) && !cursor.is('(', 1)) {
    cursor.take();
    if (value === 'null') return 'null';
    return /^(?:current|local)/.test(value) ? 'moment' : 'truth';
  }
  if (cursor.is('(', 1)) return readCall(cursor);
  return readColumn(cursor);
};

const readArrayItems = (cursor: SqlCursor): void => {
  cursor.expect('[');
  if (!cursor.is(']')) {
    readChosen(cursor, () => {
      if (!cursor.is('[')) return readExpression(cursor);
      readArrayItems(cursor);
      return 'other';
    });
  }
  cursor.expect(']');
};

const readCase = (cursor: SqlCursor): Operand => {
  const results: Operand[] = [];
  const readResult = (): void => {
    const result = readExpression(cursor);
    results.push(result === 'star' ? 'other' : result);
  };
  cursor.take();
  const subject = cursor.word('when') ? null : readExpression(cursor);
  while (cursor.takeWords('when')) {
    if (subject === null) readCondition(cursor);
    else {
      const value = readExpression(cursor);
      if (subject !== 'star' && value !== 'star') cursor.uses.comparisons.push({ left: subject, right: value });
    }
    cursor.expectWord('then');
    readResult();
  }
  if (cursor.takeWords('else')) readResult();
  cursor.expectWord('end');
  return choose(cursor, results);
};

const intervalUnitFollows = (cursor: SqlCursor): boolean => {
  const closing = closingFrom(cursor, 1);
  return closing !== null && cursor.anyWord(timeUnits, closing + 1);
};

/** An amount that no unit of time makes too large. */
const plainInterval = /^\d{1,5}(?: (?:second|minute|hour|day|week|month|quarter|year)s?)?$/i;

const readInterval = (cursor: SqlCursor): 'other' => {
  cursor.take();
  const token = cursor.current;
  if (token.kind === 'string' || token.kind === 'number') {
    if (cursor.dialect === 'duckdb' && !plainInterval.test(token.value)) cursor.uses.types.add('interval');
    cursor.take();
  } else {
    readOperand(cursor);
    if (cursor.dialect === 'duckdb') cursor.uses.types.add('interval');
  }
  if (cursor.anyWord(timeUnits)) {
    cursor.take();
    if (cursor.takeWords('to') && !cursor.anyWord(timeUnits)) cursor.unexpected('a unit');
    else if (cursor.at(-1).value === 'to') cursor.take();
  } else if (cursor.dialect === 'mysql') {
    // `INTERVAL amount + 1 DAY`
    while (readInfix(cursor) !== null) readOperand(cursor);
    if (!cursor.anyWord(timeUnits)) cursor.unexpected('a unit');
    cursor.take();
  }
  return 'other';
};

/** `a`, `t.a`, `s.t.a`, `t.*`. */
const readColumn = (cursor: SqlCursor): ColumnReference | 'star' => {
  const first = cursor.current;
  if (!cursor.isName()) cursor.unexpected('an expression');
  const parts: Token[] = [first];
  cursor.position += 1;
  let star = false;
  while (cursor.is('.')) {
    if (cursor.is('*', 1)) {
      cursor.position += 2;
      star = true;
      break;
    }
    const next = cursor.at(1);
    if ((next.kind !== 'word' && next.kind !== 'quoted') || cursor.is('(', 2)) break;
    parts.push(next);
    cursor.position += 2;
  }
  const reference: ColumnReference = {
    kind: 'column',
    gap: first.gap,
    at: first.at,
    parts,
    star,
    scope: cursor.scope,
  };
  cursor.pieces.push(reference);
  return star ? 'star' : reference;
};

/** `* EXCLUDE (…) REPLACE (…) RENAME (…)`: of the columns that are there. */
export const readStarChanges = (cursor: SqlCursor): void => {
  if (cursor.dialect !== 'duckdb' && cursor.dialect !== 'clickhouse') return;
  const except = cursor.dialect === 'clickhouse' ? 'except' : 'exclude';
  if (
    cursor.word(except) &&
    !(cursor.is('(', 1) && startsQuery(cursor, 2)) &&
    (cursor.is('(', 1) || cursor.isName(1))
  ) {
    cursor.take();
    if (cursor.is('(')) cursor.nameList();
    else cursor.name();
  }
  if (cursor.word('replace') && cursor.is('(', 1)) {
    cursor.take();
    cursor.take();
    do {
      readExpression(cursor);
      cursor.expectWord('as');
      cursor.name();
    } while (cursor.takeIf(','));
    cursor.expect(')');
  }
  if (cursor.dialect === 'duckdb' && cursor.word('rename') && cursor.is('(', 1)) {
    cursor.take();
    cursor.take();
    do {
      cursor.name();
      cursor.expectWord('as');
      cursor.scope.aliases.push(cursor.name());
    } while (cursor.takeIf(','));
    cursor.expect(')');
  }
};
