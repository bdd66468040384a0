/** The grammar of a function call with its arguments, FILTER and window. */
import {
  readAliasedExpression,
  readCondition,
  readExpression,
  readExpressions,
  readOperand,
  readOrderItems,
} from './parse-sql-expression.js';
import { readQuery, startsQuery } from './parse-sql-query.js';
import { readType } from './parse-sql-type.js';
import { choose } from './choose-operand.js';
import { meetsQuery } from './parse-sql-primary.js';
import type { Operand } from './parsed-sql.js';
import type { SqlCursor } from './sql-cursor.js';
import { argumentWords, functionsDespiteReserved, reservedInSql, timeUnits } from './sql-words.js';

export const readCall = (cursor: SqlCursor): Operand => {
  const token = cursor.current;
  if (
    reservedInSql.has(token.value) &&
    !functionsDespiteReserved.has(token.value) &&
    token.value !== 'cast' &&
    token.value !== 'rollup' &&
    token.value !== 'cube'
  )
    cursor.unexpected();
  const name = token.value;
  cursor.take();
  cursor.uses.functions.add(name);
  cursor.noteWork('function', name);
  const quantifies = name === 'any' || name === 'all' || name === 'some';
  cursor.expect('(');
  if (quantifies && (startsQuery(cursor) || cursor.is('('))) {
    cursor.uses.queries += 1;
    if (startsQuery(cursor)) readQuery(cursor);
    else readExpression(cursor);
    cursor.expect(')');
    return 'other';
  }
  if (/^(?:try_|safe_)?cast$/.test(name)) {
    readExpression(cursor);
    if (cursor.takeWords('as')) {
      if (cursor.dialect === 'clickhouse' && cursor.current.kind === 'quoted') cursor.unexpected('a type');
      readType(cursor);
    } else if (cursor.dialect === 'clickhouse' && cursor.takeIf(',')) readExpression(cursor);
    else cursor.unexpected('AS');
    cursor.expect(')');
    return 'other';
  }
  if (startsQuery(cursor)) {
    // `f((SELECT …))` is the form that every engine has; ClickHouse and PostgreSQL take one pair of parentheses for some.
    cursor.notAllowed('put a query that is an argument in parentheses of its own');
  }
  const given = cursor.is(')') ? [] : readArguments(cursor, name);
  cursor.expect(')');
  if (name === 'row') cursor.uses.rowQueries ||= meetsQuery(cursor);
  if (cursor.dialect === 'clickhouse' && cursor.is('(')) {
    cursor.take();
    if (!cursor.is(')')) readArguments(cursor, name);
    cursor.expect(')');
  }
  readAfterCall(cursor);
  return cursor.dialect === 'duckdb' ? resultOf(cursor, name, given) : 'other';
};

const texts = new Set(['lower', 'upper', 'trim', 'ltrim', 'rtrim', 'string_agg', 'group_concat']);
const numbers = new Set(['count', 'length', 'rank', 'dense_rank', 'row_number', 'year', 'month', 'quarter']);
const ofFirst = new Set(['min', 'max', 'any_value', 'first_value', 'last_value']);

/** What a call gives, where that is known; values of which it takes one are noted. */
const resultOf = (cursor: SqlCursor, name: string, given: readonly Operand[]): Operand => {
  if (texts.has(name)) return 'text';
  if (numbers.has(name)) return 'number';
  const [first, second, instead] = given;
  if (name === 'coalesce' || name === 'ifnull') return choose(cursor, given);
  if (name === 'lag' || name === 'lead') {
    if (second !== undefined) cursor.uses.comparisons.push({ left: 'number', right: second });
    return choose(cursor, instead === undefined ? [first!] : [first!, instead]);
  }
  return ofFirst.has(name) && given.length === 1 ? choose(cursor, given) : 'other';
};

/** What each of them is. */
const readArguments = (cursor: SqlCursor, name: string): readonly Operand[] => {
  const given: Operand[] = [];
  if (name === 'trim') cursor.takeOne('both', 'leading', 'trailing');
  if (!(cursor.word('all') && cursor.is('(', 1))) cursor.takeOne('distinct', 'all');
  if (name === 'trim' && cursor.takeWords('from')) {
    readExpression(cursor);
    return given;
  }
  const between = argumentWords[name];
  const keyed = /^json_(?:object|objectagg|object_agg|object_agg_unique)$/.test(name);
  for (;;) {
    if (name === 'extract' || name === 'timestampdiff' || name === 'timestampadd') {
      if (cursor.anyWord(timeUnits) || (name === 'extract' && cursor.word('from', 1))) {
        cursor.take();
        if (cursor.takeWords('from') || cursor.takeIf(',')) continue;
      }
    }
    if (name === 'convert' && cursor.dialect === 'mysql' && cursor.at(-1).text === ',') readType(cursor);
    else {
      const operand = readAliasedExpression(cursor);
      given.push(operand === 'star' ? 'other' : operand);
    }
    if (keyed && cursor.takeIf(':')) continue;
    if (name === 'convert' && cursor.word('using')) {
      cursor.take();
      cursor.name();
      break;
    }
    if (
      cursor.current.kind === 'word' &&
      between?.has(cursor.current.value) === true &&
      cursor.current.value !== 'separator'
    ) {
      cursor.take();
      continue;
    }
    if (name === 'char' && cursor.takeWords('using')) {
      cursor.name();
      break;
    }
    if (!cursor.takeIf(',')) break;
  }
  if (cursor.word('order') && cursor.word('by', 1)) {
    if (name === 'listagg') cursor.notAllowed('write string_agg for listagg where the order is given inside');
    cursor.take();
    cursor.take();
    readOrderItems(cursor);
  }
  if (cursor.dialect === 'mysql' && cursor.takeWords('separator')) cursor.literal();
  if (cursor.dialect === 'duckdb' || cursor.dialect === 'clickhouse') {
    if (cursor.word('ignore') || cursor.word('respect')) {
      cursor.take();
      cursor.expectWord('nulls');
    }
  }
  if (/^json_/.test(name)) {
    if (cursor.word('absent') || (cursor.word('null') && cursor.word('on', 1))) {
      cursor.take();
      cursor.expectWord('on');
      cursor.expectWord('null');
    }
    if ((cursor.word('with') || cursor.word('without')) && cursor.word('unique', 1)) {
      cursor.take();
      cursor.take();
      cursor.takeWords('keys');
    }
    if (cursor.takeWords('returning')) readType(cursor);
  }
  return given;
};

const readAfterCall = (cursor: SqlCursor): void => {
  if (cursor.word('within') && cursor.word('group', 1)) {
    cursor.take();
    cursor.take();
    cursor.expect('(');
    if (!cursor.takeWords('order', 'by')) cursor.unexpected('ORDER BY');
    readOrderItems(cursor);
    cursor.expect(')');
  }
  if (cursor.word('filter') && cursor.is('(', 1)) {
    cursor.take();
    cursor.take();
    if (!cursor.takeWords('where') && cursor.dialect !== 'duckdb') cursor.expectWord('where');
    readCondition(cursor);
    cursor.expect(')');
  }
  if ((cursor.word('ignore') || cursor.word('respect')) && cursor.word('nulls', 1)) {
    cursor.take();
    cursor.take();
  }
  if (cursor.word('over')) {
    cursor.take();
    cursor.uses.windows = true;
    if (cursor.is('(')) readWindowParenthesis(cursor);
    else cursor.name();
  }
};

export const readWindowParenthesis = (cursor: SqlCursor): void => {
  cursor.expect('(');
  if (cursor.isName() && !['rows', 'range', 'groups'].includes(cursor.current.value)) cursor.name();
  if (cursor.takeWords('partition', 'by')) readExpressions(cursor);
  if (cursor.takeWords('order', 'by')) readOrderItems(cursor);
  if (cursor.takeOne('rows', 'range', 'groups')) {
    if (cursor.takeWords('between')) {
      readFrameEnd(cursor);
      cursor.expectWord('and');
      readFrameEnd(cursor);
    } else readFrameEnd(cursor);
    if (cursor.takeWords('exclude')) {
      if (!cursor.takeWords('current', 'row') && !cursor.takeWords('no', 'others') && !cursor.takeOne('ties', 'group'))
        cursor.unexpected();
    }
  }
  cursor.expect(')');
};

const readFrameEnd = (cursor: SqlCursor): void => {
  if (cursor.takeWords('current', 'row')) return;
  if (!cursor.takeWords('unbounded')) {
    const from = cursor.position;
    readOperand(cursor);
    if (cursor.position !== from + 1 || !/^\d{1,18}$/.test(cursor.at(-1).text))
      cursor.noteWork('clause', 'a frame whose end is no plain number');
  }
  if (!cursor.takeOne('preceding', 'following')) cursor.unexpected('PRECEDING or FOLLOWING');
};
